/** The pod lifecycle event generator: looks at the runtime and tells the loop what changed (pkg/kubelet/pleg). */
import type { ContainerStatusCri, PodSandbox } from "../../cri/contract.ts";
import { type Effect, MachineTable } from "../../sim/index.ts";
import type { Ms } from "../../sim/types.ts";
import type { Kubelet, Pleg } from "../contract.ts";
import type { PlegEvent, RuntimePodStatus } from "../types.ts";
import type { PlegPod } from "./generate-events.ts";
import { podsOf, sameListing } from "./listing.ts";
import { type Changed, type PlegContext, type PlegMachineEvent, plegMachine } from "./pleg.machine.ts";
import type { WritablePodCache } from "./pod-cache.ts";
import {
  EVENTED_CACHE_PERIOD,
  EVENTED_RELIST_PERIOD,
  EVENTED_RELIST_THRESHOLD,
  eventsToSend,
  podIps,
  RELIST_PERIOD,
  RELIST_THRESHOLD,
  REQUEST_CHANNEL,
  reconcilePodRecord,
  requestIsPending,
  unhealthy,
} from "./reconcile.ts";

interface Request {
  readonly uid: string;
  readonly at: Ms;
}

interface Memory {
  /** The last global listing as it came. */
  readonly sandboxes: readonly PodSandbox[];
  readonly containers: readonly ContainerStatusCri[];
  readonly requests: readonly Request[];
  readonly reinspect: readonly string[];
  /** A look at one pod has seen something newer than the listing. */
  readonly outdated: boolean;
}

const EMPTY: Memory = { sandboxes: [], containers: [], requests: [], reinspect: [], outdated: false };

export interface PlegOptions {
  readonly period?: Ms;
  readonly threshold?: Ms;
  /** The loop turns only when it gets WORK or RELIST from outside. */
  readonly manual?: boolean;
}

/** The PLEG with its loop's handles. */
export interface GenericPleg extends Pleg {
  /** One turn of the loop, or a global relist at once; both only where `manual` is set. */
  turn(event: { readonly type: "WORK" | "RELIST" }): void;
  readonly machine: MachineTable<PlegContext, PlegMachineEvent>;
  /** Pods that the next look inspects whatever it sees. */
  reinspecting(): readonly string[];
  /** The last global listing, as the runtime gave it. */
  lastListing(): Pick<Memory, "sandboxes" | "containers">;
}

/** A pod with everything that either look shows, the newer state first. */
function merged(old: PlegPod | undefined, current: PlegPod | undefined): PlegPod | undefined {
  if (!old || !current) return current ?? old;
  return {
    ...current,
    containers: [...current.containers, ...old.containers],
    sandboxes: [...current.sandboxes, ...old.sandboxes],
  };
}

