/** Shapes that the kubelet's managers share: what the runtime knows of a pod, results, kinds of work. */
import type { ContainerState, ContainerStatus, Pod, PodStatus } from "../api/types.ts";
import type { ContainerStatusCri, PodSandbox } from "../cri/contract.ts";
import type { Ms } from "../sim/types.ts";

export type { ContainerState, ContainerStatus, Pod, PodStatus };

/**
 * What the runtime knows of one pod (pkg/kubelet/container/runtime.go: PodStatus): the newest sandbox and
 * the newest instance of each container come first.
 */
export interface RuntimePodStatus {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  /** Addresses of the pod's network, empty when there are none. */
  readonly ips: readonly string[];
  readonly sandboxes: readonly PodSandbox[];
  readonly containers: readonly ContainerStatusCri[];
  /** Instances that are running now (subset of containers); kept so that a kill needs no second look. */
  readonly observedAt?: Ms;
}

export type ProbeType = "liveness" | "readiness" | "startup";
export type ProbeResult = "success" | "failure" | "unknown";

/** Update types of the pod workers (pkg/kubelet/types: SyncPodType). */
export type SyncPodType = "create" | "update" | "sync" | "kill";

/** Sources of pods (pkg/kubelet/types/pod_update.go). */
export type PodSource = "api" | "file" | "http";
export type PodOperation = "ADD" | "UPDATE" | "DELETE" | "REMOVE" | "RECONCILE";

export type PlegEventType =
  | "ContainerStarted"
  | "ContainerDied"
  | "ContainerRemoved"
  | "ContainerChanged"
  | "PodSync";
export interface PlegEvent {
  readonly podUid: string;
  readonly type: PlegEventType;
  readonly containerId: string;
}

/** Why a start of a container failed: the waiting reason and its message (pkg/kubelet/reason_cache.go). */
export interface StartError {
  readonly reason: string;
  readonly message: string;
  /** Set for CrashLoopBackOff: virtual ms at which the back-off ends. */
  readonly backoffUntilMs?: Ms;
}

/** Gate name to on or off, where it differs from the defaults of 1.36. */
export type FeatureGates = Readonly<Record<string, boolean>>;

/** `NAME_NAMESPACE(UID)`: pods in events and errors (pkg/kubelet/util/format: Pod). */
export function formatPod(pod: Pod): string {
  return `${pod.metadata?.name ?? ""}_${pod.metadata?.namespace ?? ""}(${pod.metadata?.uid ?? ""})`;
}

/** `NAME_NAMESPACE`: the full name by which static pods are told apart (pkg/kubelet/container: GetPodFullName). */
export function podFullName(pod: Pod): string {
  return `${pod.metadata?.name ?? ""}_${pod.metadata?.namespace ?? ""}`;
}

/** Key of a pod in the trace and on screen: `pod/NS/NAME`. */
export function podObject(pod: Pod, container?: string): string {
  const base = `pod/${pod.metadata?.namespace ?? "default"}/${pod.metadata?.name ?? ""}`;
  return container ? `${base}/${container}` : base;
}

/** A sidecar: an init container that restarts always (pkg/kubelet/util: IsRestartableInitContainer). */
export function isSidecar(container: { restartPolicy?: string }): boolean {
  return container.restartPolicy === "Always";
}
