/** Renews the node's lease every 10 s (component-helpers/apimachinery/lease/controller.go). */
import { assign, setup } from "xstate";
import type { ApiResult } from "../../api/contract.ts";
import { effect } from "../../sim/index.ts";
import type { Ms } from "../../sim/types.ts";

export interface LeaseContext {
  /** Time to the next pass, with its jitter. */
  readonly intervalMs: Ms;
  /** Pause before the next step of this pass. */
  readonly pauseMs: Ms;
}
export type LeaseEvent =
  | { readonly type: "ANSWER"; readonly result: ApiResult }
  | { readonly type: "UNPREPARED" }
  | { readonly type: "STEP" }
  | { readonly type: "PAUSE"; readonly pauseMs: Ms }
  | { readonly type: "DONE"; readonly intervalMs: Ms };

export const leaseMachine = setup({
  types: {} as { context: LeaseContext; events: LeaseEvent; input: { phase: Ms } },
  actions: { begin: effect, send: effect, judge: effect },
  delays: { interval: ({ context }) => context.intervalMs, pause: ({ context }) => context.pauseMs },
}).createMachine({
  id: "lease",
  context: ({ input }) => ({ intervalMs: input.phase, pauseMs: 0 }),
  initial: "waiting",
  states: {
    waiting: { after: { interval: { target: "asking", actions: "begin" } } },
    asking: {
      entry: "send",
      on: {
        ANSWER: { actions: "judge" },
        UNPREPARED: { actions: "judge" },
        STEP: { target: "asking", reenter: true },
        PAUSE: { target: "pausing", actions: assign({ pauseMs: ({ event }) => event.pauseMs }) },
        DONE: { target: "waiting", actions: assign({ intervalMs: ({ event }) => event.intervalMs }) },
      },
    },
    pausing: { after: { pause: "asking" } },
  },
});
