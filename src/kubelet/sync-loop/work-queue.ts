/** When pods are to be synced again (pkg/kubelet/util/queue/work_queue.go). */
import type { Ms } from "../../sim/types.ts";
import type { Kubelet, WorkQueue } from "../contract.ts";

export function createWorkQueue(k: Kubelet): WorkQueue & { clear(): void } {
  const due = k.sim.table<Ms>(`${k.nodeName}/work-queue`);
  return {
    enqueue: (uid, delayMs) => due.set(uid, k.sim.now + Math.round(delayMs)),
    takeDue() {
      let found: string[] | null = null;
      for (const [uid, at] of due) if (at < k.sim.now) (found ??= []).push(uid);
      if (!found) return [];
      for (const uid of found) due.delete(uid);
      return found;
    },
    dueAt: (uid) => due.get(uid),
    clear() {
      for (const uid of [...due.keys()]) due.delete(uid);
    },
  };
}
