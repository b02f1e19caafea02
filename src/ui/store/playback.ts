/**
 * Time belongs to the screen's pace: each frame asks the engine to advance by what the speed allows, and by less
 * while messages travel, so that they can be seen. One request is under way at a time.
 */
import { LetGo } from "../../worker/client.ts";
import { actions, hasEngine } from "./engine.ts";
import { setView, useView } from "./view.ts";
import { world } from "./world.ts";

export const SPEEDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const;

/** Records asked for in one frame; a frame that meets more goes on in the next. */
const FRAME_RECORDS = 2000;
/** A frame longer than this (a hidden tab, a long task) counts as this long. */
const LONGEST_FRAME = 100;

let frame = 0;
let lastFrame = 0;
let waiting = false;
let carry = 0;
/** Goal of "run until": a test of the world, and the time beyond which no frame may leap. */
let goal: { readonly test: () => boolean; readonly at: number } | null = null;

/** Slows the run while somebody needs to see what happens; 1 is full speed. Set by the diagram. */
let slowness: () => number = () => 1;

export function setSlowness(factor: () => number): () => void {
  slowness = factor;
  return () => {
    if (slowness === factor) slowness = () => 1;
  };
}

/** Real ms for which time may still be slowed: a busy run would otherwise hardly move. */
let patience = 0;
let hurried = false;
const PATIENCE = 9000;

/** The slowness wished for, as far as patience lasts; it comes back while time runs freely. Counts the reader's own ms. */
function patiently(wished: number, passed: number): number {
  patience =
    wished > 2 && !hurried ? Math.max(0, patience - passed) : Math.min(PATIENCE, patience + passed * 0.6);
  if (patience === 0) hurried = true;
  else if (patience > PATIENCE / 2) hurried = false;
  return hurried ? Math.min(2, wished) : wished;
}

async function turn(time: number): Promise<void> {
  frame = requestAnimationFrame((t) => void turn(t));
  const real = time - lastFrame;
  const passed = Math.min(LONGEST_FRAME, real);
  lastFrame = time;
  const { playing, speed, slowed, slowing } = useView.getState();
  const { phase, now } = world.getState();
  if (!playing || waiting || phase !== "ready" || !hasEngine()) return;
  const slow = slowing ? patiently(Math.max(1, slowness()), Math.min(1000, real)) : 1;
  if (Math.round(slow) !== Math.round(slowed)) setView({ slowed: slow });
  carry += (passed * speed) / slow;
  const by = Math.floor(carry);
  if (by < 1) return;
  carry -= by;
  waiting = true;
  try {
    await actions.advance(Math.min(now + by, goal?.at ?? Number.POSITIVE_INFINITY), FRAME_RECORDS);
    if (goal?.test()) {
      goal = null;
      setView({ playing: false });
    }
  } catch (error) {
    // The page moved on to another run while this one was asked.
    if (error instanceof LetGo) return;
    console.error(error);
    setView({ playing: false });
  } finally {
    waiting = false;
  }
}

/** Starts the pace; returns the way to stop it. */
export function startPlayback(): () => void {
  lastFrame = performance.now();
  patience = PATIENCE;
  hurried = false;
  frame = requestAnimationFrame((t) => void turn(t));
  return () => cancelAnimationFrame(frame);
}

export function play(): void {
  goal = null;
  setView({ playing: true });
}

export function pause(): void {
  goal = null;
  setView({ playing: false, slowed: 1 });
}

export const togglePlay = (): void => (useView.getState().playing ? pause() : play());

/** Plays on until a test of the world holds; `at`: a time not to be passed. */
export function runUntil(test: () => boolean, at = Number.POSITIVE_INFINITY): void {
  goal = { test, at };
  setView({ playing: true });
}

export function setSpeed(speed: number): void {
  setView({ speed: Math.min(1000, Math.max(0.1, speed)) });
}

/** The next speed of the scale, up or down. */
export function shiftSpeed(by: 1 | -1): void {
  const { speed } = useView.getState();
  const next = by > 0 ? SPEEDS.find((s) => s > speed * 1.001) : SPEEDS.findLast((s) => s < speed * 0.999);
  if (next !== undefined) setSpeed(next);
}

export async function stepForward(kind: "record" | "iteration" | "event"): Promise<void> {
  pause();
  await actions.step(kind);
}

/** Back to just before the last record (or to the record before it, when several fell on one instant). */
export async function stepBack(): Promise<void> {
  pause();
  const { trace, now } = world.getState();
  const last = trace.records.findLast((r) => r.time < now);
  await actions.seek(last ? last.time : 0);
}

export async function seek(time: number): Promise<void> {
  await actions.seek(time);
}

/** The clock of dials and countdowns. */
export const worldClock = {
  now: (): number => world.getState().now,
  subscribe: (listener: () => void): (() => void) =>
    world.subscribe((after, before) => {
      if (after.now !== before.now) listener();
    }),
};
