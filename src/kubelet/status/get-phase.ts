/** The phase of a pod from its spec and its containers' statuses (pkg/kubelet/kubelet_pods.go: getPhase). */
import type { Container, ContainerStateTerminated, ContainerStatus, Pod, PodSpec } from "../../api/types.ts";
import { containerShouldRestart } from "../kuberuntime/should-restart.ts";
import { type FeatureGates, isSidecar } from "../types.ts";
import { gateOn, getContainerStatus, isStaticPod } from "./lookup.ts";

export type PodPhase = "Pending" | "Running" | "Succeeded" | "Failed";

/** Waiting and terminated reason of containers that an in-place restart of the pod removed. */
export const RESTARTING_ALL_CONTAINERS = "RestartingAllContainers";

export interface PhaseInput {
  readonly pod: Pod;
  /** Statuses of init and regular containers, in any order. */
  readonly statuses: readonly ContainerStatus[];
  /** The pod worker says that nothing of it will run again. */
  readonly podIsTerminal: boolean;
  /** A regular container exists in the present sandbox. */
  readonly podHasInitialized: boolean;
  readonly gates?: FeatureGates;
}

interface InitCount {
  pending: number;
  failed: number;
  failedForGood: number;
}

interface Count {
  pendingSidecars: number;
  unknown: number;
  running: number;
  waiting: number;
  stopped: number;
  stoppedForGood: number;
  succeeded: number;
}

export function getPhase(input: PhaseInput): PodPhase {
  const { pod, podIsTerminal, podHasInitialized, gates } = input;
  const policy = pod.spec?.restartPolicy ?? "Always";
  const init = countInit(input);
  const count = countRunnable(input);
  const rules = gateOn(gates, "ContainerRestartRules");

  if (rules ? init.failedForGood > 0 : init.failed > 0 && policy === "Never") return "Failed";
  // A sidecar that restarts does not put an initialized pod back to Pending.
  if (init.pending > 0 || (count.pendingSidecars > 0 && !podHasInitialized)) return "Pending";
  if (count.waiting > 0) return "Pending";
  if (count.unknown > 0) return "Pending";
  if (count.running > 0) return "Running";
  if (count.stopped === 0) return "Pending";

  const allSucceeded = count.stopped === count.succeeded;
  if (podIsTerminal && !isStaticPod(pod)) return allSucceeded ? "Succeeded" : "Failed";
  if (rules) {
    if (count.stopped !== count.stoppedForGood) return "Running";
    return allSucceeded ? "Succeeded" : "Failed";
  }
  if (policy === "Always") return "Running";
  if (allSucceeded) return "Succeeded";
  return policy === "Never" ? "Failed" : "Running";
}

function countInit({ pod, statuses, gates }: PhaseInput): InitCount {
  const count: InitCount = { pending: 0, failed: 0, failedForGood: 0 };
  for (const container of pod.spec?.initContainers ?? []) {
    if (isSidecar(container)) continue;
    const status = getContainerStatus(statuses, container.name);
    const state = status?.state;
    const ended = state?.running
      ? undefined
      : (state?.terminated ?? (state?.waiting ? status?.lastState?.terminated : undefined));
    if (!ended) {
      count.pending++;
    } else if (ended.exitCode !== 0) {
      count.failed++;
      if (!restartable(container, pod.spec, ended, gates)) count.failedForGood++;
    }
  }
  return count;
}

function countRunnable({ pod, statuses, gates }: PhaseInput): Count {
  const count: Count = {
    pendingSidecars: 0,
    unknown: 0,
    running: 0,
    waiting: 0,
    stopped: 0,
    stoppedForGood: 0,
    succeeded: 0,
  };
  for (const container of pod.spec?.initContainers ?? []) {
    if (!isSidecar(container)) continue;
    const status = getContainerStatus(statuses, container.name);
    const state = status?.state;
    if (!status) {
      count.unknown++;
    } else if (state?.running) {
      if (!status.started) count.pendingSidecars++;
      count.running++;
    } else if (state?.terminated) {
      // Ended sidecars do not matter for the phase.
    } else if (state?.waiting) {
      if (!status.lastState?.terminated) {
        count.pendingSidecars++;
        count.waiting++;
      }
    } else {
      count.pendingSidecars++;
      count.unknown++;
    }
  }
  for (const container of pod.spec?.containers ?? []) {
    const status = getContainerStatus(statuses, container.name);
    const state = status?.state;
    if (state?.running) {
      count.running++;
    } else if (state?.terminated) {
      count.stopped++;
      if (!restartable(container, pod.spec, state.terminated, gates)) count.stoppedForGood++;
      if (state.terminated.exitCode === 0) count.succeeded++;
    } else if (state?.waiting) {
      const last = status?.lastState?.terminated;
      if (last) {
        count.stopped++;
        if (!restartable(container, pod.spec, last, gates)) count.stoppedForGood++;
      } else {
        count.waiting++;
      }
    } else {
      count.unknown++;
    }
  }
  return count;
}

function restartable(
  container: Container,
  spec: PodSpec | undefined,
  ended: ContainerStateTerminated,
  gates: FeatureGates | undefined,
): boolean {
  if (containerShouldRestart(container, spec ?? { containers: [] }, ended.exitCode, gates)) return true;
  return gateOn(gates, "RestartAllContainersOnContainerExits") && ended.reason === RESTARTING_ALL_CONTAINERS;
}
