/** Running machines: their states, and how each came into the present one. */
import type { Transition } from "../../../sim/index.ts";
import { memoize } from "../memo.ts";
import { type Rows, row, rows, type Tables } from "../world.ts";

type KeysOf = (table: Rows | undefined) => readonly string[];
const lists = new Map<string, KeysOf>();

/** Keys of the machines that run in a table, in the order in which they began. */
export function machineKeys(tables: Tables, table: string): readonly string[] {
  let keys = lists.get(table);
  if (!keys) {
    keys = memoize((found: Rows | undefined): readonly string[] => (found ? [...found.keys()] : []));
    lists.set(table, keys);
  }
  return keys(tables.get(table));
}

/** The state that a machine is in; undefined when it does not run. */
export const machineValue = (tables: Tables, table: string, key: string): unknown =>
  rows<{ value?: unknown }>(tables, table).get(key)?.value;

export const lastTransition = (tables: Tables, table: string, key: string): Transition | undefined =>
  row<Transition>(tables, "sim/transitions", `${table}\n${key}`);
