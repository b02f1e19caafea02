import type { Fds, ProgramHost } from "../os/contract.ts";
import { testUnary } from "../tools/test.ts";
import { arithmetic } from "./arith.ts";
import { fork, pipeline, substitution } from "./children.ts";
import { command, external } from "./commands.ts";
import { compiled } from "./compile.ts";
import { compare } from "./conditions.ts";
import { parameterOperation } from "./expansion.ts";
import type { Op } from "./ops.ts";
import { assign, expansion, parameter, positional, setPositional, top, unset } from "./params.ts";
import { redirect } from "./redirect.ts";
import { add, popStr, popWord, push } from "./stack.ts";
import { type Frame, frame, type ShellState } from "./state.ts";
import { complain, syntaxError } from "./texts.ts";
import { asPattern, expandPaths, fields, joined, matches } from "./words.ts";

/** Operations in one instant before the shell is made to take time; a command that starts a process counts more. */
const SPIN_LIMIT = 20_000;

export class Vm {
  readonly s: ShellState;
  readonly host: ProgramHost;

  constructor(state: ShellState, host: ProgramHost) {
    this.s = { ...state, frames: state.frames.map((f) => ({ ...f })) };
    this.host = host;
  }

  /** Runs until the shell waits, ends, or has become another program. */
  run(): void {
    const { s, host } = this;
    while (host.alive && s.wait === null) {
      if (s.pending.length > 0 && this.#betweenCommands()) {
        this.#trap();
        continue;
      }
      const f = top(s);
      if (!f) return;
      const op = compiled(f.code).ops[f.ip];
      if (!op || op.o === "halt" || op.o === "ret") {
        this.#endOfFrame(f);
        continue;
      }
      f.ip++;
      if (!this.#spend()) {
        f.ip--;
        return;
      }
      this.#do(op, f);
    }
    if (host.alive && s.wait?.k !== "spin") host.cpu(0);
  }

