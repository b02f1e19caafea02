/** Waits of crash loops and failed pulls: how long they may be, and which of the states in them upstream draws. */
import type { ReducedState } from "./reduce.ts";

/** For how long a container's part of the status said the same. Seconds. */
interface Segment {
  readonly fact: string;
  readonly from: number;
  readonly to: number;
}

/** Each container of a sequence, as `container app`, with its segments in order. */
export type Lives = ReadonlyMap<string, readonly Segment[]>;

/** The state of each container within a reduced state. */
function containersOf(state: ReducedState | undefined): Map<string, string> {
  const out = new Map<string, string>();
  for (const fact of state?.facts ?? []) {
    const found = /^((?:init|container|ephemeral) \S+): (.*)$/.exec(fact);
    if (found) out.set(found[1] as string, found[2] as string);
  }
  return out;
}

export function livesOf(states: readonly ReducedState[], end: number): Lives {
  const out = new Map<string, Segment[]>();
  states.forEach((state, i) => {
    const to = states[i + 1]?.at ?? end;
    for (const [name, fact] of containersOf(state)) {
      const list = out.get(name) ?? [];
      const last = list.at(-1);
      if (last?.fact === fact && last.to === state.at) list[list.length - 1] = { ...last, to };
      else list.push({ fact, from: state.at, to });
      out.set(name, list);
    }
  });
  return out;
}

export const isRunning = (fact: string | undefined): boolean =>
  fact === undefined || fact.startsWith("running");
const isCrashLoop = (fact: string): boolean => fact.startsWith("waiting CrashLoopBackOff");
const isFailedPull = (fact: string): boolean => /^waiting (ImagePullBackOff|ErrImagePull)\b/.test(fact);

/** From this back-off on the worker looks in between, at moments that it draws (at most 60 s × (1 to 1.5) apart). */
export const LONG_S = 80;
/** One relist after the exit, at most. */
const NEXT_RELIST_S = 1.5;

/** 10 s doubled up to the longest. */
export function crashLoopDelays(longest = 300): number[] {
  const out: number[] = [];
  for (let delay = 10; delay < longest; delay *= 2) out.push(delay);
  return [...out, longest];
}

/** The latest that a wait ends: the worker sleeps back-off × (1 to 1.5), the sync ticker rounds up; long ones are over 90 s later. */
const latest = (delay: number): number => (delay >= LONG_S ? delay + 90 : 1.5 * delay + 2);

/** A wait is right between the back-off and its latest end. An exit is seen up to a second late. */
export const fitsDelay = (wait: number, delay: number): boolean => wait >= delay - 1 && wait <= latest(delay);

/**
 * Why a state that shows a back-off is optional, and when it begins no matter:
 * `look`: waits of 80 s and more show CrashLoopBackOff only when a look falls into them; the same holds for pulls, whose
 * back-off is 80 s after 10, 20 and 40 s (pkg/kubelet/pod_workers.go: completeWork). A look one relist after the exit
 * comes of an update that waited behind a sync: whether two events reach the worker as one update or two is a race of
 * goroutines that one recording in ten decides the other way (`crash-at-once` and `crash-backoff-reset` differ in it).
 * `wait`: a probe's kill compares the back-off with the end of the instance before: where that end lies a drawn wait
 * and one life back, the draw decides whether there is a wait at all (kuberuntime_manager.go: doBackOff).
 */
export type Drawn = { readonly why: "look" } | { readonly why: "wait"; readonly lasted: number } | null;

export function drawn(state: ReducedState, lives: Lives, delays: readonly number[]): Drawn {
  for (const [name, fact] of containersOf(state)) {
    const crashLoop = isCrashLoop(fact);
    if (!crashLoop && !isFailedPull(fact)) continue;
    const segments = lives.get(name) ?? [];
    const at = segments.findIndex((s) => s.from <= state.at && state.at < s.to);
    let [first, last] = [at, at];
    while (first > 0 && !isRunning(segments[first - 1]?.fact)) first--;
    while (last + 1 < segments.length && !isRunning(segments[last + 1]?.fact)) last++;
    const stopped = segments[first]?.from ?? state.at;
    const started = segments[last]?.to ?? state.at;
    if (!crashLoop) {
      if (state.at - stopped >= 10 + 20 + 40) return { why: "look" };
      continue;
    }
    if (started - stopped >= LONG_S) return { why: "look" };
    const before = segments[at - 1];
    if (before && !isRunning(before.fact) && state.at - before.from <= NEXT_RELIST_S) return { why: "look" };
    if (first === at && isDrawnWait(segments, at, delays)) return { why: "wait", lasted: started - stopped };
  }
  return null;
}

/** A wait right after a running instance, which itself came after a wait that might have been longer. */
function isDrawnWait(segments: readonly Segment[], at: number, delays: readonly number[]): boolean {
  const [life, waited] = [segments[at - 1], segments[at - 2]];
  if (!life || !waited || !isRunning(life.fact) || !isCrashLoop(waited.fact)) return false;
  const length = life.to - life.from;
  return delays.some((delay, i) => {
    const next = delays[i + 1] ?? delay;
    return (
      fitsDelay(waited.to - waited.from, delay) && delay + length <= next && latest(delay) + length >= next
    );
  });
}

/**
 * Whether what changed from the state before lies a back-off after an earlier change of the same container, in the
 * recording as in the run.
 */
export function waitFits(
  recorded: readonly ReducedState[],
  simulated: readonly ReducedState[],
  [i, j]: readonly [number, number],
  chain: readonly (readonly [number, number])[],
  delays: readonly number[],
): boolean {
  const [now, before] = [containersOf(recorded[i]), containersOf(recorded[i - 1])];
  for (const [name, fact] of now) {
    if (before.get(name) === fact) continue;
    for (const [p, q] of [...chain].reverse()) {
      const earlier = containersOf(recorded[p]).get(name);
      if (isRunning(earlier)) break;
      if (containersOf(recorded[p - 1]).get(name) === earlier) continue;
      const waitA = (recorded[i]?.at ?? 0) - (recorded[p]?.at ?? 0);
      const waitB = (simulated[j]?.at ?? 0) - (simulated[q]?.at ?? 0);
      if (delays.some((delay) => fitsDelay(waitA, delay) && fitsDelay(waitB, delay))) return true;
    }
  }
  return false;
}

/** Length of a wait that only one of the two has, if it is right for itself. */
export function lonelyWait(between: readonly Drawn[], delays: readonly number[]): number {
  const wait = between.find((d) => d?.why === "wait");
  return wait?.why === "wait" && delays.some((delay) => fitsDelay(wait.lasted, delay)) ? wait.lasted : 0;
}
