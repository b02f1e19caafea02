/** Label selectors: the text of `kubectl -l` and metav1.LabelSelector. apimachinery `pkg/labels/selector.go`. */
import type { LabelSelector } from "./types.ts";
import { isLabelValue, isQualifiedName } from "./validation/content.ts";
import { aggregateText, errorText, type FieldError, goQuote, invalid } from "./validation/field-error.ts";

export type LabelOperator = "=" | "==" | "!=" | "in" | "notin" | "exists" | "!" | "gt" | "lt";

export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

/** Requirements that must all hold; null selects nothing, an empty list everything. */
export type ParsedLabelSelector = readonly LabelRequirement[] | null;

export type LabelSelectorResult =
  | { readonly ok: true; readonly selector: ParsedLabelSelector }
  | { readonly ok: false; readonly error: string };

class SelectorError extends Error {}

const int64 = (text: string): bigint | null => {
  if (!/^[+-]?[0-9]+$/.test(text)) return null;
  const value = BigInt(text.replace(/^\+/, ""));
  return value >= -(2n ** 63n) && value < 2n ** 63n ? value : null;
};

function checkKey(key: string, field: string): FieldError[] {
  const messages = isQualifiedName(key);
  return messages.length === 0 ? [] : [invalid(field, key, messages.join("; "))];
}

