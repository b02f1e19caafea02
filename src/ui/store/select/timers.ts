/** Timers of the kernel's heap, for dials: when the thing they count to happens. */
import type { Ms } from "../../../sim/index.ts";
import { memoize } from "../memo.ts";
import { type Rows, row, type Tables } from "../world.ts";

const TIMERS = "sim/timers";

export interface Timer {
  readonly name: string;
  readonly at: Ms;
}

const none: readonly Timer[] = [];

const byOwner = memoize((rows: Rows | undefined): ReadonlyMap<string, readonly Timer[]> => {
  const out = new Map<string, Timer[]>();
  for (const [id, at] of rows ?? []) {
    const [to, key, name = ""] = id.split("\n");
    const owner = `${to}\n${key}`;
    const timer = { name, at: at as Ms };
    const known = out.get(owner);
    if (known) known.push(timer);
    else out.set(owner, [timer]);
  }
  return out;
});

/** When a timer of a component is due; undefined while it is not set. */
export const dueOf = (tables: Tables, to: string, timer: string, key = ""): Ms | undefined =>
  row<Ms>(tables, TIMERS, `${to}\n${key}\n${timer}`);

/** Every timer that a component has set. */
export const timersOf = (tables: Tables, to: string, key = ""): readonly Timer[] =>
  byOwner(tables.get(TIMERS)).get(`${to}\n${key}`) ?? none;

/** The first that is due of a component's timers. */
export function nextDueOf(tables: Tables, to: string, key = ""): Ms | undefined {
  let next: Ms | undefined;
  for (const { at } of timersOf(tables, to, key)) if (next === undefined || at < next) next = at;
  return next;
}

/** Part of a period gone, for a dial that ends when the timer is due; still while none is set. */
export const phaseTo =
  (due: Ms | undefined, period: Ms) =>
  (now: Ms): number =>
    due === undefined ? 0 : 1 - Math.min(1, Math.max(0, (due - now) / period));