export function createPleg(k: Kubelet, options: PlegOptions = {}): GenericPleg {
  const { sim, nodeName } = k;
  const name = `${nodeName}/pleg`;
  const cache = k.podCache as WritablePodCache;
  const records = sim.table<PlegPod>(`${name}/records`);
  const memory = sim.cell<Memory>(`${name}/memory`, EMPTY);
  /** The runtime tells of changes by itself, as long as its stream lasts. */
  const streaming = sim.cell<boolean>(`${name}/streaming`, false);
  const evented = k.config.featureGates["EventedPLEG"] === true && k.cri.watchEvents !== undefined;
  const period = (): Ms => options.period ?? (streaming.get() ? EVENTED_RELIST_PERIOD : RELIST_PERIOD);
  const threshold = (): Ms =>
    options.threshold ?? (streaming.get() ? EVENTED_RELIST_THRESHOLD : RELIST_THRESHOLD);
  const address = { to: name };

  const flagged = (uid: string): boolean => memory.get().reinspect.includes(uid);
  const setFlag = (uid: string, on: boolean): void => {
    if (flagged(uid) === on) return;
    memory.update((m) => ({
      ...m,
      reinspect: on ? [...m.reinspect, uid] : m.reinspect.filter((u) => u !== uid),
    }));
  };

  /** Compares the pods of a look with the records; what differs waits for its inspection. */
  function changes(pods: ReadonlyMap<string, PlegPod>, uids: Iterable<string>): Changed[] {
    const found: Changed[] = [];
    for (const uid of uids) {
      const current = pods.get(uid);
      const todo = reconcilePodRecord(records.get(uid), current, flagged(uid));
      if (todo) found.push({ uid, ...(current ? { current } : {}), events: todo.events });
    }
    return found;
  }

  function send(event: PlegEvent, pod: PlegPod | undefined, containers: readonly ContainerStatusCri[]): void {
    const container = containers.find(({ id }) => id === event.containerId);
    const sandbox = pod?.sandboxes.some(({ id }) => id === event.containerId);
    const seen = [...(pod?.containers ?? []), ...(pod?.sandboxes ?? [])].find(
      ({ id }) => id === event.containerId,
    );
    const base = `pod/${pod?.namespace ?? ""}/${pod?.name ?? ""}`;
    const seq = sim.record({
      from: k.id("pleg"),
      to: k.id("syncloop"),
      type: `pleg.${event.type}`,
      object: container ? `${base}/${container.name}` : base,
      ...(seen?.changedBy === undefined ? {} : { cause: seen.changedBy }),
      data: {
        uid: event.podUid,
        containerId: event.containerId,
        ...(container ? { container: container.name } : {}),
        ...(sandbox ? { sandbox } : {}),
        ...(event.type === "ContainerDied" && container?.exitCode !== undefined
          ? { exitCode: container.exitCode }
          : {}),
      },
    });
    sim.under(seq, () => k.syncLoop.plegEvent(event));
  }

  /** A pod has been inspected, or is gone and needs no inspection. */
  function settled({ uid, current, events }: Changed, status: RuntimePodStatus | undefined, at: Ms): void {
    setFlag(uid, false);
    const known = records.get(uid);
    const { status: before, error } = cache.get(uid);
    if (current) {
      const seen = status ?? { ...current, ips: [], sandboxes: [], containers: [] };
      const ips = podIps(seen, error === undefined ? before.ips : []);
      cache.set(uid, { status: { ...seen, ips } }, at);
      records.set(uid, current);
    } else {
      cache.delete(uid);
      records.delete(uid);
    }
    // What is gone now is named by what was seen of it before.
    const pod = merged(known, current);
    const containers = [...(status?.containers ?? []), ...before.containers];
    for (const event of eventsToSend(uid, events)) send(event, pod, containers);
  }

  /** Wakes for the first request, a moment after it was made, or when the period is over. */
  function arm(context: PlegContext): void {
    if (options.manual) return;
    const [request] = memory.get().requests;
    const at = request ? Math.min(request.at + 1, context.nextRelistAt) : context.nextRelistAt;
    sim.send(
      address,
      { type: "WORK" },
      { delayMs: at - sim.now, timer: "work", ...(request ? {} : { cause: null }) },
    );
  }

  function request(uid: string): void {
    if (memory.get().requests.length >= REQUEST_CHANNEL) return;
    memory.update((m) => ({ ...m, requests: [...m.requests, { uid, at: sim.now }] }));
    const state = machine.get();
    if (state && machine.matches("", "idle")) arm(state.context);
  }

  function tickLater(): void {
    sim.send(address, { type: "TICK" }, { delayMs: EVENTED_CACHE_PERIOD, timer: "tick", cause: null });
  }

  const effects: Record<string, Effect<PlegContext, PlegMachineEvent>> = {
    arm: ({ context }) => arm(context),
    pick({ context, raise }) {
      if (sim.now >= context.nextRelistAt) return raise({ type: "RELIST", scheduled: true });
      const [next, ...rest] = memory.get().requests;
      if (!next) return;
      memory.update((m) => ({ ...m, requests: rest }));
      if (requestIsPending(next.at, context.relistTime)) raise({ type: "RELIST_POD", uid: next.uid });
      else arm(context);
    },
    listSandboxes({ context }) {
      const request = context.target === null ? {} : { podUid: context.target };
      k.cri.call("ListPodSandbox", request, { ...address, event: { type: "SANDBOXES" } }, { quiet: true });
      return { listedAt: sim.now };
    },
    listContainers({ context }) {
      const request = context.target === null ? {} : { podUid: context.target };
      k.cri.call("ListContainers", request, { ...address, event: { type: "CONTAINERS" } }, { quiet: true });
    },
    compare({ context, event, raise }) {
      const containers = event.type === "CONTAINERS" && event.result.ok ? event.result.value.containers : [];
      const { sandboxes, target } = context;
      if (target !== null) {
        const pods = podsOf(sandboxes, containers);
        // The runtime does not know the pod (any more): the next global look will tell.
        if (!pods.has(target)) return void raise({ type: "ABSENT" });
        const queue = changes(pods, [target]);
        if (queue.length > 0) memory.update((m) => ({ ...m, outdated: true }));
        raise({ type: queue.length > 0 ? "INSPECT" : "DONE" });
        return { queue };
      }
      const last = memory.get();
      const unchanged =
        !last.outdated && sameListing(last.sandboxes, sandboxes) && sameListing(last.containers, containers);
      memory.set({ ...last, sandboxes, containers, outdated: false });
      const done = { relistTime: context.listedAt, relists: context.relists + 1 };
      // Nothing new in the runtime, and nobody waits for another look: the common case, every second.
      if (unchanged && last.reinspect.length === 0) {
        raise({ type: "DONE" });
        return { ...done, queue: [] };
      }
      const pods = podsOf(sandboxes, containers);
      // A pod whose inspections all failed has no record, but an entry that says so.
      const failing = last.reinspect.filter((uid) => cache.has(uid));
      const queue = changes(pods, new Set([...records.keys(), ...failing, ...pods.keys()]));
      raise({ type: queue.length > 0 ? "INSPECT" : "DONE" });
      return { ...done, queue };
    },
    inspect({ context, raise }) {
      const pod = context.queue[0]?.current;
      if (!pod) return raise({ type: "INSPECTED" });
      const ref = { uid: pod.uid, name: pod.name, namespace: pod.namespace };
      k.runtime.getPodStatus(ref, { ...address, event: { type: "INSPECTED" } });
    },
    settle({ context, event, raise }) {
      const [changed, ...rest] = context.queue;
      const { status, error } = event as { status?: RuntimePodStatus; error?: string };
      if (changed && error !== undefined) {
        // The record stays as it was, so that the next look finds the same difference again.
        cache.set(changed.uid, { ...cache.get(changed.uid), error }, context.listedAt);
        setFlag(changed.uid, true);
      } else if (changed) {
        settled(changed, status, context.listedAt);
      }
      raise({ type: rest.length > 0 ? "INSPECT" : "DONE" });
      return { queue: rest };
    },
    finish({ context }) {
      if (context.target !== null) return void cache.setObservedTime(context.target, context.listedAt);
      cache.updateTime(context.listedAt);
      return context.scheduled ? { nextRelistAt: sim.now + period() } : {};
    },
    streamed({ event, context }) {
      if (event.type !== "STREAM" || !streaming.get()) return;
      if (event.podUid !== undefined) request(event.podUid);
      if (!event.lost) return;
      // Five tries follow at once and fail as well (eventedPlegMaxStreamRetries): from here on it lists as ever.
      streaming.set(false);
      sim.record({
        from: k.id("pleg"),
        to: k.id("pleg"),
        type: "pleg.StreamLost",
        object: `node/${nodeName}`,
      });
      const next = { ...context, nextRelistAt: sim.now };
      arm(next);
      return { nextRelistAt: sim.now };
    },
    tick() {
      if (!streaming.get()) return;
      cache.updateTime(sim.now);
      tickLater();
    },
    fail({ context, event }) {
      const result = "result" in event ? event.result : undefined;
      const error = result && !result.ok ? result.error : undefined;
      sim.record({
        from: k.id("pleg"),
        to: k.id("pleg"),
        type: "pleg.RelistFailed",
        object: `node/${nodeName}`,
        data: { pod: context.target ?? "", code: error?.code ?? "", error: error?.desc ?? "" },
      });
      return context.scheduled ? { nextRelistAt: sim.now + period() } : {};
    },
  };

  const machine = new MachineTable<PlegContext, PlegMachineEvent>(sim, name, plegMachine, effects);
  return {
    machine,
    turn: (event) => machine.send("", event),
    reinspecting: () => memory.get().reinspect,
    lastListing: () => memory.get(),
    requestRelist(uid) {
      if (k.config.featureGates["PLEGOnDemandRelist"] === false) return;
      request(uid);
    },
    requestReinspect: (uid) => setFlag(uid, true),
    unhealthy: () => unhealthy(machine.get()?.context.relistTime ?? null, sim.now, threshold()),
    start({ warm }) {
      // A kubelet that has been up relists on a raster of its own; a new one at once.
      streaming.set(evented);
      const phase = warm ? Math.round(sim.draw("pleg.phase", nodeName) * period()) : 0;
      machine.start("", {
        nextRelistAt: sim.now + phase,
        relistTime: warm ? sim.now + phase - period() : null,
      });
      if (warm) cache.updateTime(evented ? sim.now : sim.now + phase - period());
      if (!evented) return;
      k.cri.watchEvents?.({ ...address, event: { type: "STREAM" } });
      tickLater();
    },
    stop() {
      if (evented) k.cri.watchEvents?.(null);
      machine.stop();
      for (const uid of [...records.keys()]) records.delete(uid);
      memory.set(EMPTY);
      cache.clear();
    },
  };
}
