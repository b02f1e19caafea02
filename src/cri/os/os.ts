/**
 * The kernel that a sandbox's processes see: processes, signals, pipes, descriptors, ports. It is made for one
 * dispatch over a state value, runs until every process waits, and hands the new state back.
 */
import type { Json, Ms } from "../../sim/types.ts";
import {
  type Fd,
  type Fds,
  type Load,
  loadAt,
  type Proc,
  type Program,
  type ProgramEvent,
  type ServerAnswer,
  SIGNAL_NUMBERS,
  type Signal,
} from "./contract.ts";
import { Host } from "./host.ts";
import type { OsContainer, OsState } from "./state.ts";
import type { OsWorld } from "./world.ts";

const NO_LOAD: Load = { from: 0, to: 0, startMs: 0, endMs: 0 };

export interface StartOptions {
  readonly container: string;
  readonly argv: readonly string[];
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly fds: Fds;
  readonly session?: string;
  /** Until its first instruction. */
  readonly delayMs?: Ms;
}

export class Os {
  readonly world: OsWorld;
  #state: OsState;
  readonly #queue: { pid: number; event: ProgramEvent }[] = [];
  readonly #touched = new Set<string>();

  constructor(world: OsWorld, state: OsState) {
    this.world = world;
    this.#state = state;
  }

  get state(): OsState {
    return this.#state;
  }

  /** Containers whose load changed. */
  get touched(): ReadonlySet<string> {
    return this.#touched;
  }

  // --- entering from outside -------------------------------------------------------------------------------

  /** Starts a container's first process, or an exec session's. Returns the pid. */
  start(options: StartOptions, ns: string): number {
    const { nextPid } = this.#state;
    const fresh = this.#state.nextNsPid[ns] === undefined;
    // Each process that the runtime puts into a namespace uses up the PIDs of its helpers.
    const nspid = fresh ? 1 : this.#state.nextNsPid[ns]! + 5;
    this.#patch({ nextPid: nextPid + 1, nextNsPid: { ...this.#state.nextNsPid, [ns]: nspid + 1 } });
    const proc: Proc = {
      pid: nextPid,
      nspid,
      ns,
      ppid: 0,
      container: options.container,
      ...(options.session ? { session: options.session } : {}),
      program: options.program,
      argv: options.argv,
      env: options.env,
      cwd: options.cwd,
      uid: options.uid,
      gid: options.gid,
      groups: options.groups,
      fds: options.fds,
      state: null,
      signals: {},
      load: NO_LOAD,
      cpuMilli: 0,
      startedAt: this.world.now,
      reading: [],
      timers: [],
    };
    if (!options.session) {
      const container: OsContainer = {
        id: options.container,
        ns,
        init: nextPid,
        startedAt: this.world.now,
        partial: { stdout: "", stderr: "" },
        cpuNanos: 0,
        cpuMilli: 0,
        cpuSince: this.world.now,
      };
      this.#patch({ containers: { ...this.#state.containers, [options.container]: container } });
    } else
      this.#patch({ sessions: { ...this.#state.sessions, [options.session]: { stdin: "", closed: false } } });
    this.put(proc);
    this.#rest(proc.pid);
    if (options.delayMs) {
      this.put({ ...this.proc(nextPid)!, timers: ["start"] });
      this.world.timer(nextPid, "start", options.delayMs);
    } else this.post(nextPid, { type: "start" });
    return nextPid;
  }

  /** A signal from outside the namespace. */
  signalFromOutside(pid: number, signal: Signal): void {
    const proc = this.proc(pid);
    if (proc) this.signal(proc, signal, false);
  }

  timer(pid: number, tag: string): void {
    const proc = this.proc(pid);
    if (!proc?.timers.includes(tag)) return;
    this.put({ ...proc, timers: proc.timers.filter((t) => t !== tag) });
    this.post(pid, tag === "start" ? { type: "start" } : { type: "wake", tag });
  }

