/**
 * The shell's machine: carries out operations until it must wait for a child, for input or for time, or has ended.
 * It works on a copy of the state that is its own for the length of one step.
 */
import type { Errno } from "../../node/fs.ts";
import type { Fd, Fds, ProgramHost } from "../os/contract.ts";
import { testBinary, testUnary } from "../tools/test.ts";
import { arithmetic } from "./arith.ts";
import { builtins } from "./builtins.ts";
import { type AssignSpec, compiled, type Op } from "./compile.ts";
import {
  assign,
  assignElement,
  expansion,
  exported,
  list as listFrags,
  positional,
  setPositional,
  top,
  unset,
  valueOf,
} from "./params.ts";
import { redirect } from "./redirect.ts";
import { type Frame, frame, type ShellState } from "./state.ts";
import { complain, notFound, syntaxError } from "./texts.ts";
import { asPattern, expandPaths, type Frag, fields, joined, matches, strip, substitute } from "./words.ts";

/** Operations in one instant before the shell is made to take time; a command that starts a process counts more. */
const SPIN_LIMIT = 20_000;
const SPIN_SPAWN = 20;

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

  #count(n: number): void {
    const { s, host } = this;
    if (s.spin.at === host.now) s.spin = { ...s.spin, n: s.spin.n + n };
    else
      s.spin = { at: host.now, n, round: host.now - s.spin.at <= (1 << s.spin.round) * 2 ? s.spin.round : 0 };
  }

  /** Counts one operation; false when the shell has to let time pass first. */
  #spend(): boolean {
    const { s, host } = this;
    this.#count(1);
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
    while (f.saved.length > 0) this.#unredirect(f);
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
      while (f.saved.length > 0) this.#unredirect(f);
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
    while (f.saved.length > loop.saved) this.#unredirect(f);
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
        this.#add(f, [[op.s, op.q]]);
        return;
      case "var":
        if (s.opts.includes("u") && valueOf(s, host, op.name) === undefined && !"@*".includes(op.name)) {
          complain(
            host,
            s.name,
            host.shell === "ash" ? `${op.name}: parameter not set` : `${op.name}: unbound variable`,
          );
          this.exit(host.shell === "bash" ? 1 : 2);
          return;
        }
        this.#add(f, expansion(s, host, op.name, op.q));
        return;
      case "str":
        f.strs = [...f.strs, joined(this.#popWord(f))];
        return;
      case "pat":
        f.strs = [...f.strs, asPattern(this.#popWord(f))];
        return;
      case "whole":
        this.#push(f, [joined(this.#popWord(f))]);
        return;
      case "field": {
        const ifs = s.vars.IFS?.v ?? " \t\n";
        const glob = s.opts.includes("f") ? null : (p: string) => expandPaths(host.fs, host.proc.cwd, p);
        this.#push(f, fields(this.#popWord(f), ifs, glob));
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
        this.#parameter(op, f);
        return;
      case "arith": {
        const value = this.#arithmetic(this.#popStr(f));
        if (value !== null) this.#add(f, [[String(value), op.q ? 1 : 2]]);
        return;
      }
      case "arithcmd": {
        const value = this.#arithmetic(this.#popStr(f));
        if (value !== null) s.status = value !== 0 ? 0 : 1;
        return;
      }
      case "sub":
        this.#substitution(op, f);
        return;
      case "jmp":
        f.ip = op.to;
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
        const pattern = this.#popStr(f);
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
        this.#unredirect(f);
        return;
      case "bg": {
        const fds: Fds =
          host.proc.fds[0]?.k === "pipe" ? host.proc.fds : { ...host.proc.fds, 0: { k: "null" } };
        const pid = this.#fork(f.ip, fds);
        s.jobs = { ...s.jobs, [pid]: null };
        s.lastBg = pid;
        s.status = 0;
        f.ip = op.end;
        return;
      }
      case "subsh": {
        const pid = this.#fork(f.ip, host.proc.fds);
        f.ip = op.end;
        s.wait = { k: "children", pids: [pid], last: pid, status: 0 };
        return;
      }
      case "pipe": {
        this.#pipeline(op.starts, op.both);
        f.ip = op.end;
        return;
      }
      case "test1":
        s.status = testUnary(host, op.op, this.#popStr(f), (name) => valueOf(s, host, name)) ? 0 : 1;
        return;
      case "test2": {
        const right = this.#popStr(f);
        const left = this.#popStr(f);
        s.status = this.#compare(left, op.op, right) ? 0 : 1;
        return;
      }
      case "cmd":
        this.#command(op, f);
        return;
    }
  }

  #compare(left: string, op: string, right: string): boolean {
    const { s, host } = this;
    if (op === "=" || op === "==") return matches(right, left);
    if (op === "!=") return !matches(right, left);
    if (op === "=~") {
      try {
        const found = new RegExp(right).exec(left);
        if (found) s.vars = { ...s.vars, BASH_REMATCH: { v: found[0], a: [...found].map((x) => x ?? "") } };
        return found !== null;
      } catch {
        return false;
      }
    }
    if (/^-(eq|ne|lt|le|gt|ge)$/.test(op)) {
      const a = this.#arithmetic(left) ?? 0;
      const b = this.#arithmetic(right) ?? 0;
      return testBinary(host, String(a), op, String(b)) === true;
    }
    return testBinary(host, left, op, right) === true;
  }

  #add(f: Frame, frags: readonly Frag[]): void {
    const last = f.words.length - 1;
    f.words = [...f.words.slice(0, last), [...(f.words[last] ?? []), ...frags]];
  }

  #push(f: Frame, items: readonly string[]): void {
    const last = f.lists.length - 1;
    f.lists = [...f.lists.slice(0, last), [...(f.lists[last] ?? []), ...items]];
  }

  #popWord(f: Frame): readonly Frag[] {
    const word = f.words[f.words.length - 1] ?? [];
    f.words = f.words.slice(0, -1);
    return word;
  }

  #popStr(f: Frame): string {
    const text = f.strs[f.strs.length - 1] ?? "";
    f.strs = f.strs.slice(0, -1);
    return text;
  }

  #arithmetic(text: string): number | null {
    const { s, host } = this;
    try {
      return arithmetic(text, {
        get: (name) => valueOf(s, host, name) ?? "",
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

  #parameter(op: Extract<Op, { name: string; q: boolean }> | Extract<Op, { o: "len" }>, f: Frame): void {
    const { s, host } = this;
    const q = op.o === "len" ? 1 : op.q ? 1 : 2;
    const value = valueOf(s, host, op.name);
    const array = s.vars[op.name]?.a;
    switch (op.o) {
      case "len": {
        const index = op.index ? this.#popStr(f) : undefined;
        const text =
          index === "@" || index === "*"
            ? String((array ?? (value === undefined ? [] : [value])).length)
            : String(
                op.name === "@" || op.name === "*"
                  ? positional(s).length
                  : ((index === undefined ? value : array?.[this.#arithmetic(index) ?? 0]) ?? "").length,
              );
        this.#add(f, [[text, 1]]);
        return;
      }
      case "names":
        this.#add(
          f,
          listFrags(
            array ? array.map((_, i) => String(i)) : Object.keys(s.vars).filter((n) => n.startsWith(op.name)),
            "@",
            op.q,
            s,
          ),
        );
        return;
      case "indirect":
        this.#add(f, expansion(s, host, value ?? "", op.q));
        return;
      case "index": {
        const index = this.#popStr(f);
        if (index === "@" || index === "*")
          this.#add(f, listFrags(array ?? (value === undefined ? [] : [value]), index, op.q, s));
        else {
          const i = this.#arithmetic(index) ?? 0;
          this.#add(f, [
            [(array ? array[i < 0 ? array.length + i : i] : i === 0 ? value : undefined) ?? "", q],
          ]);
        }
        return;
      }
      case "pdef": {
        const empty = op.op.startsWith(":") ? value === undefined || value === "" : value === undefined;
        const plus = op.op.endsWith("+");
        if (plus ? empty : !empty) {
          if (!plus) this.#add(f, expansion(s, host, op.name, op.q));
          else if (op.q) this.#add(f, [["", 1]]);
          f.ip = op.end;
        }
        return;
      }
      case "pset": {
        const text = this.#popStr(f);
        if (op.op.endsWith("=")) {
          assign(s, op.name, text);
          this.#add(f, [[text, q]]);
          return;
        }
        complain(host, s.name, `${op.name}: ${text || "parameter not set"}`);
        this.exit(host.shell === "bash" ? 127 : 2);
        return;
      }
      case "prem": {
        const pattern = this.#popStr(f);
        this.#add(f, [[strip(value ?? "", pattern, op.op), q]]);
        return;
      }
      case "prep": {
        const replacement = this.#popStr(f);
        const pattern = this.#popStr(f);
        this.#add(f, [[substitute(value ?? "", pattern, replacement, op.op), q]]);
        return;
      }
      case "pslice": {
        const length = op.length ? this.#arithmetic(this.#popStr(f)) : null;
        const offset = this.#arithmetic(this.#popStr(f)) ?? 0;
        const text = value ?? "";
        const from = offset < 0 ? Math.max(0, text.length + offset) : offset;
        const to = length === null ? text.length : length < 0 ? text.length + length : from + length;
        this.#add(f, [[text.slice(from, Math.max(from, to)), q]]);
        return;
      }
      case "pcase": {
        const text = value ?? "";
        const up = op.op.startsWith("^");
        const change = (t: string): string => (up ? t.toUpperCase() : t.toLowerCase());
        this.#add(f, [[op.op.length === 2 ? change(text) : change(text.slice(0, 1)) + text.slice(1), q]]);
        return;
      }
    }
  }

  // --- processes -------------------------------------------------------------------------------------------

  /** A subshell that runs from a position of the present script. */
  #fork(ip: number, fds: Fds): number {
    const { s, host } = this;
    const f = top(s);
    const ignored = Object.fromEntries(Object.entries(s.traps).filter(([, code]) => code === ""));
    const child: ShellState = {
      ...s,
      frames: [frame("main", f.code, positional(s), { ip, tail: true })],
      traps: ignored,
      pending: [],
      jobs: {},
      subshell: true,
      wait: null,
      input: null,
      exiting: null,
    };
    this.#count(SPIN_SPAWN);
    return host.fork(child as never, fds);
  }

  #pipeline(starts: readonly number[], both: readonly boolean[]): void {
    const { s, host } = this;
    const { fds } = host.proc;
    const pids: number[] = [];
    let input = fds[0];
    starts.forEach((ip, i) => {
      const pipe = i < starts.length - 1 ? host.pipe() : undefined;
      const out = pipe ? pipe.w : fds[1];
      const own: Record<number, Fd> = { ...fds };
      if (input) own[0] = input;
      if (out) own[1] = out;
      if (pipe && both[i]) own[2] = pipe.w;
      pids.push(this.#fork(ip, own));
      input = pipe?.r;
    });
    s.wait = { k: "children", pids, last: pids[pids.length - 1]!, status: 0 };
  }

  #substitution(op: Extract<Op, { o: "sub" }>, f: Frame): void {
    const { s, host } = this;
    const pipe = host.pipe();
    const { 63: _old, ...fds } = host.proc.fds;
    const pid = this.#fork(f.ip, { ...fds, 1: pipe.w });
    f.ip = op.end;
    host.setFds({ ...fds, 63: pipe.r });
    s.wait = { k: "sub", pid, text: "", q: op.q, eof: false, status: null };
    this.readSubstitution();
  }

  /** Takes what the substituted command has written so far. */
  readSubstitution(): void {
    const { s, host } = this;
    if (s.wait?.k !== "sub") return;
    for (let text = host.read(63); text !== undefined; text = host.read(63)) {
      if (text === null) {
        s.wait = { ...s.wait, eof: true };
        break;
      }
      s.wait = { ...s.wait, text: s.wait.text + text };
    }
    this.finishSubstitution();
  }

  finishSubstitution(): void {
    const { s, host } = this;
    const w = s.wait;
    if (w?.k !== "sub" || !w.eof || w.status === null) return;
    const { 63: _done, ...fds } = host.proc.fds;
    host.setFds(fds);
    s.wait = null;
    s.subStatus = w.status;
    this.#add(top(s), [[w.text.replace(/\n+$/, ""), w.q ? 1 : 2]]);
  }

  #unredirect(f: Frame): void {
    const before = f.saved[f.saved.length - 1];
    f.saved = f.saved.slice(0, -1);
    if (before) this.host.setFds(before);
  }

  // --- commands --------------------------------------------------------------------------------------------

  #command(op: Extract<Op, { o: "cmd" }>, f: Frame): void {
    const { s, host } = this;
    const targets = f.strs.slice(f.strs.length - op.redirs.length);
    f.strs = f.strs.slice(0, f.strs.length - op.redirs.length);
    const values: { spec: AssignSpec; value: string; index: string; items: readonly string[] }[] = [];
    for (const spec of [...op.assigns].reverse()) {
      let items: readonly string[] = [];
      let value = "";
      if (spec.array) {
        items = f.lists[f.lists.length - 1] ?? [];
        f.lists = f.lists.slice(0, -1);
      } else value = this.#popStr(f);
      values.unshift({ spec, value, items, index: spec.index ? this.#popStr(f) : "" });
    }
    let argv = f.lists[f.lists.length - 1] ?? [];
    f.lists = f.lists.slice(0, -1);
    const subStatus = s.subStatus;
    s.subStatus = 0;
    const set = (): void => {
      for (const v of values) {
        if (v.spec.array)
          s.vars = {
            ...s.vars,
            [v.spec.name]: {
              v: v.items[0] ?? "",
              a: v.spec.append ? [...(s.vars[v.spec.name]?.a ?? []), ...v.items] : v.items,
            },
          };
        else if (v.spec.index) assignElement(s, v.spec.name, this.#arithmetic(v.index) ?? 0, v.value);
        else if (
          !assign(s, v.spec.name, v.spec.append ? (s.vars[v.spec.name]?.v ?? "") + v.value : v.value)
        ) {
          complain(
            host,
            s.name,
            host.shell === "ash" ? `${v.spec.name}: is read only` : `${v.spec.name}: readonly variable`,
          );
          s.status = 2;
        }
      }
    };
    if (s.opts.includes("x"))
      host.write(2, `+ ${[...values.map((v) => `${v.spec.name}=${v.value}`), ...argv].join(" ")}\n`);
    const { fds } = host.proc;
    const done = redirect(host, fds, op.redirs, targets);
    if (!done.ok) {
      complain(host, s.name, done.text);
      s.status = host.shell === "dash" ? 2 : 1;
      return;
    }
    if (argv.length === 0) {
      s.status = subStatus;
      set();
      return;
    }
    const alias = s.aliases[argv[0]!];
    if (alias !== undefined) argv = [...alias.split(/\s+/), ...argv.slice(1)];
    const name = argv[0]!;
    const fn = Object.hasOwn(s.funcs, name) ? s.funcs[name] : undefined;
    if (fn) {
      set();
      s.frames.push(
        frame("func", fn.code, argv.slice(1), {
          ip: fn.ip,
          saved: op.redirs.length > 0 ? [fds] : [],
          noErr: op.tested,
        }),
      );
      if (op.redirs.length > 0) host.setFds(done.fds);
      return;
    }
    const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
    if (builtin) {
      const before = s.vars;
      set();
      if (op.redirs.length > 0) host.setFds(done.fds);
      const status = builtin({
        vm: this,
        s,
        host,
        argv,
        saved: op.redirs.length > 0 ? fds : null,
        tested: op.tested,
      });
      if (status === undefined) return;
      if (host.alive) {
        if (op.redirs.length > 0 && name !== "exec") host.setFds(fds);
        if (
          values.length > 0 &&
          ![
            "export",
            "readonly",
            ".",
            "source",
            "eval",
            "exec",
            "set",
            ":",
            "unset",
            "trap",
            "return",
            "exit",
            "read",
            "local",
          ].includes(name)
        )
          s.vars = before;
        s.status = status;
      }
      return;
    }
    const env = exported(s);
    for (const v of values) env[v.spec.name] = v.value;
    this.external(
      argv,
      env,
      done.fds,
      op.tail &&
        f.tail &&
        s.frames.length === 1 &&
        f.saved.length === 0 &&
        !Object.values(s.traps).some((t) => t !== ""),
    );
  }

  /** Starts a program and waits for it, or becomes it where the shell has nothing left to do. */
  external(argv: readonly string[], env: Record<string, string>, fds: Fds, become: boolean): void {
    const { s, host } = this;
    const name = argv[0]!;
    this.#count(SPIN_SPAWN);
    const started: { ok: true; pid?: number } | { ok: false; errno: Errno | "ENOEXEC" } = become
      ? host.exec(argv, env, fds)
      : host.spawn({ argv, env, fds });
    if (started.ok) {
      if (started.pid !== undefined)
        s.wait = { k: "children", pids: [started.pid], last: started.pid, status: 0 };
      return;
    }
    if (started.errno === "ENOEXEC") {
      const found = host.which(name);
      const text = found.ok ? host.fs.read(found.path) : undefined;
      if (text?.ok) {
        const pid = host.fork(
          {
            ...s,
            frames: [frame("main", text.value.content, argv.slice(1))],
            name,
            traps: {},
            jobs: {},
            subshell: true,
          } as never,
          fds,
        );
        s.wait = { k: "children", pids: [pid], last: pid, status: 0 };
        return;
      }
    }
    const said = notFound(host, name, started.errno);
    const { fds: own } = host.proc;
    host.setFds(fds);
    complain(host, s.name, said.text);
    host.setFds(own);
    s.status = said.status;
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
