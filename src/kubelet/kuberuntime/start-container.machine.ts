/** Starting one container: back-off, image, create, start, postStart hook (kuberuntime_container.go: startContainer). */
import { setup } from "xstate";
import type { Container, Pod } from "../../api/types.ts";
import type { CriResult, RuntimeImage } from "../../cri/contract.ts";
import { effect } from "../../sim/index.ts";
import type { ReplyTo } from "../../sim/types.ts";
import type { RuntimePodStatus, StartError } from "../types.ts";
import type { ContainerKind } from "./container-config.ts";

export interface StartContext {
  readonly pod: Pod;
  readonly container: Container;
  readonly kind: ContainerKind;
  readonly sandboxId: string;
  readonly podIps: readonly string[];
  readonly status: RuntimePodStatus;
  /** Failed pulls of image volumes, by volume. */
  readonly imageVolumeErrors: Readonly<Record<string, StartError>>;
  /** References of pulled image volumes, by volume. */
  readonly imageVolumeRefs: Readonly<Record<string, string>>;
  readonly reply: ReplyTo;
  readonly image?: RuntimeImage;
  readonly imageRef: string;
  /** Restart count of the new instance. */
  readonly attempt: number;
  readonly containerId: string;
  readonly hookError: string;
}

export type StartEvent =
  | { readonly type: "heldBack" }
  | { readonly type: "free" }
  | {
      readonly type: "image";
      readonly imageRef?: string;
      readonly image?: RuntimeImage;
      readonly error?: StartError;
    }
  | { readonly type: "haveImage" }
  | { readonly type: "created"; readonly attempt: number; readonly result: CriResult<"CreateContainer"> }
  | { readonly type: "startIt" }
  | { readonly type: "started"; readonly result: CriResult<"StartContainer"> }
  | { readonly type: "runHook" }
  | { readonly type: "hookDone"; readonly error?: string }
  | { readonly type: "hookFailed" }
  | { readonly type: "killed"; readonly error?: string }
  | { readonly type: "finished" };

export const startContainerMachine = setup({
  types: { context: {} as StartContext, events: {} as StartEvent, input: {} as StartContext },
  actions: {
    checkBackOff: effect,
    ensureImage: effect,
    takeImage: effect,
    createContainer: effect,
    takeContainer: effect,
    startContainer: effect,
    noteStarted: effect,
    runPostStart: effect,
    judgeHook: effect,
    killContainer: effect,
    failHook: effect,
  },
}).createMachine({
  id: "start-container",
  context: ({ input }) => input,
  initial: "checkingBackOff",
  on: { finished: ".done" },
  states: {
    checkingBackOff: {
      entry: "checkBackOff",
      on: { heldBack: "done", free: "ensuringImage" },
    },
    ensuringImage: {
      entry: "ensureImage",
      on: { image: { actions: "takeImage" }, haveImage: "creating" },
    },
    creating: {
      entry: "createContainer",
      on: { created: { actions: "takeContainer" }, startIt: "starting" },
    },
    starting: {
      entry: "startContainer",
      on: { started: { actions: "noteStarted" }, runHook: "runningPostStart" },
    },
    runningPostStart: {
      entry: "runPostStart",
      on: { hookDone: { actions: "judgeHook" }, hookFailed: "killingAfterHook" },
    },
    killingAfterHook: {
      entry: "killContainer",
      on: { killed: { actions: "failHook" } },
    },
    done: { type: "final" },
  },
});
