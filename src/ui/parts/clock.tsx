/**
 * The clock that hands and countdowns follow. Parts read it outside React: a turn of a hand is one attribute set,
 * never a render. Time is virtual milliseconds.
 */
import { createContext, type RefObject, useContext, useEffect, useRef } from "react";

export interface Clock {
  now(): number;
  /** Calls back whenever `now` has changed, at most once a frame. Returns the way to stop. */
  subscribe(listener: () => void): () => void;
}

const still: Clock = { now: () => 0, subscribe: () => () => {} };

export const ClockContext = createContext<Clock>(still);

/** Runs `paint` with the element and the virtual time at once and on every change of time. */
export function useClockPaint<E extends Element>(
  paint: (element: E, now: number) => void,
): RefObject<E | null> {
  const clock = useContext(ClockContext);
  const ref = useRef<E>(null);
  const latest = useRef(paint);
  latest.current = paint;
  useEffect(() => {
    const run = (): void => {
      if (ref.current) latest.current(ref.current, clock.now());
    };
    run();
    return clock.subscribe(run);
  }, [clock]);
  // A new `paint` (its period, its end) shows at once, also while time stands still.
  useEffect(() => {
    if (ref.current) latest.current(ref.current, clock.now());
  });
  return ref;
}
