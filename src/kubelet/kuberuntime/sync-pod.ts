/** SyncPod of the runtime manager: carries out what computePodActions decided (kuberuntime_manager.go: SyncPod). */
import type { Container, Pod } from "../../api/types.ts";
import { type ContainerStatusCri, criErrorText } from "../../cri/contract.ts";
import { type Effect, MachineTable } from "../../sim/index.ts";
import type { ReplyTo, SimEvent } from "../../sim/types.ts";
import type { Kubelet, PodSyncResult, SyncResult } from "../contract.ts";
import { formatPod, isSidecar, podObject, type RuntimePodStatus, type StartError } from "../types.ts";
import { computePodActions } from "./compute-pod-actions.ts";
import type { ContainerKind } from "./container-config.ts";
import type { Killing } from "./killing.ts";
import type { PodActions } from "./pod-actions.ts";
import { parseResolvConf } from "./pod-dns.ts";
import type { Removal } from "./removal.ts";
import { createResizing } from "./resizing.ts";
import { isHostNetworkPod } from "./sandbox-changed.ts";
import { generatePodSandboxConfig } from "./sandbox-config.ts";
import type { Starting } from "./starting.ts";
import { type StartItem, type SyncContext, type SyncEvent, syncMachine } from "./sync.machine.ts";

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

