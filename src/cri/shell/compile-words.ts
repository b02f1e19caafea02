/** Words as operations: quotes, expansions, redirections and assignments of a command. */

import type { Assignment, ParameterExpansionPart, Redirection, Statement, Word, WordPart } from "unbash";
import { parse } from "unbash";
import type { Op, RedirectSpec } from "./ops.ts";

export abstract class WordCompiler {
  protected readonly ops: Op[] = [];
  protected source: string;

  constructor(source: string) {
    this.source = source;
  }

  protected abstract statements(list: readonly Statement[], tail: boolean, tested: boolean): void;

  protected emit<T extends Op>(op: T): T {
    this.ops.push(op);
    return op;
  }

  protected get here(): number {
    return this.ops.length;
  }

  /** Compiles what was parsed from a text of its own: positions refer to that text. */
  protected within(source: string, compile: () => void): void {
    const outer = this.source;
    this.source = source;
    compile();
    this.source = outer;
  }

  protected word(w: Word): void {
    this.emit({ o: "word" });
    this.pieces(w, false);
  }

  protected single(w: Word): void {
    this.word(w);
    this.emit({ o: "str" });
  }

  protected field(w: Word): void {
    const braces = w.parts?.findIndex((p) => p.type === "BraceExpansion") ?? -1;
    if (braces >= 0) {
      const part = w.parts![braces]!;
      const choices = braceChoices(part.text);
      if (choices) {
        // Only bash knows braces; the others take them as they stand.
        const plain = this.emit({ o: "plain", to: 0 });
        const before = this.source.slice(w.pos, part.pos);
        const after = this.source.slice(part.end, w.end);
        for (const choice of choices) {
          const again = parse(`: ${before}${choice}${after}`).commands[0]?.command;
          const arg = again?.type === "Command" ? again.args[0] : undefined;
          if (arg?.type === "Word") this.within(`: ${before}${choice}${after}`, () => this.field(arg));
        }
        const done = this.emit({ o: "jmp", to: 0 });
        plain.to = this.here;
        this.word(w);
        this.emit({ o: "field" });
        done.to = this.here;
        return;
      }
    }
    this.word(w);
    this.emit({ o: "field" });
  }

  protected pieces(w: Word, quoted: boolean): void {
    if (!w.parts) {
      this.text(w.text, w.value, quoted);
      return;
    }
    w.parts.forEach((p, i) => {
      if (i === 0 && p.type === "Literal" && !quoted) this.text(p.text, p.value, quoted);
      else this.part(p, quoted);
    });
  }

  /** Plain text; a tilde in front is the home directory. */
  protected text(text: string, value: string, quoted: boolean): void {
    if (!quoted && (text === "~" || text.startsWith("~/"))) {
      this.emit({ o: "var", name: "HOME", q: true });
      this.emit({ o: "lit", s: value.slice(1), q: 1 });
    } else if (value !== "" || quoted || text !== "")
      this.emit({ o: "lit", s: value, q: quoted || text !== value ? 1 : 0 });
  }

  protected part(p: WordPart, quoted: boolean): void {
    switch (p.type) {
      case "Literal":
        this.emit({ o: "lit", s: p.value, q: quoted || p.text !== p.value ? 1 : 0 });
        return;
      case "Glob":
      case "ExtendedGlob":
      case "BraceExpansion":
        this.emit({ o: "lit", s: p.text, q: quoted ? 1 : 0 });
        return;
      case "SingleQuoted":
      case "AnsiCQuoted":
        this.emit({ o: "lit", s: p.value, q: 1 });
        return;
      case "DoubleQuoted":
      case "LocaleString":
        if (p.parts.length === 0) this.emit({ o: "lit", s: "", q: 1 });
        for (const c of p.parts) this.part(c, true);
        return;
      case "SimpleExpansion":
        this.emit({ o: "var", name: p.text.slice(1), q: quoted });
        return;
      case "ParameterExpansion":
        this.parameter(p, quoted);
        return;
      case "CommandExpansion": {
        const op = this.emit({ o: "sub", q: quoted, end: 0 });
        if (p.script) {
          const { commands, source } = p.script;
          this.within(source ?? this.source, () => this.statements(commands, true, true));
        }
        this.emit({ o: "halt" });
        op.end = this.here;
        return;
      }
      case "ArithmeticExpansion":
        this.expression(p.text.startsWith("$((") ? p.text.slice(3, -2) : p.text.slice(2, -1));
        this.emit({ o: "arith", q: quoted });
        return;
      default:
        this.emit({ o: "lit", s: p.text, q: 1 });
    }
  }

