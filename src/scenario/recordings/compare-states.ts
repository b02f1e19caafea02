/**
 * The comparison of a recorded sequence of states with a run's. The recording must be a prefix of the run. Each
 * tolerance stands with the reason for it.
 */
import type { ReducedState } from "./reduce.ts";
import { crashLoopDelays, drawn, livesOf, lonelyWait, waitFits } from "./waits.ts";

/**
 * States shorter than this, in the recording or in the run, are not compared (status patches are batched). It is a second
 * as the kubelet's loops count it: from the end of one turn to the beginning of the next, the turn's own time on top
 * (pkg/kubelet/pleg: wait.Until). What one relist sees at once, another sees in two turns.
 */
const SHORT_S = 1.05;

export interface StateDifference {
  /** Index of the first recorded state that has no counterpart; the number of states when the run went on alone. */
  readonly recorded: number;
  /** Index in the run where the search stopped. */
  readonly simulated: number;
  /** `order`: another state came; `time`: it came at another time; `more`: the run changed where the recording did not. */
  readonly kind: "order" | "time" | "more";
}

export interface StateComparison {
  readonly difference: StateDifference | null;
  /** Pairs (recorded, simulated) that were found to agree. */
  readonly pairs: readonly Pair[];
}

export interface CompareOptions {
  /** Seconds at which the recording ended, and the run. */
  readonly until: number;
  readonly end: number;
  /** Longest crash-loop back-off, seconds: a setting of the kubelet. */
  readonly maxRestartPeriod?: number;
  /** The pod has volumes whose use counts against a limit. */
  readonly hasEmptyDir?: boolean;
}

export type Pair = readonly [recorded: number, simulated: number];

const textOf = (s: ReducedState): string => (s.deleted ? "deleted" : s.facts.join("\n"));

const lengthsOf = (states: readonly ReducedState[], end: number): number[] =>
  states.map((s, i) => (states[i + 1]?.at ?? end) - s.at);

/**
 * Loops whose phase a recording does not give. Use of local storage is looked at every 10 s
 * (pkg/kubelet/eviction: monitoringInterval), of volumes measured once a minute (volumeStatsAggPeriod), of layers every
 * 10 s by the runtime. The first status of a mirror pod that was made anew is sent when any pod's status changes, at the
 * latest by the next full pass (pkg/kubelet/status: syncPeriod).
 */
function extraWindow(states: readonly ReducedState[], i: number, options: CompareOptions): number {
  const state = states[i] as ReducedState;
  if (state.facts.some((f) => f.includes("(Evicted)"))) return options.hasEmptyDir ? 70 : 20;
  const anew = states[i - 2]?.deleted === true && states[i - 1]?.facts.join() === "phase Pending";
  return anew ? 10 : 0;
}

/** One turn of the housekeeping, and the API's answer. Seconds. */
const HOUSEKEEPING_S = 2.5;

/**
 * A mirror pod that was replaced before it ran: a static pod that changes again and again is replaced once a
 * housekeeping (2 s). How many rounds fall into a time depends on that loop's phase, and whether a round's pod gets as
 * far as a status on what comes first, its sandbox or the next change.
 */
function isRound(states: readonly ReducedState[], i: number): boolean {
  const before = states.slice(0, i).findLastIndex((s) => s.deleted);
  const after = states.findIndex((s, k) => k >= i && s.deleted);
  if (before < 0 || after < 0) return false;
  const round = states.slice(before, after + 1);
  return (
    (round.at(-1)?.at ?? 0) - (round[0]?.at ?? 0) <= HOUSEKEEPING_S &&
    !round.some((s) => s.facts.some((f) => f.includes(": running")))
  );
}

const within = (simulated: number, recorded: number, extra: number): boolean =>
  Math.abs(simulated - recorded) <= Math.max(2.5, 0.25 * recorded) + extra;

