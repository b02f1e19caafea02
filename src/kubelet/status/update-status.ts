/**
 * Taking a new status into the status manager's cache: which are refused, which change nothing, and what the stored
 * one looks like (pkg/kubelet/status/status_manager.go: updateStatusInternal).
 */
import type { ContainerStatus, Pod, PodSpec, PodStatus } from "../../api/types.ts";
import type { Ms } from "../../sim/types.ts";
import { allContainersCouldRestart, containerShouldRestart } from "../kuberuntime/should-restart.ts";
import { type FeatureGates, isSidecar } from "../types.ts";
import { containerByIndex, gateOn, getCondition, isStaticPod } from "./lookup.ts";
import { normalizeStatus } from "./normalize.ts";
import { isPodStatusByKubeletEqual } from "./status-equal.ts";

/** A status in the cache. */
export interface VersionedPodStatus {
  readonly status: PodStatus;
  /** From 1, one more with each change. */
  readonly version: number;
  readonly podName: string;
  readonly podNamespace: string;
  /** TerminatePod has run. */
  readonly podIsFinished: boolean;
  /** Virtual ms of the first change that was not sent yet. */
  readonly at: Ms;
}

export interface UpdateStatusInput {
  readonly pod: Pod;
  readonly status: PodStatus;
  readonly cached: VersionedPodStatus | undefined;
  /** Mirror pod of a static pod. */
  readonly mirror?: Pod;
  readonly force: boolean;
  readonly podIsFinished: boolean;
  /** RFC 3339 and virtual ms of now. */
  readonly now: string;
  readonly nowMs: Ms;
  readonly gates?: FeatureGates;
}

export type UpdateStatusResult =
  | { readonly kind: "changed"; readonly entry: VersionedPodStatus }
  | { readonly kind: "same" }
  | { readonly kind: "illegal"; readonly error: string };

/** Conditions whose lastTransitionTime moves with their status. */
const TIMED_CONDITIONS: ReadonlySet<string> = new Set([
  "ContainersReady",
  "Ready",
  "Initialized",
  "PodReadyToStartContainers",
  "PodScheduled",
  "DisruptionTarget",
  "AllContainersRestarting",
]);

export function updateStatusInternal(input: UpdateStatusInput): UpdateStatusResult {
  const { pod, cached, now } = input;
  const old: PodStatus = cached?.status ?? input.mirror?.status ?? pod.status ?? {};
  // A pod that finished stays finished.
  const podIsFinished = input.podIsFinished || (!isStaticPod(pod) && cached?.podIsFinished === true);
  const error = checkContainerStateTransition(old, input.status, pod.spec, input.gates);
  if (error) return { kind: "illegal", error };

  const observed = Math.max(old.observedGeneration ?? 0, input.status.observedGeneration ?? 0);
  const status = normalizeStatus(pod, {
    ...input.status,
    conditions: (input.status.conditions ?? []).map((c) => {
      if (!TIMED_CONDITIONS.has(c.type)) return c;
      const before = getCondition(old.conditions, c.type);
      if (!before || before.status !== c.status) return { ...c, lastTransitionTime: now };
      const { lastTransitionTime: _, ...rest } = c;
      return {
        ...rest,
        ...(before.lastTransitionTime ? { lastTransitionTime: before.lastTransitionTime } : {}),
      };
    }),
    startTime: old.startTime ?? input.status.startTime ?? now,
    ...(observed > 0 ? { observedGeneration: observed } : {}),
  });
  if (cached && !input.force && isPodStatusByKubeletEqual(cached.status, status)) return { kind: "same" };
  return {
    kind: "changed",
    entry: {
      status,
      version: (cached?.version ?? 0) + 1,
      podName: pod.metadata?.name ?? "",
      podNamespace: pod.metadata?.namespace ?? "",
      podIsFinished,
      at: cached?.at ?? input.nowMs,
    },
  };
}

/** A terminated container must not look alive again unless something may restart it; the text of the error if so. */
export function checkContainerStateTransition(
  old: PodStatus,
  next: PodStatus,
  spec: PodSpec | undefined,
  gates?: FeatureGates,
): string | undefined {
  if (!spec || spec.restartPolicy === "Always") return undefined;
  if (gateOn(gates, "RestartAllContainersOnContainerExits") && allContainersCouldRestart(spec))
    return undefined;
  const mayLeave = (status: ContainerStatus, containers: PodSpec["containers"]): boolean => {
    const ended = status.state?.terminated;
    if (!ended) return true;
    if (ended.exitCode !== 0 && spec.restartPolicy === "OnFailure") return true;
    if (!gateOn(gates, "ContainerRestartRules")) return false;
    return containers.some(
      (c) => c.name === status.name && containerShouldRestart(c, spec, ended.exitCode, gates),
    );
  };
  const alive = (name: string, list: readonly ContainerStatus[] | undefined): boolean =>
    (list ?? []).some((s) => s.name === name && !s.state?.terminated);

  for (const before of old.containerStatuses ?? []) {
    if (!mayLeave(before, spec.containers ?? []) && alive(before.name, next.containerStatuses)) {
      return `terminated container ${before.name} attempted illegal transition to non-terminated state`;
    }
  }
  for (const [i, before] of (old.initContainerStatuses ?? []).entries()) {
    const container = containerByIndex(spec.initContainers, old.initContainerStatuses ?? [], i);
    if (!container) return `found mismatch between pod spec and status, container: ${before.name}`;
    if (isSidecar(container)) continue;
    if (!mayLeave(before, spec.initContainers ?? []) && alive(before.name, next.initContainerStatuses)) {
      return `terminated init container ${before.name} attempted illegal transition to non-terminated state`;
    }
  }
  return undefined;
}
