/**
 * Parser of kubectl's JSONPath templates (client-go/util/jsonpath): text with actions in braces, where an
 * action is a chain of fields, indexes, filters, unions, literals and the words range and end.
 */

export type PathNode =
  | { readonly kind: "list"; readonly nodes: readonly PathNode[] }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "identifier"; readonly name: string }
  | { readonly kind: "array"; readonly params: readonly SliceParam[] }
  | { readonly kind: "filter"; readonly left: PathList; readonly right: PathList; readonly operator: string }
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "wildcard" }
  | { readonly kind: "recursive" }
  | { readonly kind: "union"; readonly nodes: readonly PathList[] };
export type PathList = Extract<PathNode, { kind: "list" }>;

/** One of the three numbers of `[start:end:step]`; `derived` marks an end taken from a single index. */
export interface SliceParam {
  readonly known: boolean;
  readonly value: number;
  readonly derived?: boolean;
}

/** What is wrong with a template; its message is the one kubectl prints. */
export class JsonPathError extends Error {}

const isSpace = (c: string): boolean => c === " " || c === "\t";
const isEndOfLine = (c: string): boolean => c === "\r" || c === "\n";
const isTerminator = (c: string): boolean =>
  c === "" || isSpace(c) || isEndOfLine(c) || ".,[]$@{}".includes(c);
const isAlphaNumeric = (c: string): boolean => /^[\p{L}\p{Nd}_]$/u.test(c);
const isDigit = (c: string): boolean => /^\p{Nd}$/u.test(c);

interface MutableList {
  kind: "list";
  nodes: PathNode[];
}

class Parser {
  readonly root: MutableList = { kind: "list", nodes: [] };
  private readonly input: readonly string[];
  private pos = 0;
  private start = 0;

  constructor(text: string) {
    this.input = [...text];
  }

  parse(): PathList {
    this.text();
    return this.root;
  }

  private next(): string {
    const c = this.input[this.pos];
    if (c === undefined) return "";
    this.pos++;
    return c;
  }
  private peek(): string {
    return this.input[this.pos] ?? "";
  }
  private at(prefix: string): boolean {
    return [...prefix].every((c, i) => this.input[this.pos + i] === c);
  }
  private consume(): string {
    const value = this.input.slice(this.start, this.pos).join("");
    this.start = this.pos;
    return value;
  }

  /** Text and actions in turn, to the end of the input. */
  private text(): void {
    for (;;) {
      while (this.pos < this.input.length && this.peek() !== "{") this.pos++;
      if (this.pos > this.start) this.root.nodes.push({ kind: "text", text: this.consume() });
      if (this.pos >= this.input.length) return;
      this.pos++;
      this.consume();
      const list: MutableList = { kind: "list", nodes: [] };
      this.root.nodes.push(list);
      this.action(list);
    }
  }

  private action(list: MutableList): void {
    for (;;) {
      if (this.at("}")) {
        this.pos++;
        this.consume();
        return;
      }
      if (this.at("[?(")) this.filter(list);
      else if (this.at("..")) this.recursive(list);
      else if (this.element(list)) continue;
    }
  }

  /** One element that its first character tells; throws where none begins. */
  private element(list: MutableList): boolean {
    const c = this.peek();
    if (c === "" || isEndOfLine(c)) throw new JsonPathError("unclosed action");
    if (c === "+" || c === "-" || isDigit(c)) this.number(list);
    else if (isAlphaNumeric(c)) this.identifier(list);
    else {
      this.pos++;
      if (c === " " || c === "@" || c === "$") this.consume();
      else if (c === "[") this.array(list);
      else if (c === '"' || c === "'") this.quote(list, c);
      else if (c === ".") this.field(list);
      else throw new JsonPathError(`unrecognized character in action: ${unicodeName(c)}`);
    }
    return true;
  }

  private identifier(list: MutableList): void {
    while (!isTerminator(this.peek())) this.pos++;
    const value = this.consume();
    list.nodes.push(
      value === "true" || value === "false"
        ? { kind: "bool", value: value === "true" }
        : { kind: "identifier", name: value },
    );
  }

  private recursive(list: MutableList): void {
    if (list.nodes.at(-1)?.kind === "recursive")
      throw new JsonPathError("invalid multiple recursive descent");
    this.pos += 2;
    this.consume();
    list.nodes.push({ kind: "recursive" });
    if (isAlphaNumeric(this.peek())) this.field(list);
  }

