/** Where an answer first departs from what was expected. `path` has dots between keys, "" for the root. */
export interface Difference {
  path: string;
  expected: unknown;
  actual: unknown;
}

/**
 * Compares only what `expected` names: of objects the keys present in it, arrays whole and in order
 * unless `sets` lists their path. Null equals absent, as in JSON written by Go.
 */
export function firstDifference(
  expected: unknown,
  actual: unknown,
  sets: readonly string[] = [],
): Difference | undefined {
  return walk(expected, plain(actual), [], sets);
}

/** `firstDifference` as yes or no. */
export function matches(expected: unknown, actual: unknown, sets: readonly string[] = []): boolean {
  return firstDifference(expected, actual, sets) === undefined;
}

function walk(
  expected: unknown,
  actual: unknown,
  path: readonly string[],
  sets: readonly string[],
): Difference | undefined {
  const differ = { path: path.join("."), expected, actual };
  if (expected === null || expected === undefined)
    return actual === null || actual === undefined ? undefined : differ;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return differ;
    if (sets.some((set) => isAt(set, path)))
      return sameSet(expected, actual, path, sets) ? undefined : differ;
    for (let i = 0; i < expected.length; i++) {
      const inside = walk(expected[i], actual[i], [...path, String(i)], sets);
      if (inside) return inside;
    }
    return undefined;
  }
  if (typeof expected === "object") {
    if (typeof actual !== "object" || actual === null || Array.isArray(actual)) return differ;
    const got = actual as Record<string, unknown>;
    for (const [key, value] of Object.entries(expected)) {
      const inside = walk(value, Object.hasOwn(got, key) ? got[key] : undefined, [...path, key], sets);
      if (inside) return inside;
    }
    return undefined;
  }
  return Object.is(expected, actual) || expected === actual ? undefined : differ;
}

/** Pairs each expected element with one of its own; a subset match may fit several, so it searches. */
function sameSet(
  expected: readonly unknown[],
  actual: readonly unknown[],
  path: readonly string[],
  sets: readonly string[],
): boolean {
  const takenBy = new Array<number>(actual.length).fill(-1);
  const place = (index: number, seen: Set<number>): boolean =>
    actual.some((candidate, j) => {
      if (seen.has(j) || walk(expected[index], candidate, [...path, String(j)], sets)) return false;
      seen.add(j);
      const holder = takenBy[j] ?? -1;
      if (holder >= 0 && !place(holder, seen)) return false;
      takenBy[j] = index;
      return true;
    });
  return expected.every((_, index) => place(index, new Set()));
}

function isAt(pattern: string, path: readonly string[]): boolean {
  const parts = pattern === "" ? [] : pattern.split(".");
  return parts.length === path.length && parts.every((part, i) => part === "*" || part === path[i]);
}

/** Sets, maps and big integers as the JSON they would be written as. */
export function plain(value: unknown): unknown {
  if (typeof value === "bigint") {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  }
  if (value instanceof Set) return [...value].map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [String(k), plain(v)]));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  }
  return value;
}
