/** In-place resize of a running container: what changes without a restart and what needs one. */
import { wholeValueOf as bytesOf, milliValueOf } from "../../api/quantity.ts";
import type { Container, Pod } from "../../api/types.ts";
import type { ContainerStatusCri } from "../../cri/contract.ts";
import { isSidecar, type RuntimePodStatus } from "../types.ts";
import type { PodActionsDraft } from "./pod-actions.ts";
import { findContainerStatusByName } from "./should-restart.ts";

/** Bytes and thousandths of a core; 0 where nothing is set (kuberuntime_manager.go: resourceRequirements). */
export interface ContainerResources {
  readonly memoryLimit: number;
  readonly memoryRequest: number;
  readonly cpuLimit: number;
  readonly cpuRequest: number;
}

export interface ResourceUpdate {
  readonly id: string;
  readonly name: string;
  readonly desired: ContainerResources;
  readonly current: ContainerResources;
}

/** Resources a running container was last given, by container name; the pod as a whole under THE_POD. */
export type ActuatedResources = (container: string) => ContainerResources | undefined;

/** In place of a container's name: what the pod's own cgroup was given. */
export const THE_POD = "";

type Sized = Pick<Container, "resources">;

/**
 * cpu and memory of a container as the resize compares them (kuberuntime_manager.go: containerResourcesFromRequirements).
 * Limits that it does not have are its pod's (pkg/kubelet/util: GetLimits).
 */
export function containerResources(container: Sized, pod?: Pick<Pod, "spec">): ContainerResources {
  const { limits = {}, requests = {} } = container.resources ?? {};
  const shared = pod?.spec?.resources?.limits ?? {};
  return {
    memoryLimit: bytesOf(limits["memory"] ?? 0) || bytesOf(shared["memory"] ?? 0),
    memoryRequest: bytesOf(requests["memory"] ?? 0),
    cpuLimit: milliValueOf(limits["cpu"] ?? 0) || milliValueOf(shared["cpu"] ?? 0),
    cpuRequest: milliValueOf(requests["cpu"] ?? 0),
  };
}

/** What the spec asks for the pod as a whole; zeros where it says nothing (podResourcesFromRequirements). */
export function podLevelResources({ spec }: Pick<Pod, "spec">): ContainerResources {
  return containerResources(spec?.resources ? { resources: spec.resources } : {});
}

const differ = (a: ContainerResources, b: ContainerResources): boolean =>
  (Object.keys(a) as (keyof ContainerResources)[]).some((key) => a[key] !== b[key]);

/** The pod's own cgroup was given other resources than its spec asks for (computePodLevelResourcesResizeAction). */
export function podLevelChanged(pod: Pod, actuated: ActuatedResources): boolean {
  const given = actuated(THE_POD);
  return given !== undefined && differ(given, podLevelResources(pod));
}

/** Static pods are never resized in place (pkg/kubelet/allocation: IsInPlacePodVerticalScalingAllowed). */
export function isInPlaceResizeAllowed(pod: Pick<Pod, "metadata">): boolean {
  const source = pod.metadata?.annotations?.["kubernetes.io/config.source"];
  return source === undefined || source === "api";
}

/**
 * Some running container that can be resized, or the pod as a whole, was given other resources than the spec asks for
 * (kuberuntime_manager.go: IsPodResizeInProgress).
 */
export function isPodResizeInProgress(
  pod: Pod,
  podStatus: RuntimePodStatus,
  actuated: ActuatedResources,
): boolean {
  const resizable = [...(pod.spec?.initContainers ?? []).filter(isSidecar), ...(pod.spec?.containers ?? [])];
  if (podLevelChanged(pod, actuated)) return true;
  return resizable.some((container) => {
    if (findContainerStatusByName(podStatus, container.name)?.state !== "running") return false;
    const given = actuated(container.name);
    if (!given) return false;
    return differ(containerResources(container, pod), given);
  });
}

/**
 * Adds to the actions what a change of resources asks for. Returns whether the container stays as it is running
 * (kuberuntime_manager.go: computePodResizeAction).
 */
export function computePodResizeAction(
  pod: Pod,
  index: number,
  initContainer: boolean,
  status: ContainerStatusCri,
  actuated: ActuatedResources,
  changes: PodActionsDraft,
): boolean {
  if (!isInPlaceResizeAllowed(pod) || status.state !== "running") return true;
  const container = (initContainer ? pod.spec?.initContainers : pod.spec?.containers)?.[index];
  const current = actuated(status.name);
  // Without a record there is nothing to compare with; the record is made when the container is created.
  if (!container || !current) return true;
  const desired = containerResources(container, pod);
  const changedOf = (what: "memory" | "cpu"): { delta: number; restart: boolean } | null => {
    const limit = desired[`${what}Limit`] - current[`${what}Limit`];
    const request = desired[`${what}Request`] - current[`${what}Request`];
    if (limit === 0 && request === 0) return null;
    const policy = container.resizePolicy?.find((p) => p.resourceName === what)?.restartPolicy;
    return { delta: limit !== 0 ? limit : request, restart: policy === "RestartContainer" };
  };
  const memory = changedOf("memory");
  const cpu = changedOf("cpu");
  if (memory?.restart || cpu?.restart) {
    changes.containersToKill.push({
      id: status.id,
      name: status.name,
      message: `Container ${container.name} resize requires restart`,
      reason: "",
    });
    (initContainer ? changes.initContainersToStart : changes.containersToStart).push(index);
    changes.updatePodResources = true;
    return false;
  }
  const update: ResourceUpdate = { id: status.id, name: status.name, desired, current };
  // Decreases go before increases.
  if (memory) changes.containersToUpdate.memory[memory.delta > 0 ? "push" : "unshift"](update);
  if (cpu) changes.containersToUpdate.cpu[cpu.delta > 0 ? "push" : "unshift"](update);
  return true;
}
