/** What a relist does with one pod, and the events' channel (pkg/kubelet/pleg/generic.go: reconcilePodRecord). */

import { formatDuration } from "../../api/duration.ts";
import type { PodSandbox } from "../../cri/contract.ts";
import type { Ms } from "../../sim/types.ts";
import type { PlegEvent, RuntimePodStatus } from "../types.ts";
import { computeEvents, type PlegPod } from "./generate-events.ts";

export const RELIST_PERIOD: Ms = 1000;
export const RELIST_THRESHOLD: Ms = 180_000;
/** With the evented PLEG the listing is a safety net only. */
export const EVENTED_RELIST_PERIOD: Ms = 300_000;
export const EVENTED_RELIST_THRESHOLD: Ms = 600_000;
export const EVENTED_CACHE_PERIOD: Ms = 5_000;
export const EVENT_CHANNEL = 1000;
export const REQUEST_CHANNEL = 200;

/** Null: nothing to do for this pod. `inspect`: its status is to be read; a pod that is gone needs no look. */
export type Reconciliation = { readonly events: readonly PlegEvent[]; readonly inspect: boolean } | null;

export function reconcilePodRecord(
  old: PlegPod | undefined,
  current: PlegPod | undefined,
  reinspect: boolean,
): Reconciliation {
  const events = computeEvents(old, current);
  return events.length === 0 && !reinspect ? null : { events, inspect: current !== undefined };
}

/** Events to send once the inspection has succeeded: a look without changes ends in a PodSync. */
export function eventsToSend(uid: string, events: readonly PlegEvent[]): readonly PlegEvent[] {
  if (events.length === 0) return [{ podUid: uid, type: "PodSync", containerId: "" }];
  return events.filter(({ type }) => type !== "ContainerChanged");
}

/** What fits into a channel of that capacity; the rest is dropped. */
export function accept<T>(items: readonly T[], waiting: number, capacity: number): readonly T[] {
  return items.slice(0, Math.max(0, capacity - waiting));
}

/** Addresses of a pod that is being torn down are kept: the API wants them after its end too. */
export function podIps(
  status: { readonly ips: readonly string[]; readonly sandboxes: readonly PodSandbox[] },
  cached: readonly string[],
): readonly string[] {
  if (status.ips.length > 0 || cached.length === 0) return status.ips;
  return status.sandboxes.some(({ state }) => state === "READY") ? status.ips : cached;
}

/** An on-demand request is done only when no global relist has begun since. */
export function requestIsPending(requestedAt: Ms, lastRelist: Ms | null): boolean {
  return lastRelist === null || requestedAt > lastRelist;
}

/** Null when healthy, else the text after `PLEG is not healthy: `. */
export function unhealthy(lastRelist: Ms | null, now: Ms, threshold: Ms): string | null {
  if (lastRelist === null) return "pleg has yet to be successful";
  const elapsed = now - lastRelist;
  return elapsed > threshold
    ? `pleg was last seen active ${formatDuration(elapsed)} ago; threshold is ${formatDuration(threshold)}`
    : null;
}

/** Containers by state and pods with a ready sandbox, as the kubelet's metrics count them. */
export function runningCounts(status: {
  readonly containers: Iterable<{ readonly state: string }>;
  readonly readySandboxes: number;
}): {
  readonly containers: Readonly<Record<string, number>>;
  readonly pods: number;
} {
  const containers: Record<string, number> = {};
  for (const { state } of status.containers) containers[state] = (containers[state] ?? 0) + 1;
  return { containers, pods: status.readySandboxes };
}

export type Inspection = { readonly status: RuntimePodStatus } | { readonly error: string };
