/** The eviction manager: looks every ten seconds, reclaims, ends pods (pkg/kubelet/eviction/eviction_manager.go). */
import { MachineTable } from "../../sim/index.ts";
import type { Ms } from "../../sim/types.ts";
import { isCriticalPod } from "../config/static.ts";
import type { EvictionManager, KillPodOptions, Kubelet } from "../contract.ts";
import { type Pod, podObject } from "../types.ts";
import { admitUnderPressure } from "./admit.ts";
import {
  type EvictionContext,
  type EvictionEvent,
  evictionMachine,
  MONITORING_INTERVAL_MS,
  type Victim,
} from "./eviction.machine.ts";
import { hasLocalStorageLimits, localStorageEvictions } from "./local-storage.ts";
import {
  chooseVictim,
  type EvictionConfig,
  type EvictionMemory,
  IMMEDIATE_GRACE_PERIOD_SECONDS,
  NOTHING_OBSERVED,
  observe,
  reclaimed,
  toReclaim,
} from "./pass.ts";
import { nodeReclaimsFor } from "./ranking.ts";
import { createStatsProvider, type StatsProvider } from "./stats.ts";
import { parseThresholdConfig, updateContainerFsThresholds } from "./thresholds.ts";
import type { Threshold } from "./types.ts";

/** Least time that a kill is waited for (pkg/kubelet/pod_workers.go: killPodNow). */
const KILL_TIMEOUT_S = 10;

/** Thresholds of a configuration; what cannot be read switches evictions off, where upstream does not start at all. */
function thresholdsOf(k: Kubelet): readonly Threshold[] {
  const {
    evictionHard,
    evictionSoft,
    evictionSoftGracePeriodMs,
    evictionMinimumReclaim,
    enforceNodeAllocatable,
  } = k.config;
  const graces = Object.fromEntries(
    Object.entries(evictionSoftGracePeriodMs).map(([signal, ms]) => [signal, `${ms}ms`]),
  );
  const parsed = parseThresholdConfig({
    enforceNodeAllocatable,
    evictionHard,
    evictionSoft,
    evictionSoftGracePeriod: graces,
    evictionMinimumReclaim,
  });
  if (!parsed.ok) return [];
  return updateContainerFsThresholds(parsed.thresholds, k.host.info.imagefs !== undefined, false).thresholds;
}

/** What is given to it instead of the node's own. */
export interface EvictionOptions {
  readonly stats?: StatsProvider;
  readonly config?: EvictionConfig;
}

export interface KubeletEvictionManager extends EvictionManager {
  /** A pass now, out of turn. */
  look(): void;
}

