/** The run of one window shown in another: whole at first, then update by update. */
import type { LoggedInput, TraceRecord } from "../../sim/index.ts";
import { setWorld, type Tables, TraceView, type World, world } from "../store/world.ts";

/** A world as a message can carry it. */
export interface Snapshot {
  readonly start: string;
  readonly now: number;
  readonly reached: number;
  readonly tables: Tables;
  readonly records: readonly TraceRecord[];
  readonly inputs: readonly LoggedInput[];
  readonly ahead: readonly LoggedInput[];
  readonly nextDue: number | null;
}

export function takeSnapshot(w: World = world.getState()): Snapshot {
  const { start, now, reached, tables, trace, inputs, ahead, nextDue } = w;
  // The trace grows in place: what is kept for later must not grow with it.
  return { start, now, reached, tables, records: trace.records.slice(), inputs, ahead, nextDue };
}

export function showSnapshot({ records, ...rest }: Snapshot): void {
  setWorld({ ...rest, trace: new TraceView([...records]), phase: "ready", failure: null, steps: [] });
}
