import type { Pod } from "../../api/types.ts";
import type { KillPodOptions } from "../contract.ts";

/**
 * Seconds a pod under termination has: the smallest that was ever asked for, at least 1
 * (pkg/kubelet/pod_workers.go: calculateEffectiveGracePeriod). `recorded` is the value so far, 0 for none.
 */
export function calculateEffectiveGracePeriod(
  recorded: number,
  pod: Pick<Pod, "metadata" | "spec">,
  kill: Pick<KillPodOptions, "gracePeriodSecondsOverride"> | undefined,
): { seconds: number; shortened: boolean } {
  let seconds = recorded;
  let overridden = false;
  for (const asked of [pod.metadata?.deletionGracePeriodSeconds, kill?.gracePeriodSecondsOverride]) {
    if (typeof asked === "number" && (seconds === 0 || asked < seconds)) {
      seconds = asked;
      overridden = true;
    }
  }
  if (!overridden && seconds === 0) seconds = pod.spec?.terminationGracePeriodSeconds ?? 0;
  if (seconds < 1) seconds = 1;
  return { seconds, shortened: recorded !== 0 && recorded !== seconds };
}
