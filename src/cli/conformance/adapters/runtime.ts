import type { Pod } from "../../../api/types.ts";
import type { ContainerStatusCri, PodSandbox } from "../../../cri/contract.ts";
import {
  type BackoffConfig,
  type BackoffEntry,
  doBackOff,
  hasExpired,
  isInBackOffSince,
  isInBackOffSinceUpdate,
  newCrashLoopBackOff,
  nextBackoff,
} from "../../../kubelet/kuberuntime/backoff.ts";
import { computePodActions } from "../../../kubelet/kuberuntime/compute-pod-actions.ts";
import {
  evictContainers,
  evictPodLogsDirectories,
  evictSandboxes,
} from "../../../kubelet/kuberuntime/container-gc.ts";
import { hashContainer } from "../../../kubelet/kuberuntime/container-hash.ts";
import { ANNOTATION } from "../../../kubelet/kuberuntime/label-names.ts";
import {
  allContainersCouldRestart,
  containerShouldRestart,
  findMatchingRestartRule,
  isContainerRestartable,
  shouldAllContainersRestart,
  shouldContainerBeRestarted,
} from "../../../kubelet/kuberuntime/should-restart.ts";
import {
  containerTerminated,
  isTurn,
  newTerminationOrdering,
} from "../../../kubelet/kuberuntime/termination-order.ts";
import type { RuntimePodStatus } from "../../../kubelet/types.ts";
import type { Adapter } from "../adapter.ts";
import { imageAdapters } from "./runtime-images.ts";
import { runPodWorkers } from "./runtime-workers.ts";

type Given = any;

/** What the runtime reports, as the vectors write it, in the kubelet's own shape. */
function runtimeStatus(given: Given, pod?: Pod): RuntimePodStatus {
  const specs = [...(pod?.spec?.initContainers ?? []), ...(pod?.spec?.containers ?? [])];
  const sandboxes = (given?.sandboxes ?? []).map(
    (s: Given): Partial<PodSandbox> => ({
      id: s.id,
      state: s.state,
      attempt: s.attempt,
      hostNetwork: s.hostNetwork ?? pod?.spec?.hostNetwork ?? false,
      ips: s.ip ? [s.ip] : [],
    }),
  );
  const containers = (given?.containers ?? []).map((c: Given): Partial<ContainerStatusCri> => {
    const spec = specs.find((s) => s.name === c.name);
    const hash = c.hashMatches === false || !spec ? "another" : hashContainer(spec);
    return {
      id: c.id,
      name: c.name,
      state: c.state,
      annotations: { [ANNOTATION.hash]: hash },
      ...(c.exitCode === undefined ? {} : { exitCode: c.exitCode }),
      ...(c.reason === undefined ? {} : { reason: c.reason }),
      ...(c.finishedAt === undefined ? {} : { finishedAt: Date.parse(c.finishedAt) }),
    };
  });
  return { uid: "", name: "", namespace: "", ips: [], sandboxes, containers } as unknown as RuntimePodStatus;
}

function podActions(given: Given): unknown {
  const { pod } = given;
  const { liveness, startup } = given.probeResults ?? {};
  const actions = computePodActions(pod, runtimeStatus(given.runtime, pod), {
    restartAllContainers: given.restartAllContainers === true,
    probes: { liveness: (id) => liveness?.[id], startup: (id) => startup?.[id] },
    gates: given.featureGates ?? {},
  });
  const named = (containers: Given[] | undefined, indexes: readonly number[]) =>
    indexes.map((i) => containers?.[i].name);
  return {
    ...actions,
    initContainersToStart: named(pod.spec.initContainers, actions.initContainersToStart),
    containersToStart: named(pod.spec.containers, actions.containersToStart),
    ephemeralContainersToStart: named(pod.spec.ephemeralContainers, actions.ephemeralContainersToStart),
  };
}

function shouldRestart(given: Given): unknown {
  const { pod, container } = given;
  const spec = [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])].find(
    (c) => c.name === container,
  );
  const status = runtimeStatus(given.runtime, pod);
  return {
    restartAllContainers: shouldAllContainersRestart(pod, status, given.apiStatus),
    ...(spec
      ? {
          restart: shouldContainerBeRestarted(spec, pod, status, given.featureGates),
          restartable: isContainerRestartable(pod.spec, spec),
        }
      : {}),
  };
}

function restartRules(given: Given): unknown {
  const { container, exitCode } = given;
  const podSpec = given.podRestartPolicy ? { restartPolicy: given.podRestartPolicy } : {};
  switch (given.op) {
    case "shouldRestart":
      return { restart: containerShouldRestart(container, podSpec, exitCode, given.featureGates) };
    case "match": {
      const match = findMatchingRestartRule(container, exitCode);
      return match ? { found: true, index: match.index, action: match.rule.action } : { found: false };
    }
    case "restartable":
      return { restartable: isContainerRestartable(podSpec, container) };
    case "couldRestartAll":
      return { could: allContainersCouldRestart(given.podSpec) };
    default: {
      const status = given.runtime ? runtimeStatus(given.runtime, given.pod) : undefined;
      return { restartAll: shouldAllContainersRestart(given.pod, status, given.apiStatus) };
    }
  }
}

function backoff(given: Given): unknown {
  if (given.crashLoopConfig) {
    const config = newCrashLoopBackOff(
      given.crashLoopConfig.maxContainerRestartPeriodSeconds * 1000,
      given.featureGates,
    );
    return { initialSeconds: config.initialMs / 1000, maxSeconds: config.maxMs / 1000 };
  }
  const expiry = given.expireAfterSeconds;
  const config: BackoffConfig = {
    initialMs: given.initialSeconds * 1000,
    maxMs: given.maxSeconds * 1000,
    ...(expiry === undefined ? {} : { hasExpired: (since) => since >= expiry * 1000 }),
  };
  return given.doBackOff ? crashLoop(config, given.doBackOff) : backoffSteps(config, given.steps ?? []);
}

