/**
 * A script as a flat list of operations. The shell's state holds positions in it and never the list itself: the same
 * text always compiles to the same operations, so text and position are enough to go on from any point.
 */

import type {
  AndOr,
  ArithmeticFor,
  Assignment,
  Case,
  Command,
  CommandNode,
  CompoundCommand,
  CompoundList,
  ParameterExpansionPart,
  ParsedScript,
  ParseError,
  PipelineNode,
  Redirected,
  Redirection,
  Statement,
  TestExpression,
  Word,
  WordPart,
} from "unbash";
import { parse } from "unbash";

export interface RedirectSpec {
  readonly fd: number;
  readonly op: string;
}

export interface AssignSpec {
  readonly name: string;
  readonly append: boolean;
  readonly index: boolean;
  readonly array: boolean;
}

export type Op =
  | {
      readonly o:
        | "list"
        | "word"
        | "str"
        | "pat"
        | "field"
        | "whole"
        | "not"
        | "halt"
        | "ret"
        | "unredir"
        | "endloop"
        | "endfor"
        | "drop"
        | "arithcmd"
        | "errexit"
        | "true";
    }
  | { readonly o: "lit"; readonly s: string; readonly q: 0 | 1 }
  | { readonly o: "var"; readonly name: string; readonly q: boolean }
  | { readonly o: "len"; readonly name: string; readonly index: boolean }
  | { readonly o: "names"; readonly name: string; readonly q: boolean }
  | { readonly o: "index"; readonly name: string; readonly q: boolean }
  | { readonly o: "pdef"; readonly name: string; readonly op: string; readonly q: boolean; end: number }
  | { readonly o: "pset"; readonly name: string; readonly op: string; readonly q: boolean }
  | { readonly o: "prem"; readonly name: string; readonly op: string; readonly q: boolean }
  | { readonly o: "prep"; readonly name: string; readonly op: string; readonly q: boolean }
  | { readonly o: "pslice"; readonly name: string; readonly length: boolean; readonly q: boolean }
  | { readonly o: "pcase"; readonly name: string; readonly op: string; readonly q: boolean }
  | { readonly o: "indirect"; readonly name: string; readonly q: boolean }
  | { readonly o: "sub"; readonly q: boolean; end: number }
  | { readonly o: "arith"; readonly q: boolean }
  | {
      readonly o: "cmd";
      readonly assigns: readonly AssignSpec[];
      readonly redirs: readonly RedirectSpec[];
      readonly tail: boolean;
      readonly tested: boolean;
    }
  | { readonly o: "jmp" | "jz" | "jnz" | "match"; to: number }
  | { readonly o: "bg" | "subsh" | "func"; readonly name?: string; end: number }
  | { readonly o: "pipe"; starts: number[]; end: number; readonly both: readonly boolean[] }
  | { readonly o: "redir"; readonly redirs: readonly RedirectSpec[]; fail: number }
  | { readonly o: "loop"; brk: number; cont: number }
  | { readonly o: "for"; readonly positional: boolean }
  | { readonly o: "next"; readonly name: string; end: number }
  | { readonly o: "test1" | "test2"; readonly op: string };

export interface Unit {
  readonly ops: readonly Op[];
  readonly errors: readonly ParseError[];
}

const units = new Map<string, Unit>();

/** Operations of a script, from a cache that is no state: it can be emptied at any time. */
export function compiled(code: string): Unit {
  let unit = units.get(code);
  if (!unit) {
    if (units.size > 400) units.clear();
    const script = parse(code);
    const errors = script.errors ?? [];
    unit = { ops: errors.length > 0 ? [{ o: "halt" }] : new Compiler(code).script(script), errors };
    units.set(code, unit);
  }
  return unit;
}

