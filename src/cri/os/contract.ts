/**
 * What a container runs: programs as state machines over plain data, and the small operating system that they see.
 * One such system serves one pod sandbox: its containers share the network, and the PIDs if the pod says so.
 */
import type { GrpcHealth, HttpResponse, HttpResult, TcpResult } from "../../node/contract.ts";
import type { Errno, FsNode } from "../../node/fs.ts";
import type { FsView } from "../../node/view.ts";
import type { Json, Ms } from "../../sim/types.ts";

export type Signal =
  | "HUP"
  | "INT"
  | "QUIT"
  | "ILL"
  | "TRAP"
  | "ABRT"
  | "BUS"
  | "FPE"
  | "KILL"
  | "USR1"
  | "SEGV"
  | "USR2"
  | "PIPE"
  | "ALRM"
  | "TERM"
  | "CHLD"
  | "CONT"
  | "STOP"
  | "WINCH";

/** An open file. Pipes and sessions are named; a file's position is kept by its descriptor. */
export type Fd =
  | { readonly k: "pipe"; readonly id: number; readonly end: "r" | "w" }
  | { readonly k: "file"; readonly path: string; readonly mode: "r" | "w" | "a"; readonly pos: number }
  /** The container's own output, which the runtime writes to its log. */
  | { readonly k: "log"; readonly stream: "stdout" | "stderr" }
  /** Output or input of an exec session. */
  | { readonly k: "exec"; readonly id: string; readonly stream: "stdin" | "stdout" | "stderr" }
  | { readonly k: "null" }
  | { readonly k: "zero" };

export type Fds = Readonly<Record<number, Fd>>;

/** Memory of a process: grows linearly from `from` to `to` bytes between two times. */
export interface Load {
  readonly from: number;
  readonly to: number;
  readonly startMs: Ms;
  readonly endMs: Ms;
}

export interface Proc {
  /** Unique in the sandbox; `nspid` is what its PID namespace shows. */
  readonly pid: number;
  readonly nspid: number;
  readonly ns: string;
  readonly ppid: number;
  readonly container: string;
  /** Set on the first process of an exec session. */
  readonly session?: string;
  readonly program: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly fds: Fds;
  readonly state: Json;
  readonly signals: Readonly<Partial<Record<Signal, "handle" | "ignore">>>;
  readonly load: Load;
  readonly cpuMilli: number;
  readonly startedAt: Ms;
  /** Descriptors it waits to read from. */
  readonly reading: readonly number[];
  /** Names of timers that are set. */
  readonly timers: readonly string[];
}

/** A request that reached a listening process; answered by `respond`, now or later. */
export interface ServerRequest {
  readonly id: string;
  readonly kind: "http" | "grpc";
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** gRPC health: the service asked for. */
  readonly service: string;
  readonly from: string;
}

export type ServerAnswer =
  | HttpResponse
  | { readonly grpc: GrpcHealth }
  | { readonly grpcError: { readonly code: string; readonly desc: string } }
  /** Closed without an answer. */
  | { readonly closed: "eof" | "reset" };

export type ProgramEvent =
  | { readonly type: "start" }
  | { readonly type: "wake"; readonly tag: string }
  /** Only signals with a handler arrive. */
  | { readonly type: "signal"; readonly signal: Signal }
  | { readonly type: "child"; readonly pid: number; readonly code: number; readonly signal?: Signal }
  /** A descriptor that a read found empty has something now, or is at its end. */
  | { readonly type: "readable"; readonly fd: number }
  | { readonly type: "request"; readonly request: ServerRequest }
  /** A connection was made and closed; only for programs that live no longer than one. */
  | { readonly type: "hangup" }
  | { readonly type: "net"; readonly tag: string; readonly result: NetResult };

export type NetResult =
  | ({ readonly kind: "http" } & HttpResult)
  | ({ readonly kind: "tcp" } & TcpResult)
  | { readonly kind: "dns"; readonly addresses: readonly string[]; readonly name: string };

export interface OutgoingHttp {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly scheme: "http" | "https";
  readonly timeoutMs: Ms;
}

/** Which tools' wording an image speaks. */
export type Flavor = "busybox" | "gnu";

/** What a program may do. All of it takes effect at once; what needs time comes back as an event. */
export interface ProgramHost {
  readonly now: Ms;
  /** Wall clock of the node, ms since the epoch. */
  wallClock(): number;
  readonly proc: Proc;
  readonly flavor: Flavor;
  readonly shell: "ash" | "dash" | "bash";
  readonly hostname: string;
  readonly imageName: string;
  /** Behaviour of the container's image as its scenario declares it, or what the catalogue adds. */
  readonly behavior: Json | undefined;
  readonly containerStartedAt: Ms;
  readonly podIp: string;
  readonly fs: FsView;
  /** Absolute form of a path from the working directory. */
  path(path: string): string;

