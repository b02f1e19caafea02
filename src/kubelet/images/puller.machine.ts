/** One request for an image, from the look-up to the end of the pull (pkg/kubelet/images/image_manager.go, puller.go). */
import { setup } from "xstate";
import type { Container, EphemeralContainer, Pod } from "../../api/types.ts";
import type { CriResult, RuntimeImage } from "../../cri/contract.ts";
import { effect } from "../../sim/index.ts";
import type { Ms, ReplyTo } from "../../sim/types.ts";
import type { EventTarget } from "../contract.ts";
import type { PullCredential } from "./credentials.ts";

export interface PullContext {
  readonly pod: Pod;
  readonly container: Container | EphemeralContainer;
  readonly target: EventTarget;
  readonly reply: ReplyTo;
  /** As written in the pod. */
  readonly requested: string;
  /** With the default tag. */
  readonly image: string;
  readonly present?: RuntimeImage;
  readonly credentials: readonly PullCredential[];
  /** Credential that is being tried, counted from 0. */
  readonly attempt: number;
  readonly errors: readonly string[];
  readonly requestedAt: Ms;
  readonly pullStartedAt: Ms;
  readonly imageRef: string;
}

export type PullEvent =
  | { readonly type: "inspected"; readonly result: CriResult<"ImageStatus"> }
  | { readonly type: "usable" }
  | { readonly type: "refused" }
  | { readonly type: "pullNeeded" }
  | { readonly type: "heldBack" }
  | { readonly type: "wait" }
  | { readonly type: "turn" }
  | { readonly type: "answer"; readonly result: CriResult<"PullImage"> }
  | { readonly type: "nextCredential" }
  | { readonly type: "failed" }
  | { readonly type: "pulled" }
  | { readonly type: "sized"; readonly result: CriResult<"ImageStatus"> };

export const pullerMachine = setup({
  types: { context: {} as PullContext, events: {} as PullEvent, input: {} as PullContext },
  actions: {
    inspect: effect,
    judgePresence: effect,
    checkBackOff: effect,
    enqueue: effect,
    pull: effect,
    judgePull: effect,
    readSize: effect,
    finish: effect,
    leaveQueue: effect,
  },
}).createMachine({
  id: "image-puller",
  context: ({ input }) => input,
  initial: "inspecting",
  states: {
    inspecting: {
      entry: "inspect",
      on: {
        inspected: { actions: "judgePresence" },
        usable: "done",
        refused: "done",
        pullNeeded: "checkingBackOff",
      },
    },
    checkingBackOff: {
      entry: "checkBackOff",
      on: { heldBack: "done", wait: "queued" },
    },
    queued: {
      entry: "enqueue",
      on: { turn: "pulling" },
    },
    pulling: {
      entry: "pull",
      on: {
        answer: { actions: "judgePull" },
        nextCredential: { target: "pulling", reenter: true },
        failed: { target: "done", actions: "leaveQueue" },
        pulled: "readingSize",
      },
    },
    readingSize: {
      entry: "readSize",
      on: { sized: { target: "done", actions: ["finish", "leaveQueue"] } },
    },
    done: { type: "final" },
  },
});
