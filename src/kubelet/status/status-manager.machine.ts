/**
 * The status manager's goroutine (pkg/kubelet/status/status_manager.go: Start, syncBatch, syncPod): a poke sends what
 * changed, a tick every 10 s sends that and puts right what others changed; one pod after the other, each read first.
 */
import { assign, setup } from "xstate";
import { effect } from "../../sim/index.ts";
import type { Ms, Seq } from "../../sim/types.ts";
import type { VersionedPodStatus } from "./update-status.ts";

export const SYNC_PERIOD_MS: Ms = 10_000;

/** One status to be sent. */
export interface PodSync {
  readonly uid: string;
  readonly entry: VersionedPodStatus;
  readonly cause: Seq | null;
}

export interface StatusManagerContext {
  readonly firstTickMs: Ms;
  /** Statuses still to be sent in this batch; the first is the one under way. */
  readonly batch: readonly PodSync[];
  /** The channel holds one poke; a ticker one tick. */
  readonly poked: boolean;
  readonly ticked: boolean;
}

export type StatusManagerEvent =
  | { readonly type: "poke" }
  | { readonly type: "tick" }
  | { readonly type: "empty" }
  | { readonly type: "send" }
  | { readonly type: "answer"; readonly call: number; readonly result: unknown }
  | { readonly type: "patch" }
  | { readonly type: "delete" }
  | { readonly type: "next" };

const keep = {
  poke: { actions: "keepPoke" },
  tick: { actions: ["keepTick", "nextTick"] },
} as const;

export const statusManagerMachine = setup({
  types: {
    context: {} as StatusManagerContext,
    events: {} as StatusManagerEvent,
    input: {} as { readonly firstTickMs: Ms },
  },
  actions: {
    firstTick: effect,
    nextTick: effect,
    collectChanged: effect,
    collectAll: effect,
    getPod: effect,
    judgePod: effect,
    patchStatus: effect,
    judgePatch: effect,
    deletePod: effect,
    judgeDelete: effect,
    dropFirst: assign({ batch: ({ context }) => context.batch.slice(1) }),
    keepPoke: assign({ poked: true }),
    keepTick: assign({ ticked: true }),
    takePoke: assign({ poked: false }),
    takeTick: assign({ ticked: false }),
  },
  guards: {
    more: ({ context }) => context.batch.length > 0,
    poked: ({ context }) => context.poked,
    ticked: ({ context }) => context.ticked,
  },
}).createMachine({
  id: "status-manager",
  context: ({ input }) => ({ firstTickMs: input.firstTickMs, batch: [], poked: false, ticked: false }),
  entry: "firstTick",
  initial: "idle",
  states: {
    idle: {
      always: [
        { guard: "poked", target: "collectingChanged", actions: "takePoke" },
        { guard: "ticked", target: "collectingAll", actions: "takeTick" },
      ],
      on: { poke: "collectingChanged", tick: { target: "collectingAll", actions: "nextTick" } },
    },
    collectingChanged: { entry: "collectChanged", on: { send: "getting", empty: "idle", ...keep } },
    collectingAll: { entry: "collectAll", on: { send: "getting", empty: "idle", ...keep } },
    getting: {
      entry: "getPod",
      on: {
        answer: { actions: "judgePod" },
        patch: "patching",
        delete: "deleting",
        next: "nextPod",
        ...keep,
      },
    },
    patching: {
      entry: "patchStatus",
      on: { answer: { actions: "judgePatch" }, delete: "deleting", next: "nextPod", ...keep },
    },
    deleting: { entry: "deletePod", on: { answer: { actions: "judgeDelete" }, next: "nextPod", ...keep } },
    nextPod: {
      entry: "dropFirst",
      always: [{ guard: "more", target: "getting" }, { target: "idle" }],
    },
  },
});
