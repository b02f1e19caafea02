/** State of a shell, as a plain value: what is to be done next is a text and a position in it. */
import type { Fds, Signal } from "../os/contract.ts";
import type { Frag } from "./words.ts";

export interface Variable {
  readonly v: string;
  /** Exported. */
  readonly x?: boolean;
  readonly readonly?: boolean;
  /** Elements of an array, by index. */
  readonly a?: readonly string[];
}

export interface Loop {
  readonly brk: number;
  readonly cont: number;
  /** Depths to go back to when the loop is left. */
  readonly saved: number;
  readonly strs: number;
  readonly iters: number;
}

/** One level of execution: the script, a function call, an eval, a trap. Depth in `lists`, `words`, `strs` is what is being put together. */
export interface Frame {
  kind: "main" | "func" | "eval" | "source" | "trap";
  code: string;
  ip: number;
  params: readonly string[];
  lists: (readonly string[])[];
  words: (readonly Frag[])[];
  strs: readonly string[];
  loops: readonly Loop[];
  iters: readonly { readonly items: readonly string[]; readonly at: number }[];
  saved: readonly Fds[];
  /** The last command may take the shell's place. */
  tail: boolean;
  /** Called where a failure is looked at: `set -e` does not apply. */
  noErr: boolean;
  locals: Readonly<Record<string, Variable | null>>;
  /** Status to put back when it ends (traps). */
  keep?: number;
}

export type Wait =
  | {
      readonly k: "children";
      readonly pids: readonly number[];
      readonly last: number;
      readonly status: number;
    }
  | {
      readonly k: "sub";
      readonly pid: number;
      readonly text: string;
      readonly q: boolean;
      readonly eof: boolean;
      readonly status: number | null;
    }
  | { readonly k: "wait"; readonly pids: readonly number[] | null; readonly last: number }
  | {
      readonly k: "read";
      readonly names: readonly string[];
      readonly raw: boolean;
      readonly text: string;
      readonly saved: Fds | null;
    }
  | { readonly k: "tool"; readonly pid: number }
  | { readonly k: "stdin" }
  | { readonly k: "spin" };

export interface ShellState {
  /** `$0`. */
  name: string;
  frames: Frame[];
  vars: Readonly<Record<string, Variable>>;
  funcs: Readonly<Record<string, { readonly code: string; readonly ip: number }>>;
  aliases: Readonly<Record<string, string>>;
  /** Signal, EXIT → command; empty: ignored. */
  traps: Readonly<Record<string, string>>;
  pending: readonly Signal[];
  status: number;
  /** `$$`: the main shell's, in subshells too. */
  self: number;
  lastBg: number;
  /** Background children: running (null) or ended with a status. */
  jobs: Readonly<Record<number, number | null>>;
  opts: string;
  subshell: boolean;
  wait: Wait | null;
  /** Status of the last command substitution of this command. */
  subStatus: number;
  /** Work done without time passing: a loop that never waits is slowed down. */
  spin: { readonly at: number; readonly n: number; readonly round: number };
  /** Reads commands from its input. */
  input: { readonly text: string; readonly tty: boolean } | null;
  exiting: number | null;
}

export function frame(
  kind: Frame["kind"],
  code: string,
  params: readonly string[],
  fields: Partial<Frame> = {},
): Frame {
  return {
    kind,
    code,
    ip: 0,
    params,
    lists: [],
    words: [],
    strs: [],
    loops: [],
    iters: [],
    saved: [],
    tail: false,
    noErr: false,
    locals: {},
    ...fields,
  };
}
