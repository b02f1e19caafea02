/** A source of pods: read at once, then again by period or when told (pkg/kubelet/config/{file,http,apiserver}.go). */
import { setup } from "xstate";
import { effect } from "../../sim/index.ts";
import type { Ms } from "../../sim/types.ts";

/** The API source waits until the Node is known, looking every second. */
const WAIT_FOR_NODE_MS = 1000;

export interface SourceContext {
  /** Time from one reading to the next; 0: only when told. */
  readonly periodMs: Ms;
  /** Time to the first periodic reading, where the source has been up before. */
  readonly phaseMs: Ms;
}

export type SourceEvent =
  | { readonly type: "START" }
  /** Something changed, or an answer came. */
  | { readonly type: "TOLD"; readonly [field: string]: unknown };

export const sourceMachine = setup({
  types: {} as { context: SourceContext; events: SourceEvent; input: SourceContext },
  actions: { tryStart: effect, open: effect, read: effect, take: effect },
  guards: { periodic: ({ context }) => context.periodMs > 0 },
  delays: { period: ({ context }) => context.periodMs, phase: ({ context }) => context.phaseMs },
}).createMachine({
  id: "pod-source",
  context: ({ input }) => input,
  initial: "waiting",
  states: {
    waiting: {
      entry: "tryStart",
      on: { START: { target: "watching", actions: "open" } },
      after: { [WAIT_FOR_NODE_MS]: { target: "waiting", reenter: true } },
    },
    watching: {
      on: { TOLD: { actions: "take" } },
      initial: "first",
      states: {
        first: { entry: "read", after: { phase: { guard: "periodic", target: "later" } } },
        later: { entry: "read", after: { period: { target: "later", reenter: true } } },
      },
    },
  },
});
