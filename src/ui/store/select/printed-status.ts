/** The STATUS column of `kubectl get pods` (pkg/printers/internalversion/printers.go: printPod). */
import type { ContainerStatus, Pod } from "../../../api/types.ts";

const terminatedReason = (t: {
  reason?: string | undefined;
  signal?: number | undefined;
  exitCode: number;
}): string => t.reason || (t.signal ? `Signal:${t.signal}` : `ExitCode:${t.exitCode}`);

const isSidecar = (pod: Pod, name: string): boolean =>
  pod.spec?.initContainers?.some((c) => c.name === name && c.restartPolicy === "Always") ?? false;

/** Init containers decide as long as one of them has not done its part. */
function initReason(pod: Pod): string | null {
  const inits = pod.status?.initContainerStatuses ?? [];
  for (const [i, status] of inits.entries()) {
    const { terminated, waiting } = status.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (isSidecar(pod, status.name) && status.started) continue;
    if (terminated) return `Init:${terminatedReason(terminated)}`;
    if (waiting?.reason && waiting.reason !== "PodInitializing") return `Init:${waiting.reason}`;
    return `Init:${i}/${pod.spec?.initContainers?.length ?? inits.length}`;
  }
  return null;
}

function appReason(pod: Pod, before: string): string {
  const statuses = pod.status?.containerStatuses ?? [];
  let reason = before;
  let running = false;
  for (const status of [...statuses].reverse()) {
    const { waiting, terminated } = status.state ?? {};
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated) reason = terminatedReason(terminated);
    else if (status.ready && status.state?.running) running = true;
  }
  if (reason === "Completed" && running) return conditionTrue(pod, "Ready") ? "Running" : "NotReady";
  return reason;
}

export const conditionTrue = (pod: Pod, type: string): boolean =>
  pod.status?.conditions?.some((c) => c.type === type && c.status === "True") ?? false;

export function printedStatus(pod: Pod): string {
  let reason = pod.status?.reason || pod.status?.phase || "Unknown";
  const gated = pod.status?.conditions?.find(
    (c) => c.type === "PodScheduled" && c.reason === "SchedulingGated",
  );
  if (gated) reason = "SchedulingGated";
  const init = initReason(pod);
  if (init === null || conditionTrue(pod, "Initialized")) reason = appReason(pod, init ?? reason);
  else reason = init;
  if (pod.metadata?.deletionTimestamp) {
    if (pod.status?.reason === "NodeLost") return "Unknown";
    if (pod.status?.phase !== "Succeeded" && pod.status?.phase !== "Failed") return "Terminating";
  }
  return reason;
}

/** READY of the same table: containers ready of all, sidecars among them. */
export function printedReady(pod: Pod): { readonly ready: number; readonly total: number } {
  const sidecars = pod.spec?.initContainers?.filter((c) => c.restartPolicy === "Always").length ?? 0;
  const counted: ContainerStatus[] = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []).filter((s) => isSidecar(pod, s.name)),
  ];
  return {
    ready: counted.filter((s) => s.ready && s.state?.running).length,
    total: (pod.spec?.containers.length ?? 0) + sidecars,
  };
}
