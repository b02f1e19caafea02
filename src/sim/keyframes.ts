/** States of a run kept for going back to them: dense for the last minutes, ever farther apart with age. */
import type { HeapEntry } from "./heap.ts";
import type { Ms, Seq } from "./types.ts";

export interface Keyframe {
  readonly time: Ms;
  readonly dispatched: number;
  readonly inputs: number;
  readonly nextRecord: Seq;
  readonly nextEntry: number;
  readonly heap: readonly HeapEntry[];
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
}

/** One keyframe every 10 virtual seconds, thinned with age. */
const KEYFRAME_EVERY: Ms = 10_000;
const MINUTE: Ms = 60_000;
const HOUR: Ms = 60 * MINUTE;

export class Keyframes {
  #frames: readonly Keyframe[] = [];
  #next: Ms = 0;

  /** When the next is to be made. */
  get next(): Ms {
    return this.#next;
  }

  all(): readonly Keyframe[] {
    return this.#frames;
  }

  /** The one of the time that was due; undefined where the clock had gone beyond it. */
  keep(frame: Keyframe | undefined): void {
    this.#next += KEYFRAME_EVERY;
    if (!frame) return;
    const { time } = frame;
    this.#frames = [...this.#frames, frame].filter((k) => k.time % spacingAt(time - k.time) === 0);
  }

  /** The latest up to a time. */
  before(time: Ms): Keyframe | undefined {
    return this.#frames.findLast((k) => k.time <= time);
  }

  /** The run goes on from a time: what was kept later is none of it. */
  rewind(time: Ms): void {
    this.#frames = this.#frames.filter((k) => k.time <= time);
    this.#next = (Math.floor(time / KEYFRAME_EVERY) + 1) * KEYFRAME_EVERY;
  }
}

/** Time between two keyframes of an age: the older, the farther apart, so that a long run does not fill the memory. */
function spacingAt(age: Ms): Ms {
  if (age <= 10 * MINUTE) return KEYFRAME_EVERY;
  if (age <= 2 * HOUR) return MINUTE;
  if (age <= 12 * HOUR) return 10 * MINUTE;
  if (age <= 24 * HOUR) return HOUR;
  // And twice as far with each doubling of the age: what a run keeps hardly grows any more.
  return 6 * HOUR * 2 ** Math.floor(Math.log2(age / (24 * HOUR)));
}
