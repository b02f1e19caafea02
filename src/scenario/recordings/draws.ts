/**
 * What upstream drew while a recording was made, as far as the recording shows it: the lengths of the waits in
 * crash-loop back-off, when the eviction manager looked. The run takes these draws from it and all others from its own
 * seed, so that what comes later (another container's end, an action) finds both in the same place.
 */
import type { Cluster } from "../../cluster/cluster.ts";
import { hashDraw } from "../../sim/random.ts";
import type { Draws } from "../../sim/simulation.ts";
import type { Ms } from "../../sim/types.ts";
import type { ReducedState } from "./reduce.ts";
import { crashLoopDelays, fitsDelay, isRunning, LONG_S, livesOf } from "./waits.ts";

/** Seconds from a container's end to its restart, by container and number of the restart. */
export type RecordedWaits = ReadonlyMap<string, ReadonlyMap<number, number>>;

export function recordedWaits(states: readonly ReducedState[], until: number): RecordedWaits {
  const out = new Map<string, Map<number, number>>();
  for (const [key, segments] of livesOf(states, until)) {
    const waits = new Map<number, number>();
    let stopped: number | undefined;
    for (const { fact, from } of segments) {
      if (!isRunning(fact)) stopped ??= from;
      else {
        const restart = Number(/restarts (\d+)/.exec(fact)?.[1] ?? 0);
        if (stopped !== undefined && restart > 0) waits.set(restart, from - stopped);
        stopped = undefined;
      }
    }
    out.set(key.slice(key.indexOf(" ") + 1), waits);
  }
  return out;
}

/** Which part of its jitter a wait took: 0 the back-off itself, 1 half of it more; undefined where a look lies in between. */
function chanceOf(wait: number, delays: readonly number[]): number | undefined {
  const delay = delays.find((d) => d < LONG_S && fitsDelay(wait, d));
  if (delay === undefined) return undefined;
  // The end is noticed about half a second late, and the sync ticker takes as long again.
  return Math.min(0.999, Math.max(0, (wait - delay) / (0.5 * delay)));
}

/** Phases of loops that a recording does not give (PLEG, housekeeping, sync ticks, status, volumes …). */
const PHASE = /phase$|^sync-loop\.|^volumes\.|^config\./;
const EVICTION_PERIOD_MS = 10_000;
const VOLUME_STATS_PERIOD_MS = 60_000;
/** The volumes were measured some time before the pass that evicted. */
const MEASURED_BEFORE_MS = 1500;

/** Share of a period at which a loop has to begin at 0 s to turn at that moment. */
const phaseAt = (at: Ms, period: Ms): number => (((at % period) + period) % period) / period;

export interface DrawnInRecording {
  /** Of the run; undefined while it is put together. */
  readonly cluster: () => Cluster | undefined;
  /** Waits of a pod, by its name in the run. */
  readonly waitsOf: (pod: string) => RecordedWaits | undefined;
  /** Seconds; a setting of the kubelet. */
  readonly maxRestartPeriod?: number | undefined;
  /** Virtual ms of the first eviction. */
  readonly evictedAt?: Ms | undefined;
  readonly seed: number;
  /** By which part of their periods loops are moved from where the seed has them. */
  readonly phaseShift: number;
}

/** Answers the draws of a run that a recording gives; undefined: the seed's own. */
export function createDraws(given: DrawnInRecording): Draws {
  const delays = crashLoopDelays(given.maxRestartPeriod);
  return (purpose, object) => {
    if (purpose === "podworker.requeue") return requeueChance(given, delays, object);
    if (given.evictedAt !== undefined) {
      if (purpose === "eviction") return phaseAt(given.evictedAt, EVICTION_PERIOD_MS);
      if (purpose === "volume-stats.phase")
        return phaseAt(given.evictedAt - MEASURED_BEFORE_MS, VOLUME_STATS_PERIOD_MS);
      if (purpose === "volume-stats") return 0;
    }
    if (given.phaseShift === 0 || !PHASE.test(purpose)) return undefined;
    return (hashDraw(given.seed, purpose, object, 0) + given.phaseShift) % 1;
  };
}

function requeueChance(
  { cluster, waitsOf }: DrawnInRecording,
  delays: readonly number[],
  uid: string,
): number | undefined {
  const world = cluster();
  for (const node of world?.nodeNames ?? []) {
    const status = world?.node(node)?.process.kubelet.podCache.get(uid).status;
    const waits = status && waitsOf(status.name);
    if (!status || !waits) continue;
    const seen = new Set<string>();
    for (const instance of status.containers) {
      // Newest first: the others of its name are history.
      if (seen.has(instance.name)) continue;
      seen.add(instance.name);
      const wait =
        instance.state === "exited" ? waits.get(instance.name)?.get(instance.attempt + 1) : undefined;
      const chance = wait === undefined ? undefined : chanceOf(wait, delays);
      if (chance !== undefined) return chance;
    }
  }
  return undefined;
}
