import type { Tables, TraceView, World } from "./world.ts";

/** A derived view of some inputs, computed again only when one of them is another object. */
export function memoize<A extends readonly unknown[], R>(compute: (...args: A) => R): (...args: A) => R {
  let last: A | null = null;
  let result: R;
  return (...args: A): R => {
    if (last && last.length === args.length && args.every((a, i) => Object.is(a, last![i]))) return result;
    result = compute(...args);
    last = args;
    return result;
  };
}

/**
 * A view of the world that depends on its tables and trace alone, and on one key: the same object as long as
 * neither changed, however time runs.
 */
export function byWorld<R>(
  compute: (world: Pick<World, "tables" | "trace">, key: string) => R,
): (world: Pick<World, "tables" | "trace">, key: string) => R {
  const made = new Map<string, { readonly tables: Tables; readonly trace: TraceView; readonly result: R }>();
  return (world, key) => {
    const known = made.get(key);
    if (known && known.tables === world.tables && known.trace === world.trace) return known.result;
    const result = compute(world, key);
    if (made.size > 200) made.clear();
    made.set(key, { tables: world.tables, trace: world.trace, result });
    return result;
  };
}
