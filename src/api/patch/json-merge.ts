/** JSON merge patch, RFC 7386. */

type Plain = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function jsonMerge(original: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const out: Record<string, unknown> = isObject(original) ? { ...original } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else {
      const before = Object.hasOwn(out, key) ? out[key] : undefined;
      Object.defineProperty(out, key, {
        value: jsonMerge(before, value),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  return out;
}
