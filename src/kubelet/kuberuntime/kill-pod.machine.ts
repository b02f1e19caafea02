/** Stopping a pod: all containers at once, then its sandboxes one after the other (kuberuntime_manager.go: killPodWithSyncResult). */
import { setup } from "xstate";
import type { Pod } from "../../api/types.ts";
import type { ContainerStatusCri, CriResult } from "../../cri/contract.ts";
import { effect } from "../../sim/index.ts";
import type { ReplyTo } from "../../sim/types.ts";
import type { SyncResult } from "../contract.ts";
import type { TerminationOrdering } from "./termination-order.ts";

export interface KillPodContext {
  readonly pod: Pod | undefined;
  readonly uid: string;
  readonly containers: readonly ContainerStatusCri[];
  readonly sandboxes: readonly string[];
  readonly gracePeriodOverride?: number;
  readonly reply: ReplyTo;
  /** Only for pods with sidecars. */
  readonly ordering: TerminationOrdering | null;
  /** Kills under way: container name by key of its machine. */
  readonly killers: Readonly<Record<string, string>>;
  readonly results: readonly SyncResult[];
  readonly sandboxError: string | null;
}

export type KillPodEvent =
  | { readonly type: "containerKilled"; readonly killer: string; readonly error?: string }
  | { readonly type: "allStopped" }
  | { readonly type: "sandboxStopped"; readonly result: CriResult<"StopPodSandbox"> }
  | { readonly type: "next" }
  | { readonly type: "finished" };

export const killPodMachine = setup({
  types: { context: {} as KillPodContext, events: {} as KillPodEvent, input: {} as KillPodContext },
  actions: { killContainers: effect, noteKilled: effect, stopSandbox: effect, noteSandbox: effect },
}).createMachine({
  id: "kill-pod",
  context: ({ input }) => input,
  initial: "killingContainers",
  on: { finished: ".done" },
  states: {
    killingContainers: {
      entry: "killContainers",
      on: { containerKilled: { actions: "noteKilled" }, allStopped: "stoppingSandboxes" },
    },
    stoppingSandboxes: {
      entry: "stopSandbox",
      on: {
        sandboxStopped: { actions: "noteSandbox" },
        next: { target: "stoppingSandboxes", reenter: true },
      },
    },
    done: { type: "final" },
  },
});
