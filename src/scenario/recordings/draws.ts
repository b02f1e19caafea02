/**
 * What upstream drew while a recording was made, as far as the recording shows it: the lengths of the waits in
 * crash-loop back-off, when the eviction manager looked. The run takes these draws from it and all others from its own
 * seed, so that what comes later (another container's end, an action) finds both in the same place. Latencies are drawn
 * from the ranges that the recordings show.
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

/** Number of waits in which the worker looks in between, at moments that it draws. */
export const longWaits = (waits: RecordedWaits): number =>
  [...waits.values()].flatMap((w) => [...w.values()]).filter((wait) => wait >= LONG_S).length;

/** Which part of its jitter a wait took: 0 the back-off itself, 1 half of it more; undefined where a look lies in between. */
function chanceOf(wait: number, delays: readonly number[]): number | undefined {
  const delay = delays.find((d) => d < LONG_S && fitsDelay(wait, d));
  if (delay === undefined) return undefined;
  // The end is noticed about half a second late, and the sync ticker takes as long again.
  return Math.min(0.999, Math.max(0, (wait - delay) / (0.5 * delay)));
}

/**
 * Latencies of the calls to the runtime and to the API, as parts of the usual one: the 5th to the 95th percentile of what
 * the recordings show. Sandboxes took 87 to 202 ms (median 110, of 170), creating a container 7 to 34 ms (15, of 297),
 * starting one 39 to 92 ms (53, of 308), pulls 8 to 53 ms (21, of 18); from a pod's create call to its ADD in the kubelet
 * 12 to 39 ms (17, of 161).
 */
const SLOWNESS = { cri: [0.75, 1.8], api: [0.75, 2.3] } as const;
/** What the engine makes of a draw: so many parts of the usual latency, and so many more for a draw of 1. */
const DRAWN_AS = { cri: [0.9, 0.2], api: [0.75, 0.5] } as const;

/** The draw for which the engine takes a latency out of the range of the recordings. */
function slowness(call: keyof typeof SLOWNESS, chance: number): number {
  const [low, high] = SLOWNESS[call];
  const [least, spread] = DRAWN_AS[call];
  return (low + chance * (high - low) - least) / spread;
}

/** Phases of loops (PLEG, housekeeping, sync ticks, status, volumes, collections …). */
const PHASE = /phase$|^sync-loop\.|^volumes\.|^config\.|^container-gc$|^image-gc\./;
const EVICTION_PERIOD_MS = 10_000;
const VOLUME_STATS_PERIOD_MS = 60_000;
/** The volumes were measured some time before the pass that evicted. */
const MEASURED_BEFORE_MS = 1500;
/** A second from the end of one relist to the beginning of the next, and what a relist takes. */
const RELIST_MS = 1012;
/** From the relist that finds an exit to the API's new status. */
const SHOWN_AFTER_MS = 20;
const HOUSEKEEPING_MS = 2000;

/** Share of a period at which a loop has to begin at 0 s to turn at that moment. */
const phaseAt = (at: Ms, period: Ms): number => (((at % period) + period) % period) / period;

/**
 * Where the loops stand at 0 s. `seed`: where the seed has them. `recorded`: as far as the recording gives them away,
 * there. A number: drawn again.
 */
export type Phases = "seed" | "recorded" | number;

/** Moments of a recording, virtual ms of the run, that give a loop's phase away. */
export interface SeenLoops {
  /** The first eviction. */
  readonly evictedAt?: Ms | undefined;
  /** An exit that PLEG found, when the API showed it. */
  readonly exitShownAt?: Ms | undefined;
  /** A mirror pod went after its static pod: housekeeping. */
  readonly mirrorGoneAt?: Ms | undefined;
}

export interface DrawnInRecording extends SeenLoops {
  /** Of the run; undefined while it is put together. */
  readonly cluster: () => Cluster | undefined;
  /** Waits of a pod, by its name in the run. */
  readonly waitsOf: (pod: string) => RecordedWaits | undefined;
  /** Seconds; a setting of the kubelet. */
  readonly maxRestartPeriod?: number | undefined;
  readonly seed: number;
  readonly phases: Phases;
}

/** Answers the draws of a run that a recording gives; undefined: the seed's own. */
export function createDraws(given: DrawnInRecording): Draws {
  const delays = crashLoopDelays(given.maxRestartPeriod);
  const own = (purpose: string, object: string, n: number): number =>
    hashDraw(given.seed, purpose, object, n);
  return (purpose, object, n) => {
    if (purpose === "cri.latency") return slowness("cri", own(purpose, object, n));
    if (purpose === "api-latency") return slowness("api", own(purpose, object, n));
    if (purpose === "podworker.requeue") return requeueChance(given, delays, object);
    if (given.evictedAt !== undefined) {
      if (purpose === "eviction") return phaseAt(given.evictedAt, EVICTION_PERIOD_MS);
      if (purpose === "volume-stats.phase")
        return phaseAt(given.evictedAt - MEASURED_BEFORE_MS, VOLUME_STATS_PERIOD_MS);
      if (purpose === "volume-stats") return 0;
    }
    if (given.phases === "seed" || !PHASE.test(purpose)) return undefined;
    if (given.phases === "recorded") return recordedPhase(purpose, given);
    return own(`${purpose} again ${given.phases}`, object, 0);
  };
}

function recordedPhase(purpose: string, { exitShownAt, mirrorGoneAt }: SeenLoops): number | undefined {
  if (purpose === "pleg.phase" && exitShownAt !== undefined)
    // The engine counts this phase in parts of the second between two relists.
    return Math.min(0.999, ((exitShownAt - SHOWN_AFTER_MS) % RELIST_MS) / 1000);
  if (purpose === "sync-loop.housekeeping" && mirrorGoneAt !== undefined)
    return phaseAt(mirrorGoneAt - SHOWN_AFTER_MS, HOUSEKEEPING_MS);
  return undefined;
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
