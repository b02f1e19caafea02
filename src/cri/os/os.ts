/**
 * The kernel that a sandbox's processes see: processes, signals, pipes, descriptors, ports. It is made for one
 * dispatch over a state value, runs until every process waits, and hands the new state back.
 */
import type { Json, Ms } from "../../sim/types.ts";
import {
  type Fds,
  type Load,
  loadAt,
  type Proc,
  type Program,
  type ServerAnswer,
  SIGNAL_NUMBERS,
  type Signal,
} from "./contract.ts";
import { Descriptors } from "./descriptors.ts";
import { Host } from "./host.ts";
import type { OsContainer, OsState } from "./state.ts";

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

/** Forks that may happen in one instant of a sandbox. */
const MOST_CHILDREN = 400;

export class Os extends Descriptors {
  /** Containers whose load changed; most dispatches change none. */
  #touched: Set<string> | undefined;

  // --- entering from outside -------------------------------------------------------------------------------

  /** Starts a container's first process, or an exec session's. Returns the pid. */
  start(options: StartOptions, ns: string): number {
    const { nextPid } = this.current;
    const fresh = this.current.nextNsPid[ns] === undefined;
    // Each process that the runtime puts into a namespace uses up the PIDs of its helpers.
    const nspid = fresh ? 1 : this.current.nextNsPid[ns]! + 5;
    this.patch({ nextPid: nextPid + 1, nextNsPid: { ...this.current.nextNsPid, [ns]: nspid + 1 } });
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
      this.patch({ containers: { ...this.current.containers, [options.container]: container } });
    } else
      this.patch({ sessions: { ...this.current.sessions, [options.session]: { stdin: "", closed: false } } });
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

  /** Runs until every process waits. */
  run(): OsState {
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      const proc = this.proc(next.pid);
      if (!proc) continue;
      const program: Program = this.world.program(proc.program);
      const host = new Host(this, proc.pid);
      const state: Json =
        next.event.type === "start" ? program.start(host) : program.step(proc.state, next.event, host);
      const after = this.proc(next.pid);
      if (after && !host.replaced && after.state !== state) this.put({ ...after, state });
    }
    if (this.#touched) for (const id of this.#touched) this.#account(id);
    return this.current;
  }

  /** Ends every process of a container at once (OOM of its cgroup, removal). */
  killContainer(id: string, signal: Signal = "KILL"): void {
    const container = this.current.containers[id];
    if (!container || container.init === 0) return;
    this.exit(container.init, 128 + SIGNAL_NUMBERS[signal], signal);
  }

  /** Its limits have changed. */
  touch(id: string): void {
    this.#touched ??= new Set();
    this.#touched.add(id);
  }

  forget(id: string): void {
    const { [id]: _gone, ...containers } = this.current.containers;
    this.patch({ containers });
  }

  // --- for the host ----------------------------------------------------------------------------------------

  /** Processes that this instant has brought: a program that only multiplies gets no more of them. */
  #children = 0;
  get crowded(): boolean {
    return this.#children >= MOST_CHILDREN || this.full;
  }

  /** The pod's cgroup takes no more processes. */
  get full(): boolean {
    const { pidsLimit } = this.world;
    return pidsLimit !== undefined && Object.keys(this.current.procs).length >= pidsLimit;
  }

  /** A new process below another one. */
  child(parent: Proc, fields: Pick<Proc, "program" | "argv" | "env" | "fds" | "state" | "signals">): Proc {
    this.#children++;
    const { nextPid } = this.current;
    const nspid = this.current.nextNsPid[parent.ns] ?? 2;
    this.patch({ nextPid: nextPid + 1, nextNsPid: { ...this.current.nextNsPid, [parent.ns]: nspid + 1 } });
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
    this.touch(proc.container);
  }

  #account(id: string): void {
    const container = this.current.containers[id];
    if (container) {
      const now = this.world.now;
      const milli = this.procs().reduce((sum, p) => (p.container === id ? sum + p.cpuMilli : sum), 0);
      if (milli !== container.cpuMilli) {
        const used = this.world.cpuGranted(id, container.cpuMilli) * (now - container.cpuSince) * 1000;
        this.container(id, { cpuNanos: container.cpuNanos + used, cpuMilli: milli, cpuSince: now });
      }
    }
    this.world.loadChanged(id, this.current);
  }

  override signal(proc: Proc, signal: Signal, fromInside: boolean): void {
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
    const { [pid]: _gone, ...procs } = this.current.procs;
    const ports = Object.fromEntries(Object.entries(this.current.ports).filter(([, owner]) => owner !== pid));
    this.patch({ procs, ports });
    this.touch(proc.container);
    const container = this.current.containers[proc.container];
    const isInit = container?.init === pid;
    if (isInit) {
      this.container(proc.container, { init: 0 });
      for (const p of this.procs()) if (p.container === proc.container) this.exit(p.pid, 137, "KILL");
    } else {
      const reaper = container ? container.init : 0;
      for (const p of this.procs()) if (p.ppid === pid) this.put({ ...p, ppid: reaper });
    }
    this.world.requestsDropped(pid);
    this.wakeReaders();
    if (proc.session) {
      const { [proc.session]: _done, ...sessions } = this.current.sessions;
      this.patch({ sessions });
      this.world.sessionExited(proc.session, code, signal);
    } else if (isInit) {
      this.flush(proc.container);
      this.#account(proc.container);
      this.world.containerExited(proc.container, code, signal);
    } else if (this.proc(proc.ppid)) {
      this.post(proc.ppid, { type: "child", pid: proc.nspid, code, ...(signal ? { signal } : {}) });
    }
  }

  // --- ports -----------------------------------------------------------------------------------------------

  listen(pid: number, port: number): boolean {
    if (this.current.ports[port] !== undefined || !this.world.bindable(port)) return false;
    this.patch({ ports: { ...this.current.ports, [port]: pid } });
    return true;
  }

  unlisten(port: number): void {
    const { [port]: _gone, ...ports } = this.current.ports;
    this.patch({ ports });
  }

  respond(id: string, answer: ServerAnswer, delayMs: Ms): void {
    this.world.respond(id, answer, delayMs);
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
