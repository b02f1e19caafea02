/** How much time the pods of which priority get when the machine goes down (pkg/kubelet/nodeshutdown/nodeshutdown_manager.go). */
import type { Ms } from "../../sim/types.ts";
import type { KubeletConfig, ShutdownGracePeriodByPodPriority } from "../contract.ts";
import type { Pod } from "../types.ts";

/** Priority of a pod without one, and the lowest of critical pods (pkg/apis/scheduling/types.go). */
const DEFAULT_PRIORITY = 0;
const SYSTEM_CRITICAL_PRIORITY = 2_000_000_000;

/** The two-phase settings as periods by priority: none where the feature is off or they contradict each other. */
export function migrateConfig(requestedMs: Ms, criticalPodsMs: Ms): ShutdownGracePeriodByPodPriority[] {
  const ordinaryMs = requestedMs - criticalPodsMs;
  if (requestedMs === 0 || ordinaryMs < 0 || criticalPodsMs < 0) return [];
  return [
    { priority: DEFAULT_PRIORITY, shutdownGracePeriodSeconds: Math.trunc(ordinaryMs / 1000) },
    { priority: SYSTEM_CRITICAL_PRIORITY, shutdownGracePeriodSeconds: Math.trunc(criticalPodsMs / 1000) },
  ];
}

/** Periods in force, lowest priority first; none: the feature is off (newPodManager, NewManager). */
export function shutdownPeriods(
  config: Pick<
    KubeletConfig,
    | "shutdownGracePeriodMs"
    | "shutdownGracePeriodCriticalPodsMs"
    | "shutdownGracePeriodByPodPriority"
    | "featureGates"
  >,
): readonly ShutdownGracePeriodByPodPriority[] {
  const { featureGates, shutdownGracePeriodByPodPriority: given } = config;
  if (featureGates["GracefulNodeShutdown"] === false) return [];
  const byPriority = featureGates["GracefulNodeShutdownBasedOnPodPriority"] !== false && given.length > 0;
  const periods = byPriority
    ? [...given]
    : migrateConfig(config.shutdownGracePeriodMs, config.shutdownGracePeriodCriticalPodsMs);
  return periods.sort((a, b) => a.priority - b.priority);
}

/** Time that a shutdown takes at most: what logind has to allow. */
export function periodRequested(periods: readonly ShutdownGracePeriodByPodPriority[]): Ms {
  return periods.reduce((sum, p) => sum + p.shutdownGracePeriodSeconds * 1000, 0);
}

export interface ShutdownGroup extends ShutdownGracePeriodByPodPriority {
  readonly pods: readonly Pod[];
}

/**
 * Pods by period, in the order given: a pod belongs to the highest priority that is not above its own, and to the lowest
 * there is where all are.
 *
 * @param periods lowest priority first, at least one
 */
export function groupByPriority(
  periods: readonly ShutdownGracePeriodByPodPriority[],
  pods: readonly Pod[],
): ShutdownGroup[] {
  const groups = periods.map((period) => ({ ...period, pods: [] as Pod[] }));
  for (const pod of pods) {
    const priority = pod.spec?.priority ?? 0;
    let index = groups.findIndex((group) => group.priority >= priority);
    if (index < 0) index = groups.length - 1;
    else if (index > 0 && (groups[index]?.priority ?? 0) > priority) index -= 1;
    groups[index]?.pods.push(pod);
  }
  return groups;
}

/** Seconds a pod of a group gets: its own grace period where that is not longer than the group's. */
export function gracePeriodOverride(pod: Pod, group: ShutdownGracePeriodByPodPriority): number {
  const own = pod.spec?.terminationGracePeriodSeconds;
  return own !== undefined && own <= group.shutdownGracePeriodSeconds
    ? own
    : group.shutdownGracePeriodSeconds;
}
