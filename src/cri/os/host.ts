/** The host as one process sees it: system calls over `Os`. */
import { absolute, type Errno, type FsNode } from "../../node/fs.ts";
import type { FsView } from "../../node/view.ts";
import type { Json, Ms } from "../../sim/types.ts";
import {
  type Fd,
  type Fds,
  loadAt,
  type OutgoingHttp,
  type Proc,
  type ProgramHost,
  type ServerAnswer,
  type Signal,
} from "./contract.ts";
import { findExecutable, programOf } from "./executables.ts";
import type { Os } from "./os.ts";
import type { OsState } from "./state.ts";
import type { ContainerFacts } from "./world.ts";

export class Host implements ProgramHost {
  readonly #os: Os;
  readonly #pid: number;
  #facts: ContainerFacts | undefined;
  #last: Proc;
  #files: { readonly proc: Proc; readonly state: OsState; readonly view: FsView } | undefined;
  /** Set when the process became another program. */
  replaced = false;

  constructor(os: Os, pid: number) {
    this.#os = os;
    this.#pid = pid;
    this.#last = os.proc(pid)!;
  }

  get now(): Ms {
    return this.#os.world.now;
  }
  wallClock(): number {
    return this.#os.world.wallClock();
  }
  /** As it is, or as it was when it ended. */
  get proc(): Proc {
    this.#last = this.#os.proc(this.#pid) ?? this.#last;
    return this.#last;
  }
  get alive(): boolean {
    return this.#os.proc(this.#pid) !== undefined && !this.replaced;
  }
  get #info(): ContainerFacts {
    this.#facts ??= this.#os.world.facts(this.proc.container);
    return this.#facts;
  }
  get flavor(): "busybox" | "gnu" {
    return this.#info.flavor;
  }
  get shell(): "ash" | "dash" | "bash" {
    // The same file is a shell of another kind under another name.
    return this.proc.program === "sh" && /(^|\/)bash$/.test(this.proc.argv[0] ?? "")
      ? "bash"
      : this.#info.shell;
  }
  get hostname(): string {
    return this.#info.hostname;
  }
  get imageName(): string {
    return this.#info.imageName;
  }
  get behavior(): Json | undefined {
    return this.#info.behavior;
  }
  get podIp(): string {
    return this.#info.podIp;
  }
  get containerStartedAt(): Ms {
    return this.#os.state.containers[this.proc.container]?.startedAt ?? this.now;
  }
  get fs(): FsView {
    const proc = this.proc;
    const { state } = this.#os;
    if (this.#files?.proc !== proc || this.#files.state !== state)
      this.#files = { proc, state, view: this.#os.world.fs(proc.container, proc, state, proc.pid) };
    return this.#files.view;
  }
  path(path: string): string {
    return absolute(this.proc.cwd, path);
  }

  #put(fields: Partial<Proc>): void {
    const proc = this.#os.proc(this.#pid);
    if (proc) this.#os.put({ ...proc, ...fields });
  }

  write(n: number, text: string): boolean {
    const proc = this.#os.proc(this.#pid);
    const fd = proc?.fds[n];
    if (!proc || !fd || text === "") return fd !== undefined;
    if (fd.k !== "file") return this.#os.writeTo(proc, fd, text);
    return this.fs.append(fd.path, text).ok;
  }

  writeZeros(n: number, bytes: number): "ok" | "full" | "closed" {
    const fd = this.proc.fds[n];
    if (!fd) return "closed";
    if (fd.k !== "file") return "ok";
    return this.fs.append(fd.path, "", bytes).ok ? "ok" : "full";
  }

  read(n: number): string | null | undefined {
    const proc = this.proc;
    const fd = proc.fds[n];
    if (!fd) return null;
    if (fd.k === "file") {
      const found = this.fs.read(fd.path);
      if (!found.ok) return null;
      const dropped = found.value.size - found.value.content.length;
      const text = found.value.content.slice(Math.max(0, fd.pos - Math.max(0, dropped)));
      if (text === "" || fd.pos >= found.value.size) return null;
      this.#put({ fds: { ...proc.fds, [n]: { ...fd, pos: found.value.size } } });
      return text;
    }
    const text = this.#os.readFrom(fd);
    if (text === undefined && !proc.reading.includes(n)) this.#put({ reading: [...proc.reading, n] });
    return text;
  }

  /** Gives back what was read too far, as `read` of a shell does after a line. */
  unread(n: number, text: string): void {
    const proc = this.proc;
    const fd = proc.fds[n];
    if (!fd || text === "") return;
    if (fd.k === "file")
      this.#put({ fds: { ...proc.fds, [n]: { ...fd, pos: Math.max(0, fd.pos - text.length) } } });
    else this.#os.unread(fd, text);
  }

  open(path: string, mode: "r" | "w" | "a"): { ok: true; fd: Fd } | { ok: false; errno: Errno } {
    const at = this.path(path);
    if (at === "/dev/null" || at === "/dev/full") return { ok: true, fd: { k: "null" } };
    if (at === "/dev/zero" || at === "/dev/urandom" || at === "/dev/random")
      return { ok: true, fd: { k: "zero" } };
    const numbered =
      /^(?:\/dev|\/proc\/(self|\d+))\/fd\/(\d+)$/.exec(at) ??
      (at === "/dev/stdin"
        ? [at, "self", "0"]
        : at === "/dev/stdout"
          ? [at, "self", "1"]
          : at === "/dev/stderr"
            ? [at, "self", "2"]
            : null);
    if (numbered) {
      const owner =
        numbered[1] === undefined || numbered[1] === "self"
          ? this.proc
          : this.#os.byNsPid(this.proc.ns, Number(numbered[1]));
      const fd = owner?.fds[Number(numbered[2])];
      if (!fd) return { ok: false, errno: "ENOENT" };
      if (owner !== this.proc && this.proc.uid !== 0 && owner?.uid !== this.proc.uid)
        return { ok: false, errno: "EACCES" };
      return { ok: true, fd };
    }
    if (mode === "r") {
      const found = this.fs.read(at);
      if (!found.ok)
        return found.errno === "EISDIR"
          ? { ok: true, fd: { k: "file", path: at, mode: "r", pos: 0 } }
          : found;
      return { ok: true, fd: { k: "file", path: at, mode: "r", pos: 0 } };
    }
    const made = mode === "w" ? this.fs.write(at, "") : this.fs.append(at, "");
    if (!made.ok) return made;
    return { ok: true, fd: { k: "file", path: at, mode, pos: 0 } };
  }

  setFds(fds: Fds): void {
    this.#put({ fds, reading: this.proc.reading.filter((n) => fds[n] !== undefined) });
    this.#os.descriptorsChanged();
  }

  pipe(): { r: Fd; w: Fd } {
    return this.#os.newPipe();
  }

  fill(pipe: Fd, text: string): void {
    this.#os.unread(pipe, text);
  }

  exit(code: number): void {
    this.#os.exit(this.#pid, code & 255);
  }

  /** Ends as by a signal of its own default action. */
  die(signal: Signal, code: number): void {
    this.#os.exit(this.#pid, code, signal);
  }

  wake(ms: Ms, tag: string): void {
    const proc = this.proc;
    if (!proc.timers.includes(tag)) this.#put({ timers: [...proc.timers, tag] });
    this.#os.world.timer(this.#pid, tag, ms);
  }

  cancelWake(tag: string): void {
    const proc = this.proc;
    if (!proc.timers.includes(tag)) return;
    this.#put({ timers: proc.timers.filter((t) => t !== tag) });
    this.#os.world.cancelTimer(this.#pid, tag);
  }

  handle(signals: Readonly<Partial<Record<Signal, "handle" | "ignore">>>): void {
    this.#put({ signals: { ...this.proc.signals, ...signals } });
  }

  /** Puts a signal back to its default action. */
  unhandle(signal: Signal): void {
    const { [signal]: _gone, ...signals } = this.proc.signals;
    this.#put({ signals });
  }

  rename(argv: readonly string[]): void {
    this.#put({ argv });
  }

  chdir(path: string): void {
    this.#put({ cwd: path });
  }

  setEnv(env: Readonly<Record<string, string>>): void {
    this.#put({ env });
  }

  spawn(options: {
    argv: readonly string[];
    env: Readonly<Record<string, string>>;
    fds: Fds;
    arg0?: string;
  }): { ok: true; pid: number } | { ok: false; errno: Errno | "ENOEXEC" | "EAGAIN" } {
    if (this.#os.full) return { ok: false, errno: "EAGAIN" };
    const found = this.#program(options.argv, options.env);
    if (!found.ok) return found;
    const kept = Object.fromEntries(Object.entries(this.proc.signals).filter(([, d]) => d === "ignore"));
    const child = this.#os.child(this.proc, {
      program: found.program,
      argv: found.argv,
      env: options.env,
      fds: options.fds,
      state: null,
      signals: kept,
    });
    this.#os.post(child.pid, { type: "start" });
    return { ok: true, pid: child.nspid };
  }

  fork(state: Json, fds: Fds): number {
    if (this.#os.crowded) return 0;
    const { program, argv, env } = this.proc;
    const signals = Object.fromEntries(Object.entries(this.proc.signals).filter(([, d]) => d === "ignore"));
    const child = this.#os.child(this.proc, { program, argv, env, fds, state, signals });
    this.#os.post(child.pid, { type: "wake", tag: "fork" });
    return child.nspid;
  }

  exec(
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
    fds: Fds,
  ): { ok: true } | { ok: false; errno: Errno | "ENOEXEC" } {
    const found = this.#program(argv, env);
    if (!found.ok) return found;
    const signals = Object.fromEntries(Object.entries(this.proc.signals).filter(([, d]) => d === "ignore"));
    for (const tag of this.proc.timers) this.#os.world.cancelTimer(this.#pid, tag);
    this.#put({
      program: found.program,
      argv: found.argv,
      env,
      fds,
      signals,
      state: null,
      timers: [],
      reading: [],
    });
    this.#os.descriptorsChanged();
    this.replaced = true;
    this.#os.replaced(this.#pid);
    return { ok: true };
  }

  #program(
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
  ): { ok: true; program: string; argv: readonly string[] } | { ok: false; errno: Errno | "ENOEXEC" } {
    const found = this.which(argv[0] ?? "", env.PATH);
    if (!found.ok) return found;
    return programOf(found.node, found.path, argv, (path) => this.which(path));
  }

  which(
    name: string,
    path = this.proc.env.PATH,
  ): { ok: true; path: string; node: FsNode } | { ok: false; errno: Errno } {
    return findExecutable(this.fs, this.proc.cwd, name, path);
  }

  kill(pid: number, signal: Signal | 0): boolean {
    const target = this.#os.byNsPid(this.proc.ns, Math.abs(pid));
    if (!target) return false;
    if (signal !== 0) this.#os.signal(target, signal, true);
    return true;
  }

  takeSignals(): readonly Signal[] {
    return this.#os.takeSignals(this.#pid);
  }

  procs(): readonly Proc[] {
    const { ns } = this.proc;
    return this.#os
      .procs()
      .filter((p) => p.ns === ns)
      .sort((a, b) => a.nspid - b.nspid);
  }

  memoryOf(proc: Proc): number {
    return loadAt(proc.load, this.now);
  }

  listen(port: number): boolean {
    return this.#os.listen(this.#pid, port);
  }
  unlisten(port: number): void {
    this.#os.unlisten(port);
  }
  respond(id: string, answer: ServerAnswer, delayMs: Ms = 0): void {
    this.#os.respond(id, answer, delayMs);
  }
  http(request: OutgoingHttp, tag: string): void {
    this.#os.world.http(this.#pid, request, tag);
  }
  tcp(host: string, port: number, timeoutMs: Ms, tag: string): void {
    this.#os.world.tcp(this.#pid, host, port, timeoutMs, tag);
  }
  resolve(name: string, tag: string): void {
    this.#os.world.resolve(this.#pid, name, tag);
  }

  memory(bytes: number, overMs = 0): void {
    const { load, cpuMilli } = this.proc;
    this.#os.setLoad(
      this.#pid,
      {
        from: overMs > 0 ? loadAt(load, this.now) : bytes,
        to: bytes,
        startMs: this.now,
        endMs: this.now + overMs,
      },
      cpuMilli,
    );
  }
  cpu(milli: number): void {
    const { load, cpuMilli } = this.proc;
    if (cpuMilli !== milli) this.#os.setLoad(this.#pid, load, milli);
  }
  random(): number {
    return this.#os.world.random(this.proc.container);
  }
}
