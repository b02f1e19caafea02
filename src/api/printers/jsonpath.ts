/** Runs kubectl's JSONPath templates (client-go/util/jsonpath) on plain JSON. */
import { compareBytes, goJson, goJsonIndent, goNumber, goValue, isDict, utf8 } from "./go-format.ts";
import {
  JsonPathError,
  type PathList,
  type PathNode,
  parseJsonPath,
  type SliceParam,
} from "./jsonpath-parse.ts";

export { JsonPathError, parseJsonPath, relaxedJsonPath } from "./jsonpath-parse.ts";

export interface JsonPathOptions {
  /** A missing key gives nothing instead of an error: kubectl's default for -o jsonpath. */
  readonly allowMissingKeys?: boolean;
  /** Each result as an indented JSON list (jsonpath-as-json). */
  readonly asJson?: boolean;
}

/** Values so far and, where a step failed, why: an existence filter looks only at the values. */
type Step = readonly [values: readonly unknown[], error?: string];

/** Children that recursion and wildcards visit; a string's are its bytes. */
function children(v: unknown): unknown[] {
  if (Array.isArray(v)) return v;
  if (isDict(v))
    return Object.keys(v)
      .sort(compareBytes)
      .map((k) => v[k]);
  return typeof v === "string" ? utf8(v) : [];
}

class Run {
  private beginRange = 0;
  private inRange = 0;
  private endRange = 0;
  private lastEnd = -1;
  private readonly nodes: readonly PathNode[];
  private readonly options: JsonPathOptions;

  constructor(root: PathList, options: JsonPathOptions) {
    this.nodes = root.nodes;
    this.options = options;
  }

  /** Results of the nodes from index `from`, on `data`; stops at the end of the range it is in. */
  find(data: unknown, from: number): (readonly unknown[])[] {
    const full: (readonly unknown[])[] = [];
    for (let i = from; i < this.nodes.length; i++) {
      const node = this.nodes[i];
      if (!node) break;
      const [results, error] = this.walk([data], node);
      if (error !== undefined) throw new JsonPathError(error);
      if (this.endRange > 0 && this.endRange <= this.inRange) {
        this.endRange--;
        this.lastEnd = i;
        break;
      }
      if (this.beginRange > 0) {
        this.beginRange--;
        this.inRange++;
        for (const value of results) full.push(...this.find(value ?? undefined, i + 1));
        // An empty range still walks its body once, to find where it ends.
        if (results.length === 0) this.find(undefined, i + 1);
        this.inRange--;
        if (this.lastEnd > i) i = this.lastEnd;
        continue;
      }
      full.push(results);
    }
    return full;
  }

  private walk(input: readonly unknown[], node: PathNode): Step {
    switch (node.kind) {
      case "list":
        return this.list(input, node);
      case "text":
        return [[node.text]];
      case "field":
        return this.field(input, node.name);
      case "array":
        return slice(input, node.params);
      case "filter":
        return this.filter(input, node);
      case "int":
      case "float":
      case "bool":
        return [input.map(() => node.value)];
      case "wildcard":
        return [input.flatMap(children)];
      case "recursive":
        return [descend(input)];
      case "union": {
        const out: unknown[] = [];
        for (const part of node.nodes) {
          const [values, error] = this.list(input, part);
          if (error !== undefined) return [input, error];
          out.push(...values);
        }
        return [out];
      }
      case "identifier":
        return this.identifier(input, node.name);
    }
  }

  private list(input: readonly unknown[], list: PathList): Step {
    let values = input;
    for (const node of list.nodes) {
      const [next, error] = this.walk(values, node);
      if (error !== undefined) return [next, error];
      values = next;
    }
    return [values];
  }

  private identifier(input: readonly unknown[], name: string): Step {
    if (name === "range") {
      this.beginRange++;
      return [input];
    }
    if (name !== "end") return [input, `unrecognized identifier ${name}`];
    if (this.inRange === 0) return [[], "not in range, nothing to end"];
    this.endRange++;
    return [[]];
  }

  private field(input: readonly unknown[], name: string): Step {
    if (input.length === 0) return [[]];
    const results: unknown[] = [];
    for (const value of input)
      if (isDict(value) && Object.hasOwn(value, name) && value[name] !== undefined) results.push(value[name]);
    return results.length === 0 && !this.options.allowMissingKeys
      ? [results, `${name} is not found`]
      : [results];
  }

