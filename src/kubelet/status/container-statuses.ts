/**
 * API container statuses from what the runtime reports and from the statuses before
 * (pkg/kubelet/kubelet_pods.go: convertToAPIContainerStatuses).
 */
import type {
  Container,
  ContainerState,
  ContainerStateTerminated,
  ContainerStatus,
  Pod,
} from "../../api/types.ts";
import { findContainerStatusByName, shouldContainerBeRestarted } from "../kuberuntime/should-restart.ts";
import { type FeatureGates, isSidecar, type RuntimePodStatus, type StartError } from "../types.ts";
import { type ActualResources, convertContainerStatus } from "./convert-container.ts";
import { RESTARTING_ALL_CONTAINERS } from "./get-phase.ts";
import { gateOn } from "./lookup.ts";
import { sortByName } from "./normalize.ts";

export interface ContainerStatusesInput {
  readonly pod: Pod;
  readonly runtime: RuntimePodStatus;
  /** API statuses of this list before. */
  readonly previous: readonly ContainerStatus[];
  /** The list of the spec that is meant. */
  readonly containers: readonly Container[];
  readonly hasInitContainers: boolean;
  readonly isInitContainer: boolean;
  /** An in-place restart of all containers is under way. */
  readonly podRestarting: boolean;
  /** Last error of a start of a container (the reason cache). */
  readonly startError: (container: string) => StartError | undefined;
  /** RFC 3339 of the runtime's times. */
  readonly stamp: (atMs: number) => string;
  /** What stands before `://` in container ids. */
  readonly runtimeName?: string;
  /** Resources in force of a running container, where they may differ from the allocated ones. */
  readonly actualResources?: (containerId: string) => ActualResources | undefined;
  readonly gates?: FeatureGates;
}

/** Where a container is gone without a trace. */
const GONE: ContainerStateTerminated = {
  reason: "ContainerStatusUnknown",
  message: "The container could not be located when the pod was deleted.  The container used to be Running",
  exitCode: 137,
};
const REMOVED_FOR_RESTART = {
  reason: RESTARTING_ALL_CONTAINERS,
  message: "The container is removed because RestartAllContainers in place",
};
const TAKEN_AS_COMPLETED: ContainerStateTerminated = {
  reason: "Completed",
  message:
    "Unable to get init container status from container runtime and pod has been initialized, treat it as exited normally",
  exitCode: 0,
};

export function convertToAPIContainerStatuses(input: ContainerStatusesInput): ContainerStatus[] {
  const { containers, isInitContainer } = input;
  const statuses = new Map<string, ContainerStatus>();
  for (const container of containers) {
    statuses.set(container.name, missingFromRuntime(input, container, initialStatus(input, container)));
  }
  applyRuntime(input, statuses);
  for (const container of containers) {
    statuses.set(
      container.name,
      overlayWaiting(input, container, statuses.get(container.name) as ContainerStatus),
    );
  }
  const list = containers.map((c) => statuses.get(c.name) as ContainerStatus);
  return isInitContainer ? list : sortByName(list);
}

function previousOf(input: ContainerStatusesInput, name: string): ContainerStatus | undefined {
  return input.previous.findLast((s) => s.name === name);
}

function defaultReason(input: ContainerStatusesInput): string {
  return input.hasInitContainers ? "PodInitializing" : "ContainerCreating";
}

/** Waiting, or the old status whole where it was terminated. */
function initialStatus(input: ContainerStatusesInput, container: Container): ContainerStatus {
  const old = previousOf(input, container.name);
  if (old?.state?.terminated) return old;
  const mounts = container.volumeMounts?.map((m) => ({
    name: m.name,
    mountPath: m.mountPath,
    ...(m.readOnly
      ? { readOnly: true, recursiveReadOnly: m.recursiveReadOnly === "Enabled" ? "Enabled" : "Disabled" }
      : {}),
  }));
  return {
    name: container.name,
    state: { waiting: { reason: defaultReason(input) } },
    lastState: old?.lastState ?? {},
    ready: false,
    restartCount: old?.restartCount ?? 0,
    image: container.image ?? "",
    imageID: "",
    ...(mounts?.length ? { volumeMounts: mounts } : {}),
  };
}