/** A checked requirement; throws with the aggregated field errors. */
function requirement(key: string, operator: LabelOperator, values: readonly string[]): LabelRequirement {
  const errors = checkKey(key, "key");
  if ((operator === "in" || operator === "notin") && values.length === 0) {
    errors.push(invalid("values", [], "for 'in', 'notin' operators, values set can't be empty"));
  }
  if ((operator === "exists" || operator === "!") && values.length > 0) {
    errors.push(invalid("values", values, "values set must be empty for exists and does not exist"));
  }
  if (operator === "gt" || operator === "lt") {
    values.forEach((value, i) => {
      if (int64(value) === null)
        errors.push(invalid(`values[${i}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer"));
    });
  }
  values.forEach((value, i) => {
    const messages = isLabelValue(value);
    if (messages.length > 0) errors.push(invalid(`values[${i}][${key}]`, value, messages.join("; ")));
  });
  if (errors.length > 0) throw new SelectorError(aggregateText(errors));
  return { key, operator, values };
}

type Kind = "end" | "id" | "error" | "in" | "notin" | "(" | ")" | "," | "!" | "=" | "==" | "!=" | ">" | "<";
interface Token {
  readonly kind: Kind;
  readonly text: string;
}

const SPECIAL = "=!(),><";
const SYMBOLS: ReadonlySet<string> = new Set(["(", ")", ",", "!", "=", "==", "!=", ">", "<"]);

function scanSymbol(text: string, start: number): { token: Token; next: number } {
  let found: string | null = null;
  let buffer = "";
  let i = start;
  while (i < text.length && SPECIAL.includes(text[i] ?? "")) {
    buffer += text[i];
    if (SYMBOLS.has(buffer)) found = buffer;
    else if (found !== null) break;
    i++;
  }
  if (found === null)
    return { token: { kind: "error", text: `error expected: keyword found '${buffer}'` }, next: i };
  return { token: { kind: found as Kind, text: found }, next: i };
}

function scan(text: string): Token[] {
  const tokens: Token[] = [];
  let i = 0;
  while (i < text.length) {
    if (/[ \t\r\n]/.test(text[i] ?? "")) i++;
    else if (SPECIAL.includes(text[i] ?? "")) {
      const { token, next } = scanSymbol(text, i);
      tokens.push(token);
      i = next;
    } else {
      const word = /^[^=!(),><\s]+|^\S/.exec(text.slice(i))?.[0] ?? text.slice(i);
      tokens.push({ kind: word === "in" || word === "notin" ? word : "id", text: word });
      i += word.length;
    }
  }
  tokens.push({ kind: "end", text: "" });
  return tokens;
}

const unique = (values: readonly string[]): string[] => [...new Set(values)].sort();

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = scan(text);
  }

  /** The next token; `in` and `notin` are words unless an operator is wanted. */
  #peek(operator = false): Token {
    const token = this.#tokens[this.#at] ?? { kind: "end", text: "" };
    return !operator && (token.kind === "in" || token.kind === "notin")
      ? { kind: "id", text: token.text }
      : token;
  }

  #take(operator = false): Token {
    const token = this.#peek(operator);
    this.#at++;
    return token;
  }

  parse(): LabelRequirement[] {
    const out: LabelRequirement[] = [];
    for (;;) {
      const { kind, text } = this.#peek();
      if (kind === "end") return out;
      if (kind !== "id" && kind !== "!")
        throw new SelectorError(`found '${text}', expected: !, identifier, or 'end of string'`);
      try {
        out.push(this.#requirement());
      } catch (error) {
        if (error instanceof SelectorError)
          throw new SelectorError(`unable to parse requirement: ${error.message}`);
        throw error;
      }
      const after = this.#take();
      if (after.kind === "end") return out;
      if (after.kind !== ",")
        throw new SelectorError(`found '${after.text}', expected: ',' or 'end of string'`);
      const next = this.#peek();
      if (next.kind !== "id" && next.kind !== "!")
        throw new SelectorError(`found '${next.text}', expected: identifier after ','`);
    }
  }

  #requirement(): LabelRequirement {
    let token = this.#take();
    const absent = token.kind === "!";
    if (absent) token = this.#take();
    if (token.kind !== "id") throw new SelectorError(`found '${token.text}', expected: identifier`);
    const key = token.text;
    const [wrong] = checkKey(key, "<nil>");
    if (wrong) throw new SelectorError(errorText(wrong));
    const next = this.#peek().kind;
    if (absent) return requirement(key, "!", []);
    if (next === "end" || next === ",") return requirement(key, "exists", []);
    const operator = this.#operator();
    const values = operator === "in" || operator === "notin" ? this.#values() : this.#exactValue();
    return requirement(key, operator, unique(values));
  }

  #operator(): LabelOperator {
    const { kind, text } = this.#take(true);
    if (kind === ">") return "gt";
    if (kind === "<") return "lt";
    if (kind === "in" || kind === "notin" || kind === "=" || kind === "==" || kind === "!=") return kind;
    throw new SelectorError(`found '${text}', expected: in, notin, =, ==, !=, gt, lt`);
  }

  #values(): string[] {
    const open = this.#take();
    if (open.kind !== "(") throw new SelectorError(`found '${open.text}' expected: '('`);
    const first = this.#peek();
    if (first.kind === ")") {
      this.#take();
      return [""];
    }
    if (first.kind !== "id" && first.kind !== ",") {
      throw new SelectorError(`found '${first.text}', expected: ',', ')' or identifier`);
    }
    const values = this.#list();
    if (this.#take().kind !== ")") throw new SelectorError(`found '${first.text}', expected: ')'`);
    return values;
  }

  #list(): string[] {
    const out: string[] = [];
    for (;;) {
      const { kind, text } = this.#take();
      const next = this.#peek();
      if (kind === "id") {
        out.push(text);
        if (next.kind === ")") return out;
        if (next.kind !== ",") throw new SelectorError(`found '${next.text}', expected: ',' or ')'`);
      } else if (kind === ",") {
        if (out.length === 0) out.push("");
        if (next.kind === "," || next.kind === ")") out.push("");
        if (next.kind === ")") return out;
      } else throw new SelectorError(`found '${text}', expected: ',', or identifier`);
    }
  }

  #exactValue(): string[] {
    const next = this.#peek().kind;
    if (next === "end" || next === ",") return [""];
    const { kind, text } = this.#take();
    if (kind !== "id") throw new SelectorError(`found '${text}', expected: identifier`);
    return [text];
  }
}

const byKey = (a: LabelRequirement, b: LabelRequirement): number =>
  a.key < b.key ? -1 : a.key > b.key ? 1 : 0;

function guarded(action: () => ParsedLabelSelector): LabelSelectorResult {
  try {
    return { ok: true, selector: action() };
  } catch (error) {
    if (error instanceof SelectorError) return { ok: false, error: error.message };
    throw error;
  }
}

/** Reads the text of `-l`. */
export function parseLabelSelector(text: string): LabelSelectorResult {
  return guarded(() => new Parser(text).parse().sort(byKey));
}

const OPERATORS: Readonly<Record<string, LabelOperator>> = {
  In: "in",
  NotIn: "notin",
  Exists: "exists",
  DoesNotExist: "!",
};

/** Reads a LabelSelector object; absent selects nothing, an empty one everything. */
export function labelSelectorAsSelector(selector: LabelSelector | null | undefined): LabelSelectorResult {
  if (!selector) return { ok: true, selector: null };
  return guarded(() => {
    const out: LabelRequirement[] = [];
    for (const [key, value] of Object.entries(selector.matchLabels ?? {}))
      out.push(requirement(key, "=", [value]));
    for (const { key, operator, values } of selector.matchExpressions ?? []) {
      const known = OPERATORS[operator];
      if (!known) throw new SelectorError(`${goQuote(operator)} is not a valid label selector operator`);
      out.push(requirement(key, known, values ?? []));
    }
    return out.sort(byKey);
  });
}

/** The selector that wants exactly these labels. */
export function selectorFromSet(labels: Labels | undefined): ParsedLabelSelector {
  return Object.entries(labels ?? {})
    .map(([key, value]): LabelRequirement => ({ key, operator: "=", values: [value] }))
    .sort(byKey);
}

function holds(r: LabelRequirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, r.key) ? labels[r.key] : undefined;
  switch (r.operator) {
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "=":
    case "==":
    case "in":
      return value !== undefined && r.values.includes(value);
    case "!=":
    case "notin":
      return value === undefined || !r.values.includes(value);
    case "gt":
    case "lt": {
      const left = value === undefined ? null : int64(value);
      const right = int64(r.values[0] ?? "");
      if (left === null || right === null) return false;
      return r.operator === "gt" ? left > right : left < right;
    }
  }
}

export function matchesLabels(selector: ParsedLabelSelector, labels: Labels | undefined): boolean {
  return selector !== null && selector.every((r) => holds(r, labels ?? {}));
}

/** Whether a LabelSelector object selects these labels; an unreadable one selects nothing. */
export function labelSelectorMatches(
  selector: LabelSelector | null | undefined,
  labels: Labels | undefined,
): boolean {
  const parsed = labelSelectorAsSelector(selector);
  return parsed.ok && matchesLabels(parsed.selector, labels);
}

function requirementText({ key, operator, values }: LabelRequirement): string {
  const list = [...values].sort().join(",");
  switch (operator) {
    case "exists":
      return key;
    case "!":
      return `!${key}`;
    case "gt":
      return `${key}>${list}`;
    case "lt":
      return `${key}<${list}`;
    case "in":
    case "notin":
      return `${key} ${operator} (${list})`;
    default:
      return `${key}${operator}${list}`;
  }
}

/** The text form; nothing and everything are both empty. */
export const formatLabelSelector = (selector: ParsedLabelSelector): string =>
  (selector ?? []).map(requirementText).join(",");