  write(fd: number, text: string): boolean;
  /** Text, null at the end, undefined when there is nothing yet (then a `readable` event follows). */
  read(fd: number): string | null | undefined;
  /** Gives back what was read too far. */
  unread(fd: number, text: string): void;
  open(path: string, mode: "r" | "w" | "a"): { ok: true; fd: Fd } | { ok: false; errno: Errno };
  setFds(fds: Fds): void;
  pipe(): { r: Fd; w: Fd };
  /** Puts text into a pipe of one's own (here documents). */
  fill(pipe: Fd, text: string): void;
  /** Writes zeros to a descriptor (dd): counted, not kept. */
  writeZeros(fd: number, bytes: number): "ok" | "full" | "closed";

  /** False once the process has ended or become another program: then nothing more may be done. */
  readonly alive: boolean;
  exit(code: number): void;
  /** Ends as by a signal's default action. */
  die(signal: Signal, code: number): void;
  wake(ms: Ms, tag: string): void;
  cancelWake(tag: string): void;
  handle(signals: Readonly<Partial<Record<Signal, "handle" | "ignore">>>): void;
  /** Puts a signal back to its default action. */
  unhandle(signal: Signal): void;
  /** Changes what ps shows. */
  rename(argv: readonly string[]): void;
  chdir(path: string): void;
  setEnv(env: Readonly<Record<string, string>>): void;

  /** Starts another program. */
  spawn(options: {
    argv: readonly string[];
    env: Readonly<Record<string, string>>;
    fds: Fds;
    arg0?: string;
  }): { ok: true; pid: number } | { ok: false; errno: Errno | "ENOEXEC" | "EAGAIN" };
  /** A copy of this process with its own state; 0 where no more processes can be had. */
  fork(state: Json, fds: Fds): number;
  /** Becomes another program; on success nothing of the present one runs on. */
  exec(
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
    fds: Fds,
  ): { ok: true } | { ok: false; errno: Errno | "ENOEXEC" };
  /** Looks a command up as exec would: its path, or why not. */
  which(name: string, path?: string): { ok: true; path: string; node: FsNode } | { ok: false; errno: Errno };
  /** `pid` as the namespace shows it; negative: the group is taken to be that process. */
  kill(pid: number, signal: Signal | 0): boolean;
  /** Signals with a handler that have been sent to this process and not been told to it yet; they are told no more. */
  takeSignals(): readonly Signal[];
  /** Processes visible in this namespace, by nspid. */
  procs(): readonly Proc[];
  memoryOf(proc: Proc): number;

  listen(port: number): boolean;
  unlisten(port: number): void;
  respond(id: string, answer: ServerAnswer, delayMs?: Ms): void;
  http(request: OutgoingHttp, tag: string): void;
  tcp(host: string, port: number, timeoutMs: Ms, tag: string): void;
  /** Name to addresses by the container's resolv.conf and hosts file. */
  resolve(name: string, tag: string): void;

  /** Memory in bytes, at once or growing to `bytes` over a time. */
  memory(bytes: number, overMs?: Ms): void;
  cpu(milli: number): void;
  random(): number;
}

/** A program: a pure step from (state, event) to state, acting through the host. */
export interface Program {
  /** Memory of a process of it at rest, bytes. */
  readonly memory?: number;
  readonly cpuMilli?: number;
  start(host: ProgramHost): Json;
  step(state: Json, event: ProgramEvent, host: ProgramHost): Json;
}

/** Number of a signal, for exit codes (128 + n). */
export const SIGNAL_NUMBERS: Readonly<Record<Signal, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  WINCH: 28,
};

/** `TERM`, `SIGTERM`, `15` → TERM. */
export function signalOf(name: string): Signal | 0 | undefined {
  if (/^\d+$/.test(name)) {
    const n = Number(name);
    if (n === 0) return 0;
    return (Object.keys(SIGNAL_NUMBERS) as Signal[]).find((s) => SIGNAL_NUMBERS[s] === n);
  }
  const plain = name.toUpperCase().replace(/^SIG/, "");
  return plain in SIGNAL_NUMBERS ? (plain as Signal) : undefined;
}

/** A process's name as the kernel keeps it; a title that the program gave itself (`nginx: worker process`) is not part of it. */
export const commandName = ({ argv }: Pick<Proc, "argv">): string =>
  ((argv[0] ?? "").split(" ")[0] ?? "").split("/").pop()?.replace(/:$/, "") ?? "";

/** Bytes a load stands for at a time. */
export function loadAt(load: Load, now: Ms): number {
  if (now >= load.endMs) return load.to;
  if (now <= load.startMs) return load.from;
  return load.from + ((load.to - load.from) * (now - load.startMs)) / (load.endMs - load.startMs);
}
