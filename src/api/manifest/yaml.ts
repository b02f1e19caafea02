/**
 * Manifests as text: YAML as `kubectl` reads it (1.1 with its booleans and octals, dates as text, later keys win),
 * JSON and KYAML being YAML too. Limits keep a hostile text from costing time or memory.
 */
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLError,
} from "yaml";

/** Largest request the API server takes. */
export const SIZE_LIMIT = 3 * 1024 * 1024;
const MAX_ALIASES = 100;
const MAX_DOCUMENTS = 1000;
/** Deeper than any object of the API, and shallow enough for the reader's recursion. */
const MAX_DEPTH = 200;

/** Lines and columns count from 1; the end is exclusive. */
export interface Span {
  readonly line: number;
  readonly col: number;
  readonly endLine: number;
  readonly endCol: number;
}

export interface YamlProblem extends Span {
  /** `tooLarge`, `tooManyDocuments`, `tooDeep`, `tooManyAliases`, `syntax`, `duplicateKey`. */
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly args: Readonly<Record<string, string | number>>;
  /** What `kubectl` prints of it, where it prints something. */
  readonly message: string;
}

export interface YamlDocument {
  readonly span: Span;
  readonly value: unknown;
  readonly problems: readonly YamlProblem[];
  /** Where a field path of the API points to: the value, or the key of its nearest parent that is there. */
  place(path: string, of?: "value" | "key"): Span;
}

export interface ParsedYaml {
  readonly documents: readonly YamlDocument[];
  /** Of the text as a whole; then there are no documents. */
  readonly problems: readonly YamlProblem[];
}

const START: Span = { line: 1, col: 1, endLine: 1, endCol: 2 };

const whole = (code: string, args: YamlProblem["args"] = {}): ParsedYaml => ({
  documents: [],
  problems: [{ code, severity: "error", args, message: "", ...START }],
});

/** Nesting by brackets or indentation that would exhaust the reader. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_DEPTH) return true;
    } else if ((code === 0x5d || code === 0x7d) && depth > 0) depth--;
    else if (code === 0x0a) {
      let dashes = 0;
      for (let k = i + 1; text[k] === " " || text[k] === "-" || text[k] === "?"; k++)
        if (text[k] !== " ") dashes++;
      if (
        dashes > MAX_DEPTH &&
        !/^-+\s*$/.test(text.slice(i + 1, i + 1 + 4 * MAX_DEPTH).split("\n")[0] ?? "")
      )
        return true;
    }
  }
  return false;
}

const byteSize = (text: string): number => {
  // Characters of UTF-16 are one to three bytes each in UTF-8: the cheap bounds decide most texts.
  if (text.length > SIZE_LIMIT) return text.length;
  if (text.length * 3 <= SIZE_LIMIT) return text.length;
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code >= 0xd800 && code < 0xe000 ? 2 : 3;
  }
  return bytes;
};

function documentsOf(text: string, lineCounter: LineCounter): readonly Document[] {
  const result = parseAllDocuments(text, {
    lineCounter,
    prettyErrors: false,
    strict: false,
    uniqueKeys: false,
    version: "1.1",
    merge: true,
    customTags: (tags) => tags.filter((tag) => !isTimeTag(tag)),
  });
  return Array.isArray(result) ? (result as Document[]) : [];
}

/** Places of a quote escaped in double quotes: the YAML specification has no such escape, go-yaml takes it. */
function quoteEscapes(text: string, { errors }: Document): number[] {
  return errors.flatMap(({ code, pos }) =>
    code === "BAD_DQ_ESCAPE" && text[pos[0] + 1] === "'" ? [pos[0]] : [],
  );
}

/** A text without the characters at some places. */
function without(text: string, places: readonly number[]): string {
  return [...places, text.length]
    .map((at, i) => text.slice(i === 0 ? 0 : (places[i - 1] ?? 0) + 1, at))
    .join("");
}

export function parseYaml(text: string): ParsedYaml {
  const size = byteSize(text);
  if (size > SIZE_LIMIT) return whole("tooLarge", { bytes: size, limit: SIZE_LIMIT });
  if (isTooDeep(text)) return whole("tooDeep", { limit: MAX_DEPTH });
  let lines = new LineCounter();
  let parsed: readonly Document[];
  try {
    parsed = documentsOf(text, lines);
    const escapes = parsed.flatMap((doc) => quoteEscapes(text, doc));
    if (escapes.length > 0) {
      lines = new LineCounter();
      parsed = documentsOf(without(text, escapes), lines);
    }
  } catch (error) {
    if (error instanceof RangeError) return whole("tooDeep", { limit: MAX_DEPTH });
    throw error;
  }
  if (parsed.length > MAX_DOCUMENTS)
    return whole("tooManyDocuments", { count: parsed.length, limit: MAX_DOCUMENTS });
  const documents = parsed
    .filter((doc) => doc.errors.length > 0 || doc.contents !== null)
    .map((doc) => readDocument(doc, text, lines));
  return {
    documents: documents.filter((doc) => doc.value !== null || doc.problems.length > 0),
    problems: [],
  };
}

/** Times stay text, and `1:30` is no number. */
function isTimeTag(tag: unknown): boolean {
  if (typeof tag === "string") return tag === "timestamp" || tag === "intTime" || tag === "floatTime";
  const { tag: name, format } = tag as { tag?: string; format?: string };
  return name === "tag:yaml.org,2002:timestamp" || format === "TIME";
}

function span(lines: LineCounter, start: number, end: number): Span {
  const from = lines.linePos(start);
  const to = lines.linePos(Math.max(end, start + 1));
  return {
    line: Math.max(1, from.line),
    col: Math.max(1, from.col),
    endLine: Math.max(1, to.line),
    endCol: Math.max(1, to.col),
  };
}

