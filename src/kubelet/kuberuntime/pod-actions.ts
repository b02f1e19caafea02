import type { ProbeResult } from "../types.ts";
import type { ResourceUpdate } from "./compute-resize-action.ts";

/** Why a container is killed; decides the grace period (kuberuntime_manager.go: containerKillReason). */
export type KillReason =
  | "StartupProbe"
  | "LivenessProbe"
  | "FailedPostStartHook"
  | "RestartAllContainers"
  | "Unknown"
  | "";

export interface ContainerToKill {
  readonly id: string;
  readonly name: string;
  /** Text of the Killing event. */
  readonly message: string;
  readonly reason: KillReason;
}

export interface ContainerToReset {
  readonly id: string;
  readonly name: string;
  /** It must be stopped before it is removed. */
  readonly kill: boolean;
}

/** What is to be done to a pod (kuberuntime_manager.go: podActions). Numbers are places in the spec's lists. */
export interface PodActions {
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  readonly sandboxId: string;
  readonly attempt: number;
  readonly initContainersToStart: readonly number[];
  readonly containersToStart: readonly number[];
  readonly ephemeralContainersToStart: readonly number[];
  readonly containersToKill: readonly ContainerToKill[];
  readonly containersToReset: readonly ContainerToReset[];
  readonly containersToUpdate: {
    readonly memory: readonly ResourceUpdate[];
    readonly cpu: readonly ResourceUpdate[];
  };
  /** A container is restarted for its resources: the pod's cgroup changes with it. */
  readonly updatePodResources: boolean;
  /** The pod's own resources have changed. */
  readonly updatePodLevelResources: boolean;
}

/** A `PodActions` while it is put together. */
export type Draft<T> = T extends readonly (infer U)[]
  ? U[]
  : T extends object
    ? {
        -readonly [K in keyof T]: T[K] extends readonly unknown[]
          ? Draft<T[K]>
          : T[K] extends object
            ? Draft<T[K]>
            : T[K];
      }
    : T;
export type PodActionsDraft = Draft<PodActions>;

/** Stored probe results by container id; undefined where no probe ran yet. */
export interface ProbeResults {
  liveness(containerId: string): ProbeResult | undefined;
  startup(containerId: string): ProbeResult | undefined;
}
