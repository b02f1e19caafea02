/** Durations and sizes as scenario files write them. */

export const Mi = 1024 * 1024;

/** `500ms`, `30s`, `2m`, `1h30m`, or a number of ms → ms; 0 where it is none. */
export function duration(value: unknown, otherwise = 0): number {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return otherwise;
  let ms = 0;
  let found = false;
  for (const m of value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    found = true;
    ms += Number(m[1]) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[m[2]!] ?? 0);
  }
  return found ? Math.round(ms) : otherwise;
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
};

/** `60Mi` → bytes. */
export function bytes(value: unknown, otherwise = 0): number {
  if (typeof value === "number") return value;
  const m = /^(\d+(?:\.\d+)?)(|k|M|G|T|Ki|Mi|Gi|Ti)$/.exec(String(value ?? ""));
  return m ? Math.round(Number(m[1]) * UNITS[m[2]!]!) : otherwise;
}

/** `120m`, `2`, `0.5` → milli-CPU. */
export function milliCpu(value: unknown, otherwise = 0): number {
  if (typeof value === "number") return value * 1000;
  const m = /^(\d+(?:\.\d+)?)(m?)$/.exec(String(value ?? ""));
  return m ? Math.round(Number(m[1]) * (m[2] === "m" ? 1 : 1000)) : otherwise;
}
