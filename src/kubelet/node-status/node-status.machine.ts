/** Registers the node and keeps its status in the API (pkg/kubelet/kubelet_node_status.go). */
import { assign, setup } from "xstate";
import type { ApiResult } from "../../api/contract.ts";
import { effect } from "../../sim/index.ts";
import type { Ms } from "../../sim/types.ts";

const FIRST_REGISTER_MS = 100;
const LONGEST_REGISTER_MS = 7000;
/** While a new kubelet's node is not ready, its status is computed so often. */
export const FAST_PERIOD_MS = 100;
export const FAST_LIMIT_MS = 120_000;

export interface NodeStatusContext {
  /** Time to the next pass. */
  readonly intervalMs: Ms;
  /** Wait before the next try to register. */
  readonly registerMs: Ms;
  /** Tries of this pass. */
  readonly tries: number;
}
export type NodeStatusEvent =
  | { readonly type: "ANSWER"; readonly result: ApiResult }
  | { readonly type: "REGISTERED" }
  | { readonly type: "NOT_REGISTERED" }
  | { readonly type: "EXISTS" }
  | { readonly type: "REGISTER" }
  | { readonly type: "NOTHING_NEW" }
  | { readonly type: "SENT" }
  | { readonly type: "WRITTEN" }
  | { readonly type: "REFUSED" }
  | { readonly type: "AGAIN" }
  | { readonly type: "GIVEN_UP" }
  /** A new kubelet looks more often until its node is ready. */
  | { readonly type: "FAST_TICK" }
  | { readonly type: "UPDATE" };

export const nodeStatusMachine = setup({
  types: {} as {
    context: NodeStatusContext;
    events: NodeStatusEvent;
    input: { phase: Ms; register: boolean };
  },
  actions: {
    sendNode: effect,
    judgeRegistration: effect,
    readExisting: effect,
    reconcileExisting: effect,
    /** Computes the status; sends it when it is new or due. */
    update: effect,
    judge: effect,
    retry: effect,
    nextInterval: effect,
    fastLook: effect,
    lengthenRegister: assign({
      registerMs: ({ context }) => Math.min(context.registerMs * 2, LONGEST_REGISTER_MS),
    }),
    countTry: assign({ tries: ({ context }) => context.tries + 1 }),
    resetTries: assign({ tries: 0 }),
  },
  delays: { interval: ({ context }) => context.intervalMs, register: ({ context }) => context.registerMs },
}).createMachine({
  id: "node-status",
  context: ({ input }) => ({ intervalMs: input.phase, registerMs: FIRST_REGISTER_MS, tries: 0 }),
  initial: "waiting",
  on: { FAST_TICK: { actions: "fastLook" } },
  states: {
    waiting: {
      after: { interval: "updating" },
      on: { UPDATE: "updating", REGISTER: "registering" },
    },
    registering: {
      initial: "pausing",
      states: {
        pausing: { after: { register: { target: "asking", actions: "lengthenRegister" } } },
        asking: {
          entry: "sendNode",
          on: { ANSWER: { actions: "judgeRegistration" }, EXISTS: "reading", NOT_REGISTERED: "pausing" },
        },
        /** The node was registered before: it is read, and what this kubelet wants is put into it. */
        reading: {
          entry: "readExisting",
          on: { ANSWER: { actions: "reconcileExisting" }, NOT_REGISTERED: "pausing" },
        },
      },
      on: { REGISTERED: "updating" },
    },
    updating: {
      entry: ["resetTries", "update"],
      on: {
        REGISTER: "registering",
        NOTHING_NEW: { target: "waiting", actions: "nextInterval" },
        ANSWER: { actions: "judge" },
        WRITTEN: { target: "waiting", actions: "nextInterval" },
        REFUSED: { actions: ["countTry", "retry"] },
        AGAIN: { actions: "update" },
        GIVEN_UP: { target: "waiting", actions: "nextInterval" },
      },
    },
  },
});
