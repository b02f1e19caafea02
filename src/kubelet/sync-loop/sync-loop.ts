/** The loop: one receive from one channel at a time (pkg/kubelet/kubelet.go: syncLoop). */
import { type Effect, MachineTable } from "../../sim/index.ts";
import type { Kubelet, PodUpdate, ProbeUpdate, SyncLoop } from "../contract.ts";
import { pastActiveDeadline } from "../status/active-deadline.ts";
import { type PlegEvent, type Pod, podObject, type RuntimePodStatus } from "../types.ts";
import { anythingWaits, type Channels, EMPTY_CHANNELS, putPleg, receive } from "./channels.ts";
import { type Adding, activePods, createHandlers, NOTHING_TO_ADD } from "./handlers.ts";
import { handlePodCleanups } from "./housekeeping.ts";
import type { KubeletPodManager } from "./pod-manager.ts";
import { createRuntimeUp } from "./runtime-up.ts";
import {
  HOUSEKEEPING_PERIOD_MS,
  SYNC_PERIOD_MS,
  type SyncLoopContext,
  type SyncLoopEvent,
  syncLoopMachine,
} from "./sync-loop.machine.ts";

/** Ticks that found something to do, and those that did not. */
interface Ticks {
  readonly syncIdle: number;
  readonly syncBusy: number;
  readonly housekeepingIdle: number;
  readonly housekeepingBusy: number;
  readonly housekeepingSkipped: number;
}

const NO_TICKS: Ticks = {
  syncIdle: 0,
  syncBusy: 0,
  housekeepingIdle: 0,
  housekeepingBusy: 0,
  housekeepingSkipped: 0,
};

const PROBE_STATUS: Readonly<Record<string, readonly [success: string, failure: string]>> = {
  liveness: ["healthy", "unhealthy"],
  readiness: ["ready", "not ready"],
  startup: ["started", "unhealthy"],
};