  sessionInput(id: string, text: string, close: boolean): void {
    const session = this.#state.sessions[id];
    if (!session) return;
    this.#patch({
      sessions: {
        ...this.#state.sessions,
        [id]: { stdin: session.stdin + text, closed: session.closed || close },
      },
    });
    this.#wakeReaders();
  }

  /** Runs until every process waits. */
  run(): OsState {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      const proc = this.proc(next.pid);
      if (!proc) continue;
      const program: Program = this.world.program(proc.program);
      const host = new Host(this, proc.pid);
      const state: Json =
        next.event.type === "start" ? program.start(host) : program.step(proc.state, next.event, host);
      const after = this.proc(next.pid);
      if (after && !host.replaced) this.put({ ...after, state });
    }
    for (const id of this.#touched) this.#account(id);
    return this.#state;
  }

  /** Ends every process of a container at once (OOM of its cgroup, removal). */
  killContainer(id: string, signal: Signal = "KILL"): void {
    const container = this.#state.containers[id];
    if (!container || container.init === 0) return;
    this.exit(container.init, 128 + SIGNAL_NUMBERS[signal], signal);
  }

  /** Its limits have changed. */
  touch(id: string): void {
    this.#touched.add(id);
  }

  /** An input that can be typed into. */
  openInput(id: string): void {
    this.#patch({ sessions: { ...this.#state.sessions, [id]: { stdin: "", closed: false } } });
  }

  forget(id: string): void {
    const { [id]: _gone, ...containers } = this.#state.containers;
    this.#patch({ containers });
  }

  // --- for the host ----------------------------------------------------------------------------------------

  post(pid: number, event: ProgramEvent): void {
    this.#queue.push({ pid, event });
  }

  proc(pid: number): Proc | undefined {
    return this.#state.procs[pid];
  }

  procs(): Proc[] {
    return Object.values(this.#state.procs);
  }

  put(proc: Proc): void {
    this.#patch({ procs: { ...this.#state.procs, [proc.pid]: proc } });
  }

  byNsPid(ns: string, nspid: number): Proc | undefined {
    return this.procs().find((p) => p.ns === ns && p.nspid === nspid);
  }

  /** A new process below another one. */
  child(parent: Proc, fields: Pick<Proc, "program" | "argv" | "env" | "fds" | "state" | "signals">): Proc {
    const { nextPid } = this.#state;
    const nspid = this.#state.nextNsPid[parent.ns] ?? 2;
    this.#patch({ nextPid: nextPid + 1, nextNsPid: { ...this.#state.nextNsPid, [parent.ns]: nspid + 1 } });
    const { session: _own, ...inherited } = parent;
    const proc: Proc = {
      ...inherited,
      ...fields,
      pid: nextPid,
      nspid,
      ppid: parent.pid,
      load: NO_LOAD,
      cpuMilli: 0,
      startedAt: this.world.now,
      reading: [],
      timers: [],
    };
    this.put(proc);
    this.#rest(nextPid);
    return this.proc(nextPid)!;
  }

  /** Memory and CPU of a process that only sits there. */
  #rest(pid: number): void {
    const proc = this.proc(pid)!;
    const program = this.world.program(proc.program);
    const bytes = program.memory ?? 700 * 1024;
    this.setLoad(
      pid,
      { from: bytes, to: bytes, startMs: this.world.now, endMs: this.world.now },
      program.cpuMilli ?? 0,
    );
  }

  replaced(pid: number): void {
    this.#rest(pid);
    this.post(pid, { type: "start" });
  }

  setLoad(pid: number, load: Load, cpuMilli: number): void {
    const proc = this.proc(pid);
    if (!proc) return;
    this.put({ ...proc, load, cpuMilli });
    this.#touched.add(proc.container);
  }

  #account(id: string): void {
    const container = this.#state.containers[id];
    if (container) {
      const now = this.world.now;
      const milli = this.procs().reduce((sum, p) => (p.container === id ? sum + p.cpuMilli : sum), 0);
      if (milli !== container.cpuMilli) {
        const used = this.world.cpuGranted(id, container.cpuMilli) * (now - container.cpuSince) * 1000;
        this.#container(id, { cpuNanos: container.cpuNanos + used, cpuMilli: milli, cpuSince: now });
      }
    }
    this.world.loadChanged(id, this.#state);
  }

  signal(proc: Proc, signal: Signal, fromInside: boolean): void {
    const init = proc.nspid === 1;
    if (signal === "STOP" || signal === "CONT") return;
    if (signal === "KILL") {
      if (!(init && fromInside)) this.exit(proc.pid, 137, "KILL");
      return;
    }
    const disposition = proc.signals[signal];
    if (disposition === "ignore") return;
    if (disposition === "handle") {
      this.post(proc.pid, { type: "signal", signal });
      return;
    }
    // The kernel keeps the first process of a namespace from signals that it has no handler for.
    if (init || signal === "CHLD" || signal === "WINCH") return;
    this.exit(proc.pid, 128 + SIGNAL_NUMBERS[signal], signal);
  }

  /** Ends a process: its descriptors close, its children go to the namespace's first, its parent hears of it. */
  exit(pid: number, code: number, signal?: Signal): void {
    const proc = this.proc(pid);
    if (!proc) return;
    for (const tag of proc.timers) this.world.cancelTimer(pid, tag);
    const { [pid]: _gone, ...procs } = this.#state.procs;
    const ports = Object.fromEntries(Object.entries(this.#state.ports).filter(([, owner]) => owner !== pid));
    this.#patch({ procs, ports });
    this.#touched.add(proc.container);
    const container = this.#state.containers[proc.container];
    const isInit = container?.init === pid;
    if (isInit) {
      this.#container(proc.container, { init: 0 });
      for (const p of this.procs()) if (p.container === proc.container) this.exit(p.pid, 137, "KILL");
    } else {
      const reaper = container ? container.init : 0;
      for (const p of this.procs()) if (p.ppid === pid) this.put({ ...p, ppid: reaper });
    }
    this.world.requestsDropped(pid);
    this.#wakeReaders();
    if (proc.session) {
      const { [proc.session]: _done, ...sessions } = this.#state.sessions;
      this.#patch({ sessions });
      this.world.sessionExited(proc.session, code, signal);
    } else if (isInit) {
      this.#flush(proc.container);
      this.#account(proc.container);
      this.world.containerExited(proc.container, code, signal);
    } else if (this.proc(proc.ppid)) {
      this.post(proc.ppid, { type: "child", pid: proc.nspid, code, ...(signal ? { signal } : {}) });
    }
  }

  // --- descriptors -----------------------------------------------------------------------------------------

  newPipe(): { r: Fd; w: Fd } {
    const id = this.#state.nextPipe;
    this.#patch({ nextPipe: id + 1, pipes: { ...this.#state.pipes, [id]: { text: "" } } });
    return { r: { k: "pipe", id, end: "r" }, w: { k: "pipe", id, end: "w" } };
  }

  #ends(id: number, end: "r" | "w"): boolean {
    return this.procs().some((p) =>
      Object.values(p.fds).some((f) => f.k === "pipe" && f.id === id && f.end === end),
    );
  }

  writeTo(proc: Proc, fd: Fd, text: string): boolean {
    if (fd.k === "pipe") {
      if (!this.#ends(fd.id, "r")) {
        this.signal(proc, "PIPE", true);
        return false;
      }
      const pipe = this.#state.pipes[fd.id] ?? { text: "" };
      this.#patch({ pipes: { ...this.#state.pipes, [fd.id]: { text: pipe.text + text } } });
      this.#wakeReaders();
    } else if (fd.k === "log") this.#log(proc.container, fd.stream, text);
    else if (fd.k === "exec")
      this.world.sessionOutput(fd.id, fd.stream === "stdin" ? "stdout" : fd.stream, text);
    return true;
  }

  /** Text, null at the end, undefined when a reader must wait. Files are the host's matter. */
  readFrom(fd: Fd): string | null | undefined {
    if (fd.k === "pipe") {
      const pipe = this.#state.pipes[fd.id];
      if (pipe && pipe.text !== "") {
        this.#patch({ pipes: { ...this.#state.pipes, [fd.id]: { text: "" } } });
        return pipe.text;
      }
      return this.#ends(fd.id, "w") ? undefined : null;
    }
    if (fd.k === "exec") {
      const session = this.#state.sessions[fd.id];
      if (session && session.stdin !== "") {
        this.#patch({ sessions: { ...this.#state.sessions, [fd.id]: { ...session, stdin: "" } } });
        return session.stdin;
      }
      return session && !session.closed ? undefined : null;
    }
    return null;
  }

  /** Puts back what a reader took too much of. */
  unread(fd: Fd, text: string): void {
    if (text === "") return;
    if (fd.k === "pipe")
      this.#patch({
        pipes: { ...this.#state.pipes, [fd.id]: { text: text + (this.#state.pipes[fd.id]?.text ?? "") } },
      });
    else if (fd.k === "exec") {
      const session = this.#state.sessions[fd.id];
      if (session)
        this.#patch({
          sessions: { ...this.#state.sessions, [fd.id]: { ...session, stdin: text + session.stdin } },
        });
    }
  }

  #wakeReaders(): void {
    for (const proc of this.procs()) {
      if (proc.reading.length === 0) continue;
      for (const n of proc.reading) {
        const fd = proc.fds[n];
        if (!fd || this.#ready(fd)) {
          const now = this.proc(proc.pid)!;
          this.put({ ...now, reading: now.reading.filter((r) => r !== n) });
          this.post(proc.pid, { type: "readable", fd: n });
        }
      }
    }
  }

  #ready(fd: Fd): boolean {
    if (fd.k === "pipe") return (this.#state.pipes[fd.id]?.text ?? "") !== "" || !this.#ends(fd.id, "w");
    if (fd.k === "exec") {
      const session = this.#state.sessions[fd.id];
      return !session || session.stdin !== "" || session.closed;
    }
    return true;
  }

  descriptorsChanged(): void {
    const used = new Set<number>();
    for (const p of this.procs()) for (const f of Object.values(p.fds)) if (f.k === "pipe") used.add(f.id);
    const pipes = Object.fromEntries(
      Object.entries(this.#state.pipes).filter(([id]) => used.has(Number(id))),
    );
    this.#patch({ pipes });
    this.#wakeReaders();
  }

  #log(id: string, stream: "stdout" | "stderr", text: string): void {
    const container = this.#state.containers[id];
    if (!container) return;
    const whole = container.partial[stream] + text;
    const end = whole.lastIndexOf("\n");
    const rest = whole.slice(end + 1);
    if (rest !== container.partial[stream])
      this.#container(id, { partial: { ...container.partial, [stream]: rest } });
    if (end >= 0) this.world.log(id, stream, whole.slice(0, end).split("\n"));
  }

  #flush(id: string): void {
    const container = this.#state.containers[id];
    if (!container) return;
    for (const stream of ["stdout", "stderr"] as const)
      if (container.partial[stream] !== "") this.world.log(id, stream, [container.partial[stream]]);
    this.#container(id, { partial: { stdout: "", stderr: "" } });
  }

  // --- ports -----------------------------------------------------------------------------------------------

  listen(pid: number, port: number): boolean {
    if (this.#state.ports[port] !== undefined || !this.world.bindable(port)) return false;
    this.#patch({ ports: { ...this.#state.ports, [port]: pid } });
    return true;
  }

  unlisten(port: number): void {
    const { [port]: _gone, ...ports } = this.#state.ports;
    this.#patch({ ports });
  }

  respond(id: string, answer: ServerAnswer, delayMs: Ms): void {
    this.world.respond(id, answer, delayMs);
  }

  #container(id: string, fields: Partial<OsContainer>): void {
    const container = this.#state.containers[id];
    if (container)
      this.#patch({ containers: { ...this.#state.containers, [id]: { ...container, ...fields } } });
  }

  #patch(fields: Partial<OsState>): void {
    this.#state = { ...this.#state, ...fields };
  }
}

/** Bytes that a container's processes use at a time, and how the sum changes: piecewise linear. */
export function containerMemory(state: OsState, id: string, now: Ms): number {
  let sum = 0;
  for (const pid in state.procs) {
    const p = state.procs[pid]!;
    if (p.container === id) sum += loadAt(p.load, now);
  }
  return sum;
}
