/**
 * The mirror of the simulation: what the worker has told so far, as plain data that is never changed in place.
 * Views are selectors over it; nothing here is ever decided by the UI.
 */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { LoggedInput, Ms, Seq, TraceRecord } from "../../sim/index.ts";
import type { StepState, Update } from "../../worker/protocol.ts";

export type Rows = ReadonlyMap<string, unknown>;
/** Kernel tables by name; a table is a new Map whenever one of its rows changed. */
export type Tables = ReadonlyMap<string, Rows>;

export interface World {
  readonly phase: "starting" | "ready" | "failed";
  /** Why the engine stopped, where it did. */
  readonly failure: string | null;
  /** RFC 3339 time of the virtual clock at 0 s. */
  readonly start: string;
  readonly now: Ms;
  /** The latest time this run has reached: what lies between `now` and it is a ghost. */
  readonly reached: Ms;
  readonly tables: Tables;
  readonly trace: TraceView;
  /** Inputs given so far, and those that lie ahead after a rewind. */
  readonly inputs: readonly LoggedInput[];
  readonly ahead: readonly LoggedInput[];
  /** When the next thing happens by itself. */
  readonly nextDue: Ms | null;
  /** Steps of the run's lesson, where it has one. */
  readonly steps: readonly StepState[];
}

/**
 * The records in order. The array grows in place, which keeps a stream of thousands cheap; every change gives a
 * new TraceView, so that selectors see it.
 */
export class TraceView {
  readonly records: readonly TraceRecord[];

  constructor(records: readonly TraceRecord[] = []) {
    this.records = records;
  }

  get last(): TraceRecord | undefined {
    return this.records.at(-1);
  }

  get(seq: Seq): TraceRecord | undefined {
    const found = this.records[this.#from(seq)];
    return found?.seq === seq ? found : undefined;
  }

  /** Records numbered after `seq`. */
  after(seq: Seq): readonly TraceRecord[] {
    return this.records.slice(this.#from(seq + 1));
  }

  /** From a record back to the input, fault or timer that began it, the record itself first. */
  chain(seq: Seq): TraceRecord[] {
    const out: TraceRecord[] = [];
    for (let at: Seq | null = seq; at !== null; ) {
      const record = this.get(at);
      if (!record) break;
      out.push(record);
      at = record.cause;
    }
    return out;
  }

  #from(seq: Seq): number {
    let low = 0;
    let high = this.records.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.records[mid]!.seq < seq) low = mid + 1;
      else high = mid;
    }
    return low;
  }
}

const KEEP_RECORDS = 60_000;

/** What is known before a run has begun. */
export const NO_WORLD: World = {
  phase: "starting",
  failure: null,
  start: "2026-01-05T09:00:00Z",
  now: 0,
  reached: 0,
  tables: new Map(),
  trace: new TraceView(),
  inputs: [],
  ahead: [],
  nextDue: null,
  steps: [],
};

export const world = createStore<World>(() => NO_WORLD);

/** The world after an update: tables and rows that did not change stay the same objects. */
export function applyUpdate(before: World, update: Update): World {
  let tables = update.reset ? new Map<string, Rows>() : before.tables;
  if (update.tables.length > 0) {
    const next = new Map(tables);
    for (const [name, changes] of update.tables) {
      const rows = new Map(next.get(name) ?? []);
      for (const [key, row] of changes) {
        if (row === undefined) rows.delete(key);
        else rows.set(key, row);
      }
      next.set(name, rows);
    }
    tables = next;
  }
  const inputGiven =
    !update.reset && update.inputs.length > before.inputs.length && update.ahead.length === 0;
  return {
    ...before,
    phase: update.failure ? "failed" : "ready",
    failure: update.failure,
    now: update.now,
    reached: inputGiven || update.reset ? update.now : Math.max(before.reached, update.now),
    tables,
    trace: nextTrace(before.trace, update),
    inputs: update.inputs,
    ahead: update.ahead,
    nextDue: update.nextDue,
    steps: update.steps ?? before.steps,
  };
}

/** Records from number `from` on are replaced; where they only follow, the array grows in place. */
function nextTrace(before: TraceView, update: Update): TraceView {
  if (update.reset) return new TraceView([...update.records]);
  const last = before.last;
  const follows = !last || last.seq < update.from;
  if (follows && update.records.length === 0) return before;
  // The empty trace belongs to every world that has not begun.
  if (!last) return new TraceView([...update.records]);
  let records = before.records as TraceRecord[];
  if (!follows) records = records.filter((r) => r.seq < update.from);
  if (records.length > 2 * KEEP_RECORDS) records = records.slice(-KEEP_RECORDS);
  for (const record of update.records) records.push(record);
  return new TraceView(records);
}

export function receive(update: Update): void {
  world.setState((before) => applyUpdate(before, update), true);
  for (const tap of taps) tap(update);
}

const taps = new Set<(update: Update) => void>();

/** Hears every update after it has been taken in, to hand it on to another window; returns the way to stop. */
export function tapUpdates(tap: (update: Update) => void): () => void {
  taps.add(tap);
  return () => taps.delete(tap);
}

/** Puts another world in the place of this one: that of another window. */
export function setWorld(next: World): void {
  world.setState(next, true);
}

/** Forgets everything: another scenario is about to start. */
export function clearWorld(): void {
  world.setState(NO_WORLD, true);
}

/** A part of the world; the component renders again only when that part is another value. */
export function useWorld<T>(selector: (world: World) => T): T {
  return useStore(world, selector);
}

/** A table's row, or undefined. */
export function row<T>(tables: Tables, table: string, key = ""): T | undefined {
  return tables.get(table)?.get(key) as T | undefined;
}

/** A table's rows; an empty one if there is no such table yet. */
export function rows<T>(tables: Tables, table: string): ReadonlyMap<string, T> {
  return (tables.get(table) ?? EMPTY) as ReadonlyMap<string, T>;
}

const EMPTY: Rows = new Map();
