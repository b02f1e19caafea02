/** `ready` and `started` of container statuses (pkg/kubelet/prober/prober_manager.go: UpdatePodStatus). */
import type { Container, ContainerStatus, Pod, PodStatus } from "../../api/types.ts";
import { bareContainerId, containerByIndex, gateOn, isConditionTrue } from "../status/lookup.ts";
import { type FeatureGates, isSidecar, type ProbeResult, type ProbeType } from "../types.ts";
import { startedBeforeKubelet } from "./do-probe.ts";

/** What the prober knows of one pod. */
export interface ProbeKnowledge {
  readonly result: (probe: ProbeType, containerId: string) => ProbeResult | undefined;
  readonly hasWorker: (container: string, probe: ProbeType) => boolean;
  readonly kubeletStartedMs: number;
  readonly gates?: FeatureGates;
}

export interface UpdatedPodStatus {
  readonly status: PodStatus;
  /** Containers whose readiness worker is to run at once. */
  readonly triggers: readonly string[];
}

export function updatePodStatus(pod: Pod, status: PodStatus, known: ProbeKnowledge): UpdatedPodStatus {
  const triggers: string[] = [];
  const containerStatuses = status.containerStatuses?.map((s) => {
    const started = isContainerStarted(s, known);
    const container = pod.spec?.containers?.find((c) => c.name === s.name);
    return { ...s, started, ready: started ? isReady(pod, s, container, known, triggers) : s.ready };
  });
  const init = status.initContainerStatuses;
  const initContainerStatuses = init?.map((s, i) => {
    const started = isContainerStarted(s, known);
    const container = containerByIndex(pod.spec?.initContainers, init, i);
    if (!container) return { ...s, started };
    if (!isSidecar(container))
      return { ...s, started, ready: s.state?.terminated?.exitCode === 0 || s.ready };
    return { ...s, started, ready: started ? isReady(pod, s, container, known, triggers) : s.ready };
  });
  return {
    status: {
      ...status,
      ...(containerStatuses ? { containerStatuses } : {}),
      ...(initContainerStatuses ? { initContainerStatuses } : {}),
    },
    triggers,
  };
}

function isContainerStarted(status: ContainerStatus, known: ProbeKnowledge): boolean {
  if (!status.state?.running) return false;
  const result = known.result("startup", bareContainerId(status.containerID));
  if (result !== undefined) return result === "success";
  if (!gateOn(known.gates, "ChangeContainerStatusOnKubeletRestart") && status.started) return true;
  return !known.hasWorker(status.name, "startup");
}

function isReady(
  pod: Pod,
  status: ContainerStatus,
  container: Container | undefined,
  known: ProbeKnowledge,
  triggers: string[],
): boolean {
  const running = status.state?.running;
  if (!running) return false;
  const result = known.result("readiness", bareContainerId(status.containerID));
  if (result === "success") return true;
  let ready = true;
  if (known.hasWorker(status.name, "readiness")) {
    ready = false;
    triggers.push(status.name);
  }
  if (gateOn(known.gates, "ChangeContainerStatusOnKubeletRestart") || !container) return ready;
  if (!startedBeforeKubelet(running.startedAt, known.kubeletStartedMs)) return ready;
  // Over a restart of the kubelet a ready container stays ready until a probe has said otherwise.
  if (result === undefined) ready = true;
  return ready && !(container.readinessProbe && !isConditionTrue(pod.status?.conditions, "Ready"));
}
