/**
 * What of a run's state the screen is told: the tables it asked for, cut down to the fields it reads, and as rows of
 * tables of their own the timers that are set and the latest transition of each machine. Only what differs from what
 * was sent before is sent again, after a rewind too.
 */
import type { Ms, Simulation, Transition } from "../sim/index.ts";
import type { MirrorSpec, RowChange } from "./protocol.ts";

/** Rows: due times by `COMPONENT KEY TIMER`, parted by line feeds. */
export const TIMERS = "sim/timers";
/** Rows: transitions by `TABLE KEY`, parted by a line feed. */
export const TRANSITIONS = "sim/transitions";

export interface Mirror {
  /** Rows that differ from those sent before; `afresh`: the screen has none. */
  changes(afresh: boolean): [table: string, rows: RowChange[]][];
}

/** A row cut down to some of its fields, given as paths. A row that is no object stays whole. */
export function cutTo(row: unknown, fields: readonly string[]): unknown {
  if (typeof row !== "object" || row === null) return row;
  const out: Record<string, unknown> = {};
  for (const path of fields) {
    let from: unknown = row;
    let into = out;
    const parts = path.split(".");
    for (const [i, part] of parts.entries()) {
      from = (from as Record<string, unknown> | null | undefined)?.[part];
      if (from === undefined) break;
      if (i === parts.length - 1) into[part] = from;
      else into = (into[part] ??= {}) as Record<string, unknown>;
    }
  }
  return out;
}

/** What stays the same is told by its value where rows are cut, by being the same object where they are whole. */
const mark = (value: unknown): unknown =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : value;

export function createMirror(sim: Simulation, spec: MirrorSpec | undefined): Mirror {
  const wanted = spec?.tables.map(({ name, fields }) => ({ name: new RegExp(name), fields }));
  const timersOf = spec?.timers === undefined ? null : new RegExp(spec.timers);
  const machinesOf = spec?.transitions === undefined ? null : new RegExp(spec.transitions);
  /** Fields to cut to by table; null: whole; undefined: not wanted. */
  const known = new Map<string, readonly string[] | null | undefined>();
  const fieldsOf = (name: string): readonly string[] | null | undefined => {
    if (!wanted) return null;
    if (!known.has(name)) {
      const found = wanted.find((w) => w.name.test(name));
      known.set(name, found ? (found.fields ?? null) : undefined);
    }
    return known.get(name);
  };
  /** Marks of the rows as they were sent. */
  const sent = new Map<string, Map<string, unknown>>();
  const transitions = new Map<string, Transition>();
  /** The state was put back: any row may differ. */
  let whole = true;

  sim.watchTables((name) => fieldsOf(name) !== undefined);
  sim.onRestore(() => {
    whole = true;
    for (const [key, transition] of transitions) if (transition.time > sim.now) transitions.delete(key);
  });
  if (machinesOf)
    sim.watchTransitions((transition) => {
      if (machinesOf.test(transition.table))
        transitions.set(`${transition.table}\n${transition.key}`, transition);
    });

  const differing = (
    table: string,
    keys: Iterable<string>,
    get: (key: string) => unknown,
    marked: (value: unknown) => unknown,
  ): RowChange[] => {
    let before = sent.get(table);
    if (!before) sent.set(table, (before = new Map()));
    const rows: RowChange[] = [];
    for (const key of keys) {
      const value = get(key);
      if (value === undefined) {
        if (before.delete(key)) rows.push([key]);
        continue;
      }
      const now = marked(value);
      if (before.has(key) && Object.is(before.get(key), now)) continue;
      before.set(key, now);
      rows.push([key, value]);
    }
    return rows;
  };

  return {
    changes(afresh) {
      if (afresh) sent.clear();
      const all = whole || afresh;
      whole = false;
      const out: [string, RowChange[]][] = [];
      const add = (table: string, rows: RowChange[]): void => {
        if (rows.length > 0) out.push([table, rows]);
      };
      const withSent = (table: string, keys: Iterable<string>): Iterable<string> =>
        new Set([...keys, ...(sent.get(table)?.keys() ?? [])]);

      for (const table of sim.tables()) {
        const fields = fieldsOf(table.name);
        if (fields === undefined) continue;
        const changed = table.drain();
        const keys = all ? withSent(table.name, table.keys()) : changed;
        add(
          table.name,
          fields
            ? differing(
                table.name,
                keys,
                (key) => (table.has(key) ? cutTo(table.get(key), fields) : undefined),
                mark,
              )
            : differing(
                table.name,
                keys,
                (key) => table.get(key),
                (value) => value,
              ),
        );
      }
      if (timersOf) {
        const due = new Map<string, Ms>();
        for (const { to, key, timer, at } of sim.timers())
          if (timersOf.test(to)) due.set(`${to}\n${key}\n${timer}`, at);
        add(
          TIMERS,
          differing(
            TIMERS,
            withSent(TIMERS, due.keys()),
            (key) => due.get(key),
            (at) => at,
          ),
        );
      }
      if (machinesOf)
        add(
          TRANSITIONS,
          differing(
            TRANSITIONS,
            withSent(TRANSITIONS, transitions.keys()),
            (key) => transitions.get(key),
            (value) => value,
          ),
        );
      return out;
    },
  };
}
