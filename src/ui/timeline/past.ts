/**
 * What was seen before a rewind: the records as they stood when the run had reached furthest. The array of records is
 * replaced by a rewind, never emptied, so that holding it costs nothing.
 */
import type { Ms } from "../../sim/types.ts";
import { type World, world } from "../store/world.ts";

let furthest: Pick<World, "trace" | "tables" | "start" | "reached"> | null = null;

const look = ({ now, reached, trace, tables, start, phase }: World): void => {
  if (phase === "starting") furthest = null;
  else if (now >= reached) furthest = { trace, tables, start, reached };
};

look(world.getState());
world.subscribe(look);

/** The run beyond now, if one has been seen and no other input was given since. */
export function seenBeyond({ now, reached }: World): (typeof furthest & { reached: Ms }) | null {
  return furthest && furthest.reached === reached && reached > now + 1 ? furthest : null;
}
