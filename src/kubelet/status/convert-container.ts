/** One instance of a container as its API status (pkg/kubelet/kubelet_pods.go: convertContainerStatus). */
import type { Container, ContainerState, ContainerStatus, ResourceRequirements } from "../../api/types.ts";
import type { ContainerStatusCri } from "../../cri/contract.ts";
import type { FeatureGates } from "../types.ts";
import { RESTARTING_ALL_CONTAINERS } from "./get-phase.ts";
import { gateOn } from "./lookup.ts";

/** Quantities that the cgroup of a running container holds; absent: the runtime does not say. */
export interface ActualResources {
  readonly cpuRequest?: string;
  readonly cpuLimit?: string;
  readonly memoryRequest?: string;
  readonly memoryLimit?: string;
}

export interface ConvertContext {
  readonly old: ContainerStatus | undefined;
  readonly spec: Container;
  readonly podRestarting: boolean;
  readonly stamp: (atMs: number) => string;
  readonly runtimeName: string;
  readonly actual?: ActualResources;
  readonly gates?: FeatureGates;
}

export function convertContainerStatus(
  instance: ContainerStatusCri,
  context: ConvertContext,
): ContainerStatus {
  const { old, spec, runtimeName } = context;
  const restartAll = gateOn(context.gates, "RestartAllContainersOnContainerExits");
  const containerID = `${runtimeName}://${instance.id}`;
  const state = stateOf(instance, containerID, context);
  const running = instance.state === "running";
  // An instance lost while it ran is counted here: the runtime has no number for it.
  const lost = instance.state === "unknown" && old?.state?.running;
  const known = old?.restartCount ?? 0;
  let restartCount = instance.attempt;
  if (restartAll && known > restartCount) restartCount = known;
  if (restartAll && running && old?.state?.terminated && known >= instance.attempt) restartCount = known + 1;
  if (lost) restartCount = known + 1;

  const status: ContainerStatus = {
    name: instance.name,
    state,
    lastState: restartAll ? lastStateOf(old, containerID) : {},
    ready: false,
    restartCount,
    image: instance.image,
    imageID: instance.imageRef,
    containerID,
    ...(old?.volumeMounts ? { volumeMounts: old.volumeMounts } : {}),
  };
  if (
    !gateOn(context.gates, "ChangeContainerStatusOnKubeletRestart") &&
    running &&
    old?.started !== undefined
  ) {
    status.started = old.started;
  }
  status.resources = resourcesOf(spec, running, context, containerID);
  if (spec.resources?.requests && Object.keys(spec.resources.requests).length > 0)
    status.allocatedResources = spec.resources.requests;
  if (instance.user) {
    const { uid, gid, groups } = instance.user;
    status.user = { linux: { uid, gid, supplementalGroups: [...groups] } };
  }
  return status;
}

/** A restart of all containers removes the old instance from the runtime: its end lives on in the status alone. */
function lastStateOf(old: ContainerStatus | undefined, containerID: string): ContainerState {
  if (!old) return {};
  if ((old.containerID ?? "") !== containerID && old.state?.terminated)
    return { terminated: old.state.terminated };
  return old.lastState?.terminated ? { terminated: old.lastState.terminated } : {};
}

function stateOf(instance: ContainerStatusCri, containerID: string, context: ConvertContext): ContainerState {
  const { stamp, old } = context;
  const startedAt = instance.startedAt === undefined ? undefined : stamp(instance.startedAt);
  switch (instance.state) {
    case "running":
      return { running: startedAt ? { startedAt } : {} };
    case "exited":
      return {
        terminated: {
          exitCode: instance.exitCode ?? 0,
          ...(instance.reason ? { reason: instance.reason } : {}),
          ...(instance.message ? { message: instance.message } : {}),
          ...(startedAt ? { startedAt } : {}),
          ...(instance.finishedAt === undefined ? {} : { finishedAt: stamp(instance.finishedAt) }),
          containerID,
        },
      };
    case "unknown":
      if (!old?.state?.running) return { waiting: {} };
      return {
        terminated: {
          reason:
            context.podRestarting && gateOn(context.gates, "RestartAllContainersOnContainerExits")
              ? RESTARTING_ALL_CONTAINERS
              : "ContainerStatusUnknown",
          message: "The container could not be located when the pod was terminated",
          exitCode: 137,
        },
      };
    default:
      return { waiting: {} };
  }
}

/** What is allocated; of a running container what is in force, and where that is not known what was shown before. */
function resourcesOf(
  spec: Container,
  running: boolean,
  context: ConvertContext,
  containerID: string,
): ResourceRequirements {
  const allocated = spec.resources ?? {};
  const { old, actual } = context;
  if (!running || !actual) return allocated;
  const kept = old?.state?.running && old.containerID === containerID ? old.resources : undefined;
  const pick = (now: string | undefined, before: string | undefined, key: string): Record<string, string> => {
    const value = now ?? before;
    return value === undefined ? {} : { [key]: value };
  };
  return {
    ...allocated,
    ...(allocated.limits && {
      limits: {
        ...allocated.limits,
        ...pick(actual.cpuLimit, kept?.limits?.["cpu"], "cpu"),
        ...pick(actual.memoryLimit, kept?.limits?.["memory"], "memory"),
      },
    }),
    ...(allocated.requests && {
      requests: {
        ...allocated.requests,
        ...pick(actual.cpuRequest, kept?.requests?.["cpu"], "cpu"),
        ...pick(actual.memoryRequest, kept?.requests?.["memory"], "memory"),
      },
    }),
  };
}
