/** Helpers for plain JSON data. */

/** A deep copy. */
export function clone<T>(value: T): T {
  if (Array.isArray(value)) return value.map(clone) as T;
  if (typeof value !== "object" || value === null) return value;
  const out: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (key === "__proto__")
      Object.defineProperty(out, key, {
        value: clone(item),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else out[key] = clone(item);
  }
  return out as T;
}

/** Equality of JSON data; an absent field equals an undefined one. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => deepEqual(item, b[i]));
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const key of Object.keys(left))
    if (!deepEqual(left[key], Object.hasOwn(right, key) ? right[key] : undefined)) return false;
  for (const key of Object.keys(right)) if (right[key] !== undefined && left[key] === undefined) return false;
  return true;
}

/** Own keys in code point order: the order in which Go walks a map when it prints it. */
export const sortedKeys = (object: object | null | undefined): string[] => Object.keys(object ?? {}).sort();
