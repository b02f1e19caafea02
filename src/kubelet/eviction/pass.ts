/**
 * One pass of the eviction manager as values: what it sees, what it remembers, what it wants done
 * (pkg/kubelet/eviction/eviction_manager.go: synchronize).
 */
import type { Pod } from "../../api/types.ts";
import type { Ms } from "../../sim/types.ts";
import { isCriticalPod } from "../config/static.ts";
import { evictionMessage } from "./message.ts";
import {
  byEvictionPriority,
  type ConditionsObservedAt,
  getReclaimableThreshold,
  makeSignalObservations,
  mergeThresholds,
  nodeConditions,
  nodeConditionsLastObservedAt,
  nodeConditionsObservedSince,
  type ObservedAt,
  thresholdsFirstObservedAt,
  thresholdsMet,
  thresholdsMetGracePeriod,
  thresholdsUpdatedStats,
} from "./observations.ts";
import { rankFor } from "./ranking.ts";
import { isHard } from "./thresholds.ts";
import type {
  DiskLayout,
  NodePressure,
  Observations,
  StarvedResource,
  StatsOf,
  Summary,
  Threshold,
} from "./types.ts";

export interface EvictionConfig {
  readonly thresholds: readonly Threshold[];
  readonly pressureTransitionMs: Ms;
  readonly maxPodGracePeriodSeconds: number;
  readonly layout: DiskLayout;
}

/** What is kept from pass to pass. */
export interface EvictionMemory {
  readonly firstObserved: readonly ObservedAt[];
  readonly conditionsObserved: ConditionsObservedAt;
  readonly conditions: readonly NodePressure[];
  readonly met: readonly Threshold[];
  readonly lastObservations: Observations;
}

export const NOTHING_OBSERVED: EvictionMemory = {
  firstObserved: [],
  conditionsObserved: {},
  conditions: [],
  met: [],
  lastObservations: {},
};

export interface Seen {
  readonly memory: EvictionMemory;
  /** Thresholds that call for something to be done, in order of their detection. */
  readonly thresholds: readonly Threshold[];
  readonly observations: Observations;
}

/** Looks at the signals: the new memory, and the thresholds whose grace period is over and whose statistics are new. */
export function observe(config: EvictionConfig, memory: EvictionMemory, summary: Summary, now: Ms): Seen {
  const observations = makeSignalObservations(summary);
  const unresolved = thresholdsMet(memory.met, observations, true);
  const met = mergeThresholds(thresholdsMet(config.thresholds, observations, false), unresolved);
  const firstObserved = thresholdsFirstObservedAt(met, memory.firstObserved, now);
  const conditionsObserved = nodeConditionsLastObservedAt(
    nodeConditions(met),
    memory.conditionsObserved,
    now,
  );
  const due = thresholdsMetGracePeriod(firstObserved, now);
  return {
    memory: {
      firstObserved,
      conditionsObserved,
      conditions: nodeConditionsObservedSince(conditionsObserved, config.pressureTransitionMs, now),
      met: due,
      lastObservations: observations,
    },
    thresholds: thresholdsUpdatedStats(due, observations, memory.lastObservations),
    observations,
  };
}

/** What is to be reclaimed first. */
export function toReclaim(
  thresholds: readonly Threshold[],
): { readonly threshold: Threshold; readonly resource: StarvedResource } | undefined {
  return getReclaimableThreshold(byEvictionPriority(thresholds));
}

/** After a reclaim at the level of the node: nothing is short any more, whatever the grace periods. */
export function reclaimed(config: EvictionConfig, summary: Summary): boolean {
  return thresholdsMet(config.thresholds, makeSignalObservations(summary), true).length === 0;
}

export interface Eviction {
  readonly pod: Pod;
  readonly message: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly gracePeriodSeconds: number;
  /** Pressure of the node sets the condition DisruptionTarget, a limit of the pod's own does not. */
  readonly disruption: boolean;
}

/** Seconds left to a pod that has to go at once. */
export const IMMEDIATE_GRACE_PERIOD_SECONDS = 1;

/** The pod that goes for a threshold: the first in order that may be evicted at all. */
export function chooseVictim(
  config: EvictionConfig,
  { threshold, resource }: { readonly threshold: Threshold; readonly resource: StarvedResource },
  seen: Pick<Seen, "thresholds" | "observations">,
  pods: readonly Pod[],
  statsOf: StatsOf,
): Eviction | undefined {
  const ranked = rankFor(threshold.signal, config.layout)?.(pods, statsOf) ?? [];
  const pod = ranked.find((p) => !isCriticalPod(p));
  if (!pod) return undefined;
  const own = pod.spec?.terminationGracePeriodSeconds;
  const longest = config.maxPodGracePeriodSeconds;
  const soft = own === undefined ? longest : Math.min(longest, own);
  const { message, annotations } = evictionMessage(
    resource,
    pod,
    statsOf(pod),
    byEvictionPriority(seen.thresholds),
    seen.observations,
  );
  return {
    pod,
    message,
    annotations,
    gracePeriodSeconds: isHard(threshold) ? IMMEDIATE_GRACE_PERIOD_SECONDS : soft,
    disruption: true,
  };
}
