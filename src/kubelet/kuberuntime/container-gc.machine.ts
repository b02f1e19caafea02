/** One pass of the container garbage collection (kuberuntime_gc.go: GarbageCollect). */
import { setup } from "xstate";
import type { ContainerStatusCri, CriResult, PodSandbox } from "../../cri/contract.ts";
import { effect } from "../../sim/index.ts";
import type { ReplyTo } from "../../sim/types.ts";
import type { ContainerRemoval } from "./container-gc.ts";

export interface ContainerGcContext {
  readonly reply: ReplyTo | null;
  readonly evictNonDeletedPods: boolean;
  readonly containers: readonly ContainerStatusCri[];
  readonly sandboxes: readonly PodSandbox[];
  readonly containersToRemove: readonly ContainerRemoval[];
  readonly sandboxesToRemove: readonly string[];
  readonly errors: readonly string[];
}

export type ContainerGcEvent =
  | { readonly type: "containers"; readonly result: CriResult<"ListContainers"> }
  | { readonly type: "sandboxes"; readonly result: CriResult<"ListPodSandbox"> }
  | { readonly type: "killed"; readonly error?: string }
  | { readonly type: "removed"; readonly result: CriResult<"RemoveContainer"> }
  | { readonly type: "sandboxStopped"; readonly result: CriResult<"StopPodSandbox"> }
  | { readonly type: "sandboxRemoved"; readonly result: CriResult<"RemovePodSandbox"> }
  | { readonly type: "kill" }
  | { readonly type: "remove" }
  | { readonly type: "next" }
  | { readonly type: "done" };

export const containerGcMachine = setup({
  types: {
    context: {} as ContainerGcContext,
    events: {} as ContainerGcEvent,
    input: {} as ContainerGcContext,
  },
  actions: {
    listContainers: effect,
    planContainers: effect,
    removeNextContainer: effect,
    noteKilled: effect,
    removeContainer: effect,
    noteRemoved: effect,
    takeContainers: effect,
    listSandboxes: effect,
    planSandboxes: effect,
    stopNextSandbox: effect,
    removeSandbox: effect,
    noteSandbox: effect,
    cleanLogs: effect,
  },
}).createMachine({
  id: "container-gc",
  context: ({ input }) => input,
  initial: "listingContainers",
  states: {
    listingContainers: {
      entry: "listContainers",
      on: { containers: { actions: "planContainers" }, next: "removingContainers", done: "cleaningLogs" },
    },
    removingContainers: {
      entry: "removeNextContainer",
      on: {
        killed: { actions: "noteKilled" },
        remove: { actions: "removeContainer" },
        removed: { actions: "noteRemoved" },
        next: { target: "removingContainers", reenter: true },
        done: "listingAgain",
      },
    },
    listingAgain: {
      entry: "listContainers",
      on: { containers: { actions: "takeContainers" }, next: "listingSandboxes", done: "cleaningLogs" },
    },
    listingSandboxes: {
      entry: "listSandboxes",
      on: { sandboxes: { actions: "planSandboxes" }, next: "removingSandboxes", done: "cleaningLogs" },
    },
    removingSandboxes: {
      entry: "stopNextSandbox",
      on: {
        sandboxStopped: { actions: "removeSandbox" },
        sandboxRemoved: { actions: "noteSandbox" },
        next: { target: "removingSandboxes", reenter: true },
        done: "cleaningLogs",
      },
    },
    cleaningLogs: { entry: "cleanLogs", on: { done: "done" } },
    done: { type: "final" },
  },
});
