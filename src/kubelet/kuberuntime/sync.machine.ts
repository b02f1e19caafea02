/**
 * One SyncPod of the runtime manager (kuberuntime_manager.go: SyncPod). Every state is a step of it; a list that is
 * worked off one by one enters its state again for each item.
 */
import { setup } from "xstate";
import type { Pod } from "../../api/types.ts";
import type { ContainerStatusCri, CriResult } from "../../cri/contract.ts";
import { effect } from "../../sim/index.ts";
import type { ReplyTo } from "../../sim/types.ts";
import type { SyncResult } from "../contract.ts";
import type { RuntimePodStatus, StartError } from "../types.ts";
import type { ResourceUpdate } from "./compute-resize-action.ts";
import type { ContainerKind } from "./container-config.ts";
import type { ContainerToKill, ContainerToReset, PodActions } from "./pod-actions.ts";

/** A container to start: its list in the spec and its place there. */
export interface StartItem {
  readonly kind: ContainerKind;
  readonly index: number;
}

/** A step of an in-place resize: one resource of one container. */
export interface UpdateItem {
  readonly what: "memory" | "cpu";
  readonly update: ResourceUpdate;
}

export interface SyncContext {
  readonly pod: Pod;
  readonly status: RuntimePodStatus;
  readonly reply: ReplyTo;
  readonly actions: PodActions;
  readonly toKill: readonly ContainerToKill[];
  readonly toReset: readonly ContainerToReset[];
  /** Instances of init containers to be removed. */
  readonly toRemove: readonly ContainerStatusCri[];
  readonly sandboxId: string;
  readonly podIps: readonly string[];
  /** Image volumes still to be pulled, and those that could not be. */
  readonly imageVolumes: readonly string[];
  readonly imageVolumeErrors: Readonly<Record<string, StartError>>;
  /** References of pulled image volumes, by volume. */
  readonly imageVolumeRefs: Readonly<Record<string, string>>;
  readonly toStart: readonly StartItem[];
  /** memory first, then cpu. */
  readonly toUpdate: readonly UpdateItem[];
  readonly results: readonly SyncResult[];
  readonly syncError: string | null;
}

export type SyncEvent =
  | { readonly type: "killPod" }
  | { readonly type: "killContainers" }
  | { readonly type: "podKilled"; readonly results: readonly SyncResult[] }
  | { readonly type: "killed"; readonly error?: string }
  | { readonly type: "removed"; readonly result: CriResult<"RemoveContainer"> }
  | { readonly type: "sandboxRun"; readonly result: CriResult<"RunPodSandbox"> }
  | { readonly type: "sandboxStatus"; readonly result: CriResult<"PodSandboxStatus"> }
  | { readonly type: "image"; readonly imageRef?: string; readonly error?: StartError }
  | { readonly type: "started"; readonly error?: StartError }
  | { readonly type: "updated"; readonly result: CriResult<"UpdateContainerResources"> }
  /** The next item of the present list. */
  | { readonly type: "next" }
  | { readonly type: "remove" }
  /** The list is done. */
  | { readonly type: "done" }
  | { readonly type: "createSandbox" }
  | { readonly type: "haveSandbox" }
  | { readonly type: "finished" };

export const syncMachine = setup({
  types: { context: {} as SyncContext, events: {} as SyncEvent, input: {} as SyncContext },
  actions: {
    begin: effect,
    killPod: effect,
    notePodKilled: effect,
    killNext: effect,
    noteKilled: effect,
    resetNext: effect,
    noteResetKilled: effect,
    removeReset: effect,
    noteReset: effect,
    listInitContainers: effect,
    removeNext: effect,
    noteRemoved: effect,
    decideSandbox: effect,
    runSandbox: effect,
    noteSandbox: effect,
    readSandbox: effect,
    noteSandboxStatus: effect,
    pullImageVolume: effect,
    noteImageVolume: effect,
    startNext: (_, _params: { readonly kind: ContainerKind }) => {},
    noteStart: effect,
    resizeNext: effect,
    noteResize: effect,
    finish: effect,
  },
}).createMachine({
  id: "kuberuntime-sync",
  context: ({ input }) => input,
  initial: "computingActions",
  on: { finished: ".done" },
  states: {
    computingActions: {
      entry: "begin",
      on: { killPod: "killingPod", killContainers: "killingContainers" },
    },
    killingPod: {
      entry: "killPod",
      on: { podKilled: { actions: "notePodKilled" }, next: "pruningInitContainers" },
    },
    killingContainers: {
      entry: "killNext",
      on: {
        killed: { actions: "noteKilled" },
        next: { target: "killingContainers", reenter: true },
        done: "resettingContainers",
      },
    },
    resettingContainers: {
      entry: "resetNext",
      on: {
        killed: { actions: "noteResetKilled" },
        remove: { actions: "removeReset" },
        removed: { actions: "noteReset" },
        next: { target: "resettingContainers", reenter: true },
        done: "pruningInitContainers",
      },
    },
    pruningInitContainers: {
      entry: "listInitContainers",
      on: { next: "removingInitContainers", done: "decidingOnSandbox" },
    },
    removingInitContainers: {
      entry: "removeNext",
      on: {
        removed: { actions: "noteRemoved" },
        next: { target: "removingInitContainers", reenter: true },
        done: "decidingOnSandbox",
      },
    },
    decidingOnSandbox: {
      entry: "decideSandbox",
      on: { createSandbox: "creatingSandbox", haveSandbox: "pullingImageVolumes" },
    },
    creatingSandbox: {
      entry: "runSandbox",
      on: { sandboxRun: { actions: "noteSandbox" }, next: "readingSandbox" },
    },
    readingSandbox: {
      entry: "readSandbox",
      on: { sandboxStatus: { actions: "noteSandboxStatus" }, next: "pullingImageVolumes" },
    },
    pullingImageVolumes: {
      entry: "pullImageVolume",
      on: {
        image: { actions: "noteImageVolume" },
        next: { target: "pullingImageVolumes", reenter: true },
        done: "startingEphemeralContainers",
      },
    },
    startingEphemeralContainers: {
      entry: { type: "startNext", params: { kind: "ephemeral" } },
      on: {
        started: { actions: "noteStart" },
        next: { target: "startingEphemeralContainers", reenter: true },
        done: "startingInitContainers",
      },
    },
    startingInitContainers: {
      entry: { type: "startNext", params: { kind: "init" } },
      on: {
        started: { actions: "noteStart" },
        next: { target: "startingInitContainers", reenter: true },
        done: "resizing",
      },
    },
    resizing: {
      entry: "resizeNext",
      on: {
        updated: { actions: "noteResize" },
        next: { target: "resizing", reenter: true },
        done: "startingContainers",
      },
    },
    startingContainers: {
      entry: { type: "startNext", params: { kind: "regular" } },
      on: {
        started: { actions: "noteStart" },
        next: { target: "startingContainers", reenter: true },
        done: { actions: "finish" },
      },
    },
    done: { type: "final" },
  },
});