  private number(list: MutableList): void {
    if (this.peek() === "+" || this.peek() === "-") this.pos++;
    while (this.peek() === "." || isDigit(this.peek())) this.pos++;
    const value = this.consume();
    if (/^[+-]?\d+$/.test(value)) list.nodes.push({ kind: "int", value: Number(value) });
    else if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(value)) list.nodes.push({ kind: "float", value: Number(value) });
    else throw new JsonPathError(`cannot parse number ${value}`);
  }

  private array(list: MutableList): void {
    for (;;) {
      const c = this.next();
      if (c === "" || c === "\n") throw new JsonPathError("unterminated array");
      if (c === "]") break;
    }
    let text = this.consume().slice(1, -1);
    if (text === "*") text = ":";
    const parts = text.split(",");
    if (parts.length > 1) {
      list.nodes.push({
        kind: "union",
        nodes: parts.map((part) => parseAction(`[${part.replace(/^ +| +$/g, "")}]`)),
      });
      return;
    }
    const key = /^'([^']*)'$/.exec(text);
    if (key) list.nodes.push(...parseAction(`.${key[1]}`).nodes);
    else list.nodes.push({ kind: "array", params: sliceParams(text) });
  }

  private filter(list: MutableList): void {
    this.pos += 3;
    this.consume();
    let begin = false;
    let end = false;
    let pair = "";
    for (;;) {
      const c = this.next();
      if (c === "" || c === "\n") throw new JsonPathError("unterminated filter");
      if (c === '"' || c === "'") {
        if (!begin) {
          begin = true;
          pair = c;
        } else if (this.input[this.pos - 2] !== "\\" && c === pair) end = true;
      } else if (c === ")" && begin === end) break;
    }
    if (this.next() !== "]") throw new JsonPathError("unclosed array expect ]");
    const text = this.consume().slice(0, -2);
    const compare = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text);
    list.nodes.push(
      compare
        ? {
            kind: "filter",
            left: parseAction(compare[1] ?? ""),
            right: parseAction(compare[3] ?? ""),
            operator: compare[2] ?? "",
          }
        : { kind: "filter", left: parseAction(text), right: { kind: "list", nodes: [] }, operator: "exists" },
    );
  }

  private quote(list: MutableList, end: string): void {
    for (;;) {
      const c = this.next();
      if (c === "" || c === "\n") throw new JsonPathError("unterminated quoted string");
      if (c === end && this.input[this.pos - 2] !== "\\") break;
    }
    const quoted = this.consume();
    const text = unquote(quoted);
    if (text === null) throw new JsonPathError(`unquote string ${quoted} error invalid syntax`);
    list.nodes.push({ kind: "text", text });
  }

  private field(list: MutableList): void {
    this.consume();
    for (;;) {
      if (this.peek() === "\\") {
        this.pos = Math.min(this.pos + 2, this.input.length);
        continue;
      }
      if (isTerminator(this.peek())) break;
      this.pos++;
    }
    const value = this.consume();
    list.nodes.push(
      value === "*" ? { kind: "wildcard" } : { kind: "field", name: value.replaceAll("\\", "") },
    );
  }
}

/** The first action of `{text}`, as the parts of unions, filters and quoted keys are read. */
function parseAction(text: string): PathList {
  const first = new Parser(`{${text}}`).parse().nodes[0];
  return first?.kind === "list" ? first : { kind: "list", nodes: [] };
}

function sliceParams(text: string): SliceParam[] {
  const match = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
  if (!match) throw new JsonPathError(`invalid array index ${text}`);
  const params: SliceParam[] = [];
  for (let i = 0; i < 3; i++) {
    const raw = match[i + 1] ?? "";
    if (raw === "") {
      params.push(
        i === 1
          ? { known: true, value: (params[0]?.value ?? 0) + 1, derived: true }
          : { known: false, value: 0 },
      );
      continue;
    }
    const digits = i > 0 ? raw.slice(1) : raw;
    if (digits === "" && i > 0) params.push({ known: false, value: 0 });
    else if (digits === "-") throw new JsonPathError(`array index ${digits} is not a number`);
    else params.push({ known: true, value: Number(digits) });
  }
  return params;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

/** Go's escapes inside single or double quotes; null when one is not allowed there. */
function unquote(quoted: string): string | null {
  const quote = quoted[0];
  if (quoted.length < 2 || quote !== quoted.at(-1)) return null;
  const body = quoted.slice(1, -1);
  let out = "";
  for (let i = 0; i < body.length; i++) {
    const c = body[i] ?? "";
    if (c === quote) return null;
    if (c !== "\\") {
      out += c;
      continue;
    }
    const rest = body.slice(i + 1);
    const code = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/.exec(rest);
    if (code) {
      const value = code[4]
        ? Number.parseInt(code[4], 8)
        : Number.parseInt(code[1] ?? code[2] ?? code[3] ?? "0", 16);
      if (value > 0x10ffff || (code[4] && value > 255)) return null;
      out += String.fromCodePoint(value);
      i += code[0].length;
      continue;
    }
    const escaped = ESCAPES[rest[0] ?? ""] ?? (rest[0] === quote ? quote : undefined);
    if (escaped === undefined) return null;
    out += escaped;
    i++;
  }
  return out;
}

function unicodeName(c: string): string {
  const code = (c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return /^[\p{C}\p{Zl}\p{Zp}]$/u.test(c) ? `U+${code}` : `U+${code} '${c}'`;
}

/** Parses a template; throws JsonPathError. */
export function parseJsonPath(template: string): PathList {
  return new Parser(template).parse();
}

/** Completes a custom-columns or sort-by expression to a template: `a.b`, `.a.b`, `{a.b}` and `{.a.b}` become `{.a.b}`. */
export function relaxedJsonPath(expression: string): string {
  if (expression === "") return expression;
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(expression);
  if (!match) {
    throw new JsonPathError(
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    );
  }
  return `{.${match[1] ?? match[2]}}`;
}