/** Compares the sequences of one pod. */
export function compareStates(
  recorded: readonly ReducedState[],
  simulated: readonly ReducedState[],
  options: CompareOptions,
): StateComparison {
  const [lengthsA, lengthsB] = [lengthsOf(recorded, options.until), lengthsOf(simulated, options.end)];
  const [textsA, textsB] = [recorded.map(textOf), simulated.map(textOf)];
  const delays = crashLoopDelays(options.maxRestartPeriod);
  const [livesA, livesB] = [livesOf(recorded, options.until), livesOf(simulated, options.end)];
  const drawnA = recorded.map((s) => drawn(s, livesA, delays));
  const drawnB = simulated.map((s) => drawn(s, livesB, delays));
  const skipsOf = (
    states: readonly ReducedState[],
    lengths: readonly number[],
    draws: typeof drawnA,
  ): boolean[] =>
    states.map((_, i) => (lengths[i] ?? 0) < SHORT_S || draws[i] !== null || isRound(states, i));
  const skipA = skipsOf(recorded, lengthsA, drawnA);
  const skipB = skipsOf(simulated, lengthsB, drawnB);

  const reached = new Map<string, Pair | null>();
  const key = (pair: Pair): string => pair.join();
  const chainOf = (last: Pair | null): Pair[] => {
    const out: Pair[] = [];
    for (let at = last; at; at = reached.get(key(at)) ?? null) out.unshift(at);
    return out;
  };
  const timeFits = (i: number, j: number, from: Pair | null): boolean => {
    const [a, b] = [recorded[i] as ReducedState, simulated[j] as ReducedState];
    const extra = extraWindow(recorded, i, options);
    if (within(b.at, a.at, extra) || drawnA[i]?.why === "look" || drawnB[j]?.why === "look") return true;
    if (!from) return false;
    const sinceA = a.at - (recorded[from[0]]?.at ?? 0) - lonelyWait(drawnA.slice(from[0] + 1, i), delays);
    const sinceB = b.at - (simulated[from[1]]?.at ?? 0) - lonelyWait(drawnB.slice(from[1] + 1, j), delays);
    if (within(sinceB, sinceA, extra)) return true;
    return waitFits(recorded, simulated, [i, j], chainOf(from), delays);
  };
  /** Nothing that counts is left of the recording after this state. */
  const finished = (i: number): boolean => skipA.slice(i + 1).every(Boolean);
  /** The run stays as it is for as long as the recording did. */
  const staysTo = ([i, j]: Pair): boolean => {
    const next = simulated.findIndex((_, k) => k > j && !skipB[k]);
    if (next < 0) return true;
    const at = simulated[next]?.at ?? 0;
    const last = recorded[i] as ReducedState;
    const extra = extraWindow(simulated, next, options);
    if (at >= options.until - Math.max(2.5, 0.25 * options.until) - extra) return true;
    const kept = options.until - last.at;
    return at - (simulated[j]?.at ?? 0) >= kept - Math.max(2.5, 0.25 * kept) - extra;
  };

  let furthest: { i: number; j: number; from: Pair | null; kind: StateDifference["kind"] } = {
    i: 0,
    j: 0,
    from: null,
    kind: "order",
  };
  const open: (Pair | null)[] = [null];
  let best: Pair | null | undefined = finished(-1) ? null : undefined;

  /** From a matched pair every next pair that may follow: what lies between may be skipped. */
  const follow = (from: Pair | null): void => {
    for (let i = from ? from[0] + 1 : 0; i < recorded.length && best === undefined; i++) {
      for (let j = from ? from[1] + 1 : 0; j < simulated.length && best === undefined; j++) {
        if (textsA[i] === textsB[j]) {
          const fits = timeFits(i, j, from);
          if (i > furthest.i || (i === furthest.i && furthest.kind === "order"))
            furthest = { i, j, from, kind: fits ? "order" : "time" };
          if (fits && !reached.has(key([i, j]))) {
            reached.set(key([i, j]), from);
            open.unshift([i, j]);
            if (finished(i)) {
              if (staysTo([i, j])) best = [i, j];
              else furthest = { i: recorded.length, j: j + 1, from: [i, j], kind: "more" };
            }
          }
        }
        if (!skipB[j]) break;
      }
      if (!skipA[i]) {
        if (i > furthest.i) furthest = { i, j: from ? from[1] + 1 : 0, from, kind: "order" };
        break;
      }
    }
  };
  while (open.length > 0 && best === undefined) follow(open.shift() as Pair | null);

  if (best !== undefined) return { difference: null, pairs: chainOf(best) };
  return {
    difference: { recorded: furthest.i, simulated: furthest.j, kind: furthest.kind },
    pairs: chainOf(furthest.from),
  };
}
