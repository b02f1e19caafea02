/** spec.activeDeadlineSeconds (pkg/kubelet/active_deadline.go). */
import type { Pod, PodStatus } from "../../api/types.ts";

export const DEADLINE_EXCEEDED_REASON = "DeadlineExceeded";
export const DEADLINE_EXCEEDED_MESSAGE = "Pod was active on the node longer than the specified deadline";

/**
 * @param held status in the status manager, which has the start time first
 * @param nowMs Unix ms, the clock that the stamps are of
 */
export function pastActiveDeadline(pod: Pod, held: PodStatus | undefined, nowMs: number): boolean {
  const seconds = pod.spec?.activeDeadlineSeconds;
  if (seconds === undefined) return false;
  const start = held?.startTime ?? (held ? undefined : pod.status?.startTime);
  return start !== undefined && nowMs - Date.parse(start) >= seconds * 1000;
}
