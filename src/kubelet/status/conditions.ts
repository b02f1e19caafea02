/** The conditions of a pod that the kubelet computes (pkg/kubelet/status/generate.go). */
import type { Container, ContainerStatus, Pod, PodCondition, PodStatus } from "../../api/types.ts";
import { allContainersRestartCleanedUp, shouldAllContainersRestart } from "../kuberuntime/should-restart.ts";
import { type FeatureGates, isSidecar, type RuntimePodStatus } from "../types.ts";
import { gateOn, getCondition, getContainerStatus, isConditionTrue } from "./lookup.ts";

type Statuses = readonly ContainerStatus[] | null | undefined;

function condition(
  pod: Pod,
  type: string,
  status: "True" | "False",
  reason?: string,
  message?: string,
): PodCondition {
  const generation = pod.metadata?.generation;
  return {
    type,
    status,
    ...(generation ? { observedGeneration: generation } : {}),
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
  };
}

/** Go prints a list as `[a b]`. */
function list(names: readonly string[]): string {
  return `[${names.join(" ")}]`;
}

function joinUnready(unknown: readonly string[], others: readonly string[], word: string): string {
  const parts: string[] = [];
  if (unknown.length > 0) parts.push(`containers with unknown status: ${list(unknown)}`);
  if (others.length > 0) parts.push(`containers with ${word} status: ${list(others)}`);
  return parts.join(", ");
}

function terminalReason(phase: string | undefined): string | undefined {
  if (phase === "Failed") return "PodFailed";
  return phase === "Succeeded" ? "PodCompleted" : undefined;
}

/** ContainersReady of a pod that ended: False, `PodFailed` or `PodCompleted`. */
export function generateContainersReadyConditionForTerminalPhase(
  pod: Pod,
  phase: string | undefined,
): PodCondition {
  return condition(pod, "ContainersReady", "False", terminalReason(phase));
}

/** Ready of a pod that ended. */
export function generatePodReadyConditionForTerminalPhase(pod: Pod, phase: string | undefined): PodCondition {
  return condition(pod, "Ready", "False", terminalReason(phase));
}

/** True when sidecars and regular containers are all ready. `statuses` null: nothing is known of any. */
export function generateContainersReadyCondition(
  pod: Pod,
  statuses: Statuses,
  phase: string | undefined,
): PodCondition {
  if (!statuses) return condition(pod, "ContainersReady", "False", "UnknownContainerStatuses");
  const unknown: string[] = [];
  const unready: string[] = [];
  const counted = [...(pod.spec?.initContainers ?? []).filter(isSidecar), ...(pod.spec?.containers ?? [])];
  for (const container of counted) {
    const status = getContainerStatus(statuses, container.name);
    if (!status) unknown.push(container.name);
    else if (!status.ready) unready.push(container.name);
  }
  if ((phase === "Succeeded" && unknown.length === 0) || phase === "Failed") {
    return generateContainersReadyConditionForTerminalPhase(pod, phase);
  }
  const message = joinUnready(unknown, unready, "unready");
  if (message) return condition(pod, "ContainersReady", "False", "ContainersNotReady", message);
  return condition(pod, "ContainersReady", "True");
}

/** True when all containers are ready and every readiness gate's condition is True. */
export function generatePodReadyCondition(
  pod: Pod,
  conditions: readonly PodCondition[],
  statuses: Statuses,
  phase: string | undefined,
): PodCondition {
  const containers = generateContainersReadyCondition(pod, statuses, phase);
  if (containers.status !== "True") return { ...containers, type: "Ready" };
  const unmet: string[] = [];
  for (const gate of pod.spec?.readinessGates ?? []) {
    const found = getCondition(conditions, gate.conditionType);
    if (!found)
      unmet.push(`corresponding condition of pod readiness gate "${gate.conditionType}" does not exist.`);
    else if (found.status !== "True")
      unmet.push(
        `the status of pod readiness gate "${gate.conditionType}" is not "True", but ${found.status}`,
      );
  }
  if (unmet.length > 0) return condition(pod, "Ready", "False", "ReadinessGatesNotReady", unmet.join(", "));
  return condition(pod, "Ready", "True");
}

