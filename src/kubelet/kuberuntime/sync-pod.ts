/** SyncPod of the runtime manager: carries out what computePodActions decided (kuberuntime_manager.go: SyncPod). */
import type { Container, Pod } from "../../api/types.ts";
import { MachineTable } from "../../sim/index.ts";
import type { ReplyTo, SimEvent } from "../../sim/types.ts";
import type { Kubelet, PodSyncResult, SyncResult } from "../contract.ts";
import { isSidecar, type RuntimePodStatus } from "../types.ts";
import { computePodActions } from "./compute-pod-actions.ts";
import { podLevelResources, THE_POD } from "./compute-resize-action.ts";
import type { ContainerKind } from "./container-config.ts";
import type { Killing } from "./killing.ts";
import type { PodActions } from "./pod-actions.ts";
import type { Removal } from "./removal.ts";
import { createResizing } from "./resizing.ts";
import type { Starting } from "./starting.ts";
import { type StartItem, type SyncContext, type SyncEvent, syncMachine } from "./sync.machine.ts";
import { createKillSteps } from "./sync-kill-steps.ts";
import { createSandboxSteps } from "./sync-sandbox-steps.ts";
import { type Raise, type SyncEffect, syncResult } from "./sync-steps.ts";

export interface SyncDependencies {
  readonly killing: Killing;
  readonly starting: Starting;
  readonly removal: Removal;
  /** Told the results of each sync before they are answered. */
  readonly onResults: (pod: Pod, results: readonly SyncResult[]) => void;
}

export interface Syncing {
  sync(pod: Pod, status: RuntimePodStatus, options: { restartAllContainers: boolean }, reply: ReplyTo): void;
  stop(): void;
}

export function createSyncing(
  k: Kubelet,
  { killing, starting, removal, onResults }: SyncDependencies,
): Syncing {
  const { sim } = k;
  const name = `${k.nodeName}/kuberuntime`;
  const count = sim.cell<number>(`${name}/syncs`, 1);
  const machineName = `${name}/sync`;
  const replyTo = (key: string, type: SyncEvent["type"]): ReplyTo => ({
    to: machineName,
    key,
    event: { type },
  });

  const startSteps: Record<string, SyncEffect> = {
    startNext: ({ context, key, params, raise }) => {
      const { kind } = params as { kind: ContainerKind };
      const next = context.toStart.find((item) => item.kind === kind);
      if (!next) return raise({ type: "done" });
      const { pod, status, sandboxId, podIps, imageVolumeErrors, imageVolumeRefs } = context;
      const container = containerOf(pod, next);
      starting.start(
        { pod, container, kind, sandboxId, podIps, status, imageVolumeErrors, imageVolumeRefs },
        replyTo(key, "started"),
      );
    },
    noteStart: ({ context, event, raise }) => {
      const { error } = event as SyncEvent & { type: "started" };
      const item = (["ephemeral", "init", "regular"] as const).flatMap(
        (kind) => context.toStart.find((i) => i.kind === kind) ?? [],
      )[0] as StartItem;
      const container = containerOf(context.pod, item);
      const results = [...context.results, syncResult("StartContainer", container.name, error)];
      const patch = { results, toStart: context.toStart.filter((other) => other !== item) };
      // Nothing after an init container starts before it has; a sidecar holds nobody up.
      if (error && item.kind === "init" && !isSidecar(container)) finish({ ...context, ...patch }, raise);
      else raise({ type: "next" });
      return patch;
    },
    finish: ({ context, raise }) => finish(context, raise),
  };

  const machines: MachineTable<SyncContext, SyncEvent & SimEvent> = new MachineTable(
    sim,
    machineName,
    syncMachine,
    {
      ...createKillSteps(k, { killing, removal, replyTo, finish }),
      ...createSandboxSteps(k, { replyTo, finish }),
      ...startSteps,
      ...createResizing(k, { starting, replyTo }),
    },
  );

  function finish(context: SyncContext, raise: Raise): void {
    const { results, syncError } = context;
    onResults(context.pod, results);
    const podSyncResult: PodSyncResult = { results, ...(syncError === null ? {} : { syncError }) };
    sim.reply(context.reply, { podSyncResult });
    raise({ type: "finished" });
  }

  return {
    sync(pod, status, { restartAllContainers }, reply) {
      const uid = pod.metadata?.uid ?? "";
      // The pod's cgroup has been made with these.
      if (pod.spec?.resources && !starting.actuated(uid, THE_POD))
        starting.setActuated(uid, THE_POD, podLevelResources(pod));
      const actions = computePodActions(pod, status, {
        restartAllContainers,
        probes: {
          liveness: (id) => k.prober.result("liveness", id),
          startup: (id) => k.prober.result("startup", id),
        },
        gates: k.config.featureGates,
        actuated: (container) => starting.actuated(uid, container),
      });
      const n = count.get();
      count.set(n + 1);
      machines.start(String(n), initialContext(pod, status, actions, reply));
    },
    stop() {
      for (const key of [...machines.keys()]) machines.stop(key);
    },
  };
}

function initialContext(
  pod: Pod,
  status: RuntimePodStatus,
  actions: PodActions,
  reply: ReplyTo,
): SyncContext {
  const items = (kind: ContainerKind, list: readonly number[]): StartItem[] =>
    list.map((index) => ({ kind, index }));
  const { memory, cpu } = actions.containersToUpdate;
  return {
    pod,
    status,
    reply,
    actions,
    toKill: actions.containersToKill,
    toReset: actions.containersToReset,
    toRemove: [],
    sandboxId: actions.sandboxId,
    podIps: status.ips,
    imageVolumes: (pod.spec?.volumes ?? []).filter((v) => v.image).map((v) => v.name),
    imageVolumeErrors: {},
    imageVolumeRefs: {},
    toStart: [
      ...items("ephemeral", actions.ephemeralContainersToStart),
      ...items("init", actions.initContainersToStart),
      ...items("regular", actions.containersToStart),
    ],
    toUpdate: [
      ...memory.map((update) => ({ what: "memory" as const, update })),
      ...cpu.map((update) => ({ what: "cpu" as const, update })),
    ],
    results: [],
    syncError: null,
  };
}

function containerOf(pod: Pod, { kind, index }: StartItem): Container {
  const { initContainers, containers, ephemeralContainers } = pod.spec ?? {};
  const list = kind === "init" ? initContainers : kind === "regular" ? containers : ephemeralContainers;
  return list?.[index] as Container;
}