function crashLoop(config: BackoffConfig, given: Given): unknown {
  const status = runtimeStatus(given.runtime, given.pod);
  const finished =
    status.containers.find((c) => c.name === given.container && c.state === "exited")?.finishedAt ?? 0;
  let entry: BackoffEntry | undefined;
  for (let i = 0; i < (given.priorNextCalls ?? 0); i++)
    entry = nextBackoff(config, entry, finished, finished);
  const { error } = doBackOff(config, entry, given.pod, given.container, status, Date.parse(given.now));
  const until = error?.backoffUntilMs;
  return {
    inBackOff: error !== undefined,
    messageEmpty: error === undefined,
    error: error?.reason ?? null,
    message: error?.message ?? "",
    backoffUntil: until === undefined ? null : new Date(until).toISOString().replace(".000Z", "Z"),
  };
}

function backoffSteps(config: BackoffConfig, steps: Given[]): unknown[] {
  let now = 0;
  let entry: BackoffEntry | undefined;
  return steps.map((step) => {
    switch (step.op) {
      case "advance":
        now += step.seconds * 1000;
        return {};
      case "setTime":
        now = step.seconds * 1000;
        return {};
      case "next":
        entry = nextBackoff(config, entry, now, now);
        return {};
      case "reset":
        entry = undefined;
        return {};
      case "gc":
        if (entry && hasExpired(config, entry, now)) entry = undefined;
        return {};
      case "get":
        return Math.trunc((entry?.backoffMs ?? 0) / 1000);
      case "has":
        return entry !== undefined;
      case "inBackOffSince":
        return isInBackOffSince(config, entry, step.eventTime * 1000, now);
      default:
        return isInBackOffSinceUpdate(config, entry, now);
    }
  });
}

/** Lets the containers end by the clock of the vector: each has its turn, then takes its time. */
function terminationOrder(given: Given): unknown {
  const names = Object.keys(given.containers);
  let ordering = newTerminationOrdering(given.pod, names);
  const turns = new Map<string, number>();
  const ends = new Map<string, number>();
  const settle = (now: number): void => {
    for (const name of names) {
      const { graceSeconds, exitSeconds } = given.containers[name];
      if (turns.has(name) || !(isTurn(ordering, name) || now >= graceSeconds)) continue;
      turns.set(name, now);
      ends.set(name, now + exitSeconds);
    }
  };
  for (let now = 0; turns.size < names.length; ) {
    settle(now);
    for (;;) {
      const ended = names.find(
        (n) => ends.has(n) && (ends.get(n) as number) <= now && !ordering.terminated.includes(n),
      );
      if (!ended) break;
      ordering = containerTerminated(ordering, ended);
      settle(now);
    }
    const coming = names.flatMap((n) =>
      turns.has(n) ? [ends.get(n) as number] : [given.containers[n].graceSeconds],
    );
    const next = Math.min(...coming.filter((t) => t > now));
    if (!Number.isFinite(next)) break;
    now = next;
  }
  return { waitSeconds: Object.fromEntries(names.map((n) => [n, Math.floor(turns.get(n) ?? 0)])) };
}

function containerGc(given: Given): unknown {
  const removable = (key: string) => (uid: string) => given.pods?.[uid]?.[key] === true;
  const pods = {
    shouldPodContentBeRemoved: removable("contentRemovable"),
    shouldPodRuntimeBeRemoved: removable("runtimeRemovable"),
  };
  const now = 1_000_000_000;
  const situation = {
    pods,
    allSourcesReady: given.allSourcesReady !== false,
    evictNonDeletedPods: given.evictNonDeletedPods === true,
    now,
  };
  const created = (c: Given): number => now - (c.ageSeconds ?? 0) * 1000;
  if (given.op === "logDirectories") {
    return { removed: evictPodLogsDirectories(given.directories ?? [], pods, situation.allSourcesReady) };
  }
  if (given.op === "sandboxes") {
    const inUse = new Set<string>((given.containers ?? []).map((c: Given) => String(c.sandbox)));
    const sandboxes = (given.sandboxes ?? []).map((s: Given) => ({
      ...s,
      id: String(s.id),
      createdAt: created(s),
    }));
    const removed = evictSandboxes(sandboxes, inUse, situation);
    return {
      remain: (given.sandboxes ?? [])
        .map((s: Given) => s.id)
        .filter((id: unknown) => !removed.includes(String(id))),
    };
  }
  const { minAgeSeconds = 0, maxPerPodContainer = 0, maxContainers = 0 } = given.policy ?? {};
  const containers = (given.containers ?? []).map((c: Given) => ({
    ...c,
    id: String(c.id),
    createdAt: created(c),
  }));
  const policy = { minAgeMs: minAgeSeconds * 1000, maxPerPodContainer, maxContainers };
  const removals = evictContainers(containers, policy, situation);
  const gone = removals.map((r) => r.id);
  const ids: unknown[] = (given.containers ?? []).map((c: Given) => c.id);
  return {
    remain: ids.filter((id) => !gone.includes(String(id))),
    stopped: ids.filter((id) => removals.some((r) => r.kill && r.id === String(id))),
  };
}

/** Suite name → adapter. */
export const adapters: Record<string, Adapter> = {
  "pod-actions": { run: podActions, sets: ["containersToKill"] },
  "should-restart": shouldRestart,
  "crash-restart-rules": restartRules,
  backoff,
  "termination-order": terminationOrder,
  "container-gc": { run: containerGc, sets: ["remain", "stopped"] },
  "pod-workers": runPodWorkers,
  ...imageAdapters,
};