function initialized(container: Container, status: ContainerStatus): boolean {
  return isSidecar(container) ? status.started === true : status.ready === true;
}

/** True once a regular container runs or ran (pkg/kubelet/container: HasAnyRegularContainerStarted). */
export function hasAnyRegularContainerStarted(pod: Pod, statuses: Statuses): boolean {
  const names = new Set(pod.spec?.containers?.map((c) => c.name));
  return (statuses ?? []).some((s) => names.has(s.name) && (s.state?.running || s.state?.terminated));
}

/** True when every init container did its part; once True it stays so over an in-place restart of the pod. */
export function generatePodInitializedCondition(
  pod: Pod,
  old: PodStatus | undefined,
  statuses: Statuses,
  phase: string | undefined,
  gates?: FeatureGates,
): PodCondition {
  const init = pod.spec?.initContainers ?? [];
  if (!statuses && init.length > 0) return condition(pod, "Initialized", "False", "UnknownContainerStatuses");
  const unknown: string[] = [];
  const incomplete: string[] = [];
  for (const container of init) {
    const status = getContainerStatus(statuses, container.name);
    if (!status) unknown.push(container.name);
    else if (!initialized(container, status)) incomplete.push(container.name);
  }
  if (phase === "Succeeded" && unknown.length === 0)
    return condition(pod, "Initialized", "True", "PodCompleted");
  if (hasAnyRegularContainerStarted(pod, statuses)) return condition(pod, "Initialized", "True");
  const message = joinUnready(unknown, incomplete, "incomplete");
  if (!message) return condition(pod, "Initialized", "True");
  if (
    gateOn(gates, "RestartAllContainersOnContainerExits") &&
    isConditionTrue(old?.conditions, "Initialized")
  ) {
    return condition(pod, "Initialized", "True");
  }
  return condition(pod, "Initialized", "False", "ContainersNotInitialized", message);
}

/** True while the pod has a sandbox with a network, that is, while no new one is needed. */
export function generatePodReadyToStartContainersCondition(
  pod: Pod,
  newSandboxNeeded: boolean,
): PodCondition {
  return condition(pod, "PodReadyToStartContainers", newSandboxNeeded ? "False" : "True");
}

/** True from the exit that asks for a restart of the whole pod until all its containers are removed. */
export function generateAllContainersRestartingCondition(
  pod: Pod,
  runtime: RuntimePodStatus,
  old: PodStatus | undefined,
  phase: string | undefined,
): PodCondition {
  const type = "AllContainersRestarting";
  const ended = terminalReason(phase);
  if (ended) return { type, status: "False", reason: ended };
  if (!shouldAllContainersRestart(pod, runtime, old) || allContainersRestartCleanedUp(pod, runtime))
    return { type, status: "False" };
  return {
    type,
    status: "True",
    reason: "RestartAllContainersStarted",
    message: "container exited with restart policy rule",
  };
}

/** PodScheduled, which the kubelet re-asserts, for static pods too. */
export function generatePodScheduledCondition(pod: Pod): PodCondition {
  return condition(pod, "PodScheduled", "True");
}

/** A readiness gate's condition changed in the API, so Ready has to be worked out anew (NeedToReconcilePodReadiness). */
export function needToReconcilePodReadiness(pod: Pod): boolean {
  if (!pod.spec?.readinessGates?.length) return false;
  const present = getCondition(pod.status?.conditions, "Ready");
  if (!present) return false;
  const due = generatePodReadyCondition(
    pod,
    pod.status?.conditions ?? [],
    pod.status?.containerStatuses,
    pod.status?.phase,
  );
  return present.status !== due.status || (present.message ?? "") !== (due.message ?? "");
}
