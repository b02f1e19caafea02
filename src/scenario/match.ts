/** Comparing a found value with what a check asks for. */
import { compareQuantity, quantity, readQuantity } from "../api/quantity.ts";

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const MATCHERS = ["matches", "gt", "lt", "gte", "lte", "exists", "equals"];

/** True where a wanted value is a matcher (`{gt: 2}`) and not a plain value to be equal to. */
export function isMatcher(wanted: unknown): wanted is Record<string, unknown> {
  return (
    isObject(wanted) &&
    Object.keys(wanted).length > 0 &&
    Object.keys(wanted).every((k) => MATCHERS.includes(k))
  );
}

/** Equal as data; an object is equal when every wanted field is there and equal, a list when all its items are. */
function equal(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return (
      Array.isArray(found) && found.length === wanted.length && wanted.every((w, i) => equal(found[i], w))
    );
  if (isObject(wanted))
    return isObject(found) && Object.entries(wanted).every(([k, w]) => equal(found[k], w));
  return (
    found === wanted || (typeof found === "number" && typeof wanted === "string" && String(found) === wanted)
  );
}

/** Numbers compare as numbers, texts that are quantities as quantities. */
function compare(found: unknown, wanted: unknown): number | null {
  if (typeof found === "number" && typeof wanted === "number") return found - wanted;
  if (
    (typeof found === "string" || typeof found === "number") &&
    readQuantity(found).ok &&
    readQuantity(wanted).ok
  ) {
    return compareQuantity(quantity(found), quantity(wanted));
  }
  return null;
}

/** Whether a found value is what a check asks for. A bad pattern fits nothing. */
export function matches(found: unknown, wanted: unknown): boolean {
  if (!isMatcher(wanted)) return equal(found, wanted);
  return Object.entries(wanted).every(([kind, value]) => {
    if (kind === "exists") return (found !== undefined && found !== null) === value;
    if (kind === "equals")
      return typeof found === "string" && typeof value === "string"
        ? found.trimEnd() === value.trimEnd()
        : equal(found, value);
    if (kind === "matches") {
      const pattern = safePattern(String(value));
      return (
        found !== undefined &&
        pattern !== null &&
        pattern.test(typeof found === "string" ? found : JSON.stringify(found))
      );
    }
    const order = compare(found, value);
    if (order === null) return false;
    return kind === "gt" ? order > 0 : kind === "lt" ? order < 0 : kind === "gte" ? order >= 0 : order <= 0;
  });
}

/** A number against `n`, `{gt: n}`, `{lt: n}` … */
export function countMatches(found: number, wanted: unknown): boolean {
  if (wanted === undefined) return found > 0;
  return matches(found, wanted);
}

/** Whether a pattern can be read. */
export const checkPattern = (text: string): boolean => safePattern(text) !== null;

function safePattern(text: string): RegExp | null {
  try {
    return new RegExp(text, "m");
  } catch {
    return null;
  }
}
