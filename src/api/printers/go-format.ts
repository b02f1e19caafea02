/** Values as Go prints them: `%v`, `%q`, and encoding/json with sorted keys. */

type Dict = { readonly [key: string]: unknown };
export const isDict = (v: unknown): v is Dict => typeof v === "object" && v !== null && !Array.isArray(v);

/** A number as `%v` prints it: exponents from 1e21 and below 1e-4, with two digits at least. */
export function goNumber(n: number): string {
  if (Object.is(n, -0)) return "-0";
  if (n !== 0 && Math.abs(n) < 1e-4) return padExponent(n.toExponential());
  return padExponent(String(n));
}
const padExponent = (text: string): string => text.replace(/e([+-])(\d)$/, "e$10$2");

/** `%v`: maps as `map[k:v]`, lists as `[a b]`, nil as `<nil>`. */
export function goValue(v: unknown): string {
  if (v === undefined) return "<invalid reflect.Value>";
  if (v === null) return "<nil>";
  if (typeof v === "number") return goNumber(v);
  if (Array.isArray(v)) return `[${v.map(goValue).join(" ")}]`;
  if (isDict(v))
    return `map[${Object.keys(v)
      .sort(compareBytes)
      .map((k) => `${k}:${goValue(v[k])}`)
      .join(" ")}]`;
  return String(v);
}

/** Order of Go's sort.Strings for what Kubernetes names things: by code unit, the same as by byte within ASCII. */
export function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A string in JSON as encoding/json writes it; `escapeHtml` is its default. */
function goJsonString(s: string, escapeHtml = true): string {
  const quoted = JSON.stringify(s).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
  if (!escapeHtml) return quoted;
  return quoted.replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("&", "\\u0026");
}

/** Compact JSON with sorted keys, as json.Marshal writes a map; fields that are undefined are left out. */
export function goJson(v: unknown): string {
  if (v === null || v === undefined) return "null";
  if (typeof v === "string") return goJsonString(v);
  if (Array.isArray(v)) return `[${v.map(goJson).join(",")}]`;
  if (isDict(v)) {
    const fields = Object.keys(v).filter((k) => v[k] !== undefined);
    return `{${fields
      .sort(compareBytes)
      .map((k) => `${goJsonString(k)}:${goJson(v[k])}`)
      .join(",")}}`;
  }
  return JSON.stringify(v);
}

/** Compact JSON as json.Marshal writes a struct: fields in the order they have. */
export function goJsonInOrder(v: unknown): string {
  if (v === null || v === undefined) return "null";
  if (typeof v === "string") return goJsonString(v);
  if (Array.isArray(v)) return `[${v.map(goJsonInOrder).join(",")}]`;
  if (!isDict(v)) return JSON.stringify(v);
  const fields = Object.entries(v).filter(([, value]) => value !== undefined);
  return `{${fields.map(([k, value]) => `${goJsonString(k)}:${goJsonInOrder(value)}`).join(",")}}`;
}

/** JSON indented by `indent`, keys sorted, as kubectl's json printer writes (4 blanks, HTML characters kept). */
export function goJsonIndent(v: unknown, indent = "    ", escapeHtml = false, prefix = ""): string {
  const inner = prefix + indent;
  if (v === null || v === undefined) return "null";
  if (typeof v === "string") return goJsonString(v, escapeHtml);
  if (Array.isArray(v)) {
    if (v.length === 0) return "[]";
    return `[\n${v.map((x) => inner + goJsonIndent(x, indent, escapeHtml, inner)).join(",\n")}\n${prefix}]`;
  }
  if (isDict(v)) {
    const keys = Object.keys(v)
      .filter((k) => v[k] !== undefined)
      .sort(compareBytes);
    if (keys.length === 0) return "{}";
    return `{\n${keys.map((k) => `${inner}${goJsonString(k, escapeHtml)}: ${goJsonIndent(v[k], indent, escapeHtml, inner)}`).join(",\n")}\n${prefix}}`;
  }
  return JSON.stringify(v);
}

/** Bytes of a string in UTF-8. */
export function utf8(s: string): number[] {
  const out: number[] = [];
  for (const c of s) {
    const n = c.codePointAt(0) ?? 0;
    if (n < 0x80) out.push(n);
    else if (n < 0x800) out.push(0xc0 | (n >> 6), 0x80 | (n & 63));
    else if (n < 0x10000) out.push(0xe0 | (n >> 12), 0x80 | ((n >> 6) & 63), 0x80 | (n & 63));
    else out.push(0xf0 | (n >> 18), 0x80 | ((n >> 12) & 63), 0x80 | ((n >> 6) & 63), 0x80 | (n & 63));
  }
  return out;
}
