/** Stopping one container: its preStop hook, its turn among the sidecars, the stop signal (kuberuntime_container.go: killContainer). */
import { setup } from "xstate";
import type { Container, Pod } from "../../api/types.ts";
import type { CriResult } from "../../cri/contract.ts";
import { effect } from "../../sim/index.ts";
import type { Ms, ReplyTo } from "../../sim/types.ts";
import type { KillReason } from "./pod-actions.ts";

export interface KillContext {
  readonly pod: Pod;
  readonly container: Container;
  readonly containerId: string;
  /** Text of the event; empty: the usual one. */
  readonly message: string;
  readonly reason: KillReason;
  readonly gracePeriodOverride?: number;
  /** The kill of the whole pod that decides on turns, where there is one. */
  readonly group?: string;
  readonly reply: ReplyTo;
  /** Seconds that are left. */
  readonly graceSeconds: number;
  /** When the present wait began. */
  readonly since: Ms;
}

export type KillEvent =
  | { readonly type: "runHook" }
  | { readonly type: "hookDone"; readonly error?: string }
  | { readonly type: "awaitTurn" }
  | { readonly type: "turn" }
  | { readonly type: "stopped"; readonly result: CriResult<"StopContainer"> };

export const killContainerMachine = setup({
  types: { context: {} as KillContext, events: {} as KillEvent, input: {} as KillContext },
  actions: {
    announce: effect,
    runPreStop: effect,
    takeOffHookTime: effect,
    checkTurn: effect,
    takeOffWait: effect,
    stopContainer: effect,
    finish: effect,
  },
  delays: { graceLeft: ({ context }) => context.graceSeconds * 1000 },
}).createMachine({
  id: "kill-container",
  context: ({ input }) => input,
  initial: "announcing",
  states: {
    announcing: {
      entry: "announce",
      on: { runHook: "runningPreStop", awaitTurn: "waitingForTurn" },
    },
    runningPreStop: {
      entry: "runPreStop",
      on: { hookDone: "takingOffHookTime" },
      after: { graceLeft: "takingOffHookTime" },
    },
    takingOffHookTime: {
      entry: "takeOffHookTime",
      on: { awaitTurn: "waitingForTurn" },
    },
    waitingForTurn: {
      entry: "checkTurn",
      exit: "takeOffWait",
      on: { turn: "stopping" },
      after: { graceLeft: "stopping" },
    },
    stopping: {
      entry: "stopContainer",
      on: { stopped: { target: "done", actions: "finish" } },
    },
    done: { type: "final" },
  },
});
