/** The eviction subresource: a deletion that disruption budgets may refuse (pkg/registry/core/pod/storage/eviction.go). */

import type { ApiResult } from "../contract.ts";
import { labelSelectorMatches } from "../label-selectors.ts";
import type { Pod, PodDisruptionBudget } from "../types.ts";
import type { Store } from "./store.ts";

/** Pods that are no part of a budget's reckoning any more, or not yet. */
function ignoresBudget(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return (
    phase === "Succeeded" ||
    phase === "Failed" ||
    phase === "Pending" ||
    pod.metadata?.deletionTimestamp !== undefined
  );
}

const refused = (code: number, reason: string, message: string, details?: unknown): ApiResult<never> => ({
  ok: false,
  error: { code, reason, message, ...(details === undefined ? {} : { details }) },
});

/** The refusal of an eviction; null where the pod may go. A budget that is used is written back. */
export function checkEviction(store: Store, pod: Pod): ApiResult<never> | null {
  if (ignoresBudget(pod)) return null;
  const budgets = store
    .list<PodDisruptionBudget>("PodDisruptionBudget", pod.metadata?.namespace)
    .filter((b) => labelSelectorMatches(b.spec?.selector, pod.metadata?.labels));
  if (budgets.length > 1) {
    return refused(
      500,
      "InternalError",
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    );
  }
  const budget = budgets[0];
  if (!budget) return null;
  const { status } = budget;
  const ready = pod.status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") ?? false;
  const healthyEnough =
    (status?.currentHealthy ?? 0) >= (status?.desiredHealthy ?? 0) && (status?.desiredHealthy ?? 0) > 0;
  if (!ready && (budget.spec?.unhealthyPodEvictionPolicy === "AlwaysAllow" || healthyEnough)) return null;
  const allowed = status?.disruptionsAllowed ?? 0;
  if (allowed <= 0) {
    const name = budget.metadata?.name ?? "";
    const message = `The disruption budget ${name} needs ${status?.desiredHealthy ?? 0} healthy pods and has ${status?.currentHealthy ?? 0} currently`;
    const details = { causes: [{ reason: "DisruptionBudget", message }] };
    return refused(
      429,
      "TooManyRequests",
      "Cannot evict pod as it would violate the pod's disruption budget.",
      details,
    );
  }
  store.put("PodDisruptionBudget", {
    ...budget,
    status: { ...status, disruptionsAllowed: allowed - 1 },
  } as PodDisruptionBudget);
  return null;
}
