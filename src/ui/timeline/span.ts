/** The stretch of time in view: following the run, or held where the reader put it. Pure, but for the small store. */
import { create } from "zustand";
import type { Ms } from "../../sim/types.ts";
import { setView, useView } from "../store/view.ts";
import { world } from "../store/world.ts";

export type Span = readonly [from: Ms, to: Ms];

/** While the run is followed: how much time is in view, and where in it now stands. */
export interface Follow {
  readonly length: Ms;
  readonly ratio: number;
}

const MIN_SPAN: Ms = 200;
const MAX_SPAN: Ms = 48 * 3_600_000;
/** Now at 62 %: most of the picture is what happened, the rest what is due. */
const RATIO = 0.62;

export const useFollow = create<Follow>(() => ({ length: innerWidth < 560 ? 40_000 : 90_000, ratio: RATIO }));

export function followSpan(now: Ms, { length, ratio }: Follow): Span {
  const from = Math.max(0, now - length * ratio);
  return [from, from + length];
}

/** The span as the view has it. */
export const spanNow = (span: Span | null, now: Ms, follow: Follow): Span => span ?? followSpan(now, follow);

export function clampSpan([from, to]: Span): Span {
  const length = Math.min(MAX_SPAN, Math.max(MIN_SPAN, to - from));
  const start = Math.max(-length * 0.1, from + (to - from - length) / 2);
  return [start, start + length];
}

/** The span made longer (factor above 1) or shorter, a time in it staying where it is. */
export function zoomed([from, to]: Span, factor: number, around: Ms): Span {
  const length = Math.min(MAX_SPAN, Math.max(MIN_SPAN, (to - from) * factor));
  const share = (around - from) / (to - from);
  const start = around - length * share;
  return [Math.max(-length * 0.1, start), Math.max(-length * 0.1, start) + length];
}

/**
 * Puts a span in view. As long as now stays well inside it the run goes on being followed, from the new distance;
 * else the view is held.
 */
export function showSpan(wanted: Span): void {
  const span = clampSpan(wanted);
  const { now } = world.getState();
  const ratio = (now - span[0]) / (span[1] - span[0]);
  if (useView.getState().span === null && ratio > 0.04 && ratio < 0.96) {
    useFollow.setState({ length: span[1] - span[0], ratio: span[0] <= 0 ? Math.max(ratio, RATIO) : ratio });
  } else setView({ span });
}

/** Back to following the run. */
export function followRun(): void {
  const { span } = useView.getState();
  if (span) useFollow.setState({ length: Math.min(span[1] - span[0], 600_000), ratio: RATIO });
  setView({ span: null });
}

/** Length of the whole picture: what has been reached and a little more, in steps so that it seldom changes. */
export function horizon(reached: Ms): Ms {
  const want = Math.max(60_000, reached * 1.15);
  const step = want > 7_200_000 ? 3_600_000 : want > 600_000 ? 300_000 : want > 180_000 ? 60_000 : 30_000;
  return Math.ceil(want / step) * step;
}

const STEPS: readonly Ms[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 60_000, 120_000, 300_000, 600_000,
  1_200_000, 3_600_000, 7_200_000, 18_000_000, 36_000_000, 72_000_000, 180_000_000,
];

export interface Ticks {
  readonly major: Ms;
  readonly minor: Ms;
}

/** Steps of the axis: 1-2-5, labels at least `room` px apart; five minor ones to a major, four where five do not fit. */
export function ticksFor([from, to]: Span, width: number, room = 76): Ticks {
  const least = ((to - from) / Math.max(1, width)) * room;
  const major = STEPS.find((s) => s >= least) ?? STEPS.at(-1)!;
  const parts = major % 5 === 0 ? 5 : major % 4 === 0 ? 4 : 2;
  return { major, minor: major >= 2 ? major / parts : major };
}

/** Marks nearer than `near` px become one, at the place of the first. */
export function cluster<T>(
  items: readonly T[],
  x: (item: T) => number,
  near = 8,
): { readonly x: number; readonly items: readonly T[] }[] {
  const out: { x: number; last: number; items: T[] }[] = [];
  for (const item of items) {
    const at = x(item);
    const open = out.at(-1);
    if (open && at - open.last < near && at - open.x < near * 4) {
      open.items.push(item);
      open.last = at;
    } else out.push({ x: at, last: at, items: [item] });
  }
  return out;
}
