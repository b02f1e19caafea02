/** What the loop does with what it receives (pkg/kubelet/kubelet.go: HandlePod…). */
import { getPodQOS } from "../../api/qos.ts";
import type { Cell } from "../../sim/index.ts";
import type { Ms } from "../../sim/types.ts";
import { isMirrorPod } from "../config/static.ts";
import type { Kubelet } from "../contract.ts";
import { isPodPhaseTerminal } from "../status/lookup.ts";
import type { Pod, SyncPodType } from "../types.ts";

const uidOf = (pod: Pod): string => pod.metadata?.uid ?? "";

/** Older pods first; pods without a stamp (static ones) are the oldest. */
export function byCreationTime(pods: readonly Pod[]): Pod[] {
  const at = (pod: Pod): string => pod.metadata?.creationTimestamp ?? "";
  return pods
    .map((pod, i) => ({ pod, i }))
    .sort((a, b) => (at(a.pod) < at(b.pod) ? -1 : at(a.pod) > at(b.pod) ? 1 : a.i - b.i))
    .map(({ pod }) => pod);
}

/** Pods that count for admission: not finished, or finishing just now (filterOutInactivePods). */
export function activePods(k: Kubelet): Pod[] {
  return k.podManager.pods().filter((pod) => {
    const uid = uidOf(pod);
    if (k.podWorkers.isPodKnownTerminated(uid)) return false;
    const terminal =
      isPodPhaseTerminal(k.status.getPodStatus(uid)?.phase) || isPodPhaseTerminal(pod.status?.phase);
    return !terminal || k.podWorkers.isPodTerminationRequested(uid);
  });
}

/** Pods of a message that still wait to be admitted; the first may be admitted and wait for its victims to go. */
export interface Adding {
  readonly pods: readonly Pod[];
  readonly firstIsAdmitted: boolean;
  readonly startTimeMs: Ms;
}
export const NOTHING_TO_ADD: Adding = { pods: [], firstIsAdmitted: false, startTimeMs: 0 };

export interface Handlers {
  /** True when the loop has to wait for victims of a critical pod. */
  additions(pods: readonly Pod[]): boolean;
  goOnAdding(): boolean;
  updates(pods: readonly Pod[]): void;
  removes(pods: readonly Pod[]): void;
  reconcile(pods: readonly Pod[]): void;
  syncs(pods: readonly Pod[]): void;
}

export function createHandlers(k: Kubelet, adding: Cell<Adding>): Handlers {
  const { sim } = k;

  /** Hands a pod to its worker; a mirror pod's change goes to its static pod. */
  function dispatch(
    given: Pod,
    updateType: SyncPodType,
    mirrorType: SyncPodType,
    startTimeMs: Ms = sim.now,
  ): void {
    const mirror = isMirrorPod(given);
    const known = mirror ? k.podManager.staticOf(given) : given;
    const pod = known && k.allocation.holding(known);
    // A mirror pod without a static pod: housekeeping deletes it.
    if (!pod) return;
    const mirrorPod = mirror ? given : k.podManager.mirrorOf(pod);
    k.podWorkers.updatePod({
      updateType: mirror ? mirrorType : updateType,
      pod,
      ...(mirrorPod ? { mirrorPod } : {}),
      startTimeMs,
    });
  }

  function reject(pod: Pod, reason: string, message: string): void {
    k.events.event({ pod }, "Warning", reason, message);
    k.status.setPodStatus(pod, {
      qosClass: getPodQOS(pod),
      phase: "Failed",
      reason,
      message: `Pod was rejected: ${message}`,
    });
  }

  function goOnAdding(): boolean {
    for (;;) {
      const { pods, firstIsAdmitted, startTimeMs } = adding.get();
      const [pod, ...rest] = pods;
      if (!pod) {
        k.allocation.retry();
        return false;
      }
      if (!firstIsAdmitted) {
        k.podManager.set(pod);
        const uid = uidOf(pod);
        const judged =
          !isMirrorPod(pod) &&
          !k.podWorkers.isPodTerminationRequested(uid) &&
          !isPodPhaseTerminal(pod.status?.phase);
        if (judged) {
          // After a restart of the kubelet a pod goes on with what it held.
          const others = activePods(k).filter((other) => uidOf(other) !== uid);
          const rejection = k.admission.admit(k.allocation.holding(pod), others.map(k.allocation.holding));
          if (rejection) {
            reject(pod, rejection.reason, rejection.message);
            adding.set({ pods: rest, firstIsAdmitted: false, startTimeMs });
            continue;
          }
          k.allocation.admitted(pod);
          if (k.admission.preempting().length > 0) {
            adding.set({ pods, firstIsAdmitted: true, startTimeMs });
            return true;
          }
        }
      }
      adding.set({ pods: rest, firstIsAdmitted: false, startTimeMs });
      dispatch(pod, "create", "update", startTimeMs);
    }
  }

  return {
    goOnAdding,
    additions(pods) {
      adding.set({ pods: byCreationTime(pods), firstIsAdmitted: false, startTimeMs: sim.now });
      return goOnAdding();
    },
    updates(pods) {
      for (const pod of pods) {
        k.podManager.set(pod);
        k.allocation.updated(pod);
        dispatch(pod, "update", "update");
      }
    },
    removes(pods) {
      for (const pod of pods) {
        k.podManager.remove(pod);
        if (isMirrorPod(pod)) dispatch(pod, "update", "update");
        // Before every source has been heard of, nothing is deleted: housekeeping will.
        else if (k.podConfig.allSourcesReady())
          k.podWorkers.updatePod({ updateType: "kill", pod, startTimeMs: sim.now });
      }
      k.allocation.retry();
    },
    reconcile(pods) {
      let freed = false;
      for (const given of pods) {
        const before = k.podManager.byUid(uidOf(given))?.status;
        freed ||= isPodPhaseTerminal(given.status?.phase) && !isPodPhaseTerminal(before?.phase);
        k.podManager.set(given);
        const pod = isMirrorPod(given) ? k.podManager.staticOf(given) : given;
        if (!pod) continue;
        if (k.status.needToReconcilePodReadiness(pod)) dispatch(given, "sync", "sync");
        if (pod.status?.phase === "Failed" && pod.status.reason === "Evicted")
          k.runtime.cleanUpContainers(uidOf(pod), "", true);
      }
      if (freed) k.allocation.retry();
    },
    syncs(pods) {
      for (const pod of pods) dispatch(pod, "sync", "sync");
    },
  };
}
