/** What a command of the shell itself gets and gives. */
import type { Fds, ProgramHost } from "../os/contract.ts";
import type { ShellState } from "./state.ts";
import type { Vm } from "./vm.ts";

export interface BuiltinCall {
  readonly vm: Vm;
  readonly s: ShellState;
  readonly host: ProgramHost;
  readonly argv: readonly string[];
  /** Descriptors to put back afterwards, where the command has redirections. */
  readonly saved: Fds | null;
  readonly tested: boolean;
}

/** A status, or undefined when the command set what the shell waits for. */
export type Builtin = (call: BuiltinCall) => number | undefined;
