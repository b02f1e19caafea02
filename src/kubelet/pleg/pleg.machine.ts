/** The PLEG's loop (pkg/kubelet/pleg/generic.go: workerLoopIteration, Relist, relistPod). */
import { assign, setup } from "xstate";
import type { ContainerStatusCri, CriResult, PodSandbox } from "../../cri/contract.ts";
import { effect } from "../../sim/index.ts";
import type { Ms } from "../../sim/types.ts";
import type { PlegEvent } from "../types.ts";
import type { PlegPod } from "./generate-events.ts";

/** A pod that differs from the last look, or is to be looked at anyway. */
export interface Changed {
  readonly uid: string;
  readonly current?: PlegPod;
  readonly events: readonly PlegEvent[];
}

export interface PlegContext {
  /** Pod of an on-demand relist; null: all pods. */
  readonly target: string | null;
  /** The timer of the global relist asked for this look, and is set again after it. */
  readonly scheduled: boolean;
  /** When the listing began; the cache's entries are as old as that. */
  readonly listedAt: Ms;
  readonly sandboxes: readonly PodSandbox[];
  /** Pods still to be inspected, the one at work first. */
  readonly queue: readonly Changed[];
  /** When the next global relist is due. */
  readonly nextRelistAt: Ms;
  /** When the last successful global listing began. */
  readonly relistTime: Ms | null;
  readonly relists: number;
}

export type PlegMachineEvent =
  | { readonly type: "WORK" }
  | { readonly type: "RELIST"; readonly scheduled?: boolean }
  | { readonly type: "RELIST_POD"; readonly uid: string }
  | { readonly type: "SANDBOXES"; readonly result: CriResult<"ListPodSandbox"> }
  | { readonly type: "CONTAINERS"; readonly result: CriResult<"ListContainers"> }
  /** The runtime does not know the pod that was asked for: nothing is learned of it. */
  | { readonly type: "ABSENT" }
  | { readonly type: "INSPECT" }
  | { readonly type: "INSPECTED"; readonly status?: unknown; readonly error?: string }
  /** The runtime told of a change by itself (evented PLEG). */
  | { readonly type: "STREAM"; readonly podUid?: string; readonly lost?: boolean }
  /** Time of the cache moves on between the listings of the evented PLEG (globalCacheUpdatePeriod). */
  | { readonly type: "TICK" }
  | { readonly type: "DONE" };

export type Listed = readonly ContainerStatusCri[];

export const plegMachine = setup({
  types: {} as {
    context: PlegContext;
    events: PlegMachineEvent;
    input: { nextRelistAt: Ms; relistTime: Ms | null };
  },
  actions: {
    /** Wakes for the next request, or when the period is over. */
    arm: effect,
    /** A global relist comes first; a request that one has served already is dropped. */
    pick: effect,
    listSandboxes: effect,
    listContainers: effect,
    /** Compares with the last look. */
    compare: effect,
    inspect: effect,
    /** Writes the cache and sends the events. */
    settle: effect,
    /** All pods of this look are done: the cache's time moves on. */
    finish: effect,
    fail: effect,
    streamed: effect,
    tick: effect,
  },
  guards: {
    failed: ({ event }) => "result" in event && !event.result.ok,
  },
}).createMachine({
  id: "pleg",
  context: ({ input }) => ({
    target: null,
    scheduled: false,
    listedAt: 0,
    sandboxes: [],
    queue: [],
    relists: 0,
    ...input,
  }),
  initial: "idle",
  on: { STREAM: { actions: "streamed" }, TICK: { actions: "tick" } },
  states: {
    idle: {
      entry: "arm",
      on: {
        WORK: { actions: "pick" },
        RELIST: {
          target: "listing",
          actions: assign({ target: null, scheduled: ({ event }) => event.scheduled === true }),
        },
        RELIST_POD: {
          target: "listing",
          actions: assign({ target: ({ event }) => event.uid, scheduled: false }),
        },
      },
    },
    listing: {
      initial: "sandboxes",
      states: {
        sandboxes: {
          entry: "listSandboxes",
          on: {
            SANDBOXES: [{ guard: "failed", target: "#pleg.idle", actions: "fail" }, { target: "containers" }],
          },
          exit: assign({
            sandboxes: ({ event }) =>
              event.type === "SANDBOXES" && event.result.ok ? event.result.value.sandboxes : [],
          }),
        },
        containers: {
          entry: "listContainers",
          on: {
            CONTAINERS: [
              { guard: "failed", target: "#pleg.idle", actions: "fail" },
              { target: "#pleg.reconciling", actions: "compare" },
            ],
          },
        },
      },
    },
    reconciling: {
      on: { ABSENT: "idle", INSPECT: "inspecting", DONE: { target: "idle", actions: "finish" } },
    },
    inspecting: {
      entry: "inspect",
      on: { INSPECTED: { target: "reconciling", actions: "settle" } },
    },
  },
});
