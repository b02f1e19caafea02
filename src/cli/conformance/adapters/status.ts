import { computePodQOS } from "../../../api/qos.ts";
import type { PodStatus } from "../../../api/types.ts";
import type { ContainerStatusCri, PodSandbox } from "../../../cri/contract.ts";
import { podSandboxChanged } from "../../../kubelet/kuberuntime/sandbox-changed.ts";
import { type LogStream, parseLogLine, readLogs } from "../../../kubelet/logs/cri-log.ts";
import { formatStampUtc } from "../../../kubelet/logs/stamp.ts";
import {
  generateAllContainersRestartingCondition,
  generateContainersReadyCondition,
  generatePodInitializedCondition,
  generatePodReadyCondition,
  generatePodReadyToStartContainersCondition,
} from "../../../kubelet/status/conditions.ts";
import { convertToAPIContainerStatuses } from "../../../kubelet/status/container-statuses.ts";
import { generateAPIPodStatus } from "../../../kubelet/status/generate-status.ts";
import { getPhase } from "../../../kubelet/status/get-phase.ts";
import { wholeSeconds } from "../../../kubelet/status/normalize.ts";
import type { RuntimePodStatus } from "../../../kubelet/types.ts";
import type { Adapter } from "../adapter.ts";
import { runProbeHandler } from "./probe-handler.ts";
import { runProberManager, runProbeWorker } from "./probes.ts";
import { runStatusManager } from "./status-manager.ts";

/** Runtime times in the vectors are stamps: here they are ms since 1970. */
const stamp = (atMs: number): string => wholeSeconds(new Date(atMs).toISOString());

/** `{sandboxes, containers}` of a vector as the kubelet's own view of the runtime. */
function runtimeOf(given: any): RuntimePodStatus {
  const sandboxes: PodSandbox[] = (given?.sandboxes ?? []).map((s: any) => ({
    id: s.id ?? "sandbox",
    pod: { name: "", namespace: "", uid: "" },
    attempt: s.attempt ?? 0,
    state: s.state,
    createdAt: 0,
    // No network status at all counts as having an address.
    ips: s.ip === undefined ? ["192.0.2.1"] : s.ip === "" ? [] : [s.ip],
    hostNetwork: s.networkMode === "NODE",
  }));
  const containers: ContainerStatusCri[] = (given?.containers ?? []).map((c: any) => ({
    id: c.id ?? "",
    sandboxId: c.sandboxId ?? "",
    pod: { name: "", namespace: "", uid: "" },
    name: c.name,
    attempt: c.restartCount ?? 0,
    image: c.image ?? "",
    imageRef: c.imageRef ?? "",
    imageId: "",
    state: c.state,
    createdAt: 0,
    ...(c.startedAt ? { startedAt: Date.parse(c.startedAt) } : {}),
    ...(c.finishedAt ? { finishedAt: Date.parse(c.finishedAt) } : {}),
    ...(c.exitCode === undefined ? {} : { exitCode: c.exitCode }),
    ...(c.reason ? { reason: c.reason } : {}),
    ...(c.message ? { message: c.message } : {}),
    labels: {},
    annotations: {},
    mounts: [],
    logPath: "",
  }));
  const ready = sandboxes[0]?.state === "READY" ? sandboxes[0] : undefined;
  return { uid: "", name: "", namespace: "", ips: ready?.ips ?? [], sandboxes, containers };
}

function podCondition(given: any): unknown {
  const { pod, containerStatuses: statuses, phase } = given;
  const old: PodStatus = { conditions: given.oldConditions ?? [] };
  const runtime = runtimeOf(given.runtime);
  const gates = given.featureGates ?? {};
  const compute = () => {
    switch (given.condition) {
      case "ContainersReady":
        return generateContainersReadyCondition(pod, statuses, phase);
      case "Ready":
        return generatePodReadyCondition(pod, given.conditions ?? [], statuses, phase);
      case "Initialized":
        return generatePodInitializedCondition(pod, old, statuses, phase, gates);
      case "PodReadyToStartContainers":
        return generatePodReadyToStartContainersCondition(pod, podSandboxChanged(pod, runtime).changed);
      default:
        return generateAllContainersRestartingCondition(pod, runtime, old, phase);
    }
  };
  const { status, reason = "", message = "" } = compute();
  return { status, reason, message };
}

