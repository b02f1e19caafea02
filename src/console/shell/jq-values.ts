/** Values as `jq` compares, adds and formats them, and its functions of values. */
import { decodeBase64, encodeBase64 } from "../../sim/bytes.ts";

export class JqError extends Error {}
export type Dict = Readonly<Record<string, unknown>>;

export const isDict = (v: unknown): v is Dict => typeof v === "object" && v !== null && !Array.isArray(v);
const typeOf = (v: unknown): string =>
  v === null || v === undefined
    ? "null"
    : Array.isArray(v)
      ? "array"
      : typeof v === "object"
        ? "object"
        : typeof v;
export const truthy = (v: unknown): boolean => v !== null && v !== undefined && v !== false;
const shown = (v: unknown): string => {
  const text = JSON.stringify(v) ?? "null";
  return text.length > 11 ? `${text.slice(0, 10)}...` : text;
};

const RANK = ["null", "boolean", "number", "string", "array", "object"];
/** Order of values: null, booleans, numbers, strings, arrays, objects. */
export function compare(a: unknown, b: unknown): number {
  const [x, y] = [RANK.indexOf(typeOf(a)), RANK.indexOf(typeOf(b))];
  if (x !== y) return x - y;
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const c = compare(a[i], b[i]);
      if (c !== 0) return c;
    }
    return a.length - b.length;
  }
  if (isDict(a) && isDict(b)) {
    const [ka, kb] = [Object.keys(a).sort(), Object.keys(b).sort()];
    return (
      compare(ka, kb) ||
      compare(
        ka.map((k) => a[k]),
        kb.map((k) => b[k]),
      )
    );
  }
  return (a as never) < (b as never) ? -1 : (a as never) > (b as never) ? 1 : 0;
}

export function index(of: unknown, key: unknown): unknown {
  if (of === null || of === undefined) return null;
  if (Array.isArray(of) && typeof key === "number")
    return of[key < 0 ? of.length + Math.floor(key) : Math.floor(key)] ?? null;
  if (isDict(of) && typeof key === "string") return Object.hasOwn(of, key) ? of[key] : null;
  throw new JqError(
    typeof key === "string"
      ? `Cannot index ${typeOf(of)} with "${key}"`
      : `Cannot index ${typeOf(of)} with ${typeOf(key)}`,
  );
}

export function each(v: unknown): readonly unknown[] {
  if (Array.isArray(v)) return v;
  if (isDict(v)) return Object.values(v);
  throw new JqError(`Cannot iterate over ${typeOf(v)}${v === null ? "" : ` (${shown(v)})`}`);
}

export function arithmetic(op: string, a: unknown, b: unknown): unknown {
  if (op === "+") {
    if (a === null || a === undefined) return b;
    if (b === null || b === undefined) return a;
    if (typeof a === "number" && typeof b === "number") return a + b;
    if (typeof a === "string" && typeof b === "string") return a + b;
    if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
    if (isDict(a) && isDict(b)) return { ...a, ...b };
  } else if (typeof a === "number" && typeof b === "number") {
    if (op === "-") return a - b;
    if (op === "*") return a * b;
    if (b === 0)
      throw new JqError(
        `${typeOf(a)} (${a}) and ${typeOf(b)} (${b}) cannot be divided because the divisor is zero`,
      );
    return op === "/" ? a / b : Math.trunc(a) % Math.trunc(b);
  } else if (op === "-" && Array.isArray(a) && Array.isArray(b))
    return a.filter((x) => !b.some((y) => compare(x, y) === 0));
  else if (op === "/" && typeof a === "string" && typeof b === "string") return a.split(b);
  else if (op === "*" && isDict(a) && isDict(b)) return merged(a, b);
  const words: Readonly<Record<string, string>> = {
    "+": "added",
    "-": "subtracted",
    "*": "multiplied",
    "/": "divided",
    "%": "divided",
  };
  throw new JqError(`${typeOf(a)} (${shown(a)}) and ${typeOf(b)} (${shown(b)}) cannot be ${words[op]}`);
}
const merged = (a: Dict, b: Dict): Dict => {
  const out: Record<string, unknown> = { ...a };
  for (const [k, v] of Object.entries(b)) out[k] = isDict(out[k]) && isDict(v) ? merged(out[k], v) : v;
  return out;
};

export const text = (v: unknown): string => (typeof v === "string" ? v : (JSON.stringify(v) ?? "null"));
export const list = (v: unknown): readonly unknown[] => {
  if (Array.isArray(v)) return v;
  throw new JqError(`${typeOf(v)} (${shown(v)}) is not an array`);
};

export function format(name: string, v: unknown): string {
  switch (name) {
    case "@text":
      return text(v);
    case "@json":
      return JSON.stringify(v);
    case "@base64":
      return encodeBase64(text(v));
    case "@base64d":
      return decodeBase64(text(v));
    case "@uri":
      return encodeURIComponent(text(v));
    case "@sh":
      return (Array.isArray(v) ? v : [v])
        .map((x) => (typeof x === "string" ? `'${x.replaceAll("'", "'\\''")}'` : text(x)))
        .join(" ");
    case "@tsv":
      return list(v)
        .map((x) => (x === null ? "" : text(x).replaceAll("\t", "\\t").replaceAll("\n", "\\n")))
        .join("\t");
    case "@csv":
      return list(v)
        .map((x) => (typeof x === "string" ? `"${x.replaceAll('"', '""')}"` : x === null ? "" : text(x)))
        .join(",");
    default:
      throw new JqError(`${name.slice(1)} is not a valid format`);
  }
}

