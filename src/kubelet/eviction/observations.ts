/** What the signals say, and which thresholds follow from it (pkg/kubelet/eviction/helpers.go: makeSignalObservations …). */
import { addQuantity, compareQuantity, quantityOf } from "../../api/quantity.ts";
import type { Ms } from "../../sim/types.ts";
import { compareThresholdValue, SIGNALS, thresholdQuantity } from "./thresholds.ts";
import type {
  FsStats,
  NodePressure,
  Observation,
  Observations,
  StarvedResource,
  Summary,
  Threshold,
} from "./types.ts";

const timeOf = (time: string | undefined): { timeMs?: number } =>
  time === undefined ? {} : { timeMs: Date.parse(time) };

function fileSystem(name: string, fs: FsStats | undefined): [string, Observation][] {
  const out: [string, Observation][] = [];
  if (fs?.availableBytes !== undefined && fs.capacityBytes !== undefined)
    out.push([
      `${name}.available`,
      { available: fs.availableBytes, capacity: fs.capacityBytes, format: "BinarySI", ...timeOf(fs.time) },
    ]);
  if (fs?.inodesFree !== undefined && fs.inodes !== undefined)
    out.push([
      `${name}.inodesFree`,
      { available: fs.inodesFree, capacity: fs.inodes, format: "DecimalSI", ...timeOf(fs.time) },
    ]);
  return out;
}

export function makeSignalObservations({ node }: Summary): Observations {
  const out: [string, Observation][] = [];
  const memory = (
    signal: string,
    stats: { time?: string; availableBytes?: number; workingSetBytes?: number } | undefined,
  ): void => {
    if (stats?.availableBytes === undefined || stats.workingSetBytes === undefined) return;
    const capacity = stats.availableBytes + stats.workingSetBytes;
    out.push([
      signal,
      { available: stats.availableBytes, capacity, format: "BinarySI", ...timeOf(stats.time) },
    ]);
  };
  memory("memory.available", node.memory);
  memory("allocatableMemory.available", node.systemContainers?.find((c) => c.name === "pods")?.memory);
  out.push(
    ...fileSystem("nodefs", node.fs),
    ...fileSystem("imagefs", node.runtime?.imageFs),
    ...fileSystem("containerfs", node.runtime?.containerFs),
  );
  const { rlimit } = node;
  if (rlimit?.maxpid !== undefined && rlimit.curproc !== undefined)
    out.push([
      "pid.available",
      {
        available: rlimit.maxpid - rlimit.curproc,
        capacity: rlimit.maxpid,
        format: "DecimalSI",
        ...timeOf(rlimit.time),
      },
    ]);
  return Object.fromEntries(out);
}

/** Thresholds that are met, whatever their grace period. With `enforceMinReclaim` they stay met until so much is free again. */
export function thresholdsMet(
  thresholds: readonly Threshold[],
  observations: Observations,
  enforceMinReclaim: boolean,
): Threshold[] {
  return thresholds.filter((threshold) => {
    const seen = observations[threshold.signal];
    if (!seen) return false;
    const value = thresholdQuantity(threshold.value, seen.capacity);
    const reclaim =
      enforceMinReclaim && threshold.minReclaim
        ? thresholdQuantity(threshold.minReclaim, seen.capacity)
        : undefined;
    return (
      compareQuantity(
        reclaim ? addQuantity(value, reclaim) : value,
        quantityOf(seen.available, seen.format),
      ) > 0
    );
  });
}

/** Those whose statistics are newer than at the pass before. */
export function thresholdsUpdatedStats(
  thresholds: readonly Threshold[],
  observations: Observations,
  last: Observations,
): Threshold[] {
  return thresholds.filter(({ signal }) => {
    const [seen, before] = [observations[signal], last[signal]];
    if (!seen) return false;
    return !before || seen.timeMs === undefined || seen.timeMs > (before.timeMs ?? Number.NEGATIVE_INFINITY);
  });
}

const sameThreshold = (a: Threshold, b: Threshold): boolean =>
  a.signal === b.signal && a.gracePeriodMs === b.gracePeriodMs && compareThresholdValue(a.value, b.value);

/** Both lists without duplicates. */
export function mergeThresholds(a: readonly Threshold[], b: readonly Threshold[]): Threshold[] {
  const out = [...a];
  for (const threshold of b) if (!out.some((t) => sameThreshold(t, threshold))) out.push(threshold);
  return out;
}

/** When a threshold that is met now was first seen to be. */
export interface ObservedAt {
  readonly threshold: Threshold;
  readonly at: Ms;
}

export function thresholdsFirstObservedAt(
  thresholds: readonly Threshold[],
  last: readonly ObservedAt[],
  now: Ms,
): ObservedAt[] {
  return thresholds.map((threshold) => ({
    threshold,
    at: last.find((o) => sameThreshold(o.threshold, threshold))?.at ?? now,
  }));
}

/** Those that have been met for their grace period. */
export function thresholdsMetGracePeriod(observed: readonly ObservedAt[], now: Ms): Threshold[] {
  return observed
    .filter(({ threshold, at }) => now - at >= threshold.gracePeriodMs)
    .map(({ threshold }) => threshold);
}

export function nodeConditions(thresholds: readonly Threshold[]): NodePressure[] {
  return [...new Set(thresholds.flatMap(({ signal }) => SIGNALS[signal]?.condition ?? []))];
}

export type ConditionsObservedAt = Readonly<Partial<Record<NodePressure, Ms>>>;

export function nodeConditionsLastObservedAt(
  conditions: readonly NodePressure[],
  last: ConditionsObservedAt,
  now: Ms,
): ConditionsObservedAt {
  return { ...last, ...Object.fromEntries(conditions.map((c) => [c, now])) };
}

/** Conditions that were observed within the transition period. */
export function nodeConditionsObservedSince(
  observed: ConditionsObservedAt,
  periodMs: Ms,
  now: Ms,
): NodePressure[] {
  return (Object.entries(observed) as [NodePressure, Ms][])
    .filter(([, at]) => now - at < periodMs)
    .map(([condition]) => condition);
}

const isMemory = ({ signal }: Threshold): boolean =>
  signal === "memory.available" || signal === "allocatableMemory.available";

/** Memory before all else, what cannot be reclaimed last. */
export function byEvictionPriority(thresholds: readonly Threshold[]): Threshold[] {
  const rank = (t: Threshold): number => (isMemory(t) ? 0 : SIGNALS[t.signal] ? 1 : 2);
  return [...thresholds].sort((a, b) => rank(a) - rank(b));
}

export function getReclaimableThreshold(
  sorted: readonly Threshold[],
): { readonly threshold: Threshold; readonly resource: StarvedResource } | undefined {
  for (const threshold of sorted) {
    const resource = SIGNALS[threshold.signal]?.resource;
    if (resource) return { threshold, resource };
  }
  return undefined;
}
