/** Processes' descriptors: pipes, sessions, the container's log; and the state that all system calls work on. */
import type { Fd, Proc, ProgramEvent, Signal } from "./contract.ts";
import type { OsContainer, OsState } from "./state.ts";
import type { OsWorld } from "./world.ts";

export abstract class Descriptors {
  readonly world: OsWorld;
  protected current: OsState;
  protected readonly queue: { pid: number; event: ProgramEvent }[] = [];

  constructor(world: OsWorld, state: OsState) {
    this.world = world;
    this.current = state;
  }

  get state(): OsState {
    return this.current;
  }

  abstract signal(proc: Proc, signal: Signal, fromInside: boolean): void;

  proc(pid: number): Proc | undefined {
    return this.current.procs[pid];
  }

  procs(): Proc[] {
    return Object.values(this.current.procs);
  }

  put(proc: Proc): void {
    this.patch({ procs: { ...this.current.procs, [proc.pid]: proc } });
  }

  byNsPid(ns: string, nspid: number): Proc | undefined {
    return this.procs().find((p) => p.ns === ns && p.nspid === nspid);
  }

  newPipe(): { r: Fd; w: Fd } {
    const id = this.current.nextPipe;
    this.patch({ nextPipe: id + 1, pipes: { ...this.current.pipes, [id]: { text: "" } } });
    return { r: { k: "pipe", id, end: "r" }, w: { k: "pipe", id, end: "w" } };
  }

  protected ends(id: number, end: "r" | "w"): boolean {
    return this.procs().some((p) =>
      Object.values(p.fds).some((f) => f.k === "pipe" && f.id === id && f.end === end),
    );
  }

  writeTo(proc: Proc, fd: Fd, text: string): boolean {
    if (fd.k === "pipe") {
      if (!this.ends(fd.id, "r")) {
        this.signal(proc, "PIPE", true);
        return false;
      }
      const pipe = this.current.pipes[fd.id] ?? { text: "" };
      this.patch({ pipes: { ...this.current.pipes, [fd.id]: { text: pipe.text + text } } });
      this.wakeReaders();
    } else if (fd.k === "log") this.logOutput(proc.container, fd.stream, text);
    else if (fd.k === "exec")
      this.world.sessionOutput(fd.id, fd.stream === "stdin" ? "stdout" : fd.stream, text);
    return true;
  }

  /** Text, null at the end, undefined when a reader must wait. Files are the host's matter. */
  readFrom(fd: Fd): string | null | undefined {
    if (fd.k === "pipe") {
      const pipe = this.current.pipes[fd.id];
      if (pipe && pipe.text !== "") {
        this.patch({ pipes: { ...this.current.pipes, [fd.id]: { text: "" } } });
        return pipe.text;
      }
      return this.ends(fd.id, "w") ? undefined : null;
    }
    if (fd.k === "exec") {
      const session = this.current.sessions[fd.id];
      if (session && session.stdin !== "") {
        this.patch({ sessions: { ...this.current.sessions, [fd.id]: { ...session, stdin: "" } } });
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
      this.patch({
        pipes: { ...this.current.pipes, [fd.id]: { text: text + (this.current.pipes[fd.id]?.text ?? "") } },
      });
    else if (fd.k === "exec") {
      const session = this.current.sessions[fd.id];
      if (session)
        this.patch({
          sessions: { ...this.current.sessions, [fd.id]: { ...session, stdin: text + session.stdin } },
        });
    }
  }

  protected wakeReaders(): void {
    for (const proc of this.procs()) {
      if (proc.reading.length === 0) continue;
      for (const n of proc.reading) {
        const fd = proc.fds[n];
        if (!fd || this.ready(fd)) {
          const now = this.proc(proc.pid)!;
          this.put({ ...now, reading: now.reading.filter((r) => r !== n) });
          this.post(proc.pid, { type: "readable", fd: n });
        }
      }
    }
  }

  protected ready(fd: Fd): boolean {
    if (fd.k === "pipe") return (this.current.pipes[fd.id]?.text ?? "") !== "" || !this.ends(fd.id, "w");
    if (fd.k === "exec") {
      const session = this.current.sessions[fd.id];
      return session?.stdin !== "" || session.closed;
    }
    return true;
  }

  descriptorsChanged(): void {
    const used = new Set<number>();
    for (const p of this.procs()) for (const f of Object.values(p.fds)) if (f.k === "pipe") used.add(f.id);
    const pipes = Object.fromEntries(
      Object.entries(this.current.pipes).filter(([id]) => used.has(Number(id))),
    );
    this.patch({ pipes });
    this.wakeReaders();
  }

  protected logOutput(id: string, stream: "stdout" | "stderr", text: string): void {
    const container = this.current.containers[id];
    if (!container) return;
    const whole = container.partial[stream] + text;
    const end = whole.lastIndexOf("\n");
    const rest = whole.slice(end + 1);
    if (rest !== container.partial[stream])
      this.container(id, { partial: { ...container.partial, [stream]: rest } });
    if (end < 0) return;
    const done = whole.slice(0, end);
    this.world.log(id, stream, done.includes("\n") ? done.split("\n") : [done]);
  }

  protected flush(id: string): void {
    const container = this.current.containers[id];
    if (!container) return;
    for (const stream of ["stdout", "stderr"] as const)
      if (container.partial[stream] !== "") this.world.log(id, stream, [container.partial[stream]]);
    this.container(id, { partial: { stdout: "", stderr: "" } });
  }

  sessionInput(id: string, text: string, close: boolean): void {
    const session = this.current.sessions[id];
    if (!session) return;
    this.patch({
      sessions: {
        ...this.current.sessions,
        [id]: { stdin: session.stdin + text, closed: session.closed || close },
      },
    });
    this.wakeReaders();
  }

  /** An input that can be typed into. */
  openInput(id: string): void {
    this.patch({ sessions: { ...this.current.sessions, [id]: { stdin: "", closed: false } } });
  }

  protected container(id: string, fields: Partial<OsContainer>): void {
    const container = this.current.containers[id];
    if (container)
      this.patch({ containers: { ...this.current.containers, [id]: { ...container, ...fields } } });
  }

  protected patch(fields: Partial<OsState>): void {
    this.current = { ...this.current, ...fields };
  }

  post(pid: number, event: ProgramEvent): void {
    this.queue.push({ pid, event });
  }

  /** Signals that wait to be told to a process, taken out of the queue: a process sees its own at once. */
  takeSignals(pid: number): Signal[] {
    const taken: Signal[] = [];
    for (let i = 0; i < this.queue.length; ) {
      const { pid: whose, event } = this.queue[i]!;
      if (whose === pid && event.type === "signal") {
        taken.push(event.signal);
        this.queue.splice(i, 1);
      } else i++;
    }
    return taken;
  }
}