function contains(a: unknown, b: unknown): boolean {
  if (typeof a === "string" && typeof b === "string") return a.includes(b);
  if (Array.isArray(a) && Array.isArray(b))
    return b.every((y) => a.some((x) => typeOf(x) === typeOf(y) && contains(x, y)));
  if (isDict(a) && isDict(b))
    return Object.entries(b).every(([k, v]) => Object.hasOwn(a, k) && contains(a[k], v));
  return compare(a, b) === 0;
}

export function regex(source: unknown, flags = ""): RegExp {
  try {
    return new RegExp(text(source), flags.replace(/[^gims]/g, ""));
  } catch {
    throw new JqError(`${text(source)} (at offset 0) is not a valid regex`);
  }
}

function length(v: unknown): number {
  if (v === null || v === undefined) return 0;
  if (typeof v === "string") return [...v].length;
  if (typeof v === "number") return Math.abs(v);
  if (typeof v === "boolean") throw new JqError(`boolean (${v}) has no length`);
  return Array.isArray(v) ? v.length : Object.keys(v as object).length;
}

/** Functions of one value. */
export const SIMPLE: Readonly<Record<string, (v: unknown) => unknown>> = {
  length,
  not: (v) => !truthy(v),
  keys: (v) => (Array.isArray(v) ? v.map((_, i) => i) : Object.keys(v as Dict).sort()),
  keys_unsorted: (v) => Object.keys(v as Dict),
  values: (v) => v,
  type: typeOf,
  add: (v) => each(v).reduce((a: unknown, b) => arithmetic("+", a, b), null),
  any: (v) => list(v).some(truthy),
  all: (v) => list(v).every(truthy),
  first: (v) => index(v, 0),
  last: (v) => index(v, -1),
  reverse: (v) => (typeof v === "string" ? [...v].reverse().join("") : [...list(v ?? [])].reverse()),
  sort: (v) => [...list(v)].sort(compare),
  unique: (v) => [...list(v)].sort(compare).filter((x, i, all) => i === 0 || compare(x, all[i - 1]) !== 0),
  min: (v) => [...list(v)].sort(compare)[0] ?? null,
  max: (v) => [...list(v)].sort(compare).at(-1) ?? null,
  flatten: (v) => (list(v) as unknown[]).flat(Number.POSITIVE_INFINITY),
  to_entries: (v) => Object.entries(v as Dict).map(([key, value]) => ({ key, value })),
  from_entries: (v) =>
    Object.fromEntries(
      list(v).map((e) => [
        text((e as Dict)["key"] ?? (e as Dict)["name"] ?? "null"),
        (e as Dict)["value"] ?? null,
      ]),
    ),
  tostring: text,
  tonumber: (v) => {
    const n = typeof v === "string" && v.trim() !== "" ? Number(v) : v;
    if (typeof n === "number" && !Number.isNaN(n)) return n;
    throw new JqError(`${typeOf(v)} (${shown(v)}) cannot be parsed as a number`);
  },
  tojson: (v) => JSON.stringify(v),
  fromjson: (v) => JSON.parse(text(v)),
  ascii_downcase: (v) => text(v).toLowerCase(),
  ascii_upcase: (v) => text(v).toUpperCase(),
  floor: (v) => Math.floor(v as number),
  ceil: (v) => Math.ceil(v as number),
  round: (v) => Math.round(v as number),
  fromdateiso8601: (v) => Date.parse(text(v)) / 1000,
  fromdate: (v) => Date.parse(text(v)) / 1000,
  todate: (v) => new Date((v as number) * 1000).toISOString().replace(".000Z", "Z"),
};

/** Functions of a value and what an argument makes of it. */
export const BINARY: Readonly<Record<string, (v: unknown, a: unknown) => unknown>> = {
  has: (v, key) =>
    Array.isArray(v)
      ? typeof key === "number" && key >= 0 && key < v.length
      : Object.hasOwn(v as Dict, text(key)),
  contains,
  inside: (v, a) => contains(a, v),
  startswith: (v, a) => text(v).startsWith(text(a)),
  endswith: (v, a) => text(v).endsWith(text(a)),
  ltrimstr: (v, a) => (typeof v === "string" && v.startsWith(text(a)) ? v.slice(text(a).length) : v),
  rtrimstr: (v, a) =>
    typeof v === "string" && v.endsWith(text(a)) ? v.slice(0, v.length - text(a).length) : v,
  split: (v, a) => text(v).split(text(a)),
  join: (v, a) =>
    list(v)
      .map((x) => (x === null ? "" : text(x)))
      .join(text(a)),
  test: (v, a) => regex(a).test(text(v)),
  index: (v, a) => (text(v).includes(text(a)) ? text(v).indexOf(text(a)) : null),
  flatten: (v, depth) => (list(v) as unknown[]).flat(depth as number),
};
