/** What an action of an awk program does: statements and expressions, run from their tokens. */
import { tokenize } from "./awk-syntax.ts";
import { arithmetic, num, type Scope, str, truth, type Value } from "./awk-values.ts";
import { regex } from "./regex.ts";
import { printf } from "./text.ts";

/** Turns of one loop: a loop without an end is left. */
const MOST_TURNS = 100_000;

/** Runs an action; the state of the scope is changed in place, for the length of one line. */
export function run(code: string, scope: Scope): Value {
  const tokens = tokenize(code);
  let at = 0;
  const peek = (): string | undefined => tokens[at];
  const take = (t: string): boolean => {
    if (tokens[at] !== t) return false;
    at++;
    return true;
  };
  let last: Value = "";

  function statements(live: boolean): void {
    while (at < tokens.length && peek() !== "}") statement(live);
  }
  function block(live: boolean): void {
    if (take("{")) {
      statements(live);
      take("}");
    } else statement(live);
  }
  /** Passes over an expression without its effects. */
  function skipped(): void {
    const before = { fields: [...scope.fields], vars: { ...scope.vars } };
    expression();
    scope.fields = before.fields;
    scope.vars = before.vars;
  }
  /** A loop's body once; false when the loop is left. */
  function turn(body: number): boolean {
    at = body;
    block(true);
    if (scope.halt === "continue") scope.halt = null;
    const on = scope.halt === null;
    if (scope.halt === "break") scope.halt = null;
    return on;
  }
  function whileLoop(live: boolean): void {
    const test = at;
    for (let n = 0; ; n++) {
      at = test;
      take("(");
      const goes = truth(expression()) && live && n < MOST_TURNS;
      take(")");
      const body = at;
      if (goes && turn(body)) continue;
      at = body;
      block(false);
      return;
    }
  }
  function forLoop(live: boolean): void {
    take("(");
    if (tokens[at + 1] === "in") {
      const [name = "", , list = ""] = tokens.slice(at, at + 3);
      at += 3;
      take(")");
      const body = at;
      for (const key of live ? Object.keys(scope.arrays[list] ?? {}) : []) {
        scope.vars[name] = key;
        if (!turn(body)) break;
      }
      at = body;
      block(false);
      return;
    }
    if (peek() !== ";") live ? expression() : skipped();
    take(";");
    const test = at;
    if (peek() !== ";") skipped();
    take(";");
    const step = at;
    if (peek() !== ")") skipped();
    take(")");
    const body = at;
    for (let n = 0; live && n < MOST_TURNS; n++) {
      at = test;
      if (peek() !== ";" && !truth(expression())) break;
      if (!turn(body)) break;
      at = step;
      if (peek() !== ")") expression();
    }
    at = body;
    block(false);
  }
  function statement(wanted: boolean): void {
    const live = wanted && scope.halt === null;
    if (take(";") || take("\n")) return;
    if (peek() === "{") {
      block(live);
      return;
    }
    if (take("if")) {
      take("(");
      const test = truth(expression());
      take(")");
      block(live && test);
      while (peek() === ";" && tokens[at + 1] === "else") at++;
      if (take("else")) block(live && !test);
      return;
    }
    if (take("while")) {
      whileLoop(live);
      return;
    }
    if (take("for")) {
      forLoop(live);
      return;
    }
    const leaves = peek();
    if (leaves === "next" || leaves === "break" || leaves === "continue" || leaves === "exit") {
      at++;
      const code = leaves === "exit" && !/^[;}\n]$/.test(peek() ?? ";") ? num(expression()) : undefined;
      if (!live) return;
      scope.halt = leaves;
      if (code !== undefined) scope.code = code;
      return;
    }
    if (peek() === "print" || peek() === "printf") {
      const kind = tokens[at++];
      const args: Value[] = [];
      const paren = take("(");
      while (at < tokens.length && !/^[;}\n)>]$/.test(peek()!)) {
        args.push(expression(true));
        if (!take(",")) break;
      }
      if (paren) take(")");
      if (!live) return;
      if (kind === "print")
        scope.out(
          (args.length > 0 ? args.map(str).join(str(scope.vars.OFS ?? " ")) : scope.fields[0]!) +
            str(scope.vars.ORS ?? "\n"),
        );
      else printf(args.map(str), { ...scope.io, out: scope.out });
      return;
    }
    const before = { fields: [...scope.fields], vars: { ...scope.vars } };
    last = expression();
    if (!live) {
      scope.fields = before.fields;
      scope.vars = before.vars;
    }
  }
  function expression(noGreater = false): Value {
    const start = at;
    const name = peek();
    if (name === "$" || (name !== undefined && /^[A-Za-z_]/.test(name))) {
      const target = lvalue();
      const op = peek();
      if (target && op && /^([-+*/%^]?=)$/.test(op)) {
        at++;
        const right = expression(noGreater);
        const value = op === "=" ? right : arithmetic(op[0]!, num(target.get()), num(right));
        target.set(value);
        return value;
      }
      at = start;
    }
    let v = logicalOr(noGreater);
    if (take("?")) {
      const yes = expression();
      take(":");
      const no = expression();
      v = truth(v) ? yes : no;
    }
    return v;
  }
  function logicalOr(g: boolean): Value {
    let v = logicalAnd(g);
    while (take("||")) {
      const r = logicalAnd(g);
      v = truth(v) || truth(r) ? 1 : 0;
    }
    return v;
  }
  function logicalAnd(g: boolean): Value {
    let v = match(g);
    while (take("&&")) {
      const r = match(g);
      v = truth(v) && truth(r) ? 1 : 0;
    }
    return v;
  }
  function match(g: boolean): Value {
    let v = compare(g);
    while (peek() === "~" || peek() === "!~") {
      const op = tokens[at++];
      const raw = peek()?.startsWith("/") ? tokens[at++]!.slice(1, -1) : str(compare(g));
      v = regex(raw, true).test(str(v)) === (op === "~") ? 1 : 0;
    }
    return v;
  }
  function compare(g: boolean): Value {
    const left = concat(g);
    const op = peek();
    if (op && /^(==|!=|<=|>=|<|>)$/.test(op) && !(g && op === ">")) {
      at++;
      const right = concat(g);
      const numeric = [left, right].every((v) => typeof v === "number" || /^\s*-?\d+(\.\d+)?\s*$/.test(v));
      const d = numeric
        ? num(left) - num(right)
        : str(left) < str(right)
          ? -1
          : str(left) > str(right)
            ? 1
            : 0;
      return (
        op === "=="
          ? d === 0
          : op === "!="
            ? d !== 0
            : op === "<"
              ? d < 0
              : op === ">"
                ? d > 0
                : op === "<="
                  ? d <= 0
                  : d >= 0
      )
        ? 1
        : 0;
    }
    return left;
  }
  function concat(g: boolean): Value {
    let v = sum(g);
    while (
      peek() !== undefined &&
      (/^["$\d(A-Za-z_]/.test(peek()!) || peek() === "!") &&
      !/^(in|if|else)$/.test(peek()!)
    )
      v = str(v) + str(sum(g));
    return v;
  }
  function sum(g: boolean): Value {
    let v = product(g);
    while (peek() === "+" || peek() === "-") v = arithmetic(tokens[at++]!, num(v), num(product(g)));
    return v;
  }
  function product(g: boolean): Value {
    let v = unary(g);
    while (peek() === "*" || peek() === "/" || peek() === "%" || peek() === "^")
      v = arithmetic(tokens[at++]!, num(v), num(unary(g)));
    return v;
  }
  function unary(g: boolean): Value {
    if (take("!")) return truth(unary(g)) ? 0 : 1;
    if (take("-")) return -num(unary(g));
    if (take("+")) return num(unary(g));
    if (peek() === "++" || peek() === "--") {
      const by = tokens[at++] === "++" ? 1 : -1;
      const t = lvalue();
      t?.set(num(t.get()) + by);
      return t?.get() ?? 0;
    }
    return primary();
  }
  function fieldNumber(): number {
    if (take("(")) return num(paren());
    if (take("NF")) return scope.fields.length - 1;
    return num(primary());
  }
  function lvalue(): { get(): Value; set(v: Value): void } | null {
    if (take("$")) {
      const n = fieldNumber();
      return {
        get: () => scope.fields[n] ?? "",
        set: (v) => {
          while (scope.fields.length <= n) scope.fields.push("");
          scope.fields[n] = str(v);
          if (n > 0) scope.fields[0] = scope.fields.slice(1).join(str(scope.vars.OFS ?? " "));
        },
      };
    }
    const name = tokens[at];
    if (name === undefined || !/^[A-Za-z_]/.test(name) || tokens[at + 1] === "(") return null;
    at++;
    if (take("[")) {
      const key = str(expression());
      take("]");
      return {
        get: () => scope.arrays[name]?.[key] ?? "",
        set: (v) => {
          scope.arrays[name] = { ...scope.arrays[name], [key]: v };
        },
      };
    }
    return {
      get: () => (name === "NF" ? scope.fields.length - 1 : (scope.vars[name] ?? "")),
      set: (v) => {
        scope.vars[name] = v;
      },
    };
  }
  function paren(): Value {
    const v = expression();
    take(")");
    return v;
  }
  function primary(): Value {
    const t = peek();
    if (t === undefined) return "";
    if (t === "(") {
      at++;
      return paren();
    }
    if (/^\d/.test(t)) {
      at++;
      return Number(t);
    }
    if (t.startsWith('"')) {
      at++;
      return t
        .slice(1, -1)
        .replace(/\\(.)/g, (_, c: string) => ({ n: "\n", t: "\t", '"': '"', "\\": "\\", r: "\r" })[c] ?? c);
    }
    if (t.startsWith("/") && t.length > 1) {
      at++;
      return regex(t.slice(1, -1), true).test(scope.fields[0]!) ? 1 : 0;
    }
    if (tokens[at + 1] === "(" && /^[a-z]/.test(t)) return call(t);
    const target = lvalue();
    if (!target) {
      at++;
      return "";
    }
    const v = target.get();
    if (peek() === "++" || peek() === "--") {
      target.set(num(v) + (tokens[at++] === "++" ? 1 : -1));
      return num(v);
    }
    return v;
  }
  function call(name: string): Value {
    at += 2;
    const args: Value[] = [];
    const raw: string[] = [];
    while (at < tokens.length && peek() !== ")") {
      raw.push(tokens[at]!);
      args.push(peek()!.startsWith("/") ? tokens[at++]!.slice(1, -1) : expression());
      take(",");
    }
    take(")");
    const s = (i: number): string => str(args[i] ?? "");
    switch (name) {
      case "length":
        return args.length > 0
          ? scope.arrays[raw[0]!]
            ? Object.keys(scope.arrays[raw[0]!]!).length
            : s(0).length
          : scope.fields[0]!.length;
      case "toupper":
        return s(0).toUpperCase();
      case "tolower":
        return s(0).toLowerCase();
      case "int":
        return Math.trunc(num(args[0] ?? 0));
      case "sqrt":
        return Math.sqrt(num(args[0] ?? 0));
      case "substr":
        return s(0).slice(
          Math.max(0, num(args[1] ?? 1) - 1),
          args.length > 2 ? num(args[1]!) - 1 + num(args[2]!) : undefined,
        );
      case "index":
        return s(0).indexOf(s(1)) + 1;
      case "match":
        return s(0).search(regex(s(1), true)) + 1;
      case "split": {
        const parts = s(0).split(args.length > 2 ? (s(2) === " " ? /\s+/ : s(2)) : /\s+/);
        scope.arrays[raw[1]!] = Object.fromEntries(parts.map((p, i) => [String(i + 1), p]));
        return parts.length;
      }
      case "sub":
      case "gsub": {
        scope.fields[0] = scope.fields[0]!.replace(regex(s(0), true, name === "gsub" ? "g" : ""), s(1));
        return 1;
      }
      case "sprintf": {
        let text = "";
        printf(args.map(str), { ...scope.io, out: (t: string) => void (text += t) });
        return text;
      }
      default:
        return "";
    }
  }
  statements(true);
  return last;
}