type SyncEffect = Effect<SyncContext, SyncEvent & SimEvent>;
type Raise = (event: SyncEvent) => void;

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

  const killSteps: Record<string, SyncEffect> = {
    begin: ({ context, raise }) => {
      const { actions, pod } = context;
      if (actions.createSandbox && actions.sandboxId !== "") {
        k.events.event(
          { pod },
          "Normal",
          "SandboxChanged",
          "Pod sandbox changed, it will be killed and re-created.",
        );
      }
      raise({ type: actions.killPod ? "killPod" : "killContainers" });
    },
    killPod: ({ context, key }) =>
      killing.killPod(context.pod, context.status, undefined, replyTo(key, "podKilled")),
    notePodKilled: ({ context, event, raise }) => {
      const { results: killed } = event as SyncEvent & { type: "podKilled" };
      const results = [...context.results, ...killed];
      if (killed.some((r) => r.error)) finish({ ...context, results }, raise);
      else raise({ type: "next" });
      return { results };
    },
    killNext: ({ context, key, raise }) => {
      const [next] = context.toKill;
      if (!next) return raise({ type: "done" });
      const status = context.status.containers.find((c) => c.id === next.id) as ContainerStatusCri;
      killing.killContainer(
        { pod: context.pod, status, message: next.message, reason: next.reason },
        replyTo(key, "killed"),
      );
    },
    noteKilled: ({ context, event, raise }) => {
      const { error } = event as SyncEvent & { type: "killed" };
      const [{ name: target = "" } = {}, ...toKill] = context.toKill;
      const failed = error === undefined ? undefined : { reason: "KillContainerError", message: error };
      const results = [...context.results, result("KillContainer", target, failed)];
      if (failed) finish({ ...context, results }, raise);
      else raise({ type: "next" });
      return { results, toKill };
    },
    resetNext: ({ context, key, raise }) => {
      const [next] = context.toReset;
      if (!next) return raise({ type: "done" });
      if (!next.kill) return raise({ type: "remove" });
      const status = context.status.containers.find((c) => c.id === next.id) as ContainerStatusCri;
      const request = {
        pod: context.pod,
        status,
        message: "killing",
        reason: "RestartAllContainers" as const,
      };
      killing.killContainer({ ...request, gracePeriodOverride: 0 }, replyTo(key, "killed"));
    },
    noteResetKilled: ({ context, event, raise }) => {
      const { error } = event as SyncEvent & { type: "killed" };
      if (error === undefined) return void raise({ type: "remove" });
      const target = context.toReset[0]?.name ?? "";
      const results = [
        ...context.results,
        result("RemoveContainer", target, { reason: "KillContainerError", message: error }),
      ];
      finish({ ...context, results }, raise);
      return { results };
    },
    // The log is kept: the next instance takes its number from there.
    removeReset: ({ context, key }) => {
      const status = context.status.containers.find(
        (c) => c.id === context.toReset[0]?.id,
      ) as ContainerStatusCri;
      removal.remove(status, { keepLogs: true }, replyTo(key, "removed"));
    },
    noteReset: ({ context, event, raise }) => {
      const { result: answer } = event as SyncEvent & { type: "removed" };
      const [{ name: target = "" } = {}, ...toReset] = context.toReset;
      const failed = answer.ok
        ? undefined
        : { reason: "RemoveContainerError", message: criErrorText(answer.error) };
      const results = [...context.results, result("RemoveContainer", target, failed)];
      if (failed) finish({ ...context, results }, raise);
      else raise({ type: "next" });
      return { results, toReset };
    },
    listInitContainers: ({ context, raise }) => {
      const toRemove = initContainersToRemove(context);
      raise({ type: toRemove.length > 0 ? "next" : "done" });
      return { toRemove };
    },
    removeNext: ({ context, key, raise }) => {
      const [next] = context.toRemove;
      if (next) removal.remove(next, { keepLogs: false }, replyTo(key, "removed"));
      else raise({ type: "done" });
    },
    noteRemoved: ({ context, raise }) => {
      raise({ type: "next" });
      return { toRemove: context.toRemove.slice(1) };
    },
  };

  const sandboxSteps: Record<string, SyncEffect> = {
    decideSandbox: ({ context, raise }) => {
      if (context.actions.createSandbox) raise({ type: "createSandbox" });
      else if (sandboxConfig(context, raise)) raise({ type: "haveSandbox" });
    },
    runSandbox: ({ context, key, raise }) => {
      const { pod, actions } = context;
      const generated = configOf(pod, actions.attempt);
      if (!generated.ok) {
        const message = `Failed to generate sandbox config for pod ${JSON.stringify(formatPod(pod))}: ${generated.error}`;
        return sandboxFailed(context, raise, message, generated.error);
      }
      k.host.fs.mkdir(generated.config.logDirectory);
      const data = { pod: podObject(pod), podUid: pod.metadata?.uid, attempt: actions.attempt };
      k.cri.call("RunPodSandbox", { config: generated.config }, replyTo(key, "sandboxRun"), { data });
      return undefined;
    },
    noteSandbox: ({ context, event, raise }) => {
      const { result: answer } = event as SyncEvent & { type: "sandboxRun" };
      const { pod } = context;
      if (!answer.ok) {
        const text = criErrorText(answer.error);
        return sandboxFailed(
          context,
          raise,
          `Failed to create sandbox for pod ${JSON.stringify(formatPod(pod))}: ${text}`,
          text,
        );
      }
      raise({ type: "next" });
      return {
        sandboxId: answer.value.sandboxId,
        results: [...context.results, result("CreatePodSandbox", formatPod(pod))],
      };
    },
    readSandbox: ({ context, key }) => {
      const data = { pod: podObject(context.pod), podUid: context.pod.metadata?.uid };
      k.cri.call("PodSandboxStatus", { sandboxId: context.sandboxId }, replyTo(key, "sandboxStatus"), {
        data,
      });
    },
    noteSandboxStatus: ({ context, event, raise }) => {
      const { result: answer } = event as SyncEvent & { type: "sandboxStatus" };
      const { pod } = context;
      if (!answer.ok) {
        const syncError = criErrorText(answer.error);
        k.events.event(
          { pod },
          "Warning",
          "FailedPodSandBoxStatus",
          `Unable to get pod sandbox status: ${syncError}`,
        );
        finish({ ...context, syncError }, raise);
        return { syncError };
      }
      const podIps = isHostNetworkPod(pod) ? context.podIps : answer.value.sandbox.ips;
      k.status.onPodSandboxReady(pod);
      if (sandboxConfig(context, raise)) raise({ type: "next" });
      return { podIps };
    },
    pullImageVolume: ({ context, key, raise }) => {
      const { pod } = context;
      const volume = pod.spec?.volumes?.find((v) => v.name === context.imageVolumes[0]);
      if (!volume?.image) return raise({ type: "done" });
      const { reference = "", pullPolicy } = volume.image;
      const asked = {
        name: volume.name,
        image: reference,
        ...(pullPolicy ? { imagePullPolicy: pullPolicy } : {}),
      } as Container;
      k.images.ensureImageExists(pod, asked, { pod }, replyTo(key, "image"));
    },
    noteImageVolume: ({ context, event, raise }) => {
      const { error } = event as SyncEvent & { type: "image" };
      const [volume = "", ...imageVolumes] = context.imageVolumes;
      raise({ type: "next" });
      return {
        imageVolumes,
        imageVolumeErrors: error
          ? { ...context.imageVolumeErrors, [volume]: error }
          : context.imageVolumeErrors,
      };
    },
  };

  const startSteps: Record<string, SyncEffect> = {
    startNext: ({ context, key, params, raise }) => {
      const { kind } = params as { kind: ContainerKind };
      const next = context.toStart.find((item) => item.kind === kind);
      if (!next) return raise({ type: "done" });
      const { pod, status, sandboxId, podIps, imageVolumeErrors } = context;
      const container = containerOf(pod, next);
      starting.start(
        { pod, container, kind, sandboxId, podIps, status, imageVolumeErrors },
        replyTo(key, "started"),
      );
    },
    noteStart: ({ context, event, raise }) => {
      const { error } = event as SyncEvent & { type: "started" };
      const item = (["ephemeral", "init", "regular"] as const).flatMap(
        (kind) => context.toStart.find((i) => i.kind === kind) ?? [],
      )[0] as StartItem;
      const container = containerOf(context.pod, item);
      const results = [...context.results, result("StartContainer", container.name, error)];
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
      ...killSteps,
      ...sandboxSteps,
      ...startSteps,
      ...createResizing(k, { starting, replyTo }),
    },
  );

  function configOf(pod: Pod, attempt: number) {
    const generated = generatePodSandboxConfig(pod, attempt, {
      cgroupParent: k.cgroups.cgroupParent(pod),
      clusterDns: k.config.clusterDns,
      clusterDomain: k.config.clusterDomain,
      hostDns: parseResolvConf(k.host.fs.read("/etc/resolv.conf") ?? ""),
      runtimeHandler: "",
    });
    if (generated.ok)
      for (const text of generated.dnsWarnings) k.events.event({ pod }, "Warning", "DNSConfigForming", text);
    return generated;
  }

  /** The configuration is made once more for the containers; a failure ends the sync. */
  function sandboxConfig(context: SyncContext, raise: Raise): boolean {
    const generated = configOf(context.pod, context.actions.attempt);
    if (generated.ok) return true;
    const syncError = `GeneratePodSandboxConfig for pod ${JSON.stringify(formatPod(context.pod))} failed: ${generated.error}`;
    finish({ ...context, syncError }, raise);
    return false;
  }

  function sandboxFailed(
    context: SyncContext,
    raise: Raise,
    message: string,
    text: string,
  ): Partial<SyncContext> {
    const { pod } = context;
    const target = formatPod(pod);
    // The pod is being deleted while its sandbox is made: that is no error.
    const ending = k.podWorkers.isPodTerminationRequested(pod.metadata?.uid ?? "");
    if (!ending)
      k.events.event({ pod }, "Warning", "FailedCreatePodSandBox", `Failed to create pod sandbox: ${text}`);
    const error = ending ? undefined : { reason: "CreatePodSandboxError", message };
    const results = [...context.results, result("CreatePodSandbox", target, error)];
    finish({ ...context, results }, raise);
    return { results };
  }

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

/**
 * Instances of init containers to remove: all of them before a new sandbox, else all dead ones but the newest of each
 * (kuberuntime_container.go: purgeInitContainers, pruneInitContainersBeforeStart).
 */
function initContainersToRemove({ pod, status, actions }: SyncContext): ContainerStatusCri[] {
  const purge = actions.killPod && actions.createSandbox;
  return (pod.spec?.initContainers ?? []).flatMap((init) => {
    const instances = status.containers.filter((c) => c.name === init.name);
    return purge
      ? instances
      : instances.filter((c) => c.state === "exited" || c.state === "unknown").slice(1);
  });
}

function containerOf(pod: Pod, { kind, index }: StartItem): Container {
  const { initContainers, containers, ephemeralContainers } = pod.spec ?? {};
  const list = kind === "init" ? initContainers : kind === "regular" ? containers : ephemeralContainers;
  return list?.[index] as Container;
}

function result(action: SyncResult["action"], target: string, error?: StartError): SyncResult {
  return { action, target, ...(error ? { error } : {}) };
}
