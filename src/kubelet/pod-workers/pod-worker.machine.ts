/**
 * The worker of one pod (pkg/kubelet/pod_workers.go: podWorkerLoop). It takes an update, waits until the cache is newer
 * than its last sync, and then syncs, terminates or cleans up the pod, step by step (pkg/kubelet/kubelet.go: SyncPod,
 * SyncTerminatingPod, SyncTerminatingRuntimePod, SyncTerminatedPod).
 */
import { assign, setup } from "xstate";
import type { PodStatus } from "../../api/types.ts";
import { effect } from "../../sim/index.ts";
import type { Ms } from "../../sim/types.ts";
import type { PodCacheEntry, PodSyncResult, UpdatePodOptions } from "../contract.ts";
import type { RuntimePodStatus } from "../types.ts";
import type { SyncError } from "./complete-work.ts";
import type { WorkType } from "./worker-status.ts";

export interface WorkerContext {
  readonly uid: string;
  /** End of the last sync; before all time at first. */
  readonly lastSyncMs: Ms;
  /** Number of this sync: answers to another one are not for it. */
  readonly run: number;
  readonly update: UpdatePodOptions | null;
  readonly workType: WorkType;
  readonly status: RuntimePodStatus | null;
  readonly apiStatus: PodStatus | null;
  /** The update that was taken has been overtaken by one that ends the pod, or shortens its time. */
  readonly cancelled: boolean;
  readonly errors: readonly SyncError[];
  /** SyncPod found that the pod has come to its end. */
  readonly terminal: boolean;
  /** Something was done in the runtime: the PLEG is asked to look. */
  readonly acted: boolean;
}

export type WorkerEvent =
  | { readonly type: "wake" }
  /** Ends the waits of that run, if it is the present one. */
  | { readonly type: "cancel"; readonly run: number }
  /** An update was taken, and the cache is to be asked. */
  | { readonly type: "awaitCache" }
  | { readonly type: "nothing" }
  | { readonly type: "ended" }
  | { readonly type: "cache"; readonly run: number; readonly entry: PodCacheEntry }
  | { readonly type: "sync" }
  | { readonly type: "terminate" }
  | { readonly type: "terminateRuntimePod" }
  | { readonly type: "cleanUp" }
  | { readonly type: "killForCgroup" }
  | { readonly type: "killed"; readonly run: number; readonly error?: string }
  | { readonly type: "ready" }
  | {
      readonly type: "volumes";
      readonly run: number;
      readonly error?: string;
      readonly populatorError?: boolean;
    }
  | { readonly type: "mounted" }
  | { readonly type: "synced"; readonly run: number; readonly podSyncResult: PodSyncResult }
  | { readonly type: "stopped" }
  | {
      readonly type: "podStatus";
      readonly run: number;
      readonly status?: RuntimePodStatus;
      readonly error?: string;
    }
  | { readonly type: "unmounted"; readonly run: number; readonly error?: string }
  | { readonly type: "pathsGone" }
  /** The sync is over, well or badly. */
  | { readonly type: "done" }
  | { readonly type: "again" };

export const podWorkerMachine = setup({
  types: { context: {} as WorkerContext, events: {} as WorkerEvent, input: {} as { uid: string; never: Ms } },
  actions: {
    takeUpdate: effect,
    askCache: effect,
    takeCache: effect,
    prepareSync: effect,
    killForCgroup: effect,
    noteKilledForCgroup: effect,
    prepareNode: effect,
    waitForVolumes: effect,
    noteVolumes: effect,
    cancelVolumes: effect,
    syncRuntime: effect,
    noteSynced: effect,
    killPod: effect,
    noteKilled: effect,
    readPodStatus: effect,
    noteTerminated: effect,
    killRuntimePod: effect,
    noteRuntimePodKilled: effect,
    waitForUnmount: effect,
    noteUnmounted: effect,
    checkVolumePaths: effect,
    cleanUp: effect,
    complete: effect,
    noteCancel: assign({ cancelled: true }),
  },
  guards: { isThisRun: ({ context, event }) => (event as { run?: number }).run === context.run },
  delays: { volumePathPoll: 100 },
}).createMachine({
  id: "pod-worker",
  context: ({ input }) => ({
    uid: input.uid,
    lastSyncMs: input.never,
    run: 0,
    update: null,
    workType: "SyncPod",
    status: null,
    apiStatus: null,
    cancelled: false,
    errors: [],
    terminal: false,
    acted: false,
  }),
  initial: "idle",
  on: { cancel: { guard: "isThisRun", actions: "noteCancel" }, ended: ".ended" },
  states: {
    idle: { on: { wake: "takingUpdate" } },
    takingUpdate: { entry: "takeUpdate", on: { awaitCache: "waitingForCache", nothing: "idle" } },
    waitingForCache: {
      entry: "askCache",
      on: {
        cache: { actions: "takeCache" },
        sync: "preparingSync",
        terminate: "killingPod",
        terminateRuntimePod: "killingRuntimePod",
        cleanUp: "unmountingVolumes",
        done: "completing",
      },
    },

    preparingSync: {
      entry: "prepareSync",
      on: { killForCgroup: "killingForCgroup", ready: "preparingNode", done: "completing" },
    },
    killingForCgroup: {
      entry: "killForCgroup",
      on: { killed: { actions: "noteKilledForCgroup" }, ready: "preparingNode" },
    },
    preparingNode: { entry: "prepareNode", on: { ready: "waitingForVolumes", done: "completing" } },
    waitingForVolumes: {
      entry: "waitForVolumes",
      on: {
        volumes: { actions: "noteVolumes" },
        cancel: { guard: "isThisRun", target: "completing", actions: ["noteCancel", "cancelVolumes"] },
        mounted: "syncingRuntime",
        done: "completing",
      },
    },
    syncingRuntime: { entry: "syncRuntime", on: { synced: { actions: "noteSynced" }, done: "completing" } },

    killingPod: {
      entry: "killPod",
      on: { killed: { actions: "noteKilled" }, stopped: "readingStoppedPod", done: "completing" },
    },
    readingStoppedPod: {
      entry: "readPodStatus",
      on: { podStatus: { actions: "noteTerminated" }, done: "completing" },
    },

    killingRuntimePod: {
      entry: "killRuntimePod",
      on: { killed: { actions: "noteRuntimePodKilled" }, done: "completing" },
    },

    unmountingVolumes: {
      entry: "waitForUnmount",
      on: { unmounted: { actions: "noteUnmounted" }, ready: "waitingForVolumePaths", done: "completing" },
    },
    waitingForVolumePaths: {
      entry: "checkVolumePaths",
      on: { pathsGone: "cleaningUp" },
      after: { volumePathPoll: { target: "waitingForVolumePaths", reenter: true } },
    },
    cleaningUp: { entry: "cleanUp", on: { done: "completing" } },

    completing: { entry: "complete", on: { again: "takingUpdate", nothing: "idle" } },
    ended: { type: "final" },
  },
});
