/** The part of Go templates that people use with kubectl: fields, range, if, with, printf and a few functions. */

import { goValue, isDict } from "../../api/printers/go-format.ts";
import { decodeBase64 } from "../../sim/bytes.ts";
import { fail } from "./errors.ts";

interface Scope {
  readonly dot: unknown;
  readonly root: unknown;
  readonly vars: Map<string, unknown>;
}

type Token = { readonly kind: "text" | "action"; readonly text: string };

function tokens(template: string): Token[] {
  const out: Token[] = [];
  let at = 0;
  const action = /\{\{(-?)((?:"(?:\\.|[^"\\])*"|`[^`]*`|[^}])*?)(-?)\}\}/g;
  let trim = false;
  for (let m = action.exec(template); m; m = action.exec(template)) {
    let text = template.slice(at, m.index);
    if (trim) text = text.trimStart();
    if (m[1]) text = text.trimEnd();
    out.push({ kind: "text", text }, { kind: "action", text: (m[2] ?? "").trim() });
    trim = Boolean(m[3]);
    at = m.index + m[0].length;
  }
  const rest = template.slice(at);
  if (rest.includes("{{")) fail(`error parsing template ${template}, template: output:1: unclosed action`);
  out.push({ kind: "text", text: trim ? rest.trimStart() : rest });
  return out;
}

const truthy = (v: unknown): boolean => {
  if (v === undefined || v === null || v === false || v === 0 || v === "") return false;
  if (Array.isArray(v)) return v.length > 0;
  return isDict(v) ? Object.keys(v).length > 0 : true;
};

const shown = (v: unknown): string => (v === undefined || v === null ? "<no value>" : goValue(v));

function words(text: string): string[] {
  return text.match(/"(?:\\.|[^"\\])*"|`[^`]*`|\((?:[^()]|\([^()]*\))*\)|\||[^\s|()]+/g) ?? [];
}

function term(word: string, scope: Scope): unknown {
  if (word.startsWith('"')) return JSON.parse(word);
  if (word.startsWith("`")) return word.slice(1, -1);
  if (word.startsWith("(")) return pipeline(word.slice(1, -1), scope);
  if (/^-?\d+(\.\d+)?$/.test(word)) return Number(word);
  if (word === "true" || word === "false") return word === "true";
  if (word === "nil") return null;
  let value: unknown;
  let path = word;
  if (word.startsWith("$")) {
    const name = /^\$\w*/.exec(word)?.[0] ?? "$";
    value = name === "$" ? scope.root : scope.vars.get(name);
    path = word.slice(name.length);
  } else if (word.startsWith(".")) value = scope.dot;
  else return fail(`error parsing template, function "${word}" not defined`);
  for (const field of path.split(".").filter((f) => f !== ""))
    value = isDict(value) ? value[field] : undefined;
  return value;
}

function call(list: readonly string[], piped: readonly unknown[], scope: Scope): unknown {
  const [name = "", ...rest] = list;
  const args = (): unknown[] => [...rest.map((w) => term(w, scope)), ...piped];
  const compare = (test: (a: never, b: never) => boolean): boolean => {
    const [a, b] = args();
    return test(a as never, b as never);
  };
  switch (name) {
    case "printf": {
      const [format, ...values] = args();
      let i = 0;
      return String(format).replace(/%(-?\d*)([sdvqt%])/g, (_, width: string, verb: string) => {
        if (verb === "%") return "%";
        const v = values[i++];
        const text = verb === "q" ? JSON.stringify(shown(v)) : shown(v);
        const n = Number(width);
        return n < 0 ? text.padEnd(-n) : text.padStart(n);
      });
    }
    case "print":
      return args().map(shown).join("");
    case "println":
      return `${args().map(shown).join(" ")}\n`;
    case "len": {
      const [v] = args();
      return typeof v === "string" || Array.isArray(v) ? v.length : isDict(v) ? Object.keys(v).length : 0;
    }
    case "index": {
      const [v, ...keys] = args();
      return keys.reduce<unknown>(
        (x, k) => (Array.isArray(x) ? x[Number(k)] : isDict(x) ? x[String(k)] : undefined),
        v,
      );
    }
    case "eq":
      return args().slice(1).includes(args()[0]);
    case "ne":
      return compare((a, b) => a !== b);
    case "lt":
      return compare((a, b) => a < b);
    case "le":
      return compare((a, b) => a <= b);
    case "gt":
      return compare((a, b) => a > b);
    case "ge":
      return compare((a, b) => a >= b);
    case "not":
      return !truthy(args()[0]);
    case "and":
      return args().find((v) => !truthy(v)) ?? args().at(-1);
    case "or":
      return args().find(truthy) ?? args().at(-1);
    case "exists": {
      const [v, ...keys] = args();
      return (
        keys.reduce<unknown>(
          (x, k) => (Array.isArray(x) ? x[Number(k)] : isDict(x) ? x[String(k)] : undefined),
          v,
        ) !== undefined
      );
    }
    case "base64decode":
      return decodeBase64(String(args()[0] ?? ""));
    default:
      return term(name, scope);
  }
}

function pipeline(text: string, scope: Scope): unknown {
  let piped: unknown[] = [];
  let list: string[] = [];
  for (const word of [...words(text), "|"]) {
    if (word !== "|") list.push(word);
    else {
      piped = [call(list, piped, scope)];
      list = [];
    }
  }
  return piped[0];
}

/** Runs the tokens of a block; returns where it ended and by which word. */
function block(
  all: readonly Token[],
  from: number,
  scope: Scope,
  run: boolean,
  out: string[],
): { at: number; word: string } {
  let i = from;
  for (; i < all.length; i++) {
    const token = all[i] as Token;
    if (token.kind === "text") {
      if (run) out.push(token.text);
      continue;
    }
    const [word = "", ...rest] = token.text.split(/\s+/);
    const argument = rest.join(" ");
    if (word === "end" || word === "else") return { at: i, word: token.text };
    if (word.startsWith("/*")) continue;
    if (word === "range" || word === "if" || word === "with")
      i = branch(all, i, word, argument, scope, run, out);
    else if (run) {
      const assign = /^(\$\w+)\s*:?=\s*(.*)$/s.exec(token.text);
      if (assign) scope.vars.set(assign[1] ?? "", pipeline(assign[2] ?? "", scope));
      else out.push(shown(pipeline(token.text, scope)));
    }
  }
  return { at: i, word: "" };
}

function branch(
  all: readonly Token[],
  start: number,
  word: string,
  argument: string,
  scope: Scope,
  run: boolean,
  out: string[],
): number {
  const named = /^(?:(\$\w+)\s*,\s*)?(\$\w+)\s*:=\s*(.*)$/s.exec(argument);
  const value = run ? pipeline(named?.[3] ?? argument, scope) : undefined;
  const bodies = (dot: unknown, key?: unknown): { at: number; word: string } => {
    const vars = new Map(scope.vars);
    if (named?.[2]) vars.set(named[2], dot);
    if (named?.[1]) vars.set(named[1], key);
    return block(all, start + 1, { ...scope, dot: word === "if" ? scope.dot : dot, vars }, true, out);
  };
  let end = block(all, start + 1, scope, false, out);
  let done = false;
  if (run && word === "range") {
    const entries = Array.isArray(value)
      ? value.map((v, i) => [i, v] as const)
      : isDict(value)
        ? Object.keys(value)
            .sort()
            .map((k) => [k, value[k]] as const)
        : [];
    for (const [k, v] of entries) bodies(v, k);
    done = entries.length > 0;
  } else if (run && truthy(value)) {
    bodies(value);
    done = true;
  }
  while (end.word.startsWith("else")) {
    const condition = /^else\s+(?:if|with)\s+(.*)$/s.exec(end.word)?.[1];
    const take = run && !done && (condition === undefined || truthy(pipeline(condition, scope)));
    done ||= take;
    end = block(all, end.at + 1, scope, take, out);
  }
  return end.at;
}

export function goTemplate(template: string, data: unknown): string {
  const out: string[] = [];
  block(tokens(template), 0, { dot: data, root: data, vars: new Map() }, true, out);
  return out.join("");
}