  #betweenCommands(): boolean {
    const f = top(this.s);
    return f === undefined || (f.words.length === 0 && f.lists.length === 0);
  }

  count(n: number): void {
    const { s, host } = this;
    if (s.spin.at === host.now) s.spin = { ...s.spin, n: s.spin.n + n };
    else
      s.spin = { at: host.now, n, round: host.now - s.spin.at <= (1 << s.spin.round) * 2 ? s.spin.round : 0 };
  }

  /** Counts one operation; false when the shell has to let time pass first. */
  #spend(): boolean {
    const { s, host } = this;
    this.count(1);
    if (s.spin.n <= Math.max(500, SPIN_LIMIT >> s.spin.round)) return true;
    const round = Math.min(10, s.spin.round + 1);
    s.spin = { at: host.now, n: 0, round };
    s.wait = { k: "spin" };
    host.cpu(1000);
    host.wake(1 << round, "spin");
    return false;
  }

  #trap(): void {
    const { s } = this;
    const [signal, ...rest] = s.pending;
    s.pending = rest;
    const code = signal ? s.traps[signal] : undefined;
    if (code) s.frames.push(frame("trap", code, [], { keep: s.status }));
  }

  #endOfFrame(f: Frame): void {
    const { s } = this;
    while (f.saved.length > 0) this.unredirect(f);
    if (s.frames.length > 1) {
      s.frames.pop();
      this.#restoreLocals(f);
      if (f.kind === "trap" && f.keep !== undefined) s.status = f.keep;
      return;
    }
    if (s.input && s.exiting === null) {
      s.frames.pop();
      s.wait = { k: "stdin" };
      return;
    }
    this.exit(s.exiting ?? s.status);
  }

  #restoreLocals(f: Frame): void {
    const names = Object.keys(f.locals);
    if (names.length === 0) return;
    const vars = { ...this.s.vars };
    for (const name of names) {
      const before = f.locals[name];
      if (before) vars[name] = before;
      else delete vars[name];
    }
    this.s.vars = vars;
  }

  /** Ends the shell, the EXIT trap first. */
  exit(status: number): void {
    const { s, host } = this;
    const trap = s.traps.EXIT;
    if (trap) {
      s.traps = { ...s.traps, EXIT: "" };
      s.exiting = status;
      s.status = status;
      s.frames = [frame("main", trap, positional(s))];
      s.input = null;
      return;
    }
    s.frames = [];
    host.exit(status);
  }

  /** Leaves the innermost function or sourced file. */
  return(status: number): void {
    const { s } = this;
    s.status = status;
    while (s.frames.length > 1) {
      const f = s.frames.pop()!;
      while (f.saved.length > 0) this.unredirect(f);
      this.#restoreLocals(f);
      if (f.kind === "func" || f.kind === "source") return;
      if (f.kind === "trap") return;
    }
    const f = top(s);
    if (f) f.ip = compiled(f.code).ops.length;
  }

  /** `break` and `continue`. */
  leaveLoop(levels: number, again: boolean): void {
    const f = top(this.s);
    const n = Math.min(levels, f.loops.length);
    if (n === 0) return;
    const kept = f.loops.length - n;
    const loop = f.loops[kept]!;
    while (f.saved.length > loop.saved) this.unredirect(f);
    f.strs = f.strs.slice(0, loop.strs);
    f.loops = f.loops.slice(0, kept + 1);
    f.lists = [];
    f.words = [];
    f.iters = f.iters.slice(0, loop.iters);
    f.ip = again ? loop.cont : loop.brk;
  }

  // --- operations ------------------------------------------------------------------------------------------

  #do(op: Op, f: Frame): void {
    const { s, host } = this;
    switch (op.o) {
      case "list":
        f.lists = [...f.lists, []];
        return;
      case "word":
        f.words = [...f.words, []];
        return;
      case "lit":
        add(f, [[op.s, op.q]]);
        return;
      case "var":
        if (s.opts.includes("u") && parameter(s, host, op.name) === undefined && !"@*".includes(op.name)) {
          complain(
            host,
            s.name,
            host.shell === "ash" ? `${op.name}: parameter not set` : `${op.name}: unbound variable`,
          );
          this.exit(host.shell === "bash" ? 1 : 2);
          return;
        }
        add(f, expansion(s, host, op.name, op.q));
        return;
      case "str":
        f.strs = [...f.strs, joined(popWord(f))];
        return;
      case "pat":
        f.strs = [...f.strs, asPattern(popWord(f))];
        return;
      case "whole":
        push(f, [joined(popWord(f))]);
        return;
      case "field": {
        const ifs = s.vars.IFS?.v ?? " \t\n";
        const glob = s.opts.includes("f") ? null : (p: string) => expandPaths(host.fs, host.proc.cwd, p);
        push(f, fields(popWord(f), ifs, glob));
        return;
      }
      case "len":
      case "names":
      case "index":
      case "indirect":
      case "pdef":
      case "pset":
      case "prem":
      case "prep":
      case "pslice":
      case "pcase":
        parameterOperation(this, op, f);
        return;
      case "arith": {
        const value = this.arithmetic(popStr(f));
        if (value !== null) add(f, [[String(value), op.q ? 1 : 2]]);
        return;
      }
      case "arithcmd": {
        const value = this.arithmetic(popStr(f));
        if (value !== null) s.status = value !== 0 ? 0 : 1;
        return;
      }
      case "sub":
        substitution(this, op, f);
        return;
      case "jmp":
        f.ip = op.to;
        return;
      case "plain":
        if (host.shell !== "bash") f.ip = op.to;
        return;
      case "jz":
        if (s.status === 0) f.ip = op.to;
        return;
      case "jnz":
        if (s.status !== 0) f.ip = op.to;
        return;
      case "not":
        s.status = s.status === 0 ? 1 : 0;
        return;
      case "true":
        s.status = 0;
        return;
      case "errexit":
        if (s.status !== 0 && s.opts.includes("e") && !s.frames.some((x) => x.noErr)) this.exit(s.status);
        return;
      case "match": {
        const pattern = popStr(f);
        if (matches(pattern, f.strs[f.strs.length - 1] ?? "")) f.ip = op.to;
        return;
      }
      case "drop":
        f.strs = f.strs.slice(0, -1);
        return;
      case "loop":
        f.loops = [
          ...f.loops,
          { brk: op.brk, cont: op.cont, saved: f.saved.length, strs: f.strs.length, iters: f.iters.length },
        ];
        return;
      case "endloop":
        f.loops = f.loops.slice(0, -1);
        return;
      case "for": {
        const items = op.positional ? positional(s) : (f.lists[f.lists.length - 1] ?? []);
        f.lists = f.lists.slice(0, -1);
        f.iters = [...f.iters, { items, at: 0 }];
        s.status = 0;
        return;
      }
      case "next": {
        const iter = f.iters[f.iters.length - 1];
        if (!iter || iter.at >= iter.items.length) {
          f.ip = op.end;
          return;
        }
        assign(s, op.name, iter.items[iter.at]!);
        f.iters = [...f.iters.slice(0, -1), { ...iter, at: iter.at + 1 }];
        return;
      }
      case "endfor":
        f.iters = f.iters.slice(0, -1);
        return;
      case "func":
        s.funcs = { ...s.funcs, [op.name ?? ""]: { code: f.code, ip: f.ip } };
        f.ip = op.end;
        return;
      case "redir": {
        const targets = f.strs.slice(f.strs.length - op.redirs.length);
        f.strs = f.strs.slice(0, f.strs.length - op.redirs.length);
        const { fds } = host.proc;
        const done = redirect(host, fds, op.redirs, targets);
        if (!done.ok) {
          complain(host, s.name, done.text);
          s.status = host.shell === "dash" ? 2 : 1;
          f.ip = op.fail;
          return;
        }
        f.saved = [...f.saved, fds];
        host.setFds(done.fds);
        return;
      }
      case "unredir":
        this.unredirect(f);
        return;
      case "bg": {
        const fds: Fds =
          host.proc.fds[0]?.k === "pipe" ? host.proc.fds : { ...host.proc.fds, 0: { k: "null" } };
        const pid = fork(this, f.ip, fds);
        if (pid === 0) return;
        s.jobs = { ...s.jobs, [pid]: null };
        s.lastBg = pid;
        s.status = 0;
        f.ip = op.end;
        return;
      }
      case "subsh": {
        const pid = fork(this, f.ip, host.proc.fds);
        if (pid === 0) return;
        f.ip = op.end;
        s.wait = { k: "children", pids: [pid], last: pid, status: 0 };
        return;
      }
      case "pipe": {
        pipeline(this, op.starts, op.both);
        f.ip = op.end;
        return;
      }
      case "test1":
        s.status = testUnary(host, op.op, popStr(f), (name) => parameter(s, host, name)) ? 0 : 1;
        return;
      case "test2": {
        const right = popStr(f);
        const left = popStr(f);
        s.status = compare(this, left, op.op, right) ? 0 : 1;
        return;
      }
      case "cmd":
        command(this, op, f);
        return;
    }
  }

  arithmetic(text: string): number | null {
    const { s, host } = this;
    try {
      return arithmetic(text, {
        get: (name) => parameter(s, host, name) ?? "",
        set: (name, value) => {
          assign(s, name, value);
        },
      });
    } catch (error) {
      const why = (error as Error).message;
      complain(host, s.name, host.shell === "ash" ? why : `arithmetic expression: ${why}: "${text}"`);
      s.status = 2;
      this.exit(2);
      return null;
    }
  }

  // --- processes -------------------------------------------------------------------------------------------

  unredirect(f: Frame): void {
    const before = f.saved[f.saved.length - 1];
    f.saved = f.saved.slice(0, -1);
    if (before) this.host.setFds(before);
  }

  // --- commands --------------------------------------------------------------------------------------------

  /** Starts a program and waits for it, or becomes it where the shell has nothing left to do. */
  external(argv: readonly string[], env: Record<string, string>, fds: Fds, become: boolean): void {
    external(this, argv, env, fds, become);
  }

  /** Runs a text as part of this shell. */
  evaluate(kind: "eval" | "source", code: string, params: readonly string[]): boolean {
    const unit = compiled(code);
    if (unit.errors.length > 0) {
      complain(this.host, this.s.name, syntaxError(this.host, code, unit.errors));
      this.s.status = 2;
      return false;
    }
    this.s.status = 0;
    this.s.frames.push(frame(kind, code, params));
    return true;
  }

  setParams(params: readonly string[]): void {
    setPositional(this.s, params);
  }

  unset(name: string): void {
    unset(this.s, name);
  }
}
