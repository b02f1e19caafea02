/**
 * YAML as kubectl prints it: keys in natural order, lists not indented below their key, quotes only where a plain text
 * would be read as something else, long texts folded after column 80 (go.yaml.in/yaml/v2's encoder and emitter).
 */
import { goNumber, isDict } from "./go-format.ts";

const WIDTH = 80;

/** Natural order of keys: letters by code, other characters before letters, digits by their number. */
function compareKeys(a: string, b: string): number {
  const ar = [...a];
  const br = [...b];
  const letter = (c: string): boolean => /^\p{L}$/u.test(c);
  const digit = (c: string | undefined): boolean => c !== undefined && /^\p{Nd}$/u.test(c);
  const code = (c: string): number => c.codePointAt(0) ?? 0;
  for (let i = 0; i < Math.min(ar.length, br.length); i++) {
    const x = ar[i] as string;
    const y = br[i] as string;
    if (x === y) continue;
    if (letter(x) && letter(y)) return code(x) - code(y);
    if (letter(x) || letter(y)) return letter(y) ? -1 : 1;
    let an = 0;
    let bn = 0;
    if (x === "0" || y === "0") {
      for (let j = i - 1; j >= 0 && digit(ar[j]); j--) {
        if (ar[j] !== "0") {
          an = 1;
          bn = 1;
          break;
        }
      }
    }
    let ai = i;
    let bi = i;
    for (; digit(ar[ai]); ai++) an = an * 10 + Number(ar[ai]);
    for (; digit(br[bi]); bi++) bn = bn * 10 + Number(br[bi]);
    if (an !== bn) return an - bn;
    if (ai !== bi) return ai - bi;
    return code(x) - code(y);
  }
  return ar.length - br.length;
}

const WORDS = new Set(
  "y Y yes Yes YES true True TRUE on On ON n N no No NO false False FALSE off Off OFF ~ null Null NULL .nan .NaN .NAN .inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF <<".split(
    " ",
  ),
);

/** Whether a plain text would be read as a number, a time, a boolean or nothing (resolve.go). */
function readsAsOther(s: string): boolean {
  if (s === "" || WORDS.has(s)) return true;
  const first = s[0] ?? "";
  if (first === ".") return /^\.\d+([eE][-+]?\d+)?$/.test(s);
  if (!/[0-9+-]/.test(first)) return false;
  if (
    /^\d{4}-\d{1,2}-\d{1,2}([Tt ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?)?$/.test(s) &&
    isTime(s)
  )
    return true;
  if (/^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$/.test(s)) return true;
  const plain = s.replaceAll("_", "");
  if (/^[-+]?(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9]\d*)$/.test(plain)) return fitsInt(plain);
  return /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain);
}

/** With a time of day the zone must be there after a T and must not be there after a blank. */
function isTime(s: string): boolean {
  const [, month = "", day = ""] = s.split("-").map((p) => p.slice(0, 2).replace(/\D/g, ""));
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return false;
  if (/[Tt]/.test(s)) return /(Z|[+-]\d{2}:\d{2})$/.test(s);
  return s.includes(" ") ? !/(Z|[+-]\d{2}:\d{2})$/.test(s) : true;
}

function fitsInt(text: string): boolean {
  const digits = text.replace(/^[-+]/, "");
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits.toLowerCase());
  return text.startsWith("-") ? value <= 2n ** 63n : value < 2n ** 64n;
}

interface Shape {
  readonly multiline: boolean;
  readonly plain: boolean;
  readonly single: boolean;
  readonly block: boolean;
}

const printable = (c: string): boolean =>
  c === "\n" ||
  c === "\t" ||
  /^[\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]$/.test(c) ||
  (c.codePointAt(0) ?? 0) > 0xffff;

