/**
 * Who may have which resources: what pods were admitted with, and whether a resize fits, has to wait or cannot be
 * (pkg/kubelet/allocation/allocation_manager.go).
 */

import { getPodQOS } from "../../api/qos.ts";
import { milliValueOf, wholeValueOf } from "../../api/quantity.ts";
import { keysWhere } from "../../sim/index.ts";
import type { Ms } from "../../sim/types.ts";
import type { AllocationManager, Kubelet } from "../contract.ts";
import { containerResources, isInPlaceResizeAllowed } from "../kuberuntime/compute-resize-action.ts";
import { podResizeMessage } from "../pod-workers/resize-events.ts";
import type { Pod } from "../types.ts";
import { allocationFromPod, type PodAllocation, updatePodFromAllocation } from "./allocation.ts";

/** A resize that had to wait is looked at again after so long, if nothing brings it up before. */
const RETRY_MS: Ms = 180_000;
/** While not every source of pods has been heard. */
const FIRST_RETRY_MS: Ms = 30_000;

export function createAllocationManager(k: Kubelet): AllocationManager {
  const { sim } = k;
  const name = `${k.nodeName}/allocation`;
  // A checkpoint on disk: it outlives the process.
  const allocated = sim.table<PodAllocation>(`${name}/pods`);
  const pending = sim.cell<readonly string[]>(`${name}/pending`, []);

  const uidOf = (pod: Pod): string => pod.metadata?.uid ?? "";
  const holding = (pod: Pod): Pod => updatePodFromAllocation(pod, allocated.get(uidOf(pod)));

  /** Whether a resize asks for more than is held. */
  function increases(pod: Pod): boolean {
    const sum = (p: Pod, key: "cpuRequest" | "memoryRequest"): number => {
      const whole = p.spec?.resources?.requests;
      if (whole?.["cpu"] !== undefined && key === "cpuRequest") return milliValueOf(whole["cpu"]);
      if (whole?.["memory"] !== undefined && key === "memoryRequest") return wholeValueOf(whole["memory"]);
      return (p.spec?.containers ?? []).reduce((total, c) => total + containerResources(c)[key], 0);
    };
    const held = holding(pod);
    return (["cpuRequest", "memoryRequest"] as const).some((key) => sum(pod, key) > sum(held, key));
  }

  /** Resizes that ask for less go first, then by priority, class, and time of waiting. */
  function order(a: Pod, b: Pod): number {
    const wait = (pod: Pod): number => pending.get().indexOf(uidOf(pod));
    const guaranteed = (pod: Pod): number => (getPodQOS(pod) === "Guaranteed" ? 0 : 1);
    return (
      Number(increases(a)) - Number(increases(b)) ||
      (b.spec?.priority ?? 0) - (a.spec?.priority ?? 0) ||
      guaranteed(a) - guaranteed(b) ||
      wait(a) - wait(b)
    );
  }

  /** Null when the resize fits. */
  function refusal(pod: Pod): { reason: string; message: string } | null {
    if (!isInPlaceResizeAllowed(pod))
      return { reason: "Infeasible", message: "In-place resize of static-pods is not supported" };
    const others = k.syncLoop.activePods().filter((other) => uidOf(other) !== uidOf(pod));
    return k.admission.admit(pod, others.map(holding));
  }

  function sync(pod: Pod): void {
    k.podWorkers.updatePod({ updateType: "sync", pod: holding(pod), startTimeMs: sim.now });
  }

  /** Tries one resize; true where it goes on waiting. */
  function handle(pod: Pod): boolean {
    const uid = uidOf(pod);
    const generation = pod.metadata?.generation ?? 0;
    if (holding(pod) === pod) {
      k.status.resize.clearPending(uid);
      return false;
    }
    const refused = refusal(pod);
    if (!refused) {
      allocated.set(uid, allocationFromPod(pod));
      k.status.resize.clearPending(uid);
      k.status.resize.clearInProgress(uid);
      k.status.resize.setInProgress(uid, "", "", generation);
      k.events.event(
        { pod },
        "Normal",
        "ResizeStarted",
        podResizeMessage("Pod resize started", pod, generation),
      );
      sync(pod);
      return false;
    }
    const { reason, message } = refused;
    if (k.status.resize.setPending(uid, reason, message, generation)) {
      const event = reason === "Infeasible" ? "ResizeInfeasible" : "ResizeDeferred";
      const text = podResizeMessage(`Pod resize ${reason}`, pod, generation, message);
      k.events.event({ pod }, "Warning", event, text);
      sync(pod);
    }
    return reason !== "Infeasible";
  }

  function retry(): void {
    if (pending.get().length === 0) return;
    if (!k.podConfig.allSourcesReady()) {
      sim.send({ to: name }, { type: "RETRY" }, { delayMs: FIRST_RETRY_MS, timer: "retry" });
      return;
    }
    const pods = pending.get().flatMap((uid) => k.podManager.byUid(uid) ?? []);
    pending.set(pods.sort(order).filter(handle).map(uidOf));
    if (pending.get().length > 0)
      sim.send({ to: name }, { type: "RETRY" }, { delayMs: RETRY_MS, timer: "retry" });
    else sim.cancel({ to: name }, "retry");
  }

  sim.component(name, () => {
    if (k.running()) retry();
  });

  return {
    holding,
    admitted(pod) {
      const uid = uidOf(pod);
      allocated.set(uid, allocationFromPod(holding(pod)));
      k.status.resize.backfill(uid, pod.status?.conditions ?? []);
      if (holding(pod) !== pod) pending.update((all) => [...all, uid]);
    },
    updated(pod) {
      const uid = uidOf(pod);
      if (!allocated.has(uid)) return;
      if (holding(pod) === pod) {
        k.status.resize.clearPending(uid);
        pending.update((all) => all.filter((other) => other !== uid));
        return;
      }
      if (!pending.get().includes(uid)) pending.update((all) => [...all, uid]);
      retry();
    },
    retry,
    removeOrphans(isKnown) {
      for (const uid of keysWhere(allocated, (_, uid) => !isKnown(uid))) allocated.delete(uid);
    },
    stop() {
      pending.set([]);
      sim.cancel({ to: name }, "retry");
    },
  };
}
