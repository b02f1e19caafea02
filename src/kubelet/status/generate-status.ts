/** What the kubelet reports of a pod (pkg/kubelet/kubelet_pods.go: generateAPIPodStatus). */
import type { Container, Pod, PodCondition, PodStatus } from "../../api/types.ts";
import { podSandboxChanged } from "../kuberuntime/sandbox-changed.ts";
import { allContainersCouldRestart, shouldAllContainersRestart } from "../kuberuntime/should-restart.ts";
import type { FeatureGates, RuntimePodStatus, StartError } from "../types.ts";
import {
  generateAllContainersRestartingCondition,
  generateContainersReadyCondition,
  generatePodInitializedCondition,
  generatePodReadyCondition,
  generatePodReadyToStartContainersCondition,
  generatePodScheduledCondition,
} from "./conditions.ts";
import { type ContainerStatusesInput, convertToAPIContainerStatuses } from "./container-statuses.ts";
import type { ActualResources } from "./convert-container.ts";
import { getPhase } from "./get-phase.ts";
import {
  gateOn,
  getCondition,
  isPodPhaseTerminal,
  podConditionByKubelet,
  replaceOrAppendCondition,
} from "./lookup.ts";

export interface GenerateStatusInput {
  readonly pod: Pod;
  readonly runtime: RuntimePodStatus;
  /** Status in the status manager; absent: the pod's own. */
  readonly held: PodStatus | undefined;
  readonly podIsTerminal: boolean;
  readonly startError: (container: string) => StartError | undefined;
  readonly stamp: (atMs: number) => string;
  /** Sets `ready` and `started` (prober). */
  readonly updatePodStatus: (status: PodStatus) => PodStatus;
  /** A reason to end the pod that has come up (active deadline). */
  readonly shouldEvict?: () => { reason: string; message: string } | undefined;
  /** Addresses of the node, the first of the family that comes first. */
  readonly nodeIPs: readonly string[];
  readonly qosClass: string;
  readonly resizeConditions?: readonly PodCondition[];
  /** Resources of the pod as a whole. */
  readonly podResources?: Pick<PodStatus, "resources" | "allocatedResources">;
  readonly runtimeName?: string;
  readonly actualResources?: (containerId: string) => ActualResources | undefined;
  readonly gates?: FeatureGates;
}

export interface GeneratedStatus {
  readonly status: PodStatus;
  /** The API has a terminal phase and the kubelet came to another: refused. */
  readonly illegalPhase?: string;
}

/** The status as far as it does not depend on probes. */
export interface BeforeProbes {
  readonly status: PodStatus;
  readonly illegalPhase?: string;
}

export function generateAPIPodStatus(input: GenerateStatusInput): GeneratedStatus {
  const { status, illegalPhase } = beforeProbes(input);
  return {
    status: withConditions(input, input.updatePodStatus(status)),
    ...(illegalPhase ? { illegalPhase } : {}),
  };
}

/** Container statuses, addresses and phase. */
export function beforeProbes(input: GenerateStatusInput): BeforeProbes {
  const { pod, runtime, gates } = input;
  const api = pod.status ?? {};
  const old = input.held ?? api;
  const status = convertStatusToAPIStatus(input, old);
  const all = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
  let phase: string = getPhase({
    pod,
    statuses: all,
    podIsTerminal: input.podIsTerminal,
    podHasInitialized: hasAnyActiveRegularContainerStarted(pod, runtime),
    ...(gates ? { gates } : {}),
  });
  // A terminal phase is never left.
  if (!isPodPhaseTerminal(phase)) {
    if (isPodPhaseTerminal(old.phase)) phase = old.phase as string;
    else if (isPodPhaseTerminal(api.phase)) phase = api.phase as string;
  }
  let reason = phase === old.phase ? old.reason || api.reason : undefined;
  let message = phase === old.phase ? old.message || api.message : undefined;
  const evict = input.shouldEvict?.();
  if (evict) {
    phase = "Failed";
    reason = evict.reason;
    message = evict.message;
  }
  let illegalPhase: string | undefined;
  if (isPodPhaseTerminal(api.phase) && phase !== api.phase) {
    illegalPhase = phase;
    phase = api.phase as string;
  }
  return {
    status: { ...status, phase, ...(reason ? { reason } : {}), ...(message ? { message } : {}) },
    ...(illegalPhase ? { illegalPhase } : {}),
  };
}

/** The conditions that follow, and the node's addresses. */
export function withConditions(input: GenerateStatusInput, status: PodStatus): PodStatus {
  const old = input.held ?? input.pod.status ?? {};
  return { ...status, conditions: conditionsOf(input, old, status), ...addresses(input, status) };
}

