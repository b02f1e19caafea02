/** One pass over the images of the node (pkg/kubelet/images/image_gc_manager.go: detectImages, GarbageCollect, freeSpace). */
import { setup } from "xstate";
import type { CriResult, RuntimeImage } from "../../cri/contract.ts";
import { effect } from "../../sim/index.ts";
import type { Ms, ReplyTo } from "../../sim/types.ts";
import type { EvictionInfo } from "./image-gc.ts";

/** `detect` only looks; `collect` is the regular pass; `deleteUnused` is asked for when the node runs out of disk. */
export type ImageGcOperation =
  | { readonly kind: "detect"; readonly initial?: boolean }
  | { readonly kind: "freeSpace"; readonly bytesToFree: number }
  | { readonly kind: "deleteUnused" }
  | { readonly kind: "collect" };

export interface ImageGcContext {
  readonly operation: ImageGcOperation;
  readonly reply: ReplyTo | null;
  readonly freeTime: Ms;
  readonly images: readonly RuntimeImage[];
  /** Candidates in eviction order. */
  readonly candidates: readonly EvictionInfo[];
  /** Images of the present step, still to be removed. */
  readonly toRemove: readonly EvictionInfo[];
  readonly removed: readonly string[];
  readonly errors: readonly string[];
  readonly bytesToFree: number;
  readonly freed: number;
  readonly usagePercent: number;
  readonly capacityBytes: number;
}

export type ImageGcEvent =
  | { readonly type: "images"; readonly result: CriResult<"ListImages"> }
  | { readonly type: "containers"; readonly result: CriResult<"ListContainers"> }
  | { readonly type: "imageFs"; readonly result: CriResult<"ImageFsInfo"> }
  | { readonly type: "imageRemoved"; readonly result: CriResult<"RemoveImage"> }
  | { readonly type: "listed" }
  | { readonly type: "freeOld" }
  | { readonly type: "freeSpace" }
  | { readonly type: "next" }
  | { readonly type: "oldFreed" }
  | { readonly type: "finished" };

export const imageGcMachine = setup({
  types: { context: {} as ImageGcContext, events: {} as ImageGcEvent, input: {} as ImageGcContext },
  actions: {
    listImages: effect,
    takeImages: effect,
    listContainers: effect,
    detect: effect,
    removeNextOld: effect,
    noteOldRemoved: effect,
    readImageFs: effect,
    judgeSpace: effect,
    removeNext: effect,
    noteRemoved: effect,
  },
}).createMachine({
  id: "image-gc",
  context: ({ input }) => input,
  initial: "listingImages",
  on: { finished: ".done" },
  states: {
    listingImages: {
      entry: "listImages",
      on: { images: { actions: "takeImages" }, listed: "listingContainers" },
    },
    listingContainers: {
      entry: "listContainers",
      on: { containers: { actions: "detect" }, freeOld: "freeingOldImages", freeSpace: "freeingSpace" },
    },
    freeingOldImages: {
      entry: "removeNextOld",
      on: {
        imageRemoved: { actions: "noteOldRemoved" },
        next: { target: "freeingOldImages", reenter: true },
        oldFreed: "readingImageFs",
      },
    },
    readingImageFs: {
      entry: "readImageFs",
      on: { imageFs: { actions: "judgeSpace" }, freeSpace: "freeingSpace" },
    },
    freeingSpace: {
      entry: "removeNext",
      on: { imageRemoved: { actions: "noteRemoved" }, next: { target: "freeingSpace", reenter: true } },
    },
    done: { type: "final" },
  },
});