export function createSyncLoop(k: Kubelet): SyncLoop {
  const { sim, nodeName } = k;
  const name = `${nodeName}/sync-loop`;
  const channels = sim.cell<Channels>(`${name}/channels`, EMPTY_CHANNELS);
  const ticks = sim.cell<Ticks>(`${name}/ticks`, NO_TICKS);
  const adding = sim.cell<Adding>(`${name}/adding`, NOTHING_TO_ADD);
  const closed = sim.cell<boolean>(`${name}/gate-closed`, false);
  const handlers = createHandlers(k, adding);
  const runtimeUp = createRuntimeUp(k);
  const address = { to: name };

  const wake = (): void => sim.send(address, { type: "WAKE" }, { timer: "wake" });
  const count = (what: keyof Ticks): void => ticks.update((t) => ({ ...t, [what]: t[what] + 1 }));
  const names = (pods: readonly Pod[]): string[] =>
    pods.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`);
  const objectOf = (pods: readonly Pod[]): string => (pods[0] && pods.length === 1 ? podObject(pods[0]) : "");

  function config({ op, source, pods }: PodUpdate): boolean {
    sim.lead({
      from: k.id("pod-config"),
      to: k.id("syncloop"),
      type: `syncloop.${op}`,
      object: objectOf(pods),
      data: { source, pods: names(pods) },
    });
    let waits = false;
    if (op === "ADD") waits = handlers.additions(pods);
    else if (op === "REMOVE") handlers.removes(pods);
    else if (op === "RECONCILE") handlers.reconcile(pods);
    else handlers.updates(pods);
    k.podConfig.addSource(source);
    return waits;
  }

  function pleg(event: PlegEvent): void {
    const pod = k.podManager.byUid(event.podUid);
    if (pod && event.type !== "ContainerRemoved") {
      sim.lead({
        from: k.id("pleg"),
        to: k.id("syncloop"),
        type: "syncloop.PLEG",
        object: podObject(pod),
        data: { event: event.type, uid: event.podUid, containerId: event.containerId },
      });
      handlers.syncs([pod]);
    }
    if (event.type !== "ContainerDied" || event.containerId === "") return;
    k.runtime.cleanUpContainers(
      event.podUid,
      event.containerId,
      k.podWorkers.shouldPodContentBeRemoved(event.podUid),
    );
  }

  function probe({ probe: kind, podUid, containerId, result }: ProbeUpdate): void {
    // A liveness success changes nothing; the other two tell the status first.
    if (kind === "liveness" && result !== "failure") return;
    if (kind === "readiness") k.status.setContainerReadiness(podUid, containerId, result === "success");
    if (kind === "startup") k.status.setContainerStartup(podUid, containerId, result === "success");
    const pod = k.podManager.byUid(podUid);
    if (!pod) return;
    const status = PROBE_STATUS[kind]?.[result === "success" ? 0 : 1] ?? "";
    sim.lead({
      from: k.id("prober"),
      to: k.id("syncloop"),
      type: "syncloop.PROBE",
      object: podObject(pod),
      data: { probe: kind, status, result, containerId },
    });
    handlers.syncs([pod]);
  }

  /** Pods whose time in the work queue has come, and those past their active deadline (getPodsToSync). */
  function podsToSync(): Pod[] {
    const due = new Set(k.workQueue.takeDue());
    const bounded = hasDeadlines() ? activeDeadlines(k.host.wallClock()) : [];
    if (due.size === 0 && bounded.length === 0) return [];
    for (const uid of bounded) due.add(uid);
    return k.podManager.pods().filter((pod) => due.has(pod.metadata?.uid ?? ""));
  }

  const hasDeadlines = (): boolean =>
    k.podManager.pods().some((pod) => pod.spec?.activeDeadlineSeconds !== undefined);
  const activeDeadlines = (now: number): string[] =>
    k.podManager
      .pods()
      .filter((pod) => pod.spec?.activeDeadlineSeconds !== undefined)
      .filter((pod) => pastActiveDeadline(pod, k.status.getPodStatus(pod.metadata?.uid ?? ""), now))
      .map((pod) => pod.metadata?.uid ?? "")
      // A worker that is done ignores its syncs: asking it every second would only fill the trace.
      .filter((uid) => !k.podWorkers.isPodKnownTerminated(uid));

  function sync(): void {
    const pods = podsToSync();
    count(pods.length === 0 ? "syncIdle" : "syncBusy");
    if (pods.length === 0) return;
    sim.lead({
      from: k.id("syncloop"),
      to: k.id("pod-workers"),
      type: "syncloop.SYNC",
      object: objectOf(pods),
      data: { total: pods.length, pods: names(pods) },
    });
    handlers.syncs(pods);
  }

  const housekeepingLeads = (): void => {
    sim.lead({
      from: k.id("syncloop"),
      to: k.id("pod-workers"),
      type: "syncloop.HOUSEKEEPING",
      object: `node/${nodeName}`,
    });
  };

  const effects: Record<string, Effect<SyncLoopContext, SyncLoopEvent>> = {
    checkGate({ raise }) {
      if (!anythingWaits(channels.get())) return;
      const errors = runtimeUp.errors();
      if (errors.length > 0) return raise({ type: "CLOSED", errors });
      if (closed.get()) {
        closed.set(false);
        sim.record({
          from: k.id("syncloop"),
          to: k.id("syncloop"),
          type: "syncloop.OPEN",
          object: `node/${nodeName}`,
        });
      }
      raise({ type: "OPEN" });
    },
    reportGate({ event, context }) {
      closed.set(true);
      sim.record({
        from: k.id("syncloop"),
        to: k.id("syncloop"),
        type: "syncloop.CLOSED",
        object: `node/${nodeName}`,
        data: { errors: event.type === "CLOSED" ? event.errors : [], sleepMs: context.sleepMs },
      });
    },
    iterate({ raise }) {
      const received = receive(channels);
      const cause = received && "cause" in received ? received.cause : null;
      const handle = (action: () => void): void => {
        sim.under(cause, action);
        raise({ type: "RECEIVED" });
      };
      switch (received?.from) {
        case "config":
          return raise({ type: sim.under(cause, () => config(received.item)) ? "PREEMPT" : "RECEIVED" });
        case "pleg":
          return handle(() => pleg(received.item));
        case "probe":
          return handle(() => probe(received.item));
        case "sync":
          return handle(sync);
        case "housekeeping":
          if (k.podConfig.allSourcesReady()) return raise({ type: "CLEAN" });
          count("housekeepingSkipped");
          return raise({ type: "RECEIVED" });
        default:
          return raise({ type: "RECEIVED" });
      }
    },
    again() {
      if (anythingWaits(channels.get())) wake();
    },
    listRunningPods: () => k.runtime.runningPods({ ...address, event: { type: "RUNNING_PODS" } }),
    cleanUp({ event }) {
      if (event.type !== "RUNNING_PODS") return;
      if (event.error !== undefined) {
        count("housekeepingBusy");
        sim.record({
          from: k.id("syncloop"),
          to: k.id("syncloop"),
          type: "syncloop.HOUSEKEEPING",
          object: `node/${nodeName}`,
          data: { error: event.error },
        });
        return;
      }
      let done = 0;
      // It leads what it does; a pass that finds nothing to do is only counted.
      const act = (): void => {
        if (done++ === 0) housekeepingLeads();
      };
      sim.under(null, () => handlePodCleanups(k, (event.pods ?? []) as readonly RuntimePodStatus[], act));
      count(done > 0 ? "housekeepingBusy" : "housekeepingIdle");
    },
    goOnAdmitting({ raise }) {
      if (k.admission.preempting().length > 0) return;
      raise(handlers.goOnAdding() ? { type: "PREEMPT" } : { type: "ADMITTED" });
    },
    tickSync() {
      sim.send(address, { type: "SYNC_TICK" }, { delayMs: SYNC_PERIOD_MS, timer: "sync", cause: null });
      tick("sync");
    },
    tickHousekeeping() {
      sim.send(
        address,
        { type: "HOUSEKEEPING_TICK" },
        { delayMs: HOUSEKEEPING_PERIOD_MS, timer: "housekeeping", cause: null },
      );
      tick("housekeeping");
    },
  };

  /** A tick that finds the last one still in its channel is lost. */
  function tick(which: "sync" | "housekeeping"): void {
    const now = channels.get();
    if (now[which]) return;
    channels.set({ ...now, [which]: true });
    if (machine.matches("", "selecting")) sim.send(address, { type: "WAKE" }, { timer: "wake", cause: null });
  }

  const machine = new MachineTable<SyncLoopContext, SyncLoopEvent>(sim, name, syncLoopMachine, effects, {
    rootTimers: true,
  });

  function put(change: (c: Channels) => Channels): void {
    channels.update(change);
    if (machine.matches("", "selecting")) wake();
  }

  return {
    config: (item) => put((c) => ({ ...c, config: [...c.config, { item, cause: sim.cause }] })),
    plegEvent(item) {
      if (!putPleg(channels, item, sim.cause)) return;
      if (machine.matches("", "selecting")) wake();
    },
    probeResult: (item) =>
      put((c) => ({ ...c, [item.probe]: [...c[item.probe], { item, cause: sim.cause }] })),
    runtimeErrors: () => runtimeUp.errors(),
    networkError: () => runtimeUp.networkError(),
    updateRuntimeUp: () => runtimeUp.ask(),
    activePods: () => activePods(k),
    preempted: () => machine.send("", { type: "PREEMPTED" }),
    start(options) {
      runtimeUp.start?.(options);
      (k.podManager as KubeletPodManager).registerMirrors();
      machine.start("", undefined);
      const phase = (what: string, period: number): number =>
        options.warm ? Math.round(sim.draw(`sync-loop.${what}`, nodeName) * period) : period;
      sim.send(
        address,
        { type: "SYNC_TICK" },
        { delayMs: phase("sync", SYNC_PERIOD_MS), timer: "sync", cause: null },
      );
      sim.send(
        address,
        { type: "HOUSEKEEPING_TICK" },
        { delayMs: phase("housekeeping", HOUSEKEEPING_PERIOD_MS), timer: "housekeeping", cause: null },
      );
      if (anythingWaits(channels.get())) wake();
    },
    stop() {
      machine.stop();
      runtimeUp.stop?.();
      channels.set(EMPTY_CHANNELS);
      adding.set(NOTHING_TO_ADD);
      ticks.set(NO_TICKS);
      closed.set(false);
      (k.podManager as KubeletPodManager).clear();
      k.workQueue.clear();
    },
  };
}
