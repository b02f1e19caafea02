/**
 * One turn of a probe worker (pkg/kubelet/prober/worker.go: doProbe), in two halves: what to do before the handler
 * runs, and what its result means. The worker's memory and the stored results are data; nothing here waits.
 */
import type { Container, Pod, PodStatus, Probe } from "../../api/types.ts";
import { containerShouldRestart, shouldAllContainersRestart } from "../kuberuntime/should-restart.ts";
import { bareContainerId, gateOn, getContainerStatus, isPodPhaseTerminal } from "../status/lookup.ts";
import type { FeatureGates, ProbeResult, ProbeType } from "../types.ts";

/** What a worker remembers from turn to turn. */
export interface ProbeWorkerState {
  /** Container it probed last, as the runtime knows it; empty before the first. */
  readonly containerId: string;
  readonly lastResult: ProbeResult | null;
  /** How many times in a row the handler gave that result. */
  readonly resultRun: number;
  /** No probing until a new container id appears. */
  readonly onHold: boolean;
}

export const NEW_WORKER: ProbeWorkerState = {
  containerId: "",
  lastResult: null,
  resultRun: 0,
  onHold: false,
};

/** A change of the stored results; null removes. */
export interface ResultChange {
  readonly containerId: string;
  readonly result: ProbeResult | null;
}

/** Why a turn ended before the handler ran, or ended the worker. */
export type ProbeSkip =
  | "noStatus"
  | "podEnded"
  | "noContainer"
  | "onHold"
  | "notRunning"
  | "notRestarted"
  | "podDeleted"
  | "initialDelay"
  | "started"
  | "notStarted";

export interface ProbeDecision {
  readonly action: "skip" | "end" | "run";
  readonly why?: ProbeSkip;
  readonly worker: ProbeWorkerState;
  readonly changes: readonly ResultChange[];
}

export interface ProbeTurn {
  readonly probeType: ProbeType;
  readonly spec: Probe;
  /** As given when the worker was made. */
  readonly pod: Pod;
  readonly container: Container;
  /** What the status manager holds. */
  readonly status: PodStatus | undefined;
  readonly worker: ProbeWorkerState;
  /** Unix ms, the clock that the stamps are of. */
  readonly nowMs: number;
  readonly kubeletStartedMs: number;
  readonly gates?: FeatureGates;
}

/** Containers that started earlier than so before the kubelet ran before a restart of it. */
const RESTART_GRACE_MS = 10_000;

/** Result stored when a container is first seen. */
export const INITIAL_RESULT: Readonly<Record<ProbeType, ProbeResult>> = {
  liveness: "success",
  readiness: "failure",
  startup: "unknown",
};

const times = new Map<string, number>();

/** Unix ms of a stamp; turns ask for the same ones again and again. */
function timeOf(stamp: string): number {
  let ms = times.get(stamp);
  if (ms === undefined) {
    if (times.size >= 1000) times.clear();
    ms = Date.parse(stamp);
    times.set(stamp, ms);
  }
  return ms;
}

/** The probe of that type. */
export function probeSpec(container: Container, type: ProbeType): Probe | undefined {
  return type === "liveness"
    ? container.livenessProbe
    : type === "readiness"
      ? container.readinessProbe
      : container.startupProbe;
}

/** A container found running that was started before this kubelet (kubeletRestartGracePeriod). */
export function startedBeforeKubelet(startedAt: string | undefined, kubeletStartedMs: number): boolean {
  return startedAt !== undefined && Date.parse(startedAt) < kubeletStartedMs - RESTART_GRACE_MS;
}

