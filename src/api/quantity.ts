/**
 * Resource quantities, exact. Rules of apimachinery `pkg/api/resource/quantity.go`: what is readable, how it is
 * rounded, and the canonical text, which keeps the family of suffixes that was written.
 */

export type QuantityFormat = "DecimalSI" | "BinarySI" | "DecimalExponent";

/** A number `unscaled × 10^scale` and the family of suffixes it is shown with. */
export interface Quantity {
  readonly unscaled: bigint;
  readonly scale: number;
  readonly format: QuantityFormat;
  /** The text it was read from, where that is canonical already and is shown as it is. */
  readonly text?: string;
}

export type QuantityResult =
  | { readonly ok: true; readonly quantity: Quantity }
  | { readonly ok: false; readonly error: string };

const FORMAT_ERROR =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const NUMERIC_ERROR = "unable to parse numeric part of quantity";
const SUFFIX_ERROR = "unable to parse quantity's suffix";

const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const DECIMAL_SUFFIX = new Map(Object.entries(DECIMAL).map(([suffix, exponent]) => [exponent, suffix]));
const BINARY_SUFFIX = new Map(Object.entries(BINARY).map(([suffix, exponent]) => [exponent, suffix]));

const NANO = -9;
const INT64_MAX = 2n ** 63n - 1n;
/** Beyond this exponent a number is only very large; nothing here needs its digits. */
const EXPONENT_LIMIT = 5000;

const POWERS = Array.from({ length: 40 }, (_, n) => 10n ** BigInt(n));
const pow10 = (n: number): bigint => POWERS[n] ?? 10n ** BigInt(n);
const sign = (n: bigint): -1 | 0 | 1 => (n < 0n ? -1 : n > 0n ? 1 : 0);

/** Digits of the number at another scale, rounded away from zero where some are lost. */
function atScale(unscaled: bigint, scale: number, wanted: number): { value: bigint; exact: boolean } {
  if (scale === wanted || unscaled === 0n) return { value: unscaled, exact: true };
  if (scale > wanted) return { value: unscaled * pow10(scale - wanted), exact: true };
  const divisor = pow10(wanted - scale);
  const whole = unscaled / divisor;
  if (whole * divisor === unscaled) return { value: whole, exact: true };
  return { value: whole + (unscaled < 0n ? -1n : 1n), exact: false };
}

interface Parts {
  readonly negative: boolean;
  readonly num: string;
  readonly denom: string;
  readonly suffix: string;
}

const SHAPE = /^([+-]?)0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;

function split(text: string): Parts | null {
  const match = SHAPE.exec(text);
  if (!match) return null;
  const [, signText, num = "", denom = "", suffix = ""] = match;
  return { negative: signText === "-", num: num === "" ? "0" : num, denom, suffix };
}

interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

function interpret(suffix: string): Suffix | null {
  const decimal = DECIMAL[suffix];
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: "DecimalSI" };
  const binary = BINARY[suffix];
  if (binary !== undefined) return { base: 2, exponent: binary, format: "BinarySI" };
  const match = /^[eE]([+-]?[0-9]+)$/.exec(suffix);
  if (!match) return null;
  const exponent = Math.max(-EXPONENT_LIMIT, Math.min(EXPONENT_LIMIT, Number(match[1])));
  return { base: 10, exponent, format: "DecimalExponent" };
}

/** How many more digits fit beside those written; negative: the number needs the exact path. */
function precisionLeft(parts: Parts, suffix: Suffix): number {
  if (suffix.base === 10) return 18 - (parts.num.length + parts.denom.length);
  if (parts.denom !== "") return -1;
  return 15 - parts.num.length - Math.trunc((suffix.exponent * 3) / 10) - 1;
}

/** Reads a quantity as written. */
export function parseQuantity(text: string): QuantityResult {
  const known = cache.get(text);
  if (known) return known;
  const result = text.length > 4096 ? fail(FORMAT_ERROR) : read(text);
  if (cache.size >= 2000) cache.clear();
  cache.set(text, result);
  return result;
}

/** A pure function's results: the same few texts are read again and again. */
const cache = new Map<string, QuantityResult>();

const fail = (error: string): QuantityResult => ({ ok: false, error });
const good = (quantity: Quantity): QuantityResult => ({ ok: true, quantity });

function read(text: string): QuantityResult {
  if (text === "") return fail(FORMAT_ERROR);
  const parts = split(text);
  if (!parts) return fail(FORMAT_ERROR);
  const suffix = interpret(parts.suffix);
  if (!suffix) return fail(SUFFIX_ERROR);
  const { format } = suffix;
  const digits = parts.num + parts.denom;
  const magnitude = BigInt(digits);

  if (precisionLeft(parts, suffix) >= 0) {
    const scale = (suffix.base === 10 ? suffix.exponent : 0) - parts.denom.length;
    const value = suffix.base === 2 ? magnitude << BigInt(suffix.exponent) : magnitude;
    if (scale >= NANO && value <= INT64_MAX) {
      const unscaled = parts.negative ? -value : value;
      const canonical =
        suffix.base === 2
          ? (magnitude & 7n) !== 0n
          : scale % 3 === 0 && !digits.endsWith("000") && digits[0] !== "0";
      return good(canonical ? { unscaled, scale, format, text } : { unscaled, scale, format });
    }
  }
  if (
    parts.num === "0" &&
    parts.denom === "" &&
    /^[+-]?\.?$/.test(text.slice(0, text.length - parts.suffix.length))
  )
    return fail(NUMERIC_ERROR);
  return good(readLarge(magnitude, parts, suffix));
}