/** A regular container exists in the newest sandbox that is ready: init containers are done with. */
export function hasAnyActiveRegularContainerStarted(pod: Pod, runtime: RuntimePodStatus): boolean {
  const newest = runtime.sandboxes[0];
  if (newest?.state !== "READY") return false;
  const names = new Set(pod.spec?.containers?.map((c) => c.name));
  return runtime.containers.some((c) => c.sandboxId === newest.id && names.has(c.name));
}

function convertStatusToAPIStatus(input: GenerateStatusInput, old: PodStatus): PodStatus {
  const { pod, runtime, gates } = input;
  const podIPs = sortPodIPs(runtime.ips, input.nodeIPs);
  const init = pod.spec?.initContainers ?? [];
  const podRestarting =
    gateOn(gates, "RestartAllContainersOnContainerExits") && shouldAllContainersRestart(pod, runtime, old);
  const shared: Omit<ContainerStatusesInput, "previous" | "containers" | "isInitContainer"> = {
    pod,
    runtime,
    hasInitContainers: init.length > 0,
    podRestarting,
    startError: input.startError,
    stamp: input.stamp,
    ...(input.runtimeName === undefined ? {} : { runtimeName: input.runtimeName }),
    ...(input.actualResources ? { actualResources: input.actualResources } : {}),
    ...(gates ? { gates } : {}),
  };
  const convert = (
    containers: readonly Container[],
    previous: PodStatus["containerStatuses"],
    isInitContainer: boolean,
  ) => convertToAPIContainerStatuses({ ...shared, containers, previous: previous ?? [], isInitContainer });
  const ephemeral = (pod.spec?.ephemeralContainers ?? []) as readonly Container[];
  return {
    ...(podIPs.length > 0 ? { podIP: podIPs[0], podIPs: podIPs.map((ip) => ({ ip })) } : {}),
    qosClass: input.qosClass,
    containerStatuses: convert(pod.spec?.containers ?? [], old.containerStatuses, false),
    ...(init.length > 0 ? { initContainerStatuses: convert(init, old.initContainerStatuses, true) } : {}),
    ...(ephemeral.length > 0
      ? { ephemeralContainerStatuses: convert(ephemeral, old.ephemeralContainerStatuses, false) }
      : {}),
    ...input.podResources,
  } as PodStatus;
}

/** Others' conditions first, then the kubelet's own in upstream's order. */
function conditionsOf(input: GenerateStatusInput, old: PodStatus, status: PodStatus): PodCondition[] {
  const { pod, runtime, gates } = input;
  const phase = status.phase;
  let conditions: PodCondition[] = (pod.status?.conditions ?? []).filter(
    (c) => !podConditionByKubelet(c.type),
  );
  if (!input.podIsTerminal) conditions.push(...(input.resizeConditions ?? []));
  const disruption = getCondition(old.conditions, "DisruptionTarget");
  if (disruption) conditions = replaceOrAppendCondition(conditions, disruption);
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  conditions.push(
    generatePodReadyToStartContainersCondition(pod, podSandboxChanged(pod, runtime).changed),
    generatePodInitializedCondition(pod, old, all, phase, gates),
  );
  conditions.push(
    generatePodReadyCondition(pod, conditions, all, phase),
    generateContainersReadyCondition(pod, all, phase),
  );
  conditions.push(generatePodScheduledCondition(pod));
  if (gateOn(gates, "RestartAllContainersOnContainerExits") && allContainersCouldRestart(pod.spec)) {
    conditions.push(generateAllContainersRestartingCondition(pod, runtime, old, phase));
  }
  return conditions;
}

function isIPv6(ip: string): boolean {
  return ip.includes(":");
}

/** One address of each family, that of the node's first address first (sortPodIPs). */
export function sortPodIPs(ips: readonly string[], nodeIPs: readonly string[]): string[] {
  const firstIsV6 = nodeIPs[0] !== undefined && isIPv6(nodeIPs[0]);
  const pick = (v6: boolean) => ips.find((ip) => ip !== "" && isIPv6(ip) === v6);
  return [pick(firstIsV6), pick(!firstIsV6)].filter((ip) => ip !== undefined);
}

function addresses(input: GenerateStatusInput, status: PodStatus): Partial<PodStatus> {
  const [hostIP, second] = input.nodeIPs;
  if (hostIP === undefined) return {};
  const out: Partial<PodStatus> = { hostIP, hostIPs: input.nodeIPs.slice(0, 2).map((ip) => ({ ip })) };
  if (!input.pod.spec?.hostNetwork) return out;
  let podIPs = status.podIPs ?? [];
  if (!status.podIP) podIPs = [{ ip: hostIP }];
  if (second !== undefined && podIPs.length === 1 && isIPv6(podIPs[0]?.ip ?? "") !== isIPv6(second))
    podIPs = [...podIPs, { ip: second }];
  return { ...out, podIP: podIPs[0]?.ip ?? hostIP, podIPs };
}
