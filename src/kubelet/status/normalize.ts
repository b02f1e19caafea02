/** The form in which statuses are kept and compared (pkg/kubelet/status/status_manager.go: normalizeStatus). */
import type { ContainerState, ContainerStatus, Pod, PodCondition, PodStatus } from "../../api/types.ts";
import { byteLength } from "../../sim/bytes.ts";
import { cutUtf8 } from "../logs/utf8.ts";

/** Termination messages of a whole pod, bytes (MaxPodTerminationMessageLogLength). */
const MAX_POD_TERMINATION_MESSAGE_BYTES = 12 * 1024;

/** RFC 3339 cut to whole seconds, in UTC. */
export function wholeSeconds(stamp: string): string;
export function wholeSeconds(stamp: string | undefined): string | undefined;
export function wholeSeconds(stamp: string | undefined): string | undefined {
  if (!stamp || /T\d\d:\d\d:\d\dZ$/.test(stamp)) return stamp;
  const ms = Date.parse(stamp);
  return Number.isNaN(ms) ? stamp : `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** Times cut to seconds, termination messages to their share of 12 KiB, lists in their order. */
export function normalizeStatus(pod: Pod, status: PodStatus): PodStatus {
  const spec = pod.spec;
  const containers =
    (spec?.containers?.length ?? 0) +
    (spec?.initContainers?.length ?? 0) +
    (spec?.ephemeralContainers?.length ?? 0);
  const share =
    containers > 0
      ? Math.floor(MAX_POD_TERMINATION_MESSAGE_BYTES / containers)
      : MAX_POD_TERMINATION_MESSAGE_BYTES;
  const each = (s: ContainerStatus): ContainerStatus => {
    const state = normalizeState(s.state, share);
    const lastState = normalizeState(s.lastState, share);
    return state === s.state && lastState === s.lastState
      ? s
      : { ...s, ...(state ? { state } : {}), ...(lastState ? { lastState } : {}) };
  };
  return {
    ...status,
    ...(status.startTime ? { startTime: wholeSeconds(status.startTime) } : {}),
    ...(status.conditions ? { conditions: status.conditions.map(normalizeCondition) } : {}),
    ...(status.containerStatuses
      ? { containerStatuses: sortByName(status.containerStatuses.map(each)) }
      : {}),
    ...(status.initContainerStatuses
      ? { initContainerStatuses: sortBySpec(pod, status.initContainerStatuses.map(each)) }
      : {}),
    ...(status.ephemeralContainerStatuses
      ? { ephemeralContainerStatuses: sortByName(status.ephemeralContainerStatuses.map(each)) }
      : {}),
  };
}

/** Go's byte order of names. */
export function sortByName(statuses: readonly ContainerStatus[]): ContainerStatus[] {
  return [...statuses].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function sortBySpec(pod: Pod, statuses: readonly ContainerStatus[]): ContainerStatus[] {
  const order = (pod.spec?.initContainers ?? []).map((c) => c.name);
  const known = order.flatMap((name) => statuses.find((s) => s.name === name) ?? []);
  return [...known, ...statuses.filter((s) => !order.includes(s.name))];
}

function normalizeCondition(c: PodCondition): PodCondition {
  const lastProbeTime = wholeSeconds(c.lastProbeTime);
  const lastTransitionTime = wholeSeconds(c.lastTransitionTime);
  if (lastProbeTime === c.lastProbeTime && lastTransitionTime === c.lastTransitionTime) return c;
  return {
    ...c,
    ...(lastProbeTime ? { lastProbeTime } : {}),
    ...(lastTransitionTime ? { lastTransitionTime } : {}),
  };
}

function normalizeState(state: ContainerState | undefined, share: number): ContainerState | undefined {
  if (!state) return state;
  const { running, terminated } = state;
  if (running) {
    const startedAt = wholeSeconds(running.startedAt);
    return startedAt === running.startedAt
      ? state
      : { ...state, running: { ...running, ...(startedAt ? { startedAt } : {}) } };
  }
  if (!terminated) return state;
  const startedAt = wholeSeconds(terminated.startedAt);
  const finishedAt = wholeSeconds(terminated.finishedAt);
  const message =
    terminated.message && byteLength(terminated.message) > share
      ? cutUtf8(terminated.message, share)
      : terminated.message;
  if (
    startedAt === terminated.startedAt &&
    finishedAt === terminated.finishedAt &&
    message === terminated.message
  )
    return state;
  return {
    ...state,
    terminated: {
      ...terminated,
      ...(startedAt ? { startedAt } : {}),
      ...(finishedAt ? { finishedAt } : {}),
      ...(message ? { message } : {}),
    },
  };
}
