/** The loop that keeps logs of containers small (pkg/kubelet/logs/container_log_manager.go: rotateLogs, processContainer). */
import { assign, setup } from "xstate";
import type { ContainerStatusCri, CriResult } from "../../cri/contract.ts";
import { effect } from "../../sim/index.ts";
import type { Ms } from "../../sim/types.ts";

/** The live log under a new name, until the runtime has opened another. */
export interface Rotation {
  readonly path: string;
  readonly rotated: string;
  readonly size: number;
}

export interface ContainerLogManagerContext {
  /** Time to the next look. */
  readonly waitMs: Ms;
  readonly periodMs: Ms;
  /** Ids of containers whose logs are still to be seen to. */
  readonly queue: readonly string[];
  /** The container at work, and as the runtime has just described it. */
  readonly id: string;
  readonly status: ContainerStatusCri | null;
  readonly rotation: Rotation | null;
}

export type ContainerLogManagerEvent =
  | { readonly type: "IDLE" }
  | { readonly type: "FOUND" }
  | { readonly type: "CONTAINERS"; readonly result: CriResult<"ListContainers"> }
  | { readonly type: "STATUS"; readonly result: CriResult<"ContainerStatus"> }
  | { readonly type: "REOPENED"; readonly result: CriResult<"ReopenContainerLog"> }
  /** The log is missing. */
  | { readonly type: "REOPEN" }
  /** The log is too large. */
  | { readonly type: "ROTATE" }
  | { readonly type: "NEXT" };

export const containerLogManagerMachine = setup({
  types: {} as {
    context: ContainerLogManagerContext;
    events: ContainerLogManagerEvent;
    input: { waitMs: Ms; periodMs: Ms };
  },
  actions: {
    /** At the sizes of logs alone, by what the kubelet last saw of its pods. */
    look: effect,
    listContainers: effect,
    enqueue: effect,
    /** The first in the queue, if there is one left. */
    getStatus: effect,
    statLog: effect,
    reopenLog: effect,
    statReopened: effect,
    rotateLog: effect,
    finishRotation: effect,
  },
  delays: { wait: ({ context }) => context.waitMs },
}).createMachine({
  id: "container-log-manager",
  context: ({ input }) => ({ queue: [], id: "", status: null, rotation: null, ...input }),
  initial: "waiting",
  states: {
    waiting: {
      after: { wait: "looking" },
      exit: assign({ waitMs: ({ context }) => context.periodMs }),
    },
    looking: { entry: "look", on: { IDLE: "waiting", FOUND: "listing" } },
    listing: {
      entry: "listContainers",
      on: { CONTAINERS: { actions: "enqueue" }, NEXT: "inspecting" },
    },
    inspecting: {
      entry: "getStatus",
      on: {
        STATUS: { actions: "statLog" },
        REOPEN: "reopening",
        ROTATE: "rotating",
        NEXT: { target: "inspecting", reenter: true },
        IDLE: "waiting",
      },
    },
    reopening: {
      entry: "reopenLog",
      on: { REOPENED: { actions: "statReopened" }, ROTATE: "rotating", NEXT: "inspecting" },
    },
    rotating: {
      entry: "rotateLog",
      on: { REOPENED: { actions: "finishRotation" }, NEXT: "inspecting" },
    },
  },
});
