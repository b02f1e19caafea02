import type { Container, Pod } from "../../api/types.ts";
import type { KillReason } from "./pod-actions.ts";

/** A stopped container always gets this long before SIGKILL, in seconds. */
export const MINIMUM_GRACE_PERIOD_SECONDS = 2;

/** Seconds a container gets to end: deletion, then the probe that failed, then the pod's spec (kuberuntime_container.go: setTerminationGracePeriod). */
export function setTerminationGracePeriod(
  pod: Pick<Pod, "metadata" | "spec">,
  container: Pick<Container, "livenessProbe" | "startupProbe">,
  reason: KillReason,
): number {
  const deletion = pod.metadata?.deletionGracePeriodSeconds;
  if (deletion !== undefined) return deletion;
  const spec = pod.spec?.terminationGracePeriodSeconds;
  if (spec === undefined) return MINIMUM_GRACE_PERIOD_SECONDS;
  const probe =
    reason === "StartupProbe"
      ? container.startupProbe
      : reason === "LivenessProbe"
        ? container.livenessProbe
        : undefined;
  return probe?.terminationGracePeriodSeconds ?? spec;
}