/** The exact path: rounded up to nano, capped at 2^63-1 for binary suffixes. */
function readLarge(magnitude: bigint, parts: Parts, suffix: Suffix): Quantity {
  const written = suffix.base === 2 ? magnitude << BigInt(suffix.exponent) : magnitude;
  const writtenScale = (suffix.base === 10 ? suffix.exponent : 0) - parts.denom.length;
  let unscaled = written;
  let scale = writtenScale;
  if (scale < NANO) {
    unscaled = atScale(written, writtenScale, NANO).value;
    scale = NANO;
  }
  let format = suffix.format;
  if (format === "BinarySI") {
    if (unscaled > INT64_MAX * pow10(-scale)) {
      unscaled = INT64_MAX;
      scale = 0;
    }
    if (unscaled > 0n && unscaled < pow10(-scale)) format = "DecimalSI";
  }
  return { unscaled: parts.negative ? -unscaled : unscaled, scale, format };
}

/** A quantity of a manifest: a string or a bare number, spaces around it allowed. */
export function readQuantity(value: unknown): QuantityResult {
  return parseQuantity(typeof value === "string" ? value.trim() : String(value));
}

const ZERO: Quantity = { unscaled: 0n, scale: 0, format: "DecimalSI" };

/** A quantity known to be readable; an unreadable one counts as zero. */
export function quantity(value: unknown): Quantity {
  if (value === undefined || value === null) return ZERO;
  const result = readQuantity(value);
  return result.ok ? result.quantity : ZERO;
}

/** A quantity of a whole number. */
export function quantityOf(value: number | bigint, format: QuantityFormat = "DecimalSI"): Quantity {
  return { unscaled: BigInt(value), scale: 0, format };
}

/** A quantity of thousandths. */
export function milliQuantityOf(value: number | bigint, format: QuantityFormat = "DecimalSI"): Quantity {
  return { unscaled: BigInt(value), scale: -3, format };
}

/** The text the API shows: the largest suffix that leaves no fraction. */
export function formatQuantity(q: Quantity): string {
  if (q.text !== undefined) return q.text;
  if (q.unscaled === 0n) return "0";
  if (
    q.format === "BinarySI" &&
    !(compareQuantity(q, quantityOf(-1024)) > 0 && compareQuantity(q, quantityOf(1024)) < 0)
  ) {
    const whole = atScale(q.unscaled, q.scale, 0);
    if (whole.exact) return formatBinary(whole.value);
  }
  let amount = q.unscaled;
  let exponent = q.scale;
  while (amount % 10n === 0n) {
    amount /= 10n;
    exponent++;
  }
  while (exponent % 3 !== 0) {
    amount *= 10n;
    exponent--;
  }
  if (q.format === "DecimalExponent") return exponent === 0 ? `${amount}` : `${amount}e${exponent}`;
  return `${amount}${DECIMAL_SUFFIX.get(exponent) ?? ""}`;
}

function formatBinary(value: bigint): string {
  let amount = value;
  let exponent = 0;
  while (amount % 1024n === 0n) {
    amount /= 1024n;
    exponent += 10;
  }
  return `${amount}${BINARY_SUFFIX.get(exponent) ?? ""}`;
}

/** Whole value, rounded away from zero. */
export function quantityValue(q: Quantity): bigint {
  return atScale(q.unscaled, q.scale, 0).value;
}

/** Value in thousandths, rounded away from zero. */
export function quantityMilliValue(q: Quantity): bigint {
  return atScale(q.unscaled, q.scale, -3).value;
}

/** Whole value of a quantity as written, as a number; 0 where absent or unreadable. */
export function wholeValueOf(value: unknown): number {
  if (Number.isSafeInteger(value)) return value as number;
  return Number(quantityValue(quantity(value)));
}

/** Thousandths of a quantity as written, as a number; 0 where absent or unreadable. */
export function milliValueOf(value: unknown): number {
  if (Number.isSafeInteger(value)) return (value as number) * 1000;
  return Number(quantityMilliValue(quantity(value)));
}

export function quantitySign(q: Quantity): -1 | 0 | 1 {
  return sign(q.unscaled);
}

export function compareQuantity(a: Quantity, b: Quantity): -1 | 0 | 1 {
  if (a.scale === b.scale) return sign(a.unscaled - b.unscaled);
  const scale = Math.min(a.scale, b.scale);
  return sign(atScale(a.unscaled, a.scale, scale).value - atScale(b.unscaled, b.scale, scale).value);
}

function sum(a: Quantity, b: Quantity, factor: bigint): Quantity {
  const format = a.unscaled === 0n ? b.format : a.format;
  const scale = Math.min(a.scale, b.scale);
  const unscaled =
    atScale(a.unscaled, a.scale, scale).value + factor * atScale(b.unscaled, b.scale, scale).value;
  return { unscaled, scale, format };
}

/** Sum in the family of `a`, or of `b` where `a` is zero. */
export const addQuantity = (a: Quantity, b: Quantity): Quantity => sum(a, b, 1n);

/** Difference in the family of `a`, or of `b` where `a` is zero. */
export const subQuantity = (a: Quantity, b: Quantity): Quantity => sum(a, b, -1n);

/** Rounded up (away from zero) to thousandths, as the API does with resources. */
export function roundUpToMilli(q: Quantity): Quantity {
  if (q.scale >= -3) return q;
  return { unscaled: atScale(q.unscaled, q.scale, -3).value, scale: -3, format: q.format };
}

/** Whether a quantity has no fraction. */
export function isWhole(q: Quantity): boolean {
  return atScale(q.unscaled, q.scale, 0).exact;
}
