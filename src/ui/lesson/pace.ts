/** Running ahead for the learner: at a pace of its own, which gives way as soon as she takes the time bar. */
import { actions } from "../store/engine.ts";
import { pause, runUntil, SPEEDS } from "../store/playback.ts";
import { stillNow } from "../store/settings.ts";
import { useView } from "../store/view.ts";
import { world } from "../store/world.ts";

/** Real ms that a run shown to the learner takes. */
const SHOWN_IN = 8000;

interface Pace {
  /** Virtual ms not to be passed. */
  readonly limit: number;
  /** Virtual seconds a second to begin with. */
  readonly speed: number;
  /** Goes faster the longer it takes. */
  readonly hurrying?: boolean;
}

/** Virtual ms asked for at a time where nobody watches. */
const STRIDE = 1000;

/** Runs on without showing the way until a test holds; tells whether it came to hold. */
export async function leapUntil(test: () => boolean, limit: number): Promise<boolean> {
  pause();
  while (!test() && world.getState().phase === "ready" && world.getState().now < limit)
    await actions.advance(Math.min(limit, world.getState().now + STRIDE));
  return test();
}

/**
 * Plays until a test of the world holds; tells whether it came to hold. Speed and slowing are lent, not kept. Where
 * nothing is to move, it leaps.
 */
export function playUntil(test: () => boolean, { limit, speed, hurrying = false }: Pace): Promise<boolean> {
  if (stillNow()) return leapUntil(test, limit);
  const before = useView.getState();
  let lent = Math.max(speed, hurrying ? before.speed : 0);
  useView.setState({ speed: lent, slowing: before.slowing && lent <= 10 });
  return new Promise((resolve) => {
    const hurry = setInterval(() => {
      const { speed: now, playing } = useView.getState();
      const next = SPEEDS.find((s) => s > now * 1.9);
      if (!hurrying || !playing || now !== lent || next === undefined || next > 200) return;
      lent = next;
      useView.setState({ speed: lent, slowing: false });
    }, 2500);
    const end = (): void => {
      for (const stop of stops) stop();
      clearInterval(hurry);
      // Whoever moved the slider meanwhile keeps what she chose.
      if (useView.getState().speed === lent) useView.setState({ speed: before.speed });
      useView.setState({ slowing: before.slowing });
      resolve(test());
    };
    const stops = [
      useView.subscribe((view) => {
        if (!view.playing) end();
      }),
      // Another page, another run: nobody waits for this one.
      world.subscribe(({ phase }) => {
        if (phase !== "ready") end();
      }),
    ];
    runUntil(() => test() || world.getState().now >= limit, limit);
  });
}

/** Plays to a moment, so that the way there can be watched. */
export function playTo(at: number): Promise<boolean> {
  const ahead = at - world.getState().now;
  if (ahead <= 0) {
    pause();
    return Promise.resolve(true);
  }
  return playUntil(() => world.getState().now >= at, {
    limit: at,
    speed: Math.min(1000, Math.max(0.1, ahead / SHOWN_IN)),
  });
}