/** A container that ran and of which the runtime knows nothing any more. */
function missingFromRuntime(
  input: ContainerStatusesInput,
  container: Container,
  status: ContainerStatus,
): ContainerStatus {
  if (findContainerStatusByName(input.runtime, container.name)) return status;
  const old = previousOf(input, container.name);
  if (!old) return status;
  if (
    gateOn(input.gates, "RestartAllContainersOnContainerExits") &&
    input.podRestarting &&
    !old.state?.waiting
  ) {
    return {
      ...status,
      state: { waiting: { ...REMOVED_FOR_RESTART } },
      lastState: { ...status.lastState, terminated: { ...REMOVED_FOR_RESTART, exitCode: 137 } },
      restartCount: (old.restartCount ?? 0) + 1,
    };
  }
  if (old.state?.terminated || !old.state?.running) return status;
  if (status.state?.waiting?.reason !== defaultReason(input) || status.lastState?.terminated) return status;
  return {
    ...status,
    lastState: { ...status.lastState, terminated: GONE },
    restartCount: (status.restartCount ?? 0) + (input.pod.metadata?.deletionTimestamp ? 0 : 1),
  };
}

/** The newest instance gives the status, the second newest the last state; older ones do not count. */
function applyRuntime(input: ContainerStatusesInput, statuses: Map<string, ContainerStatus>): void {
  const seen = new Map<string, number>();
  for (const instance of input.runtime.containers) {
    const current = statuses.get(instance.name);
    const times = seen.get(instance.name) ?? 0;
    if (!current || times >= 2) continue;
    seen.set(instance.name, times + 1);
    const spec = input.containers.find((c) => c.name === instance.name) as Container;
    const converted = convertContainerStatus(instance, {
      old: previousOf(input, instance.name),
      spec,
      podRestarting: input.podRestarting,
      stamp: input.stamp,
      runtimeName: input.runtimeName ?? "containerd",
      actual: input.actualResources?.(instance.id),
      gates: input.gates,
    });
    statuses.set(instance.name, times === 0 ? converted : { ...current, lastState: converted.state ?? {} });
  }
}

/** A regular container exists in the runtime (pkg/kubelet/kuberuntime: HasAnyRegularContainerCreated). */
function anyRegularContainerCreated(pod: Pod, runtime: RuntimePodStatus): boolean {
  return (pod.spec?.containers ?? []).some((c) => {
    const state = findContainerStatusByName(runtime, c.name)?.state;
    return state === "created" || state === "running" || state === "exited";
  });
}

/** A container that is to be started again and failed to, waits with the reason of that failure. */
function overlayWaiting(
  input: ContainerStatusesInput,
  container: Container,
  status: ContainerStatus,
): ContainerStatus {
  const { pod, runtime } = input;
  if (input.isInitContainer) {
    const newest = findContainerStatusByName(runtime, container.name);
    if (newest?.state === "exited" && (newest.exitCode ?? 0) === 0) return status;
    if (
      !newest &&
      !isSidecar(container) &&
      status.state?.waiting &&
      anyRegularContainerCreated(pod, runtime)
    ) {
      return { ...status, state: { terminated: TAKEN_AS_COMPLETED } };
    }
  }
  if (!shouldContainerBeRestarted(container, pod, runtime, input.gates)) return status;
  const error = input.startError(container.name);
  if (!error) return status;
  const state: ContainerState = {
    waiting: { reason: error.reason, ...(error.message ? { message: error.message } : {}) },
  };
  return { ...status, state, ...(status.state?.terminated ? { lastState: status.state } : {}) };
}
