import type { Container, Pod } from "../../api/types.ts";
import type { FeatureGates, RuntimePodStatus } from "../types.ts";
import { computeInitContainerActions } from "./compute-init-container-actions.ts";
import { type ActuatedResources, computePodResizeAction, podLevelChanged } from "./compute-resize-action.ts";
import { containerChanged } from "./container-hash.ts";
import type {
  ContainerToReset,
  KillReason,
  PodActions,
  PodActionsDraft,
  ProbeResults,
} from "./pod-actions.ts";
import { podSandboxChanged } from "./sandbox-changed.ts";
import {
  exitRestartsAllContainers,
  findContainerStatusByName,
  shouldContainerBeRestarted,
} from "./should-restart.ts";

export interface PodActionOptions {
  readonly restartAllContainers: boolean;
  readonly probes: ProbeResults;
  readonly gates?: FeatureGates;
  readonly actuated?: ActuatedResources;
}

/** Everything that has to be done to bring a pod's containers to its spec (kuberuntime_manager.go: computePodActions). */
export function computePodActions(
  pod: Pod,
  podStatus: RuntimePodStatus,
  options: PodActionOptions,
): PodActions {
  const { probes, gates = {}, actuated = () => undefined } = options;
  const sandbox = podSandboxChanged(pod, podStatus);
  const changes: PodActionsDraft = {
    killPod: sandbox.changed,
    createSandbox: sandbox.changed,
    sandboxId: sandbox.sandboxId,
    attempt: sandbox.attempt,
    initContainersToStart: [],
    containersToStart: [],
    ephemeralContainersToStart: [],
    containersToKill: [],
    containersToReset: [],
    containersToUpdate: { memory: [], cpu: [] },
    updatePodResources: false,
    updatePodLevelResources: false,
  };
  if (options.restartAllContainers && gates["RestartAllContainersOnContainerExits"] !== false) {
    changes.containersToReset = containersToReset(pod, podStatus);
    return changes;
  }
  if (sandbox.changed) return startAnew(pod, podStatus, gates, changes);

  (pod.spec?.ephemeralContainers ?? []).forEach((c, i) => {
    if (!findContainerStatusByName(podStatus, c.name)) changes.ephemeralContainersToStart.push(i);
  });
  const initialized = computeInitContainerActions(pod, podStatus, probes, actuated, gates, changes);
  if (changes.killPod || !initialized) return changes;
  changes.updatePodLevelResources = podLevelChanged(pod, actuated);

  let keepCount = 0;
  (pod.spec?.containers ?? []).forEach((container, index) => {
    const status = findContainerStatusByName(podStatus, container.name);
    if (status?.state !== "running") {
      if (!shouldContainerBeRestarted(container, pod, podStatus, gates)) return;
      changes.containersToStart.push(index);
      if (status?.state === "unknown") {
        // It may be running after all: two instances at a time must not be.
        const message = `Container is in "${status.state}" state, try killing it before restart`;
        changes.containersToKill.push({ id: status.id, name: status.name, message, reason: "Unknown" });
      }
      return;
    }
    const changed = containerChanged(container, status);
    let message = "";
    let reason: KillReason = "";
    if (changed) message = `Container ${container.name} definition changed`;
    else if (probes.liveness(status.id) === "failure") {
      message = `Container ${container.name} failed liveness probe`;
      reason = "LivenessProbe";
    } else if (probes.startup(status.id) === "failure") {
      message = `Container ${container.name} failed startup probe`;
      reason = "StartupProbe";
    } else {
      if (computePodResizeAction(pod, index, false, status, actuated, changes)) keepCount++;
      return;
    }
    // A changed definition restarts whatever the policy says; rules need an exit code, which is not there yet.
    if (changed || restartsAfterKill(container, pod, gates)) {
      message += ", will be restarted";
      changes.containersToStart.push(index);
    }
    changes.containersToKill.push({ id: status.id, name: status.name, message, reason });
  });
  if (keepCount === 0 && changes.containersToStart.length === 0) {
    changes.killPod = true;
    changes.initContainersToStart = [];
  }
  return changes;
}

function restartsAfterKill(container: Container, pod: Pod, gates: FeatureGates): boolean {
  const own = gates["ContainerRestartRules"] === false ? undefined : container.restartPolicy;
  return (own ?? pod.spec?.restartPolicy) !== "Never";
}

/** Actions when the sandbox has to be made anew: everything starts over, from the first init container. */
function startAnew(
  pod: Pod,
  podStatus: RuntimePodStatus,
  gates: FeatureGates,
  changes: PodActionsDraft,
): PodActions {
  if (pod.spec?.restartPolicy === "Never" && changes.attempt !== 0 && podStatus.containers.length !== 0) {
    changes.createSandbox = false;
    return changes;
  }
  const containers = pod.spec?.containers ?? [];
  const toStart: number[] = [];
  containers.forEach((c, index) => {
    const own = gates["ContainerRestartRules"] === false ? undefined : c.restartPolicy;
    const status = findContainerStatusByName(podStatus, c.name);
    const succeeded = status?.state === "exited" && status.exitCode === 0;
    if (!((own ?? pod.spec?.restartPolicy) === "OnFailure" && succeeded)) toStart.push(index);
  });
  if (toStart.length === 0 && hasAnyRegularContainerCreated(pod, podStatus)) {
    changes.createSandbox = false;
    return changes;
  }
  if (pod.spec?.initContainers?.length) changes.initContainersToStart = [0];
  else changes.containersToStart = toStart;
  return changes;
}

/** Some regular container was created: all init containers have done their work (kuberuntime_container.go: HasAnyRegularContainerCreated). */
export function hasAnyRegularContainerCreated(pod: Pick<Pod, "spec">, podStatus: RuntimePodStatus): boolean {
  return (pod.spec?.containers ?? []).some((c) => {
    const state = findContainerStatusByName(podStatus, c.name)?.state;
    return state === "created" || state === "running" || state === "exited";
  });
}

/**
 * Every instance of every init and regular container, those whose exit began the restart last
 * (kuberuntime_manager.go: getContainersToReset).
 */
function containersToReset(pod: Pod, podStatus: RuntimePodStatus): ContainerToReset[] {
  const split = (containers: readonly Container[] = []) => {
    const sources: ContainerToReset[] = [];
    const targets: ContainerToReset[] = [];
    for (const container of containers) {
      for (const status of podStatus.containers.filter((s) => s.name === container.name)) {
        const exited = status.state === "exited";
        const source = exited && exitRestartsAllContainers(container, status.exitCode ?? 0);
        (source ? sources : targets).push({ id: status.id, name: container.name, kill: !exited });
      }
    }
    return { sources, targets };
  };
  const init = split(pod.spec?.initContainers);
  const regular = split(pod.spec?.containers);
  return [...regular.targets, ...init.targets, ...regular.sources, ...init.sources];
}
