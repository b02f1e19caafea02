/** One run of a postStart or preStop hook (pkg/kubelet/lifecycle/handlers.go: Run). */
import { setup } from "xstate";
import type { Container, LifecycleHandler, Pod } from "../../api/types.ts";
import type { CriResult } from "../../cri/contract.ts";
import type { HttpResult } from "../../node/contract.ts";
import { effect } from "../../sim/index.ts";
import type { ReplyTo } from "../../sim/types.ts";
import type { RuntimePodStatus } from "../types.ts";

export interface HookContext {
  readonly pod: Pod;
  readonly container: Container;
  readonly containerId: string;
  readonly handler: LifecycleHandler;
  readonly reply: ReplyTo;
  /** Host of the request; the pod's own address is asked for where the hook names none. */
  readonly host: string;
  /** An https server answered in plain http: the request goes out once more. */
  readonly plain: boolean;
}

export type HookEvent =
  | { readonly type: "exec" }
  | { readonly type: "http" }
  | { readonly type: "sleep" }
  | { readonly type: "invalid" }
  | { readonly type: "executed"; readonly result: CriResult<"ExecSync"> }
  | { readonly type: "podStatus"; readonly status?: RuntimePodStatus; readonly error?: string }
  | { readonly type: "addressKnown" }
  | { readonly type: "response"; readonly result: HttpResult }
  | { readonly type: "retryPlain" }
  | { readonly type: "finished" };

export const hookMachine = setup({
  types: { context: {} as HookContext, events: {} as HookEvent, input: {} as HookContext },
  actions: {
    choose: effect,
    execute: effect,
    judgeExecution: effect,
    findAddress: effect,
    takeAddress: effect,
    request: effect,
    judgeResponse: effect,
    succeed: effect,
    refuse: effect,
  },
  delays: { sleepSeconds: ({ context }) => (context.handler.sleep?.seconds ?? 0) * 1000 },
}).createMachine({
  id: "lifecycle-hook",
  context: ({ input }) => input,
  initial: "choosing",
  on: { finished: ".done" },
  states: {
    choosing: {
      entry: "choose",
      on: {
        exec: "executing",
        http: "findingAddress",
        sleep: "sleeping",
        invalid: { target: "done", actions: "refuse" },
      },
    },
    executing: { entry: "execute", on: { executed: { actions: "judgeExecution" } } },
    findingAddress: {
      entry: "findAddress",
      on: { podStatus: { actions: "takeAddress" }, addressKnown: "requesting" },
    },
    requesting: {
      entry: "request",
      on: { response: { actions: "judgeResponse" }, retryPlain: { target: "requesting", reenter: true } },
    },
    sleeping: { after: { sleepSeconds: { target: "done", actions: "succeed" } } },
    done: { type: "final" },
  },
});