function generated(given: any): PodStatus {
  return generateAPIPodStatus({
    pod: given.pod,
    runtime: runtimeOf(given.runtime),
    held: given.previousStatus,
    podIsTerminal: given.isPodTerminal ?? false,
    startError: (name) => {
      const reason = given.reasonCache?.[name];
      return reason ? { reason, message: "" } : undefined;
    },
    stamp,
    updatePodStatus: (status) =>
      given.allContainersReady
        ? {
            ...status,
            containerStatuses: (status.containerStatuses ?? []).map((s) => ({ ...s, ready: true })),
          }
        : status,
    nodeIPs: given.nodeIPs ?? [],
    qosClass: computePodQOS(given.pod),
    runtimeName: "",
    gates: given.featureGates ?? {},
  }).status;
}

/** `containerID` inside a terminated state is the runtime's and not asserted. */
function apiStatus(given: any): unknown {
  if (given.mode === "containers") {
    return {
      containerStatuses: convertToAPIContainerStatuses({
        pod: given.pod,
        runtime: runtimeOf(given.runtime),
        previous: given.previousStatuses ?? [],
        containers: given.pod.spec[given.containerList ?? "containers"] ?? [],
        hasInitContainers: given.hasInitContainers,
        isInitContainer: given.isInitContainer,
        podRestarting: given.podRestarting,
        startError: () => undefined,
        stamp,
        runtimeName: "",
        gates: given.featureGates ?? {},
      }),
    };
  }
  const status = generated(given);
  if (given.mode === "states") {
    const list =
      (given.containerList === "initContainers" ? status.initContainerStatuses : status.containerStatuses) ??
      [];
    return {
      states: Object.fromEntries(list.map((s) => [s.name, s.state ?? {}])),
      lastStates: Object.fromEntries(list.map((s) => [s.name, s.lastState ?? {}])),
    };
  }
  return {
    ...status,
    reason: status.reason ?? "",
    message: status.message ?? "",
    conditions: Object.fromEntries(
      (status.conditions ?? []).map((c) => [c.type, { ...c, reason: c.reason ?? "" }]),
    ),
  };
}

const NOT_COMPARED = new Set(["reasonNotCompared"]);
/** Absent means zero or empty here: what `expect` leaves out of a status must be so in the answer. */
const EMPTY_UNLESS_NAMED: Record<string, readonly string[]> = {
  containerStatuses: ["restartCount"],
  state: ["waiting", "running", "terminated"],
  lastState: ["waiting", "running", "terminated"],
  status: ["reason", "message"],
};

/** Subset comparison in which a state, a count or a text that is not named must be absent, zero or empty. */
function strictly(expect: any, actual: any, key = ""): boolean {
  if (expect === null || expect === undefined)
    return actual === null || actual === undefined || actual === "" || actual === 0;
  if (Array.isArray(expect)) {
    return (
      Array.isArray(actual) &&
      actual.length === expect.length &&
      expect.every((e, i) => strictly(e, actual[i], key))
    );
  }
  if (typeof expect !== "object")
    return expect === actual || (!expect && (actual === undefined || actual === null));
  const got = actual ?? {};
  if (typeof got !== "object") return false;
  const silent = expect.reasonNotCompared ? [] : (EMPTY_UNLESS_NAMED[key] ?? []);
  if (!silent.every((name) => name in expect || !got[name])) return false;
  return Object.entries(expect).every(
    ([name, value]) => NOT_COMPARED.has(name) || strictly(value, got[name], name),
  );
}

function criLog(given: any): unknown {
  if (given.op === "parse") {
    const message = parseLogLine(given.line);
    if (!message) return { error: true };
    return {
      error: false,
      timestamp: formatStampUtc(message.stamp),
      stream: message.stream,
      log: message.log,
    };
  }
  const streams = new Set<LogStream>(given.streams.split("+"));
  const { stdout, stderr, error } = readLogs(given.content, given.options ?? {}, streams);
  return { stdout, stderr, error };
}

/** Suite name → adapter. */
export const adapters: Record<string, Adapter> = {
  "pod-phase": (given) => ({
    phase: getPhase({
      pod: given.pod,
      statuses: [
        ...(given.pod.status?.initContainerStatuses ?? []),
        ...(given.pod.status?.containerStatuses ?? []),
      ],
      podIsTerminal: given.podIsTerminal,
      podHasInitialized: given.podHasInitialized,
      gates: given.featureGates ?? {},
    }),
  }),
  "pod-conditions": podCondition,
  "container-api-status": { run: apiStatus, compare: (expect, actual) => strictly(expect, actual) },
  "status-manager": {
    run: runStatusManager,
    sets: ["status.conditions"],
  },
  "probe-worker": runProbeWorker,
  "prober-manager": runProberManager,
  "probe-handler": runProbeHandler,
  "cri-log": criLog,
};