/** Which styles a text may be written in (yaml_emitter_analyze_scalar). */
function analyze(s: string): Shape {
  if (s === "") return { multiline: false, plain: true, single: true, block: false };
  const blank = (c: string | undefined): boolean =>
    c === undefined || c === " " || c === "\t" || c === "\n" || c === "\r";
  let indicators = /^(---|\.\.\.)/.test(s) || /^[#,[\]{}&*!|>'"%@`]/.test(s);
  if (/^[?:-]/.test(s) && blank(s[1])) indicators = true;
  for (let i = 1; i < s.length; i++) {
    if (s[i] === ":" && blank(s[i + 1])) indicators = true;
    if (s[i] === "#" && blank(s[i - 1])) indicators = true;
  }
  const special = [...s].some((c) => !printable(c));
  const breaks = /[\n\r]/.test(s);
  const edges = /^[ \n]|[ \n]$/.test(s);
  const breakSpace = /\n /.test(s);
  const spaceBreak = / \n/.test(s);
  const bad = spaceBreak || special;
  return {
    multiline: breaks,
    plain: !indicators && !edges && !breakSpace && !bad && !breaks,
    single: !breakSpace && !bad,
    block: !s.endsWith(" ") && !bad,
  };
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "0",
  "\x07": "a",
  "\b": "b",
  "\t": "t",
  "\n": "n",
  "\v": "v",
  "\f": "f",
  "\r": "r",
  "\x1b": "e",
  '"': '"',
  "\\": "\\",
  "\x85": "N",
  "\xa0": "_",
  "\u2028": "L",
  "\u2029": "P",
};

class Emitter {
  text = "";
  column = 0;

  put(s: string): void {
    this.text += s;
    const at = s.lastIndexOf("\n");
    this.column = at < 0 ? this.column + s.length : s.length - at - 1;
  }

  /** A text; continuation lines begin at `indent`. `key`: it must stay on its line. */
  scalar(s: string, indent: number, key = false): void {
    const shape = analyze(s);
    const literal = s.includes("\n");
    const other = readsAsOther(s);
    if (literal && shape.block && !key) this.#literal(s, indent);
    else if (!literal && !other && shape.plain) this.#folded(s, indent, key, "");
    else if (!literal && !other && shape.single) this.#folded(s, indent, key, "'");
    else this.#double(s, indent, key);
  }

  #newLine(indent: number): void {
    this.put(`\n${" ".repeat(indent)}`);
  }

  #folded(s: string, indent: number, key: boolean, quote: string): void {
    this.put(quote);
    let spaces = false;
    for (let i = 0; i < s.length; i++) {
      const c = s[i] as string;
      const inside = quote === "" || (i > 0 && i < s.length - 1);
      if (c === " " && !key && !spaces && this.column > WIDTH && inside && s[i + 1] !== " ")
        this.#newLine(indent);
      else this.put(quote !== "" && c === "'" ? "''" : c);
      spaces = c === " ";
    }
    this.put(quote);
  }

  #double(s: string, indent: number, key: boolean): void {
    this.put('"');
    let spaces = false;
    const chars = [...s];
    chars.forEach((c, i) => {
      const escaped = ESCAPES[c];
      if (escaped !== undefined && (c === '"' || c === "\\" || !printable(c) || c === "\n" || c === "\ufeff"))
        this.put(`\\${escaped}`);
      else if (c === "\t" || (!printable(c) && c !== "\n")) this.put(hexEscape(c));
      else if (c === " " && !key && !spaces && this.column > WIDTH && i > 0 && i < chars.length - 1) {
        this.#newLine(indent);
        if (chars[i + 1] === " ") this.put("\\");
      } else this.put(c);
      spaces = c === " ";
    });
    this.put('"');
  }

  #literal(s: string, indent: number): void {
    const hint = /^[ \n]/.test(s) ? "2" : "";
    const chomp = !s.endsWith("\n") ? "-" : s === "\n" || s.endsWith("\n\n") ? "+" : "";
    this.put(`|${hint}${chomp}`);
    const lines = (s.endsWith("\n") ? s.slice(0, -1) : s).split("\n");
    for (const line of lines) this.put(line === "" ? "\n" : `\n${" ".repeat(indent)}${line}`);
  }

  /** A value in the place of a mapping's value or a list's item. */
  node(v: unknown, indent: number, inList: boolean): void {
    if (Array.isArray(v)) {
      if (v.length === 0) this.put("[]");
      else this.list(v, inList ? indent + 2 : indent, inList);
    } else if (isDict(v)) {
      if (Object.values(v).every((x) => x === undefined)) this.put("{}");
      else this.map(v, indent + 2, inList);
    } else if (typeof v === "string") this.scalar(v, indent + 2);
    else this.put(v === null || v === undefined ? "null" : typeof v === "number" ? goNumber(v) : String(v));
  }

  map(v: { readonly [key: string]: unknown }, indent: number, here: boolean): void {
    const keys = Object.keys(v)
      .filter((k) => v[k] !== undefined)
      .sort(compareKeys);
    keys.forEach((key, i) => {
      if (i > 0 || !here) this.#newLine(indent);
      this.scalar(key, indent, true);
      this.put(":");
      const value = v[key];
      const below =
        (Array.isArray(value) && value.length > 0) ||
        (isDict(value) && Object.values(value).some((x) => x !== undefined));
      if (!below) this.put(" ");
      this.node(value, indent, false);
    });
  }

  list(v: readonly unknown[], indent: number, here: boolean): void {
    v.forEach((item, i) => {
      if (i > 0 || !here) this.#newLine(indent);
      this.put("- ");
      this.node(item, indent, true);
    });
  }
}

const hexEscape = (c: string): string => {
  const n = c.codePointAt(0) ?? 0;
  if (n <= 0xff) return `\\x${n.toString(16).toUpperCase().padStart(2, "0")}`;
  if (n <= 0xffff) return `\\u${n.toString(16).toUpperCase().padStart(4, "0")}`;
  return `\\U${n.toString(16).toUpperCase().padStart(8, "0")}`;
};

/** A value as a YAML document that ends with a line feed. */
export function toYaml(value: unknown): string {
  const e = new Emitter();
  if (isDict(value) && Object.keys(value).length > 0) e.map(value, 0, true);
  else if (Array.isArray(value) && value.length > 0) e.list(value, 0, true);
  else e.node(value, 0, false);
  return `${e.text}\n`;
}
