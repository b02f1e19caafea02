/** Exponential back-off by key, as plain values (client-go util/flowcontrol/backoff.go), and the crash-loop back-off. */
import { formatDuration } from "../../api/duration.ts";
import type { Container, Pod } from "../../api/types.ts";
import type { Ms } from "../../sim/types.ts";
import type { FeatureGates, RuntimePodStatus, StartError } from "../types.ts";
import { formatPod } from "../types.ts";
import { fnv64a } from "./fnv64.ts";

export interface BackoffEntry {
  readonly backoffMs: Ms;
  readonly lastUpdateMs: Ms;
}

export interface BackoffConfig {
  readonly initialMs: Ms;
  readonly maxMs: Ms;
  /** Replaces the rule that an entry expires when it is older than twice the maximum. */
  readonly hasExpired?: (sinceUpdateMs: Ms) => boolean;
}

/** The entry is so old that the next failure starts over. */
export function hasExpired(config: BackoffConfig, entry: BackoffEntry, eventMs: Ms): boolean {
  const since = eventMs - entry.lastUpdateMs;
  return config.hasExpired ? config.hasExpired(since) : since > 2 * config.maxMs;
}

/** One more failure at `eventMs`: the initial delay, or twice the last one up to the maximum. */
export function nextBackoff(
  config: BackoffConfig,
  entry: BackoffEntry | undefined,
  eventMs: Ms,
  nowMs: Ms,
): BackoffEntry {
  const backoffMs =
    !entry || hasExpired(config, entry, eventMs)
      ? config.initialMs
      : Math.min(entry.backoffMs * 2, config.maxMs);
  return { backoffMs, lastUpdateMs: nowMs };
}

/** Less than the delay has passed since `eventMs`. */
export function isInBackOffSince(
  config: BackoffConfig,
  entry: BackoffEntry | undefined,
  eventMs: Ms,
  nowMs: Ms,
): boolean {
  if (!entry || hasExpired(config, entry, eventMs)) return false;
  return nowMs - eventMs < entry.backoffMs;
}

/** Less than the delay has passed between the entry's last update and `eventMs`. */
export function isInBackOffSinceUpdate(
  config: BackoffConfig,
  entry: BackoffEntry | undefined,
  eventMs: Ms,
): boolean {
  if (!entry || hasExpired(config, entry, eventMs)) return false;
  return eventMs - entry.lastUpdateMs < entry.backoffMs;
}

/** First delay and cap of restarts (pkg/kubelet/kubelet.go: newCrashLoopBackOff). */
export function newCrashLoopBackOff(
  maxContainerRestartPeriodMs: Ms,
  gates: FeatureGates = {},
): BackoffConfig {
  const reduced = gates["ReduceDefaultCrashLoopBackOffDecay"] === true;
  let initialMs = reduced ? 1_000 : 10_000;
  let maxMs = reduced ? 60_000 : 300_000;
  if (gates["KubeletCrashLoopBackOffMax"] !== false) {
    maxMs = maxContainerRestartPeriodMs;
    initialMs = Math.min(initialMs, maxMs);
  }
  // A container that ran for ten minutes starts over, whatever the cap.
  return { initialMs, maxMs, hasExpired: (since) => since > 600_000 };
}

/** Key of a container's back-off: another image or other resources start afresh (pkg/kubelet/kuberuntime/helpers.go: GetBackoffKey). */
export function getBackoffKey(pod: Pod, container: Pick<Container, "name" | "image" | "resources">): string {
  const { name = "", namespace = "", uid = "" } = pod.metadata ?? {};
  const resources = JSON.stringify(container.resources ?? {});
  return fnv64a([name, namespace, uid, container.name, container.image ?? "", resources].join("/"));
}

export interface BackOffDecision {
  /** Set while the container is held back. */
  readonly error?: StartError;
  /** The entry after this look: changed when a start was let through. */
  readonly entry?: BackoffEntry;
}

/**
 * Whether a container that ended is held back, counted from the end of its newest dead instance. Without one no
 * entry is made, so that the first restart is at once (kuberuntime_manager.go: doBackOff).
 */
export function doBackOff(
  config: BackoffConfig,
  entry: BackoffEntry | undefined,
  pod: Pod,
  containerName: string,
  podStatus: Pick<RuntimePodStatus, "containers">,
  nowMs: Ms,
): BackOffDecision {
  const dead = podStatus.containers.find((c) => c.name === containerName && c.state === "exited");
  if (!dead) return { ...(entry ? { entry } : {}) };
  const finishedMs = dead.finishedAt ?? 0;
  if (!entry || !isInBackOffSince(config, entry, finishedMs, nowMs)) {
    return { entry: nextBackoff(config, entry, finishedMs, nowMs) };
  }
  const duration = formatDuration(entry.backoffMs);
  return {
    entry,
    error: {
      reason: "CrashLoopBackOff",
      message: `back-off ${duration} restarting failed container=${containerName} pod=${formatPod(pod)}`,
      backoffUntilMs: finishedMs + entry.backoffMs,
    },
  };
}
