/** Restart policies of a pod and of its containers: who is started again after it ended. */
import type { Container, Pod, PodSpec, PodStatus } from "../../api/types.ts";
import type { ContainerStatusCri } from "../../cri/contract.ts";
import type { FeatureGates, RuntimePodStatus } from "../types.ts";

/** The parts of a container that restart rules look at; ephemeral containers have none of them. */
export type RestartableContainer = Pick<Container, "name" | "restartPolicy" | "restartPolicyRules">;
export type RestartRule = NonNullable<Container["restartPolicyRules"]>[number];

/** Newest instance of a container, as listings hold it: newest first (pkg/kubelet/container/runtime.go: FindContainerStatusByName). */
export function findContainerStatusByName(
  status: Pick<RuntimePodStatus, "containers">,
  name: string,
): ContainerStatusCri | undefined {
  return status.containers.find((c) => c.name === name);
}

/** First rule whose exit codes match, with its place in the list (pkg/api/v1/pod/util.go: FindMatchingContainerRestartRule). */
export function findMatchingRestartRule(
  container: RestartableContainer,
  exitCode: number,
): { rule: RestartRule; index: number } | undefined {
  const rules = container.restartPolicyRules ?? [];
  const index = rules.findIndex((rule) => {
    if (!rule.exitCodes) return false;
    const listed = (rule.exitCodes.values ?? []).includes(exitCode);
    if (rule.exitCodes.operator === "In") return listed;
    return rule.exitCodes.operator === "NotIn" && !listed;
  });
  return index < 0 ? undefined : { rule: rules[index] as RestartRule, index };
}

/**
 * Whether a container that ended with `exitCode` is started again: its own rules, then its own policy, then the
 * pod's, an unset policy being Always (pkg/api/v1/pod/util.go: ContainerShouldRestart).
 */
export function containerShouldRestart(
  container: RestartableContainer,
  podSpec: Pick<PodSpec, "restartPolicy">,
  exitCode: number,
  gates: FeatureGates = {},
): boolean {
  if (container.restartPolicy && gates["ContainerRestartRules"] !== false) {
    const action = findMatchingRestartRule(container, exitCode)?.rule.action;
    if (action === "Restart") return true;
    if (action === "RestartAllContainers" && gates["RestartAllContainersOnContainerExits"] !== false)
      return true;
    if (container.restartPolicy === "Always") return true;
    if (container.restartPolicy === "OnFailure") return exitCode !== 0;
    if (container.restartPolicy === "Never") return false;
  }
  if (podSpec.restartPolicy === "Never") return false;
  if (podSpec.restartPolicy === "OnFailure") return exitCode !== 0;
  return true;
}

/** Whether the spec lets a container ever be started again, whatever its exit code (pkg/api/v1/pod/util.go: IsContainerRestartable). */
export function isContainerRestartable(
  podSpec: Pick<PodSpec, "restartPolicy">,
  container: RestartableContainer,
): boolean {
  if (container.restartPolicy) {
    if (container.restartPolicyRules?.some((rule) => rule.action === "Restart")) return true;
    return container.restartPolicy !== "Never";
  }
  return podSpec.restartPolicy !== "Never";
}

/**
 * Whether a container is to be started, from the newest instance the runtime knows
 * (pkg/kubelet/container/helpers.go: ShouldContainerBeRestarted).
 */
export function shouldContainerBeRestarted(
  container: RestartableContainer,
  pod: Pick<Pod, "metadata" | "spec">,
  podStatus: Pick<RuntimePodStatus, "containers">,
  gates: FeatureGates = {},
): boolean {
  if (pod.metadata?.deletionTimestamp) return false;
  const status = findContainerStatusByName(podStatus, container.name);
  if (!status) return true;
  if (status.state === "running") return false;
  if (status.state !== "exited") return true;
  return containerShouldRestart(container, pod.spec ?? {}, status.exitCode ?? 0, gates);
}

/** Some container of the pod has a rule that restarts all of them (pkg/api/v1/pod/util.go: AllContainersCouldRestart). */
export function allContainersCouldRestart(
  podSpec: Pick<PodSpec, "initContainers" | "containers"> | undefined,
): boolean {
  return [...(podSpec?.initContainers ?? []), ...(podSpec?.containers ?? [])].some((c) =>
    c.restartPolicyRules?.some((rule) => rule.action === "RestartAllContainers"),
  );
}

/** An exit with this code restarts all containers of the pod. */
export function exitRestartsAllContainers(container: RestartableContainer, exitCode: number): boolean {
  return findMatchingRestartRule(container, exitCode)?.rule.action === "RestartAllContainers";
}

/**
 * All containers of the pod are to be restarted now: the API status says that it has begun, or an init or regular
 * container exited with such a rule (pkg/kubelet/container/helpers.go: ShouldAllContainersRestart).
 */
export function shouldAllContainersRestart(
  pod: Pick<Pod, "spec">,
  podStatus: Pick<RuntimePodStatus, "containers"> | undefined,
  apiStatus: PodStatus | undefined,
): boolean {
  if (apiStatus?.conditions?.some((c) => c.type === "AllContainersRestarting" && c.status === "True"))
    return true;
  const reported = new Map(
    [...(apiStatus?.initContainerStatuses ?? []), ...(apiStatus?.containerStatuses ?? [])].map((s) => [
      s.name,
      s,
    ]),
  );
  for (const container of [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]) {
    if (podStatus) {
      const status = findContainerStatusByName(podStatus, container.name);
      if (status?.state !== "exited") continue;
      if (exitRestartsAllContainers(container, status.exitCode ?? 0)) return true;
    }
    const terminated = reported.get(container.name)?.state?.terminated;
    if (terminated && exitRestartsAllContainers(container, terminated.exitCode)) return true;
  }
  return false;
}

/** No init or regular container is left in the runtime (pkg/kubelet/container/helpers.go: AllContainersRestartCleanedUp). */
export function allContainersRestartCleanedUp(
  pod: Pick<Pod, "spec">,
  podStatus: Pick<RuntimePodStatus, "containers">,
): boolean {
  return [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].every(
    (c) => !findContainerStatusByName(podStatus, c.name),
  );
}
