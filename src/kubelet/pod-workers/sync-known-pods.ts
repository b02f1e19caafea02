import type { Ms } from "../../sim/types.ts";
import type { KnownPodWorker } from "../contract.ts";
import { calculateEffectiveGracePeriod } from "./effective-grace-period.ts";
import { isStaticPod, type PodWorkerStatus, workType } from "./worker-status.ts";

/** What becomes of one record at housekeeping. */
export interface KnownPodDecision {
  /** The record is forgotten, its UID may be used again. */
  readonly remove: boolean;
  readonly status: PodWorkerStatus;
  /** The last update is played again, so that the worker goes on by itself. */
  readonly replay: boolean;
}

/** pkg/kubelet/pod_workers.go: SyncKnownPods, removeTerminatedWorker. */
export function syncKnownPod(status: PodWorkerStatus, desired: boolean, now: Ms): KnownPodDecision {
  const kept = { remove: false, status, replay: false };
  const orphan = !desired;
  if (!status.restartRequested && !orphan) return kept;
  if (status.finished) return { ...kept, remove: true };
  if (!orphan) return kept;
  const deleted = { ...status, deleted: true };
  if (status.startedAt === undefined && !status.observedRuntime)
    return { remove: true, status: deleted, replay: false };
  if (status.terminatingAt !== undefined) return { remove: false, status: deleted, replay: true };
  const pod = status.activeUpdate?.pod;
  const gracePeriodSeconds = pod
    ? calculateEffectiveGracePeriod(status.gracePeriodSeconds, pod, undefined).seconds
    : 1;
  return { remove: false, status: { ...deleted, terminatingAt: now, gracePeriodSeconds }, replay: true };
}

export function knownPodWorker(status: PodWorkerStatus, desired: boolean): KnownPodWorker {
  const pod = (status.activeUpdate ?? status.pendingUpdate)?.pod;
  return {
    state: workType(status),
    orphan: !desired,
    hasConfig: pod !== undefined,
    static: pod !== undefined && isStaticPod(pod),
  };
}
