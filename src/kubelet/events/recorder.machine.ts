/** The sink of events: one goroutine that writes one event after the other (client-go tools/record: recordToSink). */
import { assign, setup } from "xstate";
import { effect } from "../../sim/index.ts";

export interface RecorderContext {
  /** Tries of the event that is being written. */
  readonly tries: number;
  /** Wait before the next try or the next token of the client's rate limit, ms. */
  readonly waitMs: number;
}

export type RecorderEvent =
  | { readonly type: "queued" }
  | { readonly type: "sending" }
  | { readonly type: "throttled"; readonly waitMs: number }
  | { readonly type: "empty" }
  | { readonly type: "answer"; readonly call: number; readonly result: unknown }
  | { readonly type: "written" }
  | { readonly type: "missing" }
  | { readonly type: "unreachable"; readonly waitMs: number }
  | { readonly type: "wake" };

export const recorderMachine = setup({
  types: { context: {} as RecorderContext, events: {} as RecorderEvent },
  actions: {
    takeNext: effect,
    judge: effect,
    createAgain: effect,
    sendAgain: effect,
    setWait: assign({ waitMs: ({ event }) => (event as { waitMs: number }).waitMs }),
    countTry: assign({ tries: ({ context }) => context.tries + 1 }),
    resetTries: assign({ tries: 0 }),
  },
  delays: { wait: ({ context }) => context.waitMs },
}).createMachine({
  id: "event-recorder",
  context: { tries: 0, waitMs: 0 },
  initial: "idle",
  states: {
    idle: { on: { queued: "taking" } },
    taking: {
      entry: "takeNext",
      on: {
        sending: "sending",
        throttled: { target: "throttled", actions: "setWait" },
        empty: "idle",
      },
    },
    throttled: { after: { wait: "taking" } },
    sending: {
      on: {
        answer: { actions: "judge" },
        written: { target: "taking", actions: "resetTries" },
        missing: { actions: "createAgain" },
        unreachable: { target: "waiting", actions: ["setWait", "countTry"] },
      },
    },
    waiting: { after: { wait: { target: "sending", actions: "sendAgain" } } },
  },
});
