/**
 * A script as a flat list of operations. The shell's state holds positions in it and never the list itself: the same
 * text always compiles to the same operations, so text and position are enough to go on from any point.
 */

import type {
  AndOr,
  ArithmeticFor,
  Case,
  Command,
  CommandNode,
  CompoundCommand,
  CompoundList,
  ParsedScript,
  ParseError,
  PipelineNode,
  Redirected,
  Statement,
  TestExpression,
} from "unbash";
import { parse } from "unbash";
import { WordCompiler } from "./compile-words.ts";
import type { AssignSpec, Op } from "./ops.ts";

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

class Compiler extends WordCompiler {
  script(script: ParsedScript): Op[] {
    this.statements(script.commands, true, false);
    this.emit({ o: "halt" });
    return this.ops;
  }

  protected override statements(list: readonly Statement[], tail: boolean, tested: boolean): void {
    list.forEach((s, i) => {
      if (s.background) {
        const op = this.emit({ o: "bg", end: 0 });
        const from = this.here;
        this.#node(s.command, true, true);
        // `( … ) &` is one process, not two.
        const inner = this.ops[from];
        if (inner?.o === "subsh" && inner.end === this.here) this.ops[from] = { o: "jmp", to: from + 1 };
        this.emit({ o: "halt" });
        op.end = this.here;
      } else this.#node(s.command, tail && i === list.length - 1, tested);
    });
  }

