/** Small questions asked of statuses and conditions (pkg/api/v1/pod/util.go). */
import type { ContainerStatus, PodCondition, PodStatus } from "../../api/types.ts";
import type { FeatureGates } from "../types.ts";

export function getContainerStatus(
  statuses: readonly ContainerStatus[] | undefined | null,
  name: string,
): ContainerStatus | undefined {
  return statuses?.find((s) => s.name === name);
}

export function getCondition(
  conditions: readonly PodCondition[] | undefined,
  type: string,
): PodCondition | undefined {
  return conditions?.find((c) => c.type === type);
}

export function isConditionTrue(conditions: readonly PodCondition[] | undefined, type: string): boolean {
  return getCondition(conditions, type)?.status === "True";
}

/** Puts a condition in the place of the one of its type, or at the end. */
export function replaceOrAppendCondition(
  conditions: readonly PodCondition[],
  condition: PodCondition,
): PodCondition[] {
  const at = conditions.findIndex((c) => c.type === condition.type);
  return at < 0 ? [...conditions, condition] : conditions.map((c, i) => (i === at ? condition : c));
}

export function isPodPhaseTerminal(phase: string | undefined): boolean {
  return phase === "Failed" || phase === "Succeeded";
}

/** Static pods come from a file or a URL (pkg/kubelet/types/pod_update.go: IsStaticPod). */
export function isStaticPod(pod: { metadata?: { annotations?: { [key: string]: string } } }): boolean {
  const source = pod.metadata?.annotations?.["kubernetes.io/config.source"];
  return source !== undefined && source !== "api";
}

export function isMirrorPod(pod: { metadata?: { annotations?: { [key: string]: string } } }): boolean {
  return pod.metadata?.annotations?.["kubernetes.io/config.mirror"] !== undefined;
}

/** The container of the spec that a status at this place belongs to. */
export function containerByIndex<T extends { name: string }>(
  containers: readonly T[] | undefined,
  statuses: readonly ContainerStatus[],
  index: number,
): T | undefined {
  const container = containers?.[index];
  return container && statuses[index]?.name === container.name ? container : undefined;
}

/** Conditions that only the kubelet writes (pkg/kubelet/types/pod_status.go: PodConditionByKubelet). */
const OWNED: ReadonlySet<string> = new Set([
  "PodScheduled",
  "Ready",
  "Initialized",
  "ContainersReady",
  "PodResizeInProgress",
  "PodResizePending",
  "PodReadyToStartContainers",
  "AllContainersRestarting",
]);

export function podConditionByKubelet(type: string): boolean {
  return OWNED.has(type);
}

/** Conditions that the kubelet writes among others (PodConditionSharedByKubelet). */
export function podConditionSharedByKubelet(type: string): boolean {
  return type === "DisruptionTarget";
}

/** Gates that are off by default in 1.36 among those asked for here. */
const OFF_BY_DEFAULT: ReadonlySet<string> = new Set(["ChangeContainerStatusOnKubeletRestart"]);

/** Whether a gate is on, by the defaults of 1.36 unless said otherwise. */
export function gateOn(gates: FeatureGates | undefined, name: string): boolean {
  return gates?.[name] ?? !OFF_BY_DEFAULT.has(name);
}

/** `containerd://ID` and its kin as the pair the runtime knows (pkg/kubelet/container: ParseContainerID). */
export function bareContainerId(apiId: string | undefined): string {
  if (!apiId) return "";
  const at = apiId.indexOf("://");
  return at < 0 ? apiId : apiId.slice(at + 3);
}

/** A container's status by its API id, wherever it stands. */
export function findStatusById(
  status: PodStatus,
  apiId: string,
): { list: "containerStatuses" | "initContainerStatuses"; index: number } | undefined {
  for (const list of ["containerStatuses", "initContainerStatuses"] as const) {
    const index = status[list]?.findIndex((c) => c.containerID === apiId) ?? -1;
    if (index >= 0) return { list, index };
  }
  return undefined;
}
