/** Durations as Go writes them: `500ms`, `1m20s`, `1h30m`. Values are milliseconds, fractions allowed. */

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

export type DurationResult =
  | { readonly ok: true; readonly ms: number }
  | { readonly ok: false; readonly error: string };

/** Reads a duration; errors are those of Go's `time.ParseDuration`. */
export function parseDuration(text: string): DurationResult {
  const quoted = JSON.stringify(text);
  const negative = text.startsWith("-");
  let rest = /^[+-]/.test(text) ? text.slice(1) : text;
  if (rest === "0") return { ok: true, ms: 0 };
  if (rest === "") return { ok: false, error: `time: invalid duration ${quoted}` };
  let ms = 0;
  while (rest !== "") {
    const number = /^(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)/.exec(rest)?.[0];
    if (number === undefined) return { ok: false, error: `time: invalid duration ${quoted}` };
    rest = rest.slice(number.length);
    const unit = /^[^0-9.]*/.exec(rest)?.[0] ?? "";
    if (unit === "") return { ok: false, error: `time: missing unit in duration ${quoted}` };
    const factor = UNITS[unit];
    if (factor === undefined)
      return { ok: false, error: `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}` };
    ms += Number(number) * factor;
    rest = rest.slice(unit.length);
  }
  if (ms > 9.223372036854775e12) return { ok: false, error: `time: invalid duration ${quoted}` };
  // Whole nanoseconds: what Go holds, and free of binary fractions.
  const exact = Math.round(ms * 1e6) / 1e6;
  return { ok: true, ms: negative ? -exact : exact };
}

/** Milliseconds of a duration as written; undefined where it cannot be read. */
export function durationMs(text: string): number | undefined {
  const result = parseDuration(text);
  return result.ok ? result.ms : undefined;
}

const trim = (value: number, digits: number): string => {
  const text = value.toFixed(digits);
  return digits === 0 ? text : text.replace(/\.?0+$/, "");
};

/** Text of a duration as Go's `Duration.String` prints it: `1m20s`, `1.5s`, `500ms`, `0s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return "0s";
  const sign = ms < 0 ? "-" : "";
  const ns = Math.round(Math.abs(ms) * 1e6);
  if (ns < 1000) return `${sign}${ns}ns`;
  if (ns < 1e6) return `${sign}${trim(ns / 1e3, 3)}µs`;
  if (ns < 1e9) return `${sign}${trim(ns / 1e6, 6)}ms`;
  const seconds = Math.floor(ns / 1e9);
  const fraction = ns - seconds * 1e9;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const last = fraction === 0 ? `${seconds % 60}` : trim((seconds % 60) + fraction / 1e9, 9);
  if (hours > 0) return `${sign}${hours}h${minutes}m${last}s`;
  if (minutes > 0) return `${sign}${minutes}m${last}s`;
  return `${sign}${last}s`;
}
