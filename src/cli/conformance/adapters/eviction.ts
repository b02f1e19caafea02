import {
  compareQuantity,
  formatQuantity,
  type Quantity,
  quantity,
  quantityOf,
  quantityValue,
} from "../../../api/quantity.ts";
import type { Pod } from "../../../api/types.ts";
import type { Kubelet, UpdatePodOptions } from "../../../kubelet/contract.ts";
import { createEvictionManager } from "../../../kubelet/eviction/index.ts";
import { evictionMessage } from "../../../kubelet/eviction/message.ts";
import * as observing from "../../../kubelet/eviction/observations.ts";
import {
  type EvictionConfig,
  type EvictionMemory,
  NOTHING_OBSERVED,
} from "../../../kubelet/eviction/pass.ts";
import * as ranking from "../../../kubelet/eviction/ranking.ts";
import type { StatsProvider } from "../../../kubelet/eviction/stats.ts";
import * as configuring from "../../../kubelet/eviction/thresholds.ts";
import type { Observations, PodStats, StatsOf, Summary, Threshold } from "../../../kubelet/eviction/types.ts";
import { Simulation } from "../../../sim/index.ts";
import type { ReplyTo } from "../../../sim/types.ts";
import type { Adapter } from "../adapter.ts";
import { matches } from "../compare.ts";

const readThreshold = ({ gracePeriodSeconds = 0, ...rest }: any): Threshold => ({
  ...rest,
  gracePeriodMs: gracePeriodSeconds * 1000,
});
/** Fractions are kept in single precision; vectors give six digits. */
const digits = (n: number): number => Math.round(n * 1e6) / 1e6;
const writeValue = (value: any): unknown =>
  value === undefined
    ? undefined
    : value.quantity === undefined
      ? { percentage: digits(value.percentage) }
      : { quantity: formatQuantity(withoutText(quantity(value.quantity))) };
const withoutText = ({ unscaled, scale, format }: Quantity): Quantity => ({ unscaled, scale, format });
const writeThreshold = ({ signal, value, minReclaim, gracePeriodMs }: Threshold): unknown => ({
  signal,
  value: writeValue(value),
  ...(minReclaim ? { minReclaim: writeValue(minReclaim) } : {}),
  ...(gracePeriodMs > 0 ? { gracePeriodSeconds: Number((gracePeriodMs / 1000).toPrecision(9)) } : {}),
});
const readObservations = (given: any = {}): Observations =>
  Object.fromEntries(
    Object.entries<any>(given ?? {}).map(([signal, observed]) => {
      const { available, capacity, time } = observed ?? {};
      return [
        signal,
        {
          available: Number(quantityValue(quantity(available))),
          capacity: Number(quantityValue(quantity(capacity))),
          format: quantity(available).format === "DecimalSI" ? "DecimalSI" : "BinarySI",
          ...(time === undefined || time === null ? {} : { timeMs: Date.parse(time) }),
        },
      ];
    }),
  );
const secondsAgo = (now: number, at: number): number => (now - at) / 1000;

/** The moment that "seconds ago" counts from. */
const NOW = 10_000_000_000;

