import type { Pod } from "../../api/types.ts";
import type { ContainerStatusCri } from "../../cri/contract.ts";
import { type FeatureGates, isSidecar, type RuntimePodStatus } from "../types.ts";
import { type ActuatedResources, computePodResizeAction } from "./compute-resize-action.ts";
import { containerChanged } from "./container-hash.ts";
import type { KillReason, PodActionsDraft, ProbeResults } from "./pod-actions.ts";
import { findContainerStatusByName, shouldContainerBeRestarted } from "./should-restart.ts";

/** An init container that ended badly, or of which nothing is known (pkg/kubelet/kuberuntime/helpers.go: isInitContainerFailed). */
export function isInitContainerFailed(status: ContainerStatusCri): boolean {
  if (status.reason === "OOMKilled" || status.state === "unknown") return true;
  return status.state === "exited" && status.exitCode !== 0;
}

/**
 * Adds the actions for init containers and sidecars. They are looked at from the last to the first, because those
 * that finished may be gone from the runtime. Returns whether the pod is initialised
 * (pkg/kubelet/kuberuntime/kuberuntime_container.go: computeInitContainerActions).
 */
export function computeInitContainerActions(
  pod: Pod,
  podStatus: RuntimePodStatus,
  probes: ProbeResults,
  actuated: ActuatedResources,
  gates: FeatureGates,
  changes: PodActionsDraft,
): boolean {
  const containers = pod.spec?.initContainers ?? [];
  if (containers.length === 0) return true;
  let podHasInitialized = (pod.spec?.containers ?? []).some((c) => {
    const state = findContainerStatusByName(podStatus, c.name)?.state;
    return state === "created" || state === "running";
  });
  let previouslyInitialized = podHasInitialized;
  const start = (index: number) => changes.initContainersToStart.push(index);
  const kill = (status: ContainerStatusCri, name: string, what: string, reason: KillReason) =>
    changes.containersToKill.push({ id: status.id, name, message: what, reason });

  for (let i = containers.length - 1; i >= 0; i--) {
    const container = containers[i] as (typeof containers)[number];
    const { name } = container;
    const sidecar = isSidecar(container);
    const last = i === containers.length - 1;
    const status = findContainerStatusByName(podStatus, name);
    if (!status) {
      // Its last instance was removed: only a sidecar has to be there again.
      if (previouslyInitialized && sidecar) start(i);
      continue;
    }
    if (previouslyInitialized && !sidecar) continue;

    switch (status.state) {
      case "created":
        // Creating and starting are one step: the start of this one failed.
        start(i);
        break;

      case "running": {
        if (!sidecar) {
          computePodResizeAction(pod, i, true, status, actuated, changes);
          break;
        }
        if (container.startupProbe) {
          const startup = probes.startup(status.id);
          if (startup === "failure") {
            kill(status, name, `Init container ${name} failed startup probe`, "StartupProbe");
            start(i);
          }
          if (startup !== "success") break;
        }
        if (last) podHasInitialized = true;
        else if (!previouslyInitialized) start(i + 1);
        if (containerChanged(container, status)) {
          kill(status, name, `Init container ${name} definition changed`, "");
          start(i);
          break;
        }
        if (container.livenessProbe) {
          const liveness = probes.liveness(status.id);
          if (liveness === undefined) break;
          if (liveness === "failure") {
            kill(status, name, `Init container ${name} failed liveness probe`, "LivenessProbe");
            start(i);
            break;
          }
        }
        computePodResizeAction(pod, i, true, status, actuated, changes);
        break;
      }

      case "exited":
        if (sidecar) start(i);
        else if (isInitContainerFailed(status)) {
          const restart =
            gates["ContainerRestartRules"] === false
              ? pod.spec?.restartPolicy !== "Never"
              : shouldContainerBeRestarted(container, pod, podStatus, gates);
          if (!restart) return giveUp(changes);
          start(i);
        } else if (last) podHasInitialized = true;
        else start(i + 1);
        break;

      default: {
        // It may still run, and there is no exit code for rules to look at.
        const policy = gates["ContainerRestartRules"] === false ? undefined : container.restartPolicy;
        if (!sidecar && (policy ?? pod.spec?.restartPolicy) === "Never") return giveUp(changes);
        kill(
          status,
          name,
          `Init container is in "${status.state}" state, try killing it before restart`,
          "Unknown",
        );
        start(i);
      }
    }
    previouslyInitialized = true;
  }
  if (!previouslyInitialized) start(0);
  changes.initContainersToStart.reverse();
  return podHasInitialized;
}

/** An init container failed for good: the pod ends. */
function giveUp(changes: PodActionsDraft): false {
  changes.killPod = true;
  changes.initContainersToStart = [];
  return false;
}