const BRACES = /^\{(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?\}$/;

class Compiler {
  readonly #ops: Op[] = [];
  #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  script(script: ParsedScript): Op[] {
    this.#statements(script.commands, true, false);
    this.#emit({ o: "halt" });
    return this.#ops;
  }

  #emit<T extends Op>(op: T): T {
    this.#ops.push(op);
    return op;
  }

  get #here(): number {
    return this.#ops.length;
  }

  #statements(list: readonly Statement[], tail: boolean, tested: boolean): void {
    list.forEach((s, i) => {
      if (s.background) {
        const op = this.#emit({ o: "bg", end: 0 });
        this.#node(s.command, true, true);
        this.#emit({ o: "halt" });
        op.end = this.#here;
      } else this.#node(s.command, tail && i === list.length - 1, tested);
    });
  }

  #list(list: CompoundList, tail: boolean, tested: boolean): void {
    this.#statements(list.commands, tail, tested);
  }

  #node(node: PipelineNode | AndOr | CompoundList | CommandNode, tail: boolean, tested: boolean): void {
    switch (node.type) {
      case "AndOr":
        // Left to right: a command that is skipped leaves the status for the next operator.
        node.commands.forEach((c, i) => {
          const last = i === node.commands.length - 1;
          const jump =
            i === 0 ? undefined : this.#emit({ o: node.operators[i - 1] === "&&" ? "jnz" : "jz", to: 0 });
          this.#node(c, tail && last, tested || !last);
          if (jump) jump.to = this.#here;
        });
        return;
      case "Pipeline": {
        const negated = node.prefixes.some((p) => p.type === "Negation");
        if (node.commands.length === 1) this.#node(node.commands[0]!, tail && !negated, tested || negated);
        else {
          const op = this.#emit({
            o: "pipe",
            starts: [] as number[],
            end: 0,
            both: node.operators.map((o) => o === "|&"),
          });
          for (const c of node.commands) {
            op.starts.push(this.#here);
            this.#node(c, true, true);
            this.#emit({ o: "halt" });
          }
          op.end = this.#here;
          if (!negated && !tested) this.#emit({ o: "errexit" });
        }
        if (negated) this.#emit({ o: "not" });
        return;
      }
      case "CompoundList":
        this.#list(node, tail, tested);
        return;
      case "Command":
        this.#command(node, tail, tested);
        return;
      case "Function": {
        const op = this.#emit({ o: "func", name: node.name.value, end: 0 });
        this.#node(node.body, false, false);
        this.#emit({ o: "ret" });
        op.end = this.#here;
        this.#emit({ o: "true" });
        return;
      }
      case "Redirected":
        this.#redirected(node, tested);
        return;
      case "Coproc":
        this.#node(node.body, false, tested);
        return;
      default:
        this.#compound(node, tail, tested);
    }
  }

  #redirected(node: Redirected, tested: boolean): void {
    const redirs = this.#redirects(node.redirects);
    const op = this.#emit({ o: "redir", redirs, fail: 0 });
    this.#node(node.command, false, tested);
    this.#emit({ o: "unredir" });
    op.fail = this.#here;
  }

  #compound(node: CompoundCommand, tail: boolean, tested: boolean): void {
    switch (node.type) {
      case "If": {
        const ends: { to: number }[] = [];
        const branches = [{ clause: node.clause, then: node.then }, ...node.elif];
        for (const b of branches) {
          this.#list(b.clause, false, true);
          const skip = this.#emit({ o: "jnz", to: 0 });
          this.#list(b.then, tail, tested);
          ends.push(this.#emit({ o: "jmp", to: 0 }));
          skip.to = this.#here;
        }
        if (node.else) this.#list(node.else, tail, tested);
        else this.#emit({ o: "true" });
        for (const e of ends) e.to = this.#here;
        return;
      }
      case "While": {
        const loop = this.#emit({ o: "loop", brk: 0, cont: 0 });
        loop.cont = this.#here;
        this.#list(node.clause, false, true);
        const out = this.#emit({ o: node.kind === "while" ? "jnz" : "jz", to: 0 });
        this.#list(node.body, false, tested);
        this.#emit({ o: "jmp", to: loop.cont });
        out.to = this.#here;
        this.#emit({ o: "true" });
        loop.brk = this.#here;
        this.#emit({ o: "endloop" });
        return;
      }
      case "For":
      case "Select": {
        this.#emit({ o: "list" });
        for (const w of node.wordlist ?? []) this.#field(w);
        this.#emit({ o: "for", positional: node.wordlist === undefined });
        const loop = this.#emit({ o: "loop", brk: 0, cont: 0 });
        loop.cont = this.#here;
        const next = this.#emit({ o: "next", name: node.name.value, end: 0 });
        this.#list(node.body, false, tested);
        this.#emit({ o: "jmp", to: loop.cont });
        next.end = this.#here;
        loop.brk = this.#here;
        this.#emit({ o: "endloop" });
        this.#emit({ o: "endfor" });
        return;
      }
      case "ArithmeticFor":
        this.#arithmeticFor(node, tested);
        return;
      case "Subshell": {
        const op = this.#emit({ o: "subsh", end: 0 });
        this.#list(node.body, true, tested);
        this.#emit({ o: "halt" });
        op.end = this.#here;
        if (!tested) this.#emit({ o: "errexit" });
        return;
      }
      case "BraceGroup":
        this.#list(node.body, tail, tested);
        return;
      case "Case":
        this.#case(node, tail, tested);
        return;
      case "TestCommand":
        this.#test(node.expression);
        if (!tested) this.#emit({ o: "errexit" });
        return;
      case "ArithmeticCommand":
        this.#expression(node.body);
        this.#emit({ o: "arithcmd" });
        if (!tested) this.#emit({ o: "errexit" });
        return;
    }
  }

  #arithmeticFor(node: ArithmeticFor, tested: boolean): void {
    const part = (e: { pos: number; end: number } | undefined): void => {
      this.#expression(e ? this.#source.slice(e.pos, e.end) : "1");
      this.#emit({ o: "arithcmd" });
    };
    part(node.initialize);
    const loop = this.#emit({ o: "loop", brk: 0, cont: 0 });
    const test = this.#here;
    part(node.test);
    const out = this.#emit({ o: "jnz", to: 0 });
    this.#list(node.body, false, tested);
    loop.cont = this.#here;
    part(node.update);
    this.#emit({ o: "jmp", to: test });
    out.to = this.#here;
    this.#emit({ o: "true" });
    loop.brk = this.#here;
    this.#emit({ o: "endloop" });
  }

  #case(node: Case, tail: boolean, tested: boolean): void {
    this.#single(node.word);
    const ends: { to: number }[] = [];
    let fall: { to: number } | undefined;
    for (const item of node.items) {
      const hits: { to: number }[] = [];
      for (const p of item.pattern) {
        this.#word(p);
        this.#emit({ o: "pat" });
        hits.push(this.#emit({ o: "match", to: 0 }));
      }
      const miss = this.#emit({ o: "jmp", to: 0 });
      for (const h of hits) h.to = this.#here;
      if (fall) fall.to = this.#here;
      fall = undefined;
      this.#emit({ o: "true" });
      this.#list(item.body, tail, tested);
      if (item.terminator === ";&") fall = this.#emit({ o: "jmp", to: 0 });
      else if (item.terminator !== ";;&") ends.push(this.#emit({ o: "jmp", to: 0 }));
      miss.to = this.#here;
    }
    this.#emit({ o: "true" });
    for (const e of ends) e.to = this.#here;
    if (fall) fall.to = this.#here;
    this.#emit({ o: "drop" });
  }

  #test(e: TestExpression): void {
    switch (e.type) {
      case "TestUnary":
        this.#single(e.operand);
        this.#emit({ o: "test1", op: e.operator });
        return;
      case "TestBinary":
        this.#single(e.left);
        this.#word(e.right);
        this.#emit({ o: /^(==?|!=)$/.test(e.operator) ? "pat" : "str" });
        this.#emit({ o: "test2", op: e.operator });
        return;
      case "TestLogical": {
        const ends: { to: number }[] = [];
        e.operands.forEach((x, i) => {
          this.#test(x);
          if (i < e.operands.length - 1)
            ends.push(this.#emit({ o: e.operator === "&&" ? "jnz" : "jz", to: 0 }));
        });
        for (const end of ends) end.to = this.#here;
        return;
      }
      case "TestNot":
        this.#test(e.operand);
        if (e.negations.length % 2 === 1) this.#emit({ o: "not" });
        return;
      default:
        this.#test(e.expression);
    }
  }

  #command(c: Command, tail: boolean, tested: boolean): void {
    this.#emit({ o: "list" });
    if (c.name) this.#field(c.name);
    for (const arg of c.args) {
      if (arg.type === "Word") this.#field(arg);
      else this.#declared(arg);
    }
    const assigns: AssignSpec[] = [];
    for (const p of c.prefix) {
      if (p.type !== "Assignment") continue;
      if (p.index) this.#single(p.index);
      if (p.value.type === "ArrayValue") {
        this.#emit({ o: "list" });
        for (const e of p.value.elements) this.#field(e);
      } else this.#single(p.value);
      assigns.push({
        name: p.name,
        append: p.append === true,
        index: p.index !== undefined,
        array: p.value.type === "ArrayValue",
      });
    }
    const redirs = this.#redirects(c.redirects);
    this.#emit({ o: "cmd", assigns, redirs, tail, tested });
    if (!tested) this.#emit({ o: "errexit" });
  }

  /** `export A=$b`: an assignment among the arguments is one word. */
  #declared(a: Assignment): void {
    this.#emit({ o: "word" });
    this.#emit({ o: "lit", s: `${a.name}${a.append ? "+" : ""}=`, q: 1 });
    if (a.value.type === "Word") this.#pieces(a.value, true);
    this.#emit({ o: "whole" });
  }

  #redirects(list: readonly Redirection[]): RedirectSpec[] {
    return list.map((r) => {
      const fd =
        r.descriptor?.type === "FileDescriptor" ? r.descriptor.value : r.operator.startsWith("<") ? 0 : 1;
      if (r.type === "HereDoc") {
        this.#emit({ o: "word" });
        if (r.body.parts) for (const p of r.body.parts) this.#part(p, true);
        else this.#emit({ o: "lit", s: r.body.text, q: 1 });
        this.#emit({ o: "str" });
      } else if (r.target) this.#single(r.target);
      else {
        this.#emit({ o: "word" });
        this.#emit({ o: "str" });
      }
      return { fd, op: r.operator };
    });
  }

  // --- words ---------------------------------------------------------------------------------------------

  #word(w: Word): void {
    this.#emit({ o: "word" });
    this.#pieces(w, false);
  }

  #single(w: Word): void {
    this.#word(w);
    this.#emit({ o: "str" });
  }

  #field(w: Word): void {
    const braces = w.parts?.findIndex((p) => p.type === "BraceExpansion") ?? -1;
    if (braces >= 0) {
      const part = w.parts![braces]!;
      const choices = braceChoices(part.text);
      if (choices) {
        const before = this.#source.slice(w.pos, part.pos);
        const after = this.#source.slice(part.end, w.end);
        for (const choice of choices) {
          const again = parse(`: ${before}${choice}${after}`).commands[0]?.command;
          const arg = again?.type === "Command" ? again.args[0] : undefined;
          if (arg?.type === "Word") this.#within(`: ${before}${choice}${after}`, () => this.#field(arg));
        }
        return;
      }
    }
    this.#word(w);
    this.#emit({ o: "field" });
  }

  /** Compiles what was parsed from a text of its own: positions refer to that text. */
  #within(source: string, compile: () => void): void {
    const outer = this.#source;
    this.#source = source;
    compile();
    this.#source = outer;
  }

  #pieces(w: Word, quoted: boolean): void {
    if (!w.parts) {
      this.#text(w.text, w.value, quoted);
      return;
    }
    w.parts.forEach((p, i) => {
      if (i === 0 && p.type === "Literal" && !quoted) this.#text(p.text, p.value, quoted);
      else this.#part(p, quoted);
    });
  }

  /** Plain text; a tilde in front is the home directory. */
  #text(text: string, value: string, quoted: boolean): void {
    if (!quoted && (text === "~" || text.startsWith("~/"))) {
      this.#emit({ o: "var", name: "HOME", q: true });
      this.#emit({ o: "lit", s: value.slice(1), q: 1 });
    } else if (value !== "" || quoted || text !== "")
      this.#emit({ o: "lit", s: value, q: quoted || text !== value ? 1 : 0 });
  }

  #part(p: WordPart, quoted: boolean): void {
    switch (p.type) {
      case "Literal":
        this.#emit({ o: "lit", s: p.value, q: quoted || p.text !== p.value ? 1 : 0 });
        return;
      case "Glob":
      case "ExtendedGlob":
      case "BraceExpansion":
        this.#emit({ o: "lit", s: p.text, q: quoted ? 1 : 0 });
        return;
      case "SingleQuoted":
      case "AnsiCQuoted":
        this.#emit({ o: "lit", s: p.value, q: 1 });
        return;
      case "DoubleQuoted":
      case "LocaleString":
        if (p.parts.length === 0) this.#emit({ o: "lit", s: "", q: 1 });
        for (const c of p.parts) this.#part(c, true);
        return;
      case "SimpleExpansion":
        this.#emit({ o: "var", name: p.text.slice(1), q: quoted });
        return;
      case "ParameterExpansion":
        this.#parameter(p, quoted);
        return;
      case "CommandExpansion": {
        const op = this.#emit({ o: "sub", q: quoted, end: 0 });
        if (p.script) {
          const { commands, source } = p.script;
          this.#within(source ?? this.#source, () => this.#statements(commands, true, true));
        }
        this.#emit({ o: "halt" });
        op.end = this.#here;
        return;
      }
      case "ArithmeticExpansion":
        this.#expression(p.text.startsWith("$((") ? p.text.slice(3, -2) : p.text.slice(2, -1));
        this.#emit({ o: "arith", q: quoted });
        return;
      default:
        this.#emit({ o: "lit", s: p.text, q: 1 });
    }
  }

  /** An arithmetic text, its expansions done as within double quotes. */
  #expression(text: string): void {
    const source = `: "${text.replace(/"/g, "")}"`;
    const inner = parse(source).commands[0]?.command;
    const word = inner?.type === "Command" ? inner.args[0] : undefined;
    this.#emit({ o: "word" });
    if (word?.type === "Word") this.#within(source, () => this.#pieces(word, true));
    this.#emit({ o: "str" });
  }

  #operand(w: Word | undefined, o: "str" | "pat"): void {
    this.#emit({ o: "word" });
    if (w) this.#pieces(w, false);
    this.#emit({ o });
  }

  #parameter(p: ParameterExpansionPart, q: boolean): void {
    const name = p.parameter;
    const op = p.operation;
    if (p.prefix === "#") {
      if (p.index) this.#operand(p.index, "str");
      this.#emit({ o: "len", name, index: p.index !== undefined });
      return;
    }
    if (p.prefix === "!") {
      if (p.index || op?.type === "Names") this.#emit({ o: "names", name, q });
      else this.#emit({ o: "indirect", name, q });
      return;
    }
    if (p.index) {
      this.#operand(p.index, "str");
      this.#emit({ o: "index", name, q });
      return;
    }
    switch (op?.type) {
      case undefined:
        this.#emit({ o: "var", name, q });
        return;
      case "Default": {
        const jump = this.#emit({ o: "pdef", name, op: op.operator, q, end: 0 });
        if (/[=?]/.test(op.operator)) {
          this.#operand(op.operand, "str");
          this.#emit({ o: "pset", name, op: op.operator, q });
        } else if (q && !op.operand.parts) this.#emit({ o: "lit", s: op.operand.value, q: 1 });
        else this.#pieces(op.operand, q);
        jump.end = this.#here;
        return;
      }
      case "Remove":
        this.#operand(op.operand, "pat");
        this.#emit({ o: "prem", name, op: op.operator, q });
        return;
      case "Replace":
        this.#operand(op.pattern, "pat");
        this.#operand(op.replacement, "str");
        this.#emit({ o: "prep", name, op: op.operator, q });
        return;
      case "Slice":
        this.#operand(op.offset, "str");
        if (op.length) this.#operand(op.length, "str");
        this.#emit({ o: "pslice", name, length: op.length !== undefined, q });
        return;
      case "CaseModification":
        this.#emit({ o: "pcase", name, op: op.operator, q });
        return;
      default:
        this.#emit({ o: "var", name, q });
    }
  }
}

/** `{1..3}`, `{a,b}` → its choices. */
function braceChoices(text: string): string[] | null {
  const range = BRACES.exec(text);
  if (range) {
    const from = Number(range[1]);
    const to = Number(range[2]);
    const by = Math.max(1, Math.abs(Number(range[3] ?? 1)));
    const out: string[] = [];
    for (let i = from; from <= to ? i <= to : i >= to; i += from <= to ? by : -by) {
      out.push(String(i));
      if (out.length > 10_000) break;
    }
    return out;
  }
  if (/^\{[^{}]*,[^{}]*\}$/.test(text)) return text.slice(1, -1).split(",");
  return null;
}