  /** An arithmetic text, its expansions done as within double quotes. */
  protected expression(text: string): void {
    const source = `: "${text.replace(/"/g, "")}"`;
    const inner = parse(source).commands[0]?.command;
    const word = inner?.type === "Command" ? inner.args[0] : undefined;
    this.emit({ o: "word" });
    if (word?.type === "Word") this.within(source, () => this.pieces(word, true));
    this.emit({ o: "str" });
  }

  protected operand(w: Word | undefined, o: "str" | "pat"): void {
    this.emit({ o: "word" });
    if (w) this.pieces(w, false);
    this.emit({ o });
  }

  protected parameter(p: ParameterExpansionPart, q: boolean): void {
    const name = p.parameter;
    const op = p.operation;
    if (p.prefix === "#") {
      if (p.index) this.operand(p.index, "str");
      this.emit({ o: "len", name, index: p.index !== undefined });
      return;
    }
    if (p.prefix === "!") {
      if (p.index || op?.type === "Names") this.emit({ o: "names", name, q });
      else this.emit({ o: "indirect", name, q });
      return;
    }
    if (p.index) {
      this.operand(p.index, "str");
      this.emit({ o: "index", name, q });
      return;
    }
    switch (op?.type) {
      case undefined:
        this.emit({ o: "var", name, q });
        return;
      case "Default": {
        const jump = this.emit({ o: "pdef", name, op: op.operator, q, end: 0 });
        if (/[=?]/.test(op.operator)) {
          this.operand(op.operand, "str");
          this.emit({ o: "pset", name, op: op.operator, q });
        } else if (q && !op.operand.parts) this.emit({ o: "lit", s: op.operand.value, q: 1 });
        else this.pieces(op.operand, q);
        jump.end = this.here;
        return;
      }
      case "Remove":
        this.operand(op.operand, "pat");
        this.emit({ o: "prem", name, op: op.operator, q });
        return;
      case "Replace":
        this.operand(op.pattern, "pat");
        this.operand(op.replacement, "str");
        this.emit({ o: "prep", name, op: op.operator, q });
        return;
      case "Slice":
        this.operand(op.offset, "str");
        if (op.length) this.operand(op.length, "str");
        this.emit({ o: "pslice", name, length: op.length !== undefined, q });
        return;
      case "CaseModification":
        this.emit({ o: "pcase", name, op: op.operator, q });
        return;
      default:
        this.emit({ o: "var", name, q });
    }
  }

  /** `export A=$b`: an assignment among the arguments is one word. */
  protected declared(a: Assignment): void {
    this.emit({ o: "word" });
    this.emit({ o: "lit", s: `${a.name}${a.append ? "+" : ""}=`, q: 1 });
    if (a.value.type === "Word") this.pieces(a.value, true);
    this.emit({ o: "whole" });
  }

  protected redirects(list: readonly Redirection[]): RedirectSpec[] {
    return list.map((r) => {
      const fd =
        r.descriptor?.type === "FileDescriptor" ? r.descriptor.value : r.operator.startsWith("<") ? 0 : 1;
      if (r.type === "HereDoc") {
        this.emit({ o: "word" });
        if (r.body.parts) for (const p of r.body.parts) this.part(p, true);
        else this.emit({ o: "lit", s: r.body.text, q: 1 });
        this.emit({ o: "str" });
      } else if (r.target) this.single(r.target);
      else {
        this.emit({ o: "word" });
        this.emit({ o: "str" });
      }
      return { fd, op: r.operator };
    });
  }
}

const BRACES = /^\{(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?\}$/;

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
