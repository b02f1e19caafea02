/** What happens between logind's signal and the end of the delay (pkg/kubelet/nodeshutdown/nodeshutdown_manager_linux.go). */
import { setup } from "xstate";
import { effect } from "../../sim/index.ts";
import type { Ms } from "../../sim/types.ts";

/** Pods that are ended together. */
export interface ShutdownTurn {
  readonly uids: readonly string[];
  readonly priority: number;
  readonly gracePeriodSeconds: number;
}

export interface NodeShutdownContext {
  /** Whose turn it is, and who comes after. */
  readonly turn: ShutdownTurn | null;
  readonly turns: readonly ShutdownTurn[];
  /** Pods of the turn whose containers have not stopped; then those whose volumes are still mounted. */
  readonly waitingFor: readonly string[];
  /** Longest wait for the turn. */
  readonly waitMs: Ms;
  /** Signals that came while pods were being ended. */
  readonly signals: readonly boolean[];
}

export type NodeShutdownEvent =
  /** PrepareForShutdown of logind: going down, or not any more. */
  | { readonly type: "PREPARE"; readonly shuttingDown: boolean }
  | { readonly type: "DOWN" }
  | { readonly type: "TURN" }
  | { readonly type: "KILLED"; readonly uid: string }
  | { readonly type: "UNMOUNTED"; readonly uid: string }
  | { readonly type: "STOPPED" }
  | { readonly type: "NEXT" }
  | { readonly type: "DONE" };

export const nodeShutdownMachine = setup({
  types: {} as { context: NodeShutdownContext; events: NodeShutdownEvent; input: Record<string, never> },
  actions: {
    hear: effect,
    keepSignal: effect,
    choose: effect,
    killTurn: effect,
    noteKilled: effect,
    waitForUnmount: effect,
    noteUnmounted: effect,
    finish: effect,
  },
  delays: { turn: ({ context }) => context.waitMs },
}).createMachine({
  id: "node-shutdown",
  context: { turn: null, turns: [], waitingFor: [], waitMs: 0, signals: [] },
  initial: "watching",
  states: {
    watching: { on: { PREPARE: { actions: "hear" }, DOWN: "choosing" } },
    /** The next turn; its time has to be known before its wait begins. */
    choosing: {
      entry: "choose",
      on: { TURN: "ending", DONE: { target: "watching", actions: "finish" } },
    },
    ending: {
      entry: "killTurn",
      initial: "killing",
      states: {
        killing: { on: { KILLED: { actions: "noteKilled" }, STOPPED: "unmounting" } },
        unmounting: { entry: "waitForUnmount", on: { UNMOUNTED: { actions: "noteUnmounted" } } },
      },
      on: {
        PREPARE: { actions: "keepSignal" },
        NEXT: "choosing",
      },
      after: { turn: "choosing" },
    },
  },
});
