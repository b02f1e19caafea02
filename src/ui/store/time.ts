/** Times of the run as text. Data prints them as kubectl does; a language's own forms are in `i18n`. */
import type { Ms } from "../../sim/types.ts";

const two = (n: number): string => String(n).padStart(2, "0");

/** Time since 0 s: `1:34.1`, `1:02:03.0`. `digits` of the second: 0 to 3. */
export function runTime(ms: Ms, digits: 0 | 1 | 2 | 3 = 1): string {
  const unit = 10 ** (3 - digits);
  const t = Math.floor(Math.max(0, ms) / unit) * unit;
  const s = Math.floor(t / 1000);
  const head =
    s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}` : String(Math.floor(s / 60));
  const tail =
    digits === 0
      ? ""
      : `.${String(t % 1000)
          .padStart(3, "0")
          .slice(0, digits)}`;
  return `${head}:${two(s % 60)}${tail}`;
}

/** Reads `90`, `1:30`, `1:30.5`, `90s`, `2m`, `1m30s`; undefined when it is none of these. */
export function parseRunTime(text: string): Ms | undefined {
  const clock = /^(?:(\d+):)?(\d{1,3}):([0-5]?\d(?:\.\d{1,3})?)$/.exec(text.trim());
  if (clock)
    return Math.round((Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3])) * 1000);
  const plain = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d{1,3})?)s?)?$/.exec(text.trim());
  if (!plain || text.trim() === "") return undefined;
  return Math.round(
    (Number(plain[1] ?? 0) * 3600 + Number(plain[2] ?? 0) * 60 + Number(plain[3] ?? 0)) * 1000,
  );
}

/** The virtual clock: `09:01:34` and the milliseconds behind it. */
export function wallClock(start: string, ms: Ms): { readonly clock: string; readonly millis: string } {
  const iso = new Date(Date.parse(start) + ms).toISOString();
  return { clock: iso.slice(11, 19), millis: iso.slice(20, 23) };
}

/** Age as kubectl prints it (k8s.io/apimachinery duration.HumanDuration): `12s`, `94s`, `5m10s`, `3h`, `2d`. */
export function age(ms: Ms): string {
  const s = Math.floor(ms / 1000);
  if (s < -1) return "<invalid>";
  if (s < 0) return "0s";
  if (s < 120) return `${s}s`;
  const m = Math.floor(s / 60);
  if (m < 10) return s % 60 === 0 ? `${m}m` : `${m}m${s % 60}s`;
  if (m < 180) return `${m}m`;
  const h = Math.floor(m / 60);
  if (h < 8) return m % 60 === 0 ? `${h}h` : `${h}h${m % 60}m`;
  if (h < 48) return `${h}h`;
  const d = Math.floor(h / 24);
  if (h < 192) return h % 24 === 0 ? `${d}d` : `${d}d${h % 24}h`;
  if (d < 365 * 2) return `${d}d`;
  const y = Math.floor(d / 365);
  if (d < 365 * 8) return d % 365 === 0 ? `${y}y` : `${y}y${d % 365}d`;
  return `${y}y`;
}

/** Virtual ms of an RFC 3339 stamp. */
export const msOf = (start: string, stamp: string | undefined): Ms | undefined => {
  const at = stamp ? Date.parse(stamp) : Number.NaN;
  return Number.isNaN(at) ? undefined : at - Date.parse(start);
};
