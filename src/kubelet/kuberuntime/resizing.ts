/** The in-place resize of a sync: memory first, then cpu (kuberuntime_manager.go: doPodResizeAction). */
import { criErrorText } from "../../cri/contract.ts";
import type { Effect } from "../../sim/index.ts";
import type { ReplyTo, SimEvent } from "../../sim/types.ts";
import { milliCPUToQuota, milliCPUToShares, QUOTA_PERIOD_MICROS } from "../cm/cgroup-values.ts";
import type { Kubelet, SyncResult } from "../contract.ts";
import { formatPod, podObject } from "../types.ts";
import { type ContainerResources, podLevelResources, THE_POD } from "./compute-resize-action.ts";
import type { Starting } from "./starting.ts";
import type { SyncContext, SyncEvent, UpdateItem } from "./sync.machine.ts";

export interface ResizingDependencies {
  readonly starting: Starting;
  readonly replyTo: (key: string, type: SyncEvent["type"]) => ReplyTo;
}

export function createResizing(
  k: Kubelet,
  { starting, replyTo }: ResizingDependencies,
): Record<"resizeNext" | "noteResize", Effect<SyncContext, SyncEvent & SimEvent>> {
  /** The whole resize succeeded or ended with an error; either way the pod is looked at again. */
  function end(context: SyncContext, message?: string): Partial<SyncContext> {
    if (message === undefined && context.actions.updatePodLevelResources)
      starting.setActuated(context.pod.metadata?.uid ?? "", THE_POD, podLevelResources(context.pod));
    k.pleg.requestReinspect(context.pod.metadata?.uid ?? "");
    const error = message === undefined ? {} : { error: { reason: "ResizePodInPlaceError", message } };
    const result: SyncResult = { action: "ResizePodInPlace", target: formatPod(context.pod), ...error };
    return { toUpdate: [], results: [...context.results, result] };
  }

  return {
    resizeNext: ({ context, key, raise }) => {
      const { pod, actions } = context;
      const { memory, cpu } = actions.containersToUpdate;
      const total = memory.length + cpu.length;
      const [next] = context.toUpdate;
      if (total === 0 && !actions.updatePodResources && !actions.updatePodLevelResources)
        return void raise({ type: "done" });
      if (context.toUpdate.length === total) {
        const refused = memoryBelowUsage(k, context.toUpdate);
        if (refused !== null) {
          raise({ type: "done" });
          return end(context, refused);
        }
        k.cgroups.ensurePodCgroup(pod);
      }
      if (!next) {
        raise({ type: "done" });
        return end(context);
      }
      const request = { containerId: next.update.id, ...limitsOf(next) };
      const data = {
        pod: podObject(pod),
        podUid: pod.metadata?.uid,
        container: next.update.name,
        containerId: next.update.id,
      };
      k.cri.call("UpdateContainerResources", request, replyTo(key, "updated"), { data });
      return undefined;
    },
    noteResize: ({ context, event, raise }) => {
      const { result } = event as SyncEvent & { type: "updated" };
      const [item, ...toUpdate] = context.toUpdate;
      if (!result.ok) {
        raise({ type: "done" });
        return end(context, criErrorText(result.error));
      }
      if (item) {
        const uid = context.pod.metadata?.uid ?? "";
        const before = starting.actuated(uid, item.update.name) ?? item.update.current;
        starting.setActuated(uid, item.update.name, merged(before, item));
      }
      if (toUpdate.length === 0) {
        raise({ type: "done" });
        return end(context);
      }
      raise({ type: "next" });
      return { toUpdate };
    },
  };
}

function limitsOf({ what, update: { desired } }: UpdateItem) {
  if (what === "memory") return desired.memoryLimit > 0 ? { memoryLimit: desired.memoryLimit } : {};
  const cpuQuota = milliCPUToQuota(desired.cpuLimit, QUOTA_PERIOD_MICROS);
  return {
    cpuShares: milliCPUToShares(desired.cpuRequest || desired.cpuLimit),
    ...(cpuQuota > 0 ? { cpuQuota } : {}),
  };
}

function merged(before: ContainerResources, { what, update: { desired } }: UpdateItem): ContainerResources {
  return what === "memory"
    ? { ...before, memoryLimit: desired.memoryLimit, memoryRequest: desired.memoryRequest }
    : { ...before, cpuLimit: desired.cpuLimit, cpuRequest: desired.cpuRequest };
}

/** Text of the refusal when a memory limit would fall below what is in use; null when none does. */
function memoryBelowUsage(k: Kubelet, items: readonly UpdateItem[]): string | null {
  const errors = items.flatMap(({ what, update: { id, name, desired, current } }) => {
    const lowered =
      desired.memoryLimit > 0 && (current.memoryLimit === 0 || desired.memoryLimit < current.memoryLimit);
    const usage = what === "memory" && lowered ? (k.host.stats.container(id)?.memory.usageBytes ?? 0) : 0;
    if (usage < desired.memoryLimit || usage === 0) return [];
    return [
      `attempting to set container "${name}" memory limit (${desired.memoryLimit}) below current usage (${usage})`,
    ];
  });
  if (errors.length === 0) return null;
  return `cannot decrease memory limits: ${errors.length === 1 ? errors[0] : `[${errors.join(", ")}]`}`;
}
