/** One volume of one pod, from being wanted to being mounted (pkg/kubelet/volumemanager). */
import { assign, setup } from "xstate";
import type { ApiResult } from "../../api/contract.ts";
import type { Volume } from "../../api/types.ts";
import { effect } from "../../sim/index.ts";
import type { Ms } from "../../sim/types.ts";

export interface VolumeContext {
  readonly uid: string;
  readonly volume: Volume;
  /** Set-up has succeeded once; it stays so while the volume is set up again. */
  readonly mounted: boolean;
  /** Host path, once it is known. */
  readonly path: string | null;
  /** Why the volume cannot be processed (a claim that is missing or not bound). */
  readonly problem: string | null;
  /** Name of the persistent volume behind a claim. */
  readonly persistentVolume: string | null;
  /** Wait after the last failure; 0: none yet. */
  readonly backoffMs: Ms;
  readonly notBefore: Ms;
  /** Tokens that are still to come. */
  readonly awaiting: number;
}

export type VolumeEvent =
  | { readonly type: "PROCESSED" }
  | { readonly type: "UNPROCESSED" }
  | { readonly type: "CLAIM"; readonly result: ApiResult }
  | { readonly type: "PERSISTENT_VOLUME"; readonly result: ApiResult }
  | { readonly type: "ATTEMPT" }
  | { readonly type: "TOKEN"; readonly index: number; readonly result: ApiResult }
  | { readonly type: "LOOK_AGAIN" }
  | { readonly type: "DONE" }
  | { readonly type: "FAILED" }
  /** A sync of the pod asks for the volume's content to be looked at again. */
  | { readonly type: "REMOUNT" };

export const volumeMachine = setup({
  types: {} as { context: VolumeContext; events: VolumeEvent; input: { uid: string; volume: Volume } },
  actions: {
    process: effect,
    takeClaim: effect,
    takePersistentVolume: effect,
    tellWaiter: effect,
    /** The next pass of the reconciler that may try. */
    arm: effect,
    setUp: effect,
    takeToken: effect,
    noteMounted: effect,
    noteFailure: effect,
    forgetProblem: assign({ problem: null }),
  },
}).createMachine({
  id: "volume",
  context: ({ input }) => ({
    ...input,
    mounted: false,
    path: null,
    problem: null,
    persistentVolume: null,
    backoffMs: 0,
    notBefore: 0,
    awaiting: 0,
  }),
  initial: "processing",
  states: {
    /** The populator finds out what the volume is. */
    processing: {
      entry: ["forgetProblem", "process"],
      on: {
        CLAIM: { actions: "takeClaim" },
        PERSISTENT_VOLUME: { actions: "takePersistentVolume" },
        PROCESSED: "waiting",
        UNPROCESSED: "unprocessed",
      },
    },
    unprocessed: { entry: "tellWaiter", on: { REMOUNT: "processing" } },
    waiting: { entry: "arm", on: { ATTEMPT: "mounting" } },
    mounting: {
      entry: "setUp",
      on: {
        TOKEN: { actions: "takeToken" },
        LOOK_AGAIN: "waiting",
        DONE: { target: "mounted", actions: ["noteMounted", "tellWaiter"] },
        FAILED: { target: "waiting", actions: "noteFailure" },
      },
    },
    mounted: { on: { REMOUNT: "waiting" } },
  },
});
