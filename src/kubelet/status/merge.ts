/** What the kubelet knows, put together with what the API has (pkg/kubelet/status/status_manager.go: mergePodStatus). */
import type { Pod, PodCondition, PodStatus } from "../../api/types.ts";
import {
  generateContainersReadyConditionForTerminalPhase,
  generatePodReadyConditionForTerminalPhase,
} from "./conditions.ts";
import {
  getCondition,
  isConditionTrue,
  isPodPhaseTerminal,
  podConditionByKubelet,
  podConditionSharedByKubelet,
  replaceOrAppendCondition,
} from "./lookup.ts";

/** Statuses that others write and the kubelet passes through. */
const FOREIGN_FIELDS = [
  "resourceClaimStatuses",
  "extendedResourceClaimStatus",
  "nodeAllocatableResourceClaimStatuses",
] as const;

/** Sets a condition; its time moves when its status does (podutil.UpdatePodCondition). */
export function updatePodCondition(
  conditions: readonly PodCondition[],
  condition: PodCondition,
  now: string,
): PodCondition[] {
  const old = getCondition(conditions, condition.type);
  const lastTransitionTime = old && old.status === condition.status ? old.lastTransitionTime : now;
  return replaceOrAppendCondition(conditions, {
    ...condition,
    ...(lastTransitionTime ? { lastTransitionTime } : {}),
  });
}

/**
 * @param old status in the API
 * @param next status the kubelet computed
 * @param couldHaveRunningContainers containers of the pod may still run: a terminal phase waits
 * @param now RFC 3339
 */
export function mergePodStatus(
  pod: Pod,
  old: PodStatus,
  next: PodStatus,
  couldHaveRunningContainers: boolean,
  now: string,
): PodStatus {
  const becomesTerminal = !isPodPhaseTerminal(old.phase) && isPodPhaseTerminal(next.phase);
  let conditions: PodCondition[] = (old.conditions ?? []).filter((c) => !podConditionByKubelet(c.type));
  for (const c of next.conditions ?? []) {
    if (podConditionByKubelet(c.type)) conditions.push(c);
    else if (podConditionSharedByKubelet(c.type) && becomesTerminal && !couldHaveRunningContainers) {
      const before = getCondition(old.conditions, c.type);
      const lastTransitionTime = before && before.status === c.status ? before.lastTransitionTime : now;
      conditions = replaceOrAppendCondition(conditions, {
        ...c,
        ...(lastTransitionTime ? { lastTransitionTime } : {}),
      });
    }
  }
  const merged: Record<string, unknown> = { ...next };
  for (const field of FOREIGN_FIELDS) {
    const kept = (old as Record<string, unknown>)[field];
    if (kept === undefined) delete merged[field];
    else merged[field] = kept;
  }
  if (becomesTerminal && couldHaveRunningContainers) {
    for (const field of ["phase", "reason", "message"] as const) {
      if (old[field] === undefined) delete merged[field];
      else merged[field] = old[field];
    }
  }
  const phase = merged["phase"] as string | undefined;
  if (
    isPodPhaseTerminal(phase) &&
    (isConditionTrue(conditions, "Ready") || isConditionTrue(conditions, "ContainersReady"))
  ) {
    conditions = updatePodCondition(
      conditions,
      generateContainersReadyConditionForTerminalPhase(pod, phase),
      now,
    );
    conditions = updatePodCondition(conditions, generatePodReadyConditionForTerminalPhase(pod, phase), now);
  }
  return { ...merged, conditions } as PodStatus;
}
