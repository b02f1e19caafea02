/** Words of a command as the shell expands them. */
import type { ArithmeticExpression, DoubleQuotedChild, ParameterExpansionPart, Word, WordPart } from "unbash";
import { globRegex } from "./glob.ts";

export interface Scope {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  /** Output of a command, without the line feeds at its end. */
  run(script: string): string;
  home: string;
  /** `$1`, `$2`, … */
  args: readonly string[];
  /** Paths that fit a pattern; empty when none does. */
  paths(pattern: string): string[];
}

/** A piece of a word: its text, and whether quotes keep it from being split and matched. */
interface Piece {
  readonly text: string;
  readonly quoted: boolean;
  readonly split: boolean;
}

export class ShellError extends Error {}

const literal = (text: string): Piece => ({ text, quoted: true, split: false });

/** A word as one string (assignments, redirections, patterns). */
export function expandString(word: Word, scope: Scope): string {
  return pieces(word, scope)
    .map((p) => p.text)
    .join("");
}

/** A text with the same expansions as inside double quotes (here documents). */
export const expandParts = (parts: readonly WordPart[], scope: Scope): string =>
  parts
    .flatMap((p) => partPieces(p, scope, true))
    .map((p) => p.text)
    .join("");

/** A word as the arguments it becomes: split at blanks, matched against files. */
export function expandWord(word: Word, scope: Scope): string[] {
  if (word.text === '"$@"') return [...scope.args];
  const braces = bracesOf(word);
  if (braces) return braces;
  const all = pieces(word, scope);
  const fields: Piece[][] = [[]];
  for (const piece of all) {
    if (!piece.split) {
      fields.at(-1)?.push(piece);
      continue;
    }
    const parts = piece.text.split(/[ \t\n]+/);
    parts.forEach((text, i) => {
      if (i > 0) fields.push([]);
      if (text !== "") fields.at(-1)?.push({ ...piece, text });
    });
  }
  const out: string[] = [];
  for (const field of fields) {
    if (field.length === 0) continue;
    const text = field.map((p) => p.text).join("");
    const glob = field.some((p) => !p.quoted && /[*?[]/.test(p.text));
    const found = glob
      ? scope.paths(field.map((p) => (p.quoted ? p.text.replace(/[*?[\]\\]/g, "\\$&") : p.text)).join(""))
      : [];
    if (found.length > 0) out.push(...found);
    else out.push(text);
  }
  return out;
}

/** `a{1,2}`, `{1..3}`: without anything else to expand in them. */
function bracesOf(word: Word): string[] | null {
  if (!word.parts?.some((p) => p.type === "BraceExpansion")) return null;
  const expand = (text: string): string[] => {
    const match = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(text);
    if (!match) return [text];
    const [, before = "", inner = "", after = ""] = match;
    const range = /^(-?\d+)\.\.(-?\d+)$/.exec(inner);
    let items = inner.split(",");
    if (range) {
      const [from, to] = [Number(range[1]), Number(range[2])];
      items = Array.from({ length: Math.min(Math.abs(to - from) + 1, 1000) }, (_, i) =>
        String(from + (to < from ? -i : i)),
      );
    }
    return items.flatMap((item) => expand(after).map((rest) => `${before}${item}${rest}`));
  };
  return expand(word.text);
}

function pieces(word: Word, scope: Scope): Piece[] {
  if (!word.parts) {
    if (word.text === "~" || word.text.startsWith("~/")) return [literal(scope.home + word.text.slice(1))];
    const quoted = word.value !== word.text;
    return [{ text: word.value, quoted, split: false }];
  }
  return word.parts.flatMap((part) => partPieces(part, scope, false));
}

function partPieces(part: WordPart | DoubleQuotedChild, scope: Scope, quoted: boolean): Piece[] {
  switch (part.type) {
    case "Literal":
      return [literal(part.value)];
    case "SingleQuoted":
    case "AnsiCQuoted":
      return [literal(part.value)];
    case "DoubleQuoted":
    case "LocaleString":
      return part.parts.length === 0 ? [literal("")] : part.parts.flatMap((p) => partPieces(p, scope, true));
    case "Glob":
      if (part.parts?.length) return bracketPieces(part.text, part.pos, part.parts, scope);
      return [{ text: part.text, quoted: false, split: false }];
    case "ExtendedGlob":
      return [{ text: part.text, quoted: false, split: false }];
    case "SimpleExpansion":
      return [value(scope.get(part.text.replace(/^\$/, "")) ?? "", quoted)];
    case "ParameterExpansion":
      return [value(parameter(part, scope), quoted)];
    case "CommandExpansion": {
      const source = part.text.startsWith("`") ? part.text.slice(1, -1) : part.text.slice(2, -1);
      return [value(scope.run(source).replace(/\n+$/, ""), quoted)];
    }
    case "ArithmeticExpansion":
      return [value(String(part.expression ? arithmetic(part.expression, scope) : 0), quoted)];
    default:
      return [literal(part.text)];
  }
}

/** `[$x]`: a set of characters with expansions in it. */
function bracketPieces(text: string, pos: number, parts: readonly WordPart[], scope: Scope): Piece[] {
  let out = "";
  let at = pos;
  for (const part of parts) {
    out += text.slice(at - pos, part.pos - pos);
    out += partPieces(part, scope, true)
      .map((p) => p.text)
      .join("");
    at = part.end;
  }
  return [{ text: out + text.slice(at - pos), quoted: false, split: false }];
}

const value = (text: string, quoted: boolean): Piece => ({ text, quoted, split: !quoted });

function parameter(part: ParameterExpansionPart, scope: Scope): string {
  const current = scope.get(part.parameter);
  const text = current ?? "";
  if (part.prefix === "#") return String([...text].length);
  const op = part.operation;
  if (!op) return text;
  switch (op.type) {
    case "Default": {
      const missing = op.operator.startsWith(":") ? text === "" : current === undefined;
      const symbol = op.operator.at(-1);
      if (symbol === "+") return missing ? "" : expandString(op.operand, scope);
      if (!missing) return text;
      const other = expandString(op.operand, scope);
      if (symbol === "=") scope.set(part.parameter, other);
      if (symbol === "?") throw new ShellError(`${part.parameter}: ${other || "parameter null or not set"}`);
      return other;
    }
    case "Remove":
      return remove(text, expandString(op.operand, scope), op.operator);
    case "Replace": {
      const pattern = globRegex(expandString(op.pattern, scope)).source.slice(1, -1);
      const with_ = expandString(op.replacement, scope);
      const anchored = op.operator === "/#" ? `^${pattern}` : op.operator === "/%" ? `${pattern}$` : pattern;
      return text.replace(new RegExp(anchored, op.operator === "//" ? "gs" : "s"), () => with_);
    }
    case "Slice": {
      const offset = Number(expandString(op.offset, scope)) || 0;
      const from = offset < 0 ? Math.max(0, text.length + offset) : offset;
      const length = op.length ? Number(expandString(op.length, scope)) : text.length;
      return text.slice(from, length < 0 ? text.length + length : from + length);
    }
    case "CaseModification": {
      const up = op.operator.startsWith("^");
      const change = (s: string): string => (up ? s.toUpperCase() : s.toLowerCase());
      return op.operator.length === 2 ? change(text) : change(text.slice(0, 1)) + text.slice(1);
    }
    default:
      return text;
  }
}

/** `${x#pattern}` and its kin: the shortest or longest match at one end goes. */
function remove(text: string, pattern: string, operator: string): string {
  const regex = globRegex(pattern);
  const lengths = Array.from({ length: text.length + 1 }, (_, i) => i);
  const atStart = operator.startsWith("#");
  const order = operator.length === 2 ? lengths.reverse() : lengths;
  for (const n of order) {
    const part = atStart ? text.slice(0, n) : text.slice(text.length - n);
    if (regex.test(part)) return atStart ? text.slice(n) : text.slice(0, text.length - n);
  }
  return text;
}

function arithmetic(e: ArithmeticExpression, scope: Scope): number {
  switch (e.type) {
    case "ArithmeticGroup":
      return arithmetic(e.expression, scope);
    case "ArithmeticWord": {
      const text = e.value.replace(/^\$\{?(\w+)\}?$/, "$1");
      if (/^-?(0x[0-9a-fA-F]+|\d+)$/.test(text)) return Number(text);
      return Number(scope.get(text) ?? 0) || 0;
    }
    case "ArithmeticTernary":
      return arithmetic(e.test, scope) ? arithmetic(e.consequent, scope) : arithmetic(e.alternate, scope);
    case "ArithmeticUnary": {
      const n = arithmetic(e.operand, scope);
      if (e.operator === "++" || e.operator === "--") {
        const changed = n + (e.operator === "++" ? 1 : -1);
        if (e.operand.type === "ArithmeticWord") scope.set(e.operand.value, String(changed));
        return e.prefix ? changed : n;
      }
      return e.operator === "-" ? -n : e.operator === "!" ? Number(!n) : e.operator === "~" ? ~n : n;
    }
    case "ArithmeticBinary":
      return binary(e.operator, e.left, e.right, scope);
    default:
      return 0;
  }
}

function binary(
  operator: string,
  left: ArithmeticExpression,
  right: ArithmeticExpression,
  scope: Scope,
): number {
  if (/^([-+*/%]|<<|>>|[&|^])?=$/.test(operator)) {
    const given =
      operator === "=" ? arithmetic(right, scope) : binary(operator.slice(0, -1), left, right, scope);
    if (left.type === "ArithmeticWord") scope.set(left.value, String(given));
    return given;
  }
  const a = arithmetic(left, scope);
  if (operator === "&&") return Number(a !== 0 && arithmetic(right, scope) !== 0);
  if (operator === "||") return Number(a !== 0 || arithmetic(right, scope) !== 0);
  const b = arithmetic(right, scope);
  if (b === 0 && (operator === "/" || operator === "%"))
    throw new ShellError(`${a}${operator}${b}: division by 0 (error token is "${b}")`);
  const results: Readonly<Record<string, number>> = {
    "+": a + b,
    "-": a - b,
    "*": a * b,
    "/": Math.trunc(a / b),
    "%": a % b,
    "**": a ** b,
    "<": Number(a < b),
    "<=": Number(a <= b),
    ">": Number(a > b),
    ">=": Number(a >= b),
    "==": Number(a === b),
    "!=": Number(a !== b),
    "&": a & b,
    "|": a | b,
    "^": a ^ b,
    "<<": a << b,
    ">>": a >> b,
    ",": b,
  };
  return results[operator] ?? 0;
}