function thresholdsOp(given: any): unknown {
  const thresholds: Threshold[] = (given.thresholds ?? []).map(readThreshold);
  const listed = (list: readonly Threshold[]): unknown => ({ thresholds: list.map(writeThreshold) });
  switch (given.op) {
    case "parse": {
      const parsed = configuring.parseThresholdConfig(given);
      return parsed.ok ? { error: false, ...(listed(parsed.thresholds) as object) } : { error: true };
    }
    case "percentage": {
      const value = configuring.parsePercentage(given.text);
      return value === undefined ? { error: true } : { error: false, value };
    }
    case "addAllocatable":
      return listed(configuring.addAllocatableThresholds(thresholds));
    case "containerFs": {
      const result = configuring.updateContainerFsThresholds(
        thresholds,
        given.dedicatedImageFs,
        given.separateContainerFs,
      );
      return { error: result.error !== null, ...(listed(result.thresholds) as object) };
    }
    case "observations": {
      const seen = Object.entries(observing.makeSignalObservations(given.summary));
      const text = (n: number, format: "BinarySI" | "DecimalSI"): string =>
        formatQuantity(quantityOf(n, format));
      return {
        observations: Object.fromEntries(
          seen.map(([s, o]) => [
            s,
            { available: text(o.available, o.format), capacity: text(o.capacity, o.format) },
          ]),
        ),
      };
    }
    case "met":
      return listed(
        observing.thresholdsMet(thresholds, readObservations(given.observations), given.enforceMinReclaim),
      );
    case "updatedStats":
      return listed(
        observing.thresholdsUpdatedStats(
          thresholds,
          readObservations(given.observations),
          readObservations(given.lastObservations),
        ),
      );
    case "firstObserved": {
      const last = (given.lastObservedAt ?? []).map((o: any) => ({
        threshold: readThreshold(o.threshold),
        at: NOW - o.secondsAgo * 1000,
      }));
      const found = observing.thresholdsFirstObservedAt(thresholds, last, NOW);
      return {
        observedAt: found.map((o) => ({
          threshold: writeThreshold(o.threshold),
          secondsAgo: secondsAgo(NOW, o.at),
        })),
      };
    }
    case "metGracePeriod":
      return listed(
        observing.thresholdsMetGracePeriod(
          (given.observedAt ?? []).map((o: any) => ({
            threshold: readThreshold(o.threshold),
            at: NOW - o.secondsAgo * 1000,
          })),
          NOW,
        ),
      );
    case "conditions":
      return { conditions: observing.nodeConditions(thresholds) };
    case "conditionsLastObserved":
    case "conditionsObservedSince": {
      const ago = given.lastObservedSecondsAgo ?? given.observedSecondsAgo;
      const last = Object.fromEntries(Object.entries<number>(ago).map(([c, s]) => [c, NOW - s * 1000]));
      if (given.op === "conditionsObservedSince")
        return { conditions: observing.nodeConditionsObservedSince(last, given.periodSeconds * 1000, NOW) };
      const observed = observing.nodeConditionsLastObservedAt(given.conditions, last, NOW);
      return {
        observedSecondsAgo: Object.fromEntries(
          Object.entries(observed).map(([c, at]) => [c, secondsAgo(NOW, at)]),
        ),
      };
    }
    case "compare":
      return { equal: configuring.compareThresholdValue(given.a, given.b) };
    case "reclaimable": {
      const found = observing.getReclaimableThreshold(thresholds);
      return found
        ? { found: true, threshold: writeThreshold(found.threshold), resource: found.resource }
        : { found: false };
    }
    case "message":
      return evictionMessage(
        given.resource,
        given.pod,
        given.podStats,
        thresholds,
        readObservations(given.observations),
      );
    default:
      return { unknown: given.op };
  }
}

/** Lists of thresholds and conditions whose order says nothing. */
const UNORDERED: ReadonlySet<string> = new Set([
  "parse",
  "addAllocatable",
  "containerFs",
  "metGracePeriod",
  "conditions",
  "conditionsObservedSince",
  "firstObserved",
]);
const sorted = (list: readonly unknown[]): unknown[] =>
  [...list].sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1));
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, v) =>
    v && typeof v === "object" && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );

const thresholdsAdapter: Adapter = {
  run: thresholdsOp,
  compare: (expected: any, actual: any, given: any) => {
    if (given.op === "percentage" && expected.error === false)
      return actual.error === false && Math.abs(actual.value - expected.value) < 1.01e-6;
    if (given.op === "observations") {
      const [want, found] = [expected.observations, actual.observations];
      const same = (a: string, b: string): boolean => compareQuantity(quantity(a), quantity(b)) === 0;
      return (
        Object.keys(want).length === Object.keys(found).length &&
        Object.entries<any>(want).every(
          ([s, o]) =>
            found[s] && same(o.available, found[s].available) && same(o.capacity, found[s].capacity),
        )
      );
    }
    if (!UNORDERED.has(given.op)) return matches(expected, actual);
    const order = (result: any): object =>
      Object.fromEntries(
        Object.entries(result).map(([key, value]) => [key, Array.isArray(value) ? sorted(value) : value]),
      );
    return (
      canonical(order(expected)) ===
      canonical(
        Object.fromEntries(Object.entries(order(actual) as object).filter(([key]) => key in expected)),
      )
    );
  },
};

const rankingAdapter: Adapter = {
  run: (given) => {
    const statsOf: StatsOf = (pod) => given.stats[(pod as Pod).metadata?.name ?? ""];
    const comparisons: Record<string, (a: Pod, b: Pod) => number> = {
      exceedMemoryRequests: ranking.exceedMemoryRequests(statsOf),
      memory: ranking.memory(statsOf),
      priority: ranking.priority,
      process: ranking.process(statsOf),
      exceedDiskRequests: ranking.exceedDiskRequests(statsOf, given.fs ?? [], given.resource),
      disk: ranking.disk(statsOf, given.fs ?? [], given.resource),
    };
    const by = given.by.map((name: string) => comparisons[name]);
    return {
      order: ranking
        .orderedBy(...by)(given.pods)
        .map((p) => p.metadata?.name),
    };
  },
};

