/**
 * The comparison of a recorded sequence of states with a run's. Each tolerance stands with the reason for it.
 */
import type { ReducedState } from "./reduce.ts";

/** States shorter than this, in the recording or in the run, are not compared (status patches are batched). */
const SHORT_S = 1;

export interface StateDifference {
  /** Index of the first recorded state that has no counterpart. */
  readonly recorded: number;
  /** Index in the run where the search stopped. */
  readonly simulated: number;
  /** `order`: another state came; `time`: the state came at another time. */
  readonly kind: "order" | "time";
}

export interface StateComparison {
  readonly difference: StateDifference | null;
  /** Pairs (recorded, simulated) that were found to agree. */
  readonly pairs: readonly (readonly [number, number])[];
}

const textOf = (s: ReducedState): string => (s.deleted ? "deleted" : s.facts.join("\n"));

function lengths(states: readonly ReducedState[], end: number): number[] {
  return states.map((s, i) => (states[i + 1]?.at ?? end) - s.at);
}

/** Back-offs of crash loops and image pulls: 10 s doubled up to 300 s. */
const BACKOFFS = [10, 20, 40, 80, 160, 300];

/**
 * A wait is right between the back-off and half again plus 2 s: the worker sleeps back-off × (1 to 1.5) and the sync
 * ticker rounds up. From 80 s on it looks in between, at most 60 s × 1.5 apart (pkg/kubelet/pod_workers.go: completeWork).
 */
function inBackoff(wait: number, backoff: number): boolean {
  return wait >= backoff - 1 && wait <= (backoff >= 80 ? backoff + 90 : 1.5 * backoff + 2);
}

const isWait = (s: ReducedState): boolean => s.facts.some((f) => /: (terminated|waiting (CrashLoopBackOff|ErrImagePull|ImagePullBackOff|CreateContainer\w*Error|RunContainerError))/.test(f));

/** CrashLoopBackOff in waits of 80 s and more shows only when the worker looks in between, which upstream draws. */
const isDrawn = (s: ReducedState): boolean => s.facts.some((f) => /waiting (CrashLoopBackOff|ImagePullBackOff|ErrImagePull)/.test(f));

/** Loops whose phase a recording does not give: volume statistics 60 s and eviction 10 s before an eviction. */
const extraWindow = (s: ReducedState): number => (s.facts.some((f) => f.includes("(Evicted)")) || s.facts.some((f) => f.startsWith("DisruptionTarget True TerminationByKubelet")) ? 70 : 0);

const within = (sim: number, real: number, extra: number): boolean => Math.abs(sim - real) <= Math.max(2.5, 0.25 * real) + extra;

interface Cell {
  readonly from: readonly [number, number] | null;
}

/**
 * Compares the sequences of one pod. The recording must be a prefix of the run.
 * @param until seconds at which the recording ended
 * @param end seconds at which the run ended
 */
export function compareStates(recorded: readonly ReducedState[], simulated: readonly ReducedState[], until: number, end: number): StateComparison {
  const lengthsA = lengths(recorded, until);
  const lengthsB = lengths(simulated, end);
  const textsA = recorded.map(textOf);
  const textsB = simulated.map(textOf);
  const skipA = (i: number): boolean => (lengthsA[i] ?? 0) < SHORT_S || isDrawn(recorded[i]!);
  const skipB = (j: number): boolean => (lengthsB[j] ?? 0) < SHORT_S || isDrawn(simulated[j]!);

  const reached = new Map<string, Cell>();
  const key = (i: number, j: number): string => `${i},${j}`;
  const chainOf = (i: number, j: number): [number, number][] => {
    const out: [number, number][] = [];
    for (let at: readonly [number, number] | null = [i, j]; at; at = reached.get(key(at[0], at[1]))?.from ?? null) out.unshift([at[0], at[1]]);
    return out;
  };

  const timeFits = (i: number, j: number, from: readonly [number, number] | null): boolean => {
    const a = recorded[i]!;
    const b = simulated[j]!;
    const extra = extraWindow(a);
    if (within(b.at, a.at, extra)) return true;
    if (!from) return false;
    if (within(b.at - simulated[from[1]]!.at, a.at - recorded[from[0]]!.at, extra)) return true;
    for (const [p, q] of chainOf(from[0], from[1]).slice(-6)) {
      if (!isWait(recorded[p]!)) continue;
      const waitA = a.at - recorded[p]!.at;
      const waitB = b.at - simulated[q]!.at;
      if (BACKOFFS.some((x) => inBackoff(waitA, x) && inBackoff(waitB, x))) return true;
    }
    return false;
  };

  let furthest: { i: number; j: number; cell: readonly [number, number] | null; kind: "order" | "time" } = { i: 0, j: 0, cell: null, kind: "order" };
  /** From a matched pair (or the start) every next pair that may follow: what lies between may be skipped. */
  const open: (readonly [number, number] | null)[] = [null];
  const finished = (i: number): boolean => {
    for (let k = i + 1; k < recorded.length; k++) if (!skipA(k)) return false;
    return true;
  };
  let best: readonly [number, number] | null = recorded.length === 0 || finished(-1) ? [-1, -1] : null;

  while (open.length > 0 && best === null) {
    const from = open.shift()!;
    const startI = from ? from[0] + 1 : 0;
    const startJ = from ? from[1] + 1 : 0;
    for (let i = startI; i < recorded.length && best === null; i++) {
      for (let j = startJ; j < simulated.length; j++) {
        if (textsA[i] === textsB[j]) {
          const fits = timeFits(i, j, from);
          if (i > furthest.i || (i === furthest.i && furthest.kind === "order")) furthest = { i, j, cell: from, kind: fits ? "order" : "time" };
          if (fits && !reached.has(key(i, j))) {
            reached.set(key(i, j), { from });
            if (finished(i)) best = [i, j];
            open.unshift([i, j]);
          }
        }
        if (!skipB(j)) break;
      }
      if (!skipA(i)) {
        if (i > furthest.i) furthest = { i, j: startJ, cell: from, kind: "order" };
        break;
      }
    }
  }

  if (best) return { difference: null, pairs: best[0] < 0 ? [] : chainOf(best[0], best[1]) };
  const pairs = furthest.cell ? chainOf(furthest.cell[0], furthest.cell[1]) : [];
  return { difference: { recorded: furthest.i, simulated: furthest.j, kind: furthest.kind }, pairs };
}
