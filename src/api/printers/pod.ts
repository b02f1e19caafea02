/** The row of `kubectl get pods` (pkg/printers/internalversion: printPod). */
import { isRestartableInit } from "../pod-resources.ts";
import type { ContainerStateTerminated, ContainerStatus, Pod } from "../types.ts";
import { parseStamp, timestampSince } from "./human-duration.ts";
import { columns, type TablePrinter } from "./table.ts";

interface Restarts {
  count: number;
  lastMs: number | null;
}
const later = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);
const lastEnd = (c: ContainerStatus): number | null => parseStamp(c.lastState?.terminated?.finishedAt);
const addRestarts = (r: Restarts, c: ContainerStatus): Restarts => ({
  count: r.count + (c.restartCount ?? 0),
  lastMs: later(r.lastMs, lastEnd(c)),
});

function endedReason(t: ContainerStateTerminated): string {
  if (t.reason) return t.reason;
  return t.signal ? `Signal:${t.signal}` : `ExitCode:${t.exitCode ?? 0}`;
}

interface Walk {
  readonly initializing: boolean;
  readonly reason: string | null;
  readonly ready: number;
  readonly all: Restarts;
  readonly sidecars: Restarts;
}

/** Init containers in order, up to the first that is not done. */
function walkInits(pod: Pod): Walk {
  const specs = new Map((pod.spec?.initContainers ?? []).map((c) => [c.name, c]));
  let all: Restarts = { count: 0, lastMs: null };
  let sidecars: Restarts = all;
  let ready = 0;
  for (const [i, c] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const spec = specs.get(c.name);
    const sidecar = spec !== undefined && isRestartableInit(spec);
    all = addRestarts(all, c);
    if (sidecar) sidecars = addRestarts(sidecars, c);
    const ended = c.state?.terminated;
    if (ended && (ended.exitCode ?? 0) === 0) continue;
    if (sidecar && c.started) {
      if (c.ready) ready++;
      continue;
    }
    const waiting = c.state?.waiting?.reason;
    let reason = `Init:${i}/${pod.spec?.initContainers?.length ?? 0}`;
    if (ended) reason = `Init:${endedReason(ended)}`;
    else if (waiting && waiting !== "PodInitializing") reason = `Init:${waiting}`;
    return { initializing: true, reason, ready, all, sidecars };
  }
  return { initializing: false, reason: null, ready, all, sidecars };
}

const isTrue = (pod: Pod, type: string): boolean =>
  (pod.status?.conditions ?? []).find((c) => c.type === type)?.status === "True";

/** READY, STATUS and RESTARTS of a pod; the newest restart in epoch milliseconds. */
function podSummary(pod: Pod): {
  ready: number;
  total: number;
  status: string;
  restarts: number;
  lastRestartMs: number | null;
} {
  const { spec, status, metadata } = pod;
  let reason = status?.reason || status?.phase || "";
  if (status?.conditions?.some((c) => c.type === "PodScheduled" && c.reason === "SchedulingGated"))
    reason = "SchedulingGated";
  const total =
    (spec?.containers?.length ?? 0) + (spec?.initContainers ?? []).filter(isRestartableInit).length;
  const inits = walkInits(pod);
  let { ready, all: restarts } = inits;
  if (inits.reason !== null) reason = inits.reason;

  if (!inits.initializing || isTrue(pod, "Initialized")) {
    restarts = inits.sidecars;
    let running = false;
    let errorReason = "";
    // From last to first, so that the first container's reason is the one that stays.
    for (const c of [...(status?.containerStatuses ?? [])].reverse()) {
      restarts = addRestarts(restarts, c);
      const ended = c.state?.terminated;
      if (c.state?.waiting?.reason) reason = c.state.waiting.reason;
      else if (ended) {
        reason = endedReason(ended);
        if ((ended.exitCode ?? 0) !== 0) errorReason = reason;
      } else if (c.ready && c.state?.running) {
        running = true;
        ready++;
      }
    }
    if (reason === "Completed") {
      if (running && (status?.conditions ?? []).some((c) => c.type === "Ready" && c.status === "True"))
        reason = "Running";
      else if (errorReason) reason = errorReason;
      else if (running) reason = "NotReady";
    }
  }
  if (metadata?.deletionTimestamp) {
    if (status?.reason === "NodeLost") reason = "Unknown";
    else if (status?.phase !== "Succeeded" && status?.phase !== "Failed") reason = "Terminating";
  }
  return { ready, total, status: reason, restarts: restarts.count, lastRestartMs: restarts.lastMs };
}

function readinessGates(pod: Pod): string {
  const gates = pod.spec?.readinessGates ?? [];
  if (gates.length === 0) return "<none>";
  return `${gates.filter((g) => isTrue(pod, g.conditionType)).length}/${gates.length}`;
}

export const podPrinter: TablePrinter<Pod> = {
  columns: columns("Name,Ready,Status,Restarts,Age,(IP),(Node),(Nominated Node),(Readiness Gates)"),
  row(pod, { nowMs, wide }) {
    const s = podSummary(pod);
    const restarted = s.restarts !== 0 && s.lastRestartMs !== null;
    const ago = restarted
      ? ` (${timestampSince(new Date(s.lastRestartMs ?? 0).toISOString(), nowMs)} ago)`
      : "";
    const cells = [
      pod.metadata?.name ?? "",
      `${s.ready}/${s.total}`,
      s.status,
      `${s.restarts}${ago}`,
      timestampSince(pod.metadata?.creationTimestamp, nowMs),
    ];
    if (!wide) return cells;
    const { spec, status } = pod;
    return [
      ...cells,
      status?.podIPs?.[0]?.ip || status?.podIP || "<none>",
      spec?.nodeName || "<none>",
      status?.nominatedNodeName || "<none>",
      readinessGates(pod),
    ];
  },
};
