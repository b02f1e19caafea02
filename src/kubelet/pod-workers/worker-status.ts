import type { Pod } from "../../api/types.ts";
import type { Ms, ReplyTo } from "../../sim/types.ts";
import type { KilledStatus, UpdatePodOptions } from "../contract.ts";

/** Work a worker does; it only moves forward. */
export type WorkType = "SyncPod" | "TerminatingPod" | "TerminatedPod";

/** What the workers remember of a pod, by UID (pkg/kubelet/pod_workers.go: podSyncStatus). Times are absent until they happen. */
export interface PodWorkerStatus {
  readonly fullname: string;
  /** An update waits or is being worked on. */
  readonly working: boolean;
  /** Newest update not taken yet: one slot, a newer one overwrites. */
  readonly pendingUpdate?: UpdatePodOptions;
  /** Last update that was taken; replayed by requeues. */
  readonly activeUpdate?: UpdatePodOptions;
  readonly syncedAt: Ms;
  readonly startedAt?: Ms;
  /** Termination was asked for. */
  readonly terminatingAt?: Ms;
  /** The worker has seen it: no new container is started any more. */
  readonly startedTerminating: boolean;
  /** Seconds, 0 until there is one; only ever shrinks. */
  readonly gracePeriodSeconds: number;
  /** All containers are stopped. */
  readonly terminatedAt?: Ms;
  readonly deleted: boolean;
  readonly evicted: boolean;
  readonly finished: boolean;
  /** A pod with this UID was created again while this one terminates. */
  readonly restartRequested: boolean;
  /** Seen as a pod that only the runtime knows. */
  readonly observedRuntime: boolean;
  readonly notifyPostTerminating: readonly ReplyTo[];
  readonly statusPostTerminating: readonly KilledStatus[];
  /** A worker exists for it: it waits for updates or is at work. */
  readonly hasWorker: boolean;
}

export function newWorkerStatus(fullname: string, syncedAt: Ms): PodWorkerStatus {
  return {
    fullname,
    working: false,
    syncedAt,
    startedTerminating: false,
    gracePeriodSeconds: 0,
    deleted: false,
    evicted: false,
    finished: false,
    restartRequested: false,
    observedRuntime: false,
    notifyPostTerminating: [],
    statusPostTerminating: [],
    hasWorker: false,
  };
}

export function workType(status: PodWorkerStatus): WorkType {
  if (status.terminatedAt !== undefined) return "TerminatedPod";
  return status.terminatingAt !== undefined ? "TerminatingPod" : "SyncPod";
}

/** From a file or a URL, not from the API (pkg/kubelet/types/pod_update.go: IsStaticPod). */
export function isStaticPod(pod: Pick<Pod, "metadata">): boolean {
  const source = pod.metadata?.annotations?.["kubernetes.io/config.source"];
  return source !== undefined && source !== "api";
}

/** The update a worker took becomes the one it replays (podSyncStatus.mergeLastUpdate). */
export function mergeLastUpdate(
  active: UpdatePodOptions | undefined,
  taken: UpdatePodOptions,
): UpdatePodOptions {
  const pod = !active?.pod || !taken.runningPod ? taken.pod : active.pod;
  const mirrorPod = taken.mirrorPod ?? active?.mirrorPod;
  const grace = taken.kill?.gracePeriodSecondsOverride;
  const kill = taken.kill
    ? {
        ...(taken.kill.evict ? { evict: true } : {}),
        ...(grace === undefined ? {} : { gracePeriodSecondsOverride: grace }),
      }
    : active?.kill;
  return {
    updateType: active?.updateType ?? "sync",
    ...(pod ? { pod } : {}),
    ...(taken.runningPod ? { runningPod: taken.runningPod } : {}),
    ...(mirrorPod ? { mirrorPod } : {}),
    ...(kill ? { kill } : {}),
  };
}
