/** What a state is commonly about: a code that the screen puts into words, from what the API shows of a thing. Pure. */
import type { LoggedInput } from "../../sim/index.ts";
import type { State } from "../parts/states.ts";
import type { ContainerView, PodView } from "../store/select/pods.ts";
import { conditionTrue } from "../store/select/printed-status.ts";

export const DIAGNOSES = [
  "crash",
  "completed-again",
  "oom",
  "image",
  "image-name",
  "image-never",
  "config",
  "create",
  "unscheduled",
  "creating",
  "init",
  "not-ready",
  "liveness",
  "terminating",
  "evicted",
  "failed",
  "succeeded",
  "node-unknown",
  "node-not-ready",
] as const;
export type Diagnosis = (typeof DIAGNOSES)[number];

const BY_REASON: Readonly<Record<string, Diagnosis>> = {
  ErrImagePull: "image",
  ImagePullBackOff: "image",
  ImageInspectError: "image",
  InvalidImageName: "image-name",
  ErrImageNeverPull: "image-never",
  CreateContainerConfigError: "config",
  CreateContainerError: "create",
  RunContainerError: "create",
  StartError: "create",
  ContainerCannotRun: "create",
};

/** The container that holds a pod up: the one asked for, else the first that waits or has failed. */
export function troubled(pod: PodView, container?: string): ContainerView | undefined {
  if (container !== undefined) return pod.containers.find((c) => c.name === container);
  return (
    pod.containers.find((c) => c.state === "waiting" || c.state === "failed") ??
    pod.containers.find((c) => c.state === "running" && c.kind !== "init")
  );
}

/** What one would suspect of a pod in its present state; null where nothing is amiss. */
export function diagnosisOf(pod: PodView, container?: string): Diagnosis | null {
  const { state, status } = pod;
  if (pod.pod.status?.reason === "Evicted") return "evicted";
  if (state === "succeeded" || state === "terminating") return state;
  const c = troubled(pod, container);
  const known = BY_REASON[c?.reason ?? ""];
  if (known) return known;
  const ended = c?.status?.state?.terminated ?? c?.status?.lastState?.terminated;
  if (ended?.reason === "StartError" || ended?.reason === "ContainerCannotRun") return "create";
  if (c?.state === "waiting" && ended?.reason === "OOMKilled") return "oom";
  if (c?.state === "waiting") return ended?.exitCode === 0 ? "completed-again" : "crash";
  if (state === "failed") return ended?.reason === "OOMKilled" ? "oom" : "failed";
  if (state === "creating") {
    if (pod.node === "" && !conditionTrue(pod.pod, "PodScheduled")) return "unscheduled";
    return status.startsWith("Init:") ? "init" : "creating";
  }
  if (state === "running") return ended?.exitCode === 137 && c?.spec.livenessProbe ? "liveness" : "not-ready";
  return null;
}

/** The image that no registry has, where that is what a pod waits for, and nobody has let it exist since. */
export function missingImage(
  pod: PodView,
  container?: string,
  inputs: readonly LoggedInput[] = [],
): string | undefined {
  const c = troubled(pod, container);
  const waiting = c?.status?.state?.waiting;
  if (inputs.some((i) => i.input.type === "image" && i.input["image"] === c?.image)) return undefined;
  return BY_REASON[waiting?.reason ?? ""] === "image" &&
    /not ?found|no such host/i.test(waiting?.message ?? "")
    ? c?.image
    : undefined;
}

export const nodeDiagnosis = (state: State): Diagnosis | null =>
  state === "unknown" ? "node-unknown" : state === "failed" ? "node-not-ready" : null;