  private filter(input: readonly unknown[], node: Extract<PathNode, { kind: "filter" }>): Step {
    const results: unknown[] = [];
    for (const value of input) {
      if (!Array.isArray(value))
        return [input, `${goValue(value)} is not array or slice and cannot be filtered`];
      for (const item of value) {
        const [lefts, error] = this.list([item], node.left);
        if (node.operator === "exists") {
          if (lefts.length > 0) results.push(item);
          continue;
        }
        if (error !== undefined) return [input, error];
        if (lefts.length === 0) continue;
        if (lefts.length > 1) return [input, "can only compare one element at a time"];
        const [rights, rightError] = this.list([item], node.right);
        if (rightError !== undefined) return [input, rightError];
        if (rights.length === 0) continue;
        if (rights.length > 1) return [input, "can only compare one element at a time"];
        const pass = compare(node.operator, lefts[0], rights[0]);
        if (typeof pass === "string") return [results, pass];
        if (pass) results.push(item);
      }
    }
    return [results];
  }
}

function descend(input: readonly unknown[]): unknown[] {
  const out: unknown[] = [];
  for (const value of input) {
    const inner = children(value);
    if (inner.length > 0) out.push(value, ...descend(inner));
  }
  return out;
}

const goType = (v: unknown): string => {
  if (isDict(v)) return "map[string]interface {}";
  if (typeof v === "number") return Number.isInteger(v) ? "int64" : "float64";
  return typeof v === "boolean" ? "bool" : "string";
};

function slice(input: readonly unknown[], params: readonly SliceParam[]): Step {
  const result: unknown[] = [];
  for (const value of input) {
    if (value === null) continue;
    if (!Array.isArray(value)) return [input, `${goType(value)} is not array or slice`];
    const length = value.length;
    const [from, to, by] = params;
    let start = from?.known ? from.value : 0;
    if (start < 0) start += length;
    let end = to?.known ? to.value : length;
    if (end < 0 || (end === 0 && to?.derived)) end += length;
    if (start === end) return [result];
    if (start >= length || start < 0)
      return [input, `array index out of bounds: index ${start}, length ${length}`];
    if (end > length || end < 0)
      return [input, `array index out of bounds: index ${end - 1}, length ${length}`];
    if (start > end) return [input, `starting index ${start} is greater than ending index ${end}`];
    if (by?.known && by.value <= 0) return [input, "step must be > 0"];
    const step = by?.known ? by.value : 1;
    for (let i = start; i < end; i += step) result.push(value[i]);
  }
  return [result];
}

/** Result of a comparison, or the reason why the two cannot be compared (text/template's rules). */
function compare(operator: string, left: unknown, right: unknown): boolean | string {
  if (!["<", ">", "==", "!=", "<=", ">="].includes(operator))
    return `unrecognized filter operator ${operator}`;
  const kind = (v: unknown): string | null =>
    isDict(v) || Array.isArray(v) || v === null || v === undefined ? null : goType(v);
  const k = kind(left);
  if (k === null || kind(right) === null) return "invalid type for comparison";
  if (k !== kind(right)) return "incompatible types for comparison";
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (k === "bool") return "invalid type for comparison";
  const a = left as string | number;
  const b = right as string | number;
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  return operator === ">" ? a > b : a >= b;
}

/** One value as a template prints it: objects and lists as JSON, the rest as Go's Print. */
export function printValue(v: unknown): string {
  if (v === undefined) return "<no value>";
  if (v === null) return "null";
  if (typeof v === "object") return goJson(v);
  return typeof v === "number" ? goNumber(v) : String(v);
}

/** The results of each node of a parsed template; throws JsonPathError. */
export function findResults(
  template: PathList,
  data: unknown,
  options: JsonPathOptions = {},
): (readonly unknown[])[] {
  return new Run(template, options).find(data, 0);
}

/** Output of a template on `data`, without a line feed at its end; throws JsonPathError. */
export function executeJsonPath(
  template: string | PathList,
  data: unknown,
  options: JsonPathOptions = {},
): string {
  const parsed = typeof template === "string" ? parseJsonPath(template) : template;
  const results = findResults(parsed, data, options);
  if (options.asJson) return results.map((values) => `${goJsonIndent(values, "    ", true)}\n`).join("");
  return results.map((values) => values.map(printValue).join(" ")).join("");
}