  #list(list: CompoundList, tail: boolean, tested: boolean): void {
    this.statements(list.commands, tail, tested);
  }

  #node(node: PipelineNode | AndOr | CompoundList | CommandNode, tail: boolean, tested: boolean): void {
    switch (node.type) {
      case "AndOr":
        // Left to right: a command that is skipped leaves the status for the next operator.
        node.commands.forEach((c, i) => {
          const last = i === node.commands.length - 1;
          const jump =
            i === 0 ? undefined : this.emit({ o: node.operators[i - 1] === "&&" ? "jnz" : "jz", to: 0 });
          this.#node(c, tail && last, tested || !last);
          if (jump) jump.to = this.here;
        });
        return;
      case "Pipeline": {
        const negated = node.prefixes.some((p) => p.type === "Negation");
        if (node.commands.length === 1) this.#node(node.commands[0]!, tail && !negated, tested || negated);
        else {
          const op = this.emit({
            o: "pipe",
            starts: [] as number[],
            end: 0,
            both: node.operators.map((o) => o === "|&"),
          });
          for (const c of node.commands) {
            op.starts.push(this.here);
            this.#node(c, true, true);
            this.emit({ o: "halt" });
          }
          op.end = this.here;
          if (!negated && !tested) this.emit({ o: "errexit" });
        }
        if (negated) this.emit({ o: "not" });
        return;
      }
      case "CompoundList":
        this.#list(node, tail, tested);
        return;
      case "Command":
        this.#command(node, tail, tested);
        return;
      case "Function": {
        const op = this.emit({ o: "func", name: node.name.value, end: 0 });
        this.#node(node.body, false, false);
        this.emit({ o: "ret" });
        op.end = this.here;
        this.emit({ o: "true" });
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
    const redirs = this.redirects(node.redirects);
    const op = this.emit({ o: "redir", redirs, fail: 0 });
    this.#node(node.command, false, tested);
    this.emit({ o: "unredir" });
    op.fail = this.here;
  }

  #compound(node: CompoundCommand, tail: boolean, tested: boolean): void {
    switch (node.type) {
      case "If": {
        const ends: { to: number }[] = [];
        const branches = [node, ...node.elif];
        for (const b of branches) {
          this.#list(b.clause, false, true);
          const skip = this.emit({ o: "jnz", to: 0 });
          this.#list(b.then, tail, tested);
          ends.push(this.emit({ o: "jmp", to: 0 }));
          skip.to = this.here;
        }
        if (node.else) this.#list(node.else, tail, tested);
        else this.emit({ o: "true" });
        for (const e of ends) e.to = this.here;
        return;
      }
      case "While": {
        const loop = this.emit({ o: "loop", brk: 0, cont: 0 });
        loop.cont = this.here;
        this.#list(node.clause, false, true);
        const out = this.emit({ o: node.kind === "while" ? "jnz" : "jz", to: 0 });
        this.#list(node.body, false, tested);
        this.emit({ o: "jmp", to: loop.cont });
        out.to = this.here;
        this.emit({ o: "true" });
        loop.brk = this.here;
        this.emit({ o: "endloop" });
        return;
      }
      case "For":
      case "Select": {
        this.emit({ o: "list" });
        for (const w of node.wordlist ?? []) this.field(w);
        this.emit({ o: "for", positional: node.wordlist === undefined });
        const loop = this.emit({ o: "loop", brk: 0, cont: 0 });
        loop.cont = this.here;
        const next = this.emit({ o: "next", name: node.name.value, end: 0 });
        this.#list(node.body, false, tested);
        this.emit({ o: "jmp", to: loop.cont });
        next.end = this.here;
        loop.brk = this.here;
        this.emit({ o: "endloop" });
        this.emit({ o: "endfor" });
        return;
      }
      case "ArithmeticFor":
        this.#arithmeticFor(node, tested);
        return;
      case "Subshell": {
        const op = this.emit({ o: "subsh", end: 0 });
        this.#list(node.body, true, tested);
        this.emit({ o: "halt" });
        op.end = this.here;
        if (!tested) this.emit({ o: "errexit" });
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
        if (!tested) this.emit({ o: "errexit" });
        return;
      case "ArithmeticCommand":
        this.expression(node.body);
        this.emit({ o: "arithcmd" });
        if (!tested) this.emit({ o: "errexit" });
        return;
    }
  }

  #arithmeticFor(node: ArithmeticFor, tested: boolean): void {
    const part = (e: { pos: number; end: number } | undefined): void => {
      this.expression(e ? this.source.slice(e.pos, e.end) : "1");
      this.emit({ o: "arithcmd" });
    };
    part(node.initialize);
    const loop = this.emit({ o: "loop", brk: 0, cont: 0 });
    const test = this.here;
    part(node.test);
    const out = this.emit({ o: "jnz", to: 0 });
    this.#list(node.body, false, tested);
    loop.cont = this.here;
    part(node.update);
    this.emit({ o: "jmp", to: test });
    out.to = this.here;
    this.emit({ o: "true" });
    loop.brk = this.here;
    this.emit({ o: "endloop" });
  }

  #case(node: Case, tail: boolean, tested: boolean): void {
    this.single(node.word);
    const ends: { to: number }[] = [];
    let fall: { to: number } | undefined;
    for (const item of node.items) {
      const hits: { to: number }[] = [];
      for (const p of item.pattern) {
        this.word(p);
        this.emit({ o: "pat" });
        hits.push(this.emit({ o: "match", to: 0 }));
      }
      const miss = this.emit({ o: "jmp", to: 0 });
      for (const h of hits) h.to = this.here;
      if (fall) fall.to = this.here;
      fall = undefined;
      this.emit({ o: "true" });
      this.#list(item.body, tail, tested);
      if (item.terminator === ";&") fall = this.emit({ o: "jmp", to: 0 });
      else if (item.terminator !== ";;&") ends.push(this.emit({ o: "jmp", to: 0 }));
      miss.to = this.here;
    }
    this.emit({ o: "true" });
    for (const e of ends) e.to = this.here;
    if (fall) fall.to = this.here;
    this.emit({ o: "drop" });
  }

  #test(e: TestExpression): void {
    switch (e.type) {
      case "TestUnary":
        this.single(e.operand);
        this.emit({ o: "test1", op: e.operator });
        return;
      case "TestBinary":
        this.single(e.left);
        this.word(e.right);
        this.emit({ o: /^(==?|!=)$/.test(e.operator) ? "pat" : "str" });
        this.emit({ o: "test2", op: e.operator });
        return;
      case "TestLogical": {
        const ends: { to: number }[] = [];
        e.operands.forEach((x, i) => {
          this.#test(x);
          if (i < e.operands.length - 1)
            ends.push(this.emit({ o: e.operator === "&&" ? "jnz" : "jz", to: 0 }));
        });
        for (const end of ends) end.to = this.here;
        return;
      }
      case "TestNot":
        this.#test(e.operand);
        if (e.negations.length % 2 === 1) this.emit({ o: "not" });
        return;
      default:
        this.#test(e.expression);
    }
  }

  #command(c: Command, tail: boolean, tested: boolean): void {
    this.emit({ o: "list" });
    if (c.name) this.field(c.name);
    for (const arg of c.args) {
      if (arg.type === "Word") this.field(arg);
      else this.declared(arg);
    }
    const assigns: AssignSpec[] = [];
    for (const p of c.prefix) {
      if (p.type !== "Assignment") continue;
      if (p.index) this.single(p.index);
      if (p.value.type === "ArrayValue") {
        this.emit({ o: "list" });
        for (const e of p.value.elements) this.field(e);
      } else this.single(p.value);
      assigns.push({
        name: p.name,
        append: p.append === true,
        index: p.index !== undefined,
        array: p.value.type === "ArrayValue",
      });
    }
    const redirs = this.redirects(c.redirects);
    this.emit({ o: "cmd", assigns, redirs, tail, tested });
    if (!tested) this.emit({ o: "errexit" });
  }

  // --- words ---------------------------------------------------------------------------------------------
}