export function createEvictionManager(k: Kubelet, options: EvictionOptions = {}): KubeletEvictionManager {
  const { sim, nodeName } = k;
  const name = `${nodeName}/eviction`;
  const memory = sim.cell<EvictionMemory>(`${name}/memory`, NOTHING_OBSERVED);
  const stats = options.stats ?? createStatsProvider(k);
  const config: EvictionConfig = options.config ?? {
    thresholds: thresholdsOf(k),
    pressureTransitionMs: k.config.evictionPressureTransitionMs,
    maxPodGracePeriodSeconds: k.config.evictionMaxPodGracePeriod,
    layout: { imageFs: k.host.info.imagefs !== undefined, splitContainerFs: false },
  };
  const self = { to: name };
  const record = (type: string, object: string, data: Record<string, unknown>): void => {
    sim.lead({
      from: k.id("eviction-manager"),
      to: k.id("eviction-manager"),
      type: `eviction.${type}`,
      object,
      data,
    });
  };

  /** Says what will happen to a pod; it is killed when its turn comes. */
  const victim = (pod: Pod, message: string, gracePeriodSeconds: number, disruption: boolean): Victim => ({
    uid: pod.metadata?.uid ?? "",
    message,
    gracePeriodSeconds,
    disruption,
  });
  const killTimeoutMs = (victims: readonly Victim[]): Ms =>
    Math.max(KILL_TIMEOUT_S, ...victims.map((v) => v.gracePeriodSeconds * 1.5)) * 1000;

  function evict(
    victims: readonly Victim[],
    raise: (event: EvictionEvent) => void,
  ): Partial<EvictionContext> {
    raise({ type: victims.length > 0 ? "EVICT" : "CALM" });
    return { victims, evicted: [], killTimeoutMs: killTimeoutMs(victims) };
  }

  /** Nothing on the node can free enough: one pod has to go. */
  function evictOne(
    context: Pick<EvictionContext, "wanted" | "thresholds">,
    raise: (event: EvictionEvent) => void,
  ): Partial<EvictionContext> {
    const { wanted, thresholds } = context;
    const seen = { thresholds, observations: memory.get().lastObservations };
    const chosen = wanted
      ? chooseVictim(config, wanted, seen, k.syncLoop.activePods(), stats.statsOf)
      : undefined;
    return evict(chosen ? [victim(chosen.pod, chosen.message, chosen.gracePeriodSeconds, true)] : [], raise);
  }

  function kill({ uid, message, gracePeriodSeconds, disruption }: Victim): boolean {
    const pod = k.podManager.byUid(uid);
    if (!pod) return false;
    record("Evict", podObject(pod), { message, gracePeriodSeconds });
    k.events.event({ pod }, "Warning", "Evicted", message);
    const condition = { type: "DisruptionTarget", status: "True", reason: "TerminationByKubelet", message };
    const options: KillPodOptions = {
      evict: true,
      gracePeriodSecondsOverride: gracePeriodSeconds,
      status: {
        phase: "Failed",
        reason: "Evicted",
        message,
        ...(disruption ? { conditions: [condition] } : {}),
      },
      completed: { ...self, event: { type: "KILLED", uid } },
    };
    k.podWorkers.updatePod({ updateType: "kill", pod, kill: options });
    return true;
  }

  const machine: MachineTable<EvictionContext, EvictionEvent> = new MachineTable<
    EvictionContext,
    EvictionEvent
  >(
    sim,
    name,
    evictionMachine,
    {
      synchronize({ raise }) {
        const summary = stats.summary();
        if (!summary) return raise({ type: "CALM" });
        const pods = k.syncLoop.activePods();
        const limited = k.config.localStorageCapacityIsolation ? pods.filter(hasLocalStorageLimits) : [];
        const before = memory.get();
        const seen = observe(config, before, summary, sim.now);
        memory.set(seen.memory);
        const conditions = seen.memory.conditions;
        if (conditions.join() !== before.conditions.join())
          record("Pressure", `node/${nodeName}`, { conditions });
        const over = localStorageEvictions(limited, stats.statsOf, config.layout.imageFs).filter(
          ({ pod }) => !isCriticalPod(pod),
        );
        if (over.length > 0)
          return evict(
            over.map(({ pod, message }) => victim(pod, message, IMMEDIATE_GRACE_PERIOD_SECONDS, false)),
            raise,
          );
        const wanted = toReclaim(seen.thresholds);
        if (!wanted) return raise({ type: "CALM" });
        record("Reclaim", `node/${nodeName}`, { signal: wanted.threshold.signal, resource: wanted.resource });
        k.events.event(
          { node: nodeName },
          "Warning",
          "EvictionThresholdMet",
          `Attempting to reclaim ${wanted.resource}`,
        );
        const reclaims = nodeReclaimsFor(wanted.threshold.signal, config.layout);
        if (reclaims.length === 0) return evictOne({ wanted, thresholds: seen.thresholds }, raise);
        raise({ type: "RECLAIM" });
        return { wanted, thresholds: seen.thresholds, reclaims };
      },
      reclaimNext({ context, raise }) {
        const [next, ...rest] = context.reclaims;
        const reply = { ...self, event: { type: "RECLAIMED" } };
        if (next === "containers") k.runtime.garbageCollect(true, reply);
        else if (next === "images") k.images.deleteUnusedImages(reply);
        else raise({ type: "DONE" });
        return { reclaims: rest };
      },
      judge({ context, raise }) {
        const summary = stats.summary();
        if (summary && reclaimed(config, summary)) return raise({ type: "CALM" });
        return evictOne(context, raise);
      },
      killFirst({ context, raise }) {
        const [first, ...rest] = context.victims;
        if (!first) return raise({ type: "DONE" });
        if (!kill(first)) raise({ type: "NEXT" });
        return { victims: rest, evicted: [...context.evicted, first.uid] };
      },
      noteKilled({ context, event, raise }) {
        if (event.type === "KILLED" && event.uid === context.evicted.at(-1)) raise({ type: "NEXT" });
      },
      lookForRemains({ context, raise }) {
        raise({
          type: context.evicted.every((uid) => k.podWorkers.shouldPodBeFinished(uid)) ? "CLEAN" : "NEXT",
        });
      },
    },
    { rootTimers: true },
  );

  return {
    admit: (pod) => admitUnderPressure(pod, memory.get().conditions),
    look: () => machine.send("", { type: "LOOK" }),
    underPressure: (type) => memory.get().conditions.includes(type),
    start(options) {
      stats.start(options);
      const phaseMs = options.warm ? Math.round(sim.draw("eviction", nodeName) * MONITORING_INTERVAL_MS) : 0;
      machine.start("", { phaseMs });
    },
    stop() {
      machine.stop();
      stats.stop();
      memory.set(NOTHING_OBSERVED);
    },
  };
}
