/** State of one sandbox's processes, as a plain value. */
import type { Ms } from "../../sim/types.ts";
import type { Proc } from "./contract.ts";

export interface PipeState {
  readonly text: string;
}

export interface OsContainer {
  readonly id: string;
  /** PID namespace: the container's own, or "pod". */
  readonly ns: string;
  /** Its first process; 0 once it has ended. */
  readonly init: number;
  readonly startedAt: Ms;
  /** Output after the last line end, not yet in the log. */
  readonly partial: { readonly stdout: string; readonly stderr: string };
  /** CPU time used up to `cpuSince`, and what its processes ask for since then. */
  readonly cpuNanos: number;
  readonly cpuMilli: number;
  readonly cpuSince: Ms;
}

export interface SessionState {
  readonly stdin: string;
  readonly closed: boolean;
}

export interface OsState {
  readonly procs: Readonly<Record<number, Proc>>;
  readonly nextPid: number;
  readonly nextNsPid: Readonly<Record<string, number>>;
  readonly pipes: Readonly<Record<number, PipeState>>;
  readonly nextPipe: number;
  /** Port → listening process. */
  readonly ports: Readonly<Record<number, number>>;
  readonly containers: Readonly<Record<string, OsContainer>>;
  readonly sessions: Readonly<Record<string, SessionState>>;
}

export const EMPTY_OS: OsState = {
  procs: {},
  nextPid: 1,
  nextNsPid: {},
  pipes: {},
  nextPipe: 1,
  ports: {},
  containers: {},
  sessions: {},
};
