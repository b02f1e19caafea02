/** The last status of a pod that will not run again (pkg/kubelet/status/status_manager.go: TerminatePod). */
import type { ContainerState, ContainerStatus, Pod, PodStatus } from "../../api/types.ts";
import { isSidecar } from "../types.ts";
import { containerByIndex, isPodPhaseTerminal, isStaticPod } from "./lookup.ts";

const UNKNOWN: ContainerState = {
  terminated: {
    reason: "ContainerStatusUnknown",
    message: "The container could not be located when the pod was terminated",
    exitCode: 137,
  },
};

/** A container whose end nobody saw counts as failed. */
function ended(status: ContainerStatus): ContainerStatus {
  return status.state?.terminated ? status : { ...status, state: UNKNOWN };
}

/**
 * @param held what the status manager holds, else the status of the pod as given
 */
export function terminalStatus(pod: Pod, held: PodStatus): PodStatus {
  const attempted = initializedContainers(held.initContainerStatuses ?? []);
  const status: PodStatus = {
    ...held,
    ...(held.containerStatuses && hasPodInitialized(pod)
      ? { containerStatuses: held.containerStatuses.map(ended) }
      : {}),
    ...(held.initContainerStatuses
      ? { initContainerStatuses: held.initContainerStatuses.map((s, i) => (i < attempted ? ended(s) : s)) }
      : {}),
  };
  if (!isStaticPod(pod) && !isPodPhaseTerminal(status.phase)) status.phase = "Failed";
  return status;
}

/** Some regular container left the waiting state, or the last init container did its part. */
export function hasPodInitialized(pod: Pod): boolean {
  const init = pod.spec?.initContainers ?? [];
  if (init.length === 0) return true;
  if ((pod.status?.containerStatuses ?? []).some((s) => s.lastState?.terminated || !s.state?.waiting))
    return true;
  const statuses = pod.status?.initContainerStatuses ?? [];
  const last = statuses.at(-1);
  if (!last) return false;
  const container = containerByIndex(init, statuses, statuses.length - 1);
  if (!container) return false;
  if (isSidecar(container)) return Boolean(last.state?.running && last.started);
  return last.lastState?.terminated?.exitCode === 0 || last.state?.terminated?.exitCode === 0;
}

/** How many init containers, from the first, have been tried: all but the last ones that only wait, at least one. */
function initializedContainers(statuses: readonly ContainerStatus[]): number {
  for (let i = statuses.length - 1; i >= 0; i--) {
    const s = statuses[i];
    if (!s?.state?.waiting || s.lastState?.terminated) return i + 1;
  }
  return Math.min(1, statuses.length);
}