/** Everything up to the handler. */
export function doProbe(turn: ProbeTurn): ProbeDecision {
  const { probeType, pod, container, status, spec } = turn;
  let worker = turn.worker;
  const changes: ResultChange[] = [];
  const out = (action: ProbeDecision["action"], why?: ProbeSkip): ProbeDecision => ({
    action,
    ...(why ? { why } : {}),
    worker,
    changes,
  });

  if (!status) return out("skip", "noStatus");
  if (isPodPhaseTerminal(status.phase)) return out("end", "podEnded");
  const c =
    withId(status.containerStatuses, container.name) ?? withId(status.initContainerStatuses, container.name);
  if (!c) return out("skip", "noContainer");

  const id = bareContainerId(c.containerID);
  const running = c.state?.running;
  if (id !== worker.containerId) {
    if (worker.containerId !== "") changes.push({ containerId: worker.containerId, result: null });
    changes.push(...firstResults(turn, id, c.started === true, running?.startedAt));
    worker = { ...worker, containerId: id, onHold: false };
  }
  if (worker.onHold) return out("skip", "onHold");

  if (!running) {
    changes.push({ containerId: id, result: "failure" });
    const ended = c.state?.terminated;
    if (!ended) return out("skip", "notRunning");
    return mayRestart(turn, ended.exitCode) ? out("skip", "notRunning") : out("end", "notRestarted");
  }
  if (pod.metadata?.deletionTimestamp && probeType !== "readiness") {
    // A quiet end: nothing is to be restarted now.
    changes.push({ containerId: id, result: "success" });
    return out("end", "podDeleted");
  }
  const age = running.startedAt
    ? Math.trunc((turn.nowMs - timeOf(running.startedAt)) / 1000)
    : Number.MAX_SAFE_INTEGER;
  if (age < (spec.initialDelaySeconds ?? 0)) return out("skip", "initialDelay");
  if (c.started === true && probeType === "startup") return out("skip", "started");
  if (c.started !== true && probeType !== "startup") return out("skip", "notStarted");
  return out("run");
}

/** A status whose container exists. */
function withId(statuses: PodStatus["containerStatuses"], name: string) {
  const status = getContainerStatus(statuses, name);
  return status?.containerID ? status : undefined;
}

/** What is stored for a container seen for the first time. */
function firstResults(
  turn: ProbeTurn,
  id: string,
  started: boolean,
  startedAt: string | undefined,
): ResultChange[] {
  const initial: ResultChange = { containerId: id, result: INITIAL_RESULT[turn.probeType] };
  if (gateOn(turn.gates, "ChangeContainerStatusOnKubeletRestart")) return [initial];
  const changes: ResultChange[] = [];
  // A sidecar that had started keeps counting as started, or its pod would not count as initialized.
  if (turn.probeType === "startup" && started && isSidecarOf(turn.pod, turn.container))
    changes.push({ containerId: id, result: "success" });
  if (!startedBeforeKubelet(startedAt, turn.kubeletStartedMs)) changes.push(initial);
  return changes;
}

function isSidecarOf(pod: Pod, container: Container): boolean {
  return (
    container.restartPolicy === "Always" &&
    (pod.spec?.initContainers ?? []).some((c) => c.name === container.name)
  );
}

/** The container, or the pod as a whole, will be started again. */
function mayRestart(turn: ProbeTurn, exitCode: number): boolean {
  const { pod, container, status, gates } = turn;
  if (!gateOn(gates, "ContainerRestartRules"))
    return pod.spec?.restartPolicy !== "Never" || isSidecarOf(pod, container);
  if (containerShouldRestart(container, pod.spec ?? { containers: [] }, exitCode, gates)) return true;
  return (
    gateOn(gates, "RestartAllContainersOnContainerExits") &&
    shouldAllContainersRestart(pod, undefined, status)
  );
}

/** What a handler's result does to the worker; an error of the handler is no result and changes nothing. */
export function probeDone(
  worker: ProbeWorkerState,
  probeType: ProbeType,
  spec: Probe,
  result: ProbeResult,
): { readonly worker: ProbeWorkerState; readonly changes: readonly ResultChange[] } {
  const resultRun = worker.lastResult === result ? worker.resultRun + 1 : 1;
  const next: ProbeWorkerState = { ...worker, lastResult: result, resultRun };
  const threshold =
    result === "failure"
      ? (spec.failureThreshold ?? 3)
      : result === "success"
        ? (spec.successThreshold ?? 1)
        : 0;
  if (resultRun < threshold) return { worker: next, changes: [] };
  const changes = [{ containerId: worker.containerId, result }];
  const hold = probeType === "startup" || (probeType === "liveness" && result === "failure");
  return { worker: hold ? { ...next, onHold: true, resultRun: 0 } : next, changes };
}
