/** When the kubelet removes a pod's object for good (pkg/kubelet/status/status_manager.go: canBeDeleted). */
import type { Pod } from "../../api/types.ts";
import { isMirrorPod, isPodPhaseTerminal } from "./lookup.ts";

/**
 * @param pod as the API has it
 * @param podIsFinished TerminatePod has run: containers dead, volumes unmounted, cgroup removed
 */
export function canBeDeleted(pod: Pod, podIsFinished: boolean): boolean {
  if (!pod.metadata?.deletionTimestamp || isMirrorPod(pod)) return false;
  return isPodPhaseTerminal(pod.status?.phase) && podIsFinished;
}