function readDocument(doc: Document, text: string, lines: LineCounter): YamlDocument {
  const [start, end] = doc.contents?.range ?? doc.range ?? [0, text.length];
  const problems: YamlProblem[] = doc.errors.slice(0, 1).map((error) => syntaxProblem(error, text, lines));
  let value: unknown = null;
  if (problems.length === 0) {
    problems.push(...duplicateKeys(doc.contents as Node | null, lines));
    try {
      value = doc.toJS({ maxAliasCount: MAX_ALIASES });
    } catch (error) {
      const code = error instanceof ReferenceError ? "tooManyAliases" : "tooDeep";
      const message = code === "tooManyAliases" ? "yaml: document contains excessive aliasing" : "";
      problems.push({
        code,
        severity: "error",
        args: { limit: MAX_ALIASES },
        message,
        ...span(lines, start, start + 1),
      });
    }
  }
  const contents = doc.contents as Node | null;
  return {
    span: span(lines, start, end),
    value,
    problems,
    place: (path, of = "value") => place(contents, path, lines, start, of),
  };
}

/** What Go's YAML reader says of a fault, as far as the kinds of faults agree. */
function goMessage(error: YAMLError, text: string, line: number): string {
  const at = text.slice(error.pos[0], error.pos[0] + 1);
  const lineText = text.split("\n", line)[line - 1] ?? "";
  const scanner = (what: string): string => (line === 1 ? `yaml: ${what}` : `yaml: line ${line}: ${what}`);
  const parser = (what: string): string => (line <= 1 ? `yaml: ${what}` : `yaml: line ${line - 1}: ${what}`);
  if (/^ *\t/.test(lineText) || at === "\t" || error.code === "TAB_AS_INDENT")
    return scanner("found character that cannot start any token");
  switch (error.code) {
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      return scanner(
        /could not find|:/.test(lineText)
          ? "mapping values are not allowed in this context"
          : "could not find expected ':'",
      );
    case "MISSING_CHAR":
      if (/^["']/.test(at) || /quote/i.test(error.message)) return scanner("found unexpected end of stream");
      return parser(
        /flow sequence|\]/.test(error.message)
          ? "did not find expected ',' or ']'"
          : "did not find expected ',' or '}'",
      );
    case "BAD_SCALAR_START":
      return scanner("found character that cannot start any token");
    case "BAD_ALIAS":
      return scanner("did not find expected alphabetic or numeric character");
    case "BAD_DQ_ESCAPE":
      return scanner("found unknown escape character");
    default:
      return parser("did not find expected key");
  }
}

function syntaxProblem(error: YAMLError, text: string, lines: LineCounter): YamlProblem {
  const at = span(lines, error.pos[0], error.pos[1]);
  return {
    code: "syntax",
    severity: "error",
    args: { fault: error.code },
    message: goMessage(error, text, at.line),
    ...at,
  };
}

/** Keys given twice in one mapping: the later one wins. */
function duplicateKeys(root: Node | null, lines: LineCounter): YamlProblem[] {
  const problems: YamlProblem[] = [];
  const visit = (node: unknown): void => {
    if (isSeq(node)) for (const item of node.items) visit(item);
    if (!isMap(node)) return;
    const seen = new Set<string>();
    for (const pair of node.items) {
      const key = keyText(pair);
      if (seen.has(key) && key !== "<<" && isScalar(pair.key)) {
        const [start, end] = pair.key.range ?? [0, 1];
        problems.push({
          code: "duplicateKey",
          severity: "warning",
          args: { key },
          message: "",
          ...span(lines, start, end),
        });
      }
      seen.add(key);
      visit(pair.value);
    }
  };
  visit(root);
  return problems;
}

const keyText = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : String(pair.key));

/** Splits off the part of a path that names a key of the mapping: the longest key wins, as keys may hold dots. */
function matchKey(keys: readonly string[], path: string): { key: string; rest: string } | null {
  if (path.startsWith("[")) {
    const closing = path.indexOf("]");
    const key = path.slice(1, closing);
    return closing > 0 && keys.includes(key) ? { key, rest: path.slice(closing + 1) } : null;
  }
  let best: string | null = null;
  for (const key of keys) {
    const fits = path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`);
    if (fits && (best === null || key.length > best.length)) best = key;
  }
  return best === null ? null : { key: best, rest: path.slice(best.length) };
}

function place(
  root: Node | null,
  path: string,
  lines: LineCounter,
  start: number,
  of: "value" | "key",
): Span {
  let node: unknown = root;
  let rest = path;
  let shown: [number, number] = [start, start + 1];
  while (rest !== "") {
    rest = rest.replace(/^\./, "");
    if (isMap(node)) {
      const found = matchKey(node.items.map(keyText), rest);
      if (!found) break;
      const pair = node.items.findLast((p) => keyText(p) === found.key);
      if (isScalar(pair?.key) && pair.key.range) shown = [pair.key.range[0], pair.key.range[1]];
      node = pair?.value;
      rest = found.rest;
    } else if (isSeq(node)) {
      const match = /^\[(\d+)\]/.exec(rest);
      const item = match ? node.items[Number(match[1])] : undefined;
      if (!match || item === undefined) break;
      node = item;
      rest = rest.slice(match[0].length);
      shown = firstOf(item) ?? shown;
    } else break;
  }
  if (of === "value" && rest === "" && isScalar(node) && node.range && node.range[1] > node.range[0])
    shown = [node.range[0], node.range[1]];
  return span(lines, shown[0], shown[1]);
}

/** What stands for an item of a list: its first key, or itself. */
function firstOf(item: unknown): [number, number] | null {
  const first = isMap(item) ? item.items[0]?.key : item;
  const range = (first as Node | null)?.range;
  return range ? [range[0], range[1]] : null;
}