/** The running manager; its neighbours are stubs. Outside the steps there are no statistics, so that its loop does nothing. */
function play(given: any): unknown {
  const sim = new Simulation({ seed: 1 });
  const pods: Pod[] = given.pods ?? [];
  let summary: Summary | undefined;
  let podStats: PodStats[] = given.podStats ?? [];
  let step: any = {};
  let done: { evicted: any[]; events: string[]; imageGC: boolean; containerGC: boolean } = {
    evicted: [],
    events: [],
    imageGC: false,
    containerGC: false,
  };
  const collect = (what: "imageGC" | "containerGC") => (reply: ReplyTo | null) => {
    done[what] = true;
    if (step.nodeAfterGC && !step.gcError) summary = { node: step.nodeAfterGC };
    if (reply) sim.reply(reply, step.gcError ? { error: "failed" } : {});
  };
  const k = {
    sim,
    nodeName: "node-1",
    config: { localStorageCapacityIsolation: given.localStorageCapacityIsolation ?? true },
    host: { info: {} },
    id: (part: string) => `node-1/${part}`,
    syncLoop: { activePods: () => pods },
    podManager: { byUid: (uid: string) => pods.find((p) => p.metadata?.uid === uid) },
    events: {
      event: (_: unknown, type: string, reason: string, message: string) =>
        done.events.push(`${type} ${reason} ${message}`),
    },
    podWorkers: {
      shouldPodBeFinished: () => false,
      updatePod: ({ pod, kill }: UpdatePodOptions) => {
        const { phase, reason, message, conditions } = kill?.status ?? {};
        done.evicted.push({
          pod: pod?.metadata?.name,
          gracePeriodSeconds: kill?.gracePeriodSecondsOverride,
          phase,
          reason,
          message,
          ...(conditions ? { conditions } : {}),
        });
        if (kill?.completed) sim.reply(kill.completed, {});
      },
    },
    images: { deleteUnusedImages: collect("imageGC") },
    runtime: { garbageCollect: (_: boolean, reply: ReplyTo | null) => collect("containerGC")(reply) },
  } as unknown as Kubelet;
  const stats: StatsProvider = {
    summary: () => summary,
    statsOf: (pod) => podStats.find((s) => s.podRef?.uid === pod.metadata?.uid),
    start: () => {},
    stop: () => {},
  };
  const config: EvictionConfig = {
    thresholds: (given.config?.thresholds ?? []).map(readThreshold),
    pressureTransitionMs: (given.config?.pressureTransitionSeconds ?? 0) * 1000,
    maxPodGracePeriodSeconds: given.config?.maxPodGracePeriodSeconds ?? 0,
    layout: {
      imageFs: given.dedicatedImageFs ?? false,
      splitContainerFs: given.dedicatedContainerFs ?? false,
    },
  };
  const manager = createEvictionManager(k, { stats, config });
  manager.start?.({ warm: false });
  sim.run({ until: 0 });
  if (given.conditions)
    sim
      .cell<EvictionMemory>("node-1/eviction/memory", NOTHING_OBSERVED)
      .set({ ...NOTHING_OBSERVED, conditions: given.conditions });
  return (given.steps ?? []).map((s: any) => {
    step = s;
    done = { evicted: [], events: [], imageGC: false, containerGC: false };
    if (s.op === "admit") {
      const refused = manager.admit(s.pod);
      return refused ? { admit: false, ...refused } : { admit: true, reason: "", message: "" };
    }
    sim.run({ until: sim.now + (s.advanceSeconds ?? 0) * 1000 });
    summary = s.summary ? { ...s.summary, node: s.summary.node ?? {} } : undefined;
    podStats = s.summary?.pods ?? podStats;
    manager.look();
    sim.run({ until: sim.now });
    summary = undefined;
    if (sim.failure) return { failure: String(sim.failure) };
    return {
      memoryPressure: manager.underPressure("MemoryPressure"),
      diskPressure: manager.underPressure("DiskPressure"),
      pidPressure: manager.underPressure("PIDPressure"),
      ...done,
    };
  });
}

const managerAdapter: Adapter = {
  run: play,
  compare: (_, actual: any, given: any) =>
    (given.steps ?? []).every((s: any, i: number) => matches(s.expect ?? {}, actual[i])),
};

export const adapters: Record<string, Adapter> = {
  "eviction-thresholds": thresholdsAdapter,
  "eviction-ranking": rankingAdapter,
  "eviction-manager": managerAdapter,
};
