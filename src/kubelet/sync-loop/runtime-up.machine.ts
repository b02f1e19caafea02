/** Asks the runtime for its status every 5 s (pkg/kubelet/kubelet.go: updateRuntimeUp). */
import { setup } from "xstate";
import type { CriResult } from "../../cri/contract.ts";
import { effect } from "../../sim/index.ts";

export const RUNTIME_STATUS_PERIOD_MS = 5000;

export interface RuntimeUpContext {
  /** Wait before the first question, ms. */
  readonly phase: number;
}
export type RuntimeUpEvent =
  | { readonly type: "ASK" }
  | { readonly type: "STATUS"; readonly result: CriResult<"Status"> };

export const runtimeUpMachine = setup({
  types: {} as { context: RuntimeUpContext; events: RuntimeUpEvent; input: RuntimeUpContext },
  actions: { ask: effect, take: effect },
  delays: { phase: ({ context }) => context.phase },
}).createMachine({
  id: "runtime-up",
  context: ({ input }) => input,
  initial: "starting",
  states: {
    starting: { after: { phase: "asking" }, on: { ASK: "asking" } },
    asking: { entry: "ask", on: { STATUS: { target: "waiting", actions: "take" } } },
    waiting: { after: { [RUNTIME_STATUS_PERIOD_MS]: "asking" }, on: { ASK: "asking" } },
  },
});
