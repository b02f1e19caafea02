/** The kubelet's loop (pkg/kubelet/kubelet.go: syncLoop, syncLoopIteration). */
import { assign, setup } from "xstate";
import { effect } from "../../sim/index.ts";

export const SYNC_PERIOD_MS = 1000;
export const HOUSEKEEPING_PERIOD_MS = 2000;
/** Sleeps before a closed gate is tried again: 100 ms, doubled up to 5 s. */
const FIRST_SLEEP_MS = 100;
const LONGEST_SLEEP_MS = 5000;

export interface SyncLoopContext {
  /** Next sleep before a closed gate. */
  readonly sleepMs: number;
  readonly iterations: number;
}

export type SyncLoopEvent =
  /** Something lies in a channel. */
  | { readonly type: "WAKE" }
  | { readonly type: "SYNC_TICK" }
  | { readonly type: "HOUSEKEEPING_TICK" }
  | { readonly type: "OPEN" }
  | { readonly type: "CLOSED"; readonly errors: readonly string[] }
  | { readonly type: "RECEIVED" }
  | { readonly type: "CLEAN" }
  | { readonly type: "RUNNING_PODS"; readonly pods?: unknown; readonly error?: string }
  | { readonly type: "PREEMPT" }
  | { readonly type: "PREEMPTED" }
  | { readonly type: "ADMITTED" };

export const syncLoopMachine = setup({
  types: {} as { context: SyncLoopContext; events: SyncLoopEvent },
  actions: {
    /** Asks for the runtime's errors: OPEN or CLOSED. */
    checkGate: effect,
    reportGate: effect,
    /** One receive from one channel, and its handler. */
    iterate: effect,
    /** More in the channels: the next iteration follows at once. */
    again: effect,
    listRunningPods: effect,
    cleanUp: effect,
    /** The pod that waited for its victims, and those behind it. */
    goOnAdmitting: effect,
    tickSync: effect,
    tickHousekeeping: effect,
    resetSleep: assign({ sleepMs: FIRST_SLEEP_MS }),
    lengthenSleep: assign({ sleepMs: ({ context }) => Math.min(context.sleepMs * 2, LONGEST_SLEEP_MS) }),
    count: assign({ iterations: ({ context }) => context.iterations + 1 }),
  },
  delays: { sleep: ({ context }) => context.sleepMs },
}).createMachine({
  id: "sync-loop",
  context: { sleepMs: FIRST_SLEEP_MS, iterations: 0 },
  initial: "selecting",
  // Tickers run beside the loop; a tick waits in its channel while the loop is busy or gated.
  on: { SYNC_TICK: { actions: "tickSync" }, HOUSEKEEPING_TICK: { actions: "tickHousekeeping" } },
  states: {
    selecting: {
      on: {
        WAKE: { actions: "checkGate" },
        CLOSED: "gated",
        OPEN: { target: "handling", actions: ["resetSleep", "count"] },
      },
    },
    handling: {
      entry: "iterate",
      on: {
        RECEIVED: { target: "selecting", actions: "again" },
        CLEAN: "cleaning",
        PREEMPT: "preempting",
      },
    },
    cleaning: {
      entry: "listRunningPods",
      on: { RUNNING_PODS: { target: "selecting", actions: ["cleanUp", "again"] } },
    },
    preempting: {
      on: {
        PREEMPTED: { actions: "goOnAdmitting" },
        PREEMPT: {},
        ADMITTED: { target: "selecting", actions: "again" },
      },
    },
    gated: {
      entry: "reportGate",
      after: { sleep: { target: "retrying", actions: "lengthenSleep" } },
    },
    retrying: {
      entry: "checkGate",
      on: { CLOSED: "gated", OPEN: { target: "handling", actions: ["resetSleep", "count"] } },
    },
  },
});
