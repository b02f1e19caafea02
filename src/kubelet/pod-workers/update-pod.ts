/** What an update does to a pod's worker (pkg/kubelet/pod_workers.go: UpdatePod). */
import type { Pod } from "../../api/types.ts";
import type { Ms, ReplyTo } from "../../sim/types.ts";
import type { UpdatePodOptions } from "../contract.ts";
import type { RuntimePodStatus } from "../types.ts";
import { calculateEffectiveGracePeriod } from "./effective-grace-period.ts";
import { newWorkerStatus, type PodWorkerStatus } from "./worker-status.ts";

export type UpdateOutcome =
  | "runtime-pod-not-killed"
  | "restart-requested"
  | "finished"
  | "waiting-for-termination"
  | "pending";

export interface UpdateDecision {
  readonly outcome: UpdateOutcome;
  /** The record afterwards; absent when the update leaves no trace. */
  readonly status?: PodWorkerStatus;
  /** The running sync is to be cut short: termination began, or the grace period shrank. */
  readonly cancel: boolean;
  /** Whoever waits for the end of the pod and is answered at once. */
  readonly notify: readonly ReplyTo[];
  /** What began the termination with this update. */
  readonly terminatedBy?: "orphan" | "deletion" | "terminal-phase" | "eviction" | "kill";
}

export interface UpdateSituation {
  readonly now: Ms;
  /** The runtime shows no running container and no ready sandbox of this pod. */
  readonly runtimeTerminal: boolean;
}

/** UID of the pod an update is about. */
export function uidOfUpdate(options: UpdatePodOptions): string {
  return options.pod?.metadata?.uid ?? options.runningPod?.uid ?? "";
}

/** A pod object made from what the runtime knows (pkg/kubelet/container/runtime.go: ToAPIPod). */
export function runtimePodToApi(running: RuntimePodStatus): Pod {
  const names = [...new Set(running.containers.map((c) => c.name))];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { uid: running.uid, name: running.name, namespace: running.namespace },
    spec: { containers: names.map((name) => ({ name })) },
  } as Pod;
}

/** No running container, no ready sandbox (isPodStatusCacheTerminal). */
export function isPodStatusCacheTerminal(
  status: Pick<RuntimePodStatus, "containers" | "sandboxes">,
): boolean {
  return (
    status.containers.every((c) => c.state !== "running") &&
    status.sandboxes.every((s) => s.state !== "READY")
  );
}

export function updatePod(
  known: PodWorkerStatus | undefined,
  given: UpdatePodOptions,
  { now, runtimeTerminal }: UpdateSituation,
): UpdateDecision {
  const ignored = (outcome: UpdateOutcome, status?: PodWorkerStatus): UpdateDecision => ({
    outcome,
    ...(status ? { status } : {}),
    cancel: false,
    notify: [],
  });
  if (given.runningPod && !given.pod && given.updateType !== "kill") return ignored("runtime-pod-not-killed");
  const runtimeOnly = given.runningPod !== undefined && given.pod === undefined;
  let options: UpdatePodOptions = given.pod ? withoutRunningPod(given) : given;

  const meta = given.pod?.metadata ?? {
    name: given.runningPod?.name,
    namespace: given.runningPod?.namespace,
  };
  let status = known ?? newWorkerStatus(`${meta.name ?? ""}_${meta.namespace ?? ""}`, now);
  const phase = options.pod?.status?.phase;
  if (!known && (phase === "Failed" || phase === "Succeeded") && runtimeTerminal) {
    // It ended under an earlier kubelet: only the last step is left to do.
    status = { ...status, terminatedAt: now, terminatingAt: now, startedTerminating: true };
  }

  let pod = options.pod;
  if (runtimeOnly) {
    status = { ...status, observedRuntime: true };
    // A real pod, where one is known, says more than the runtime does.
    pod = status.pendingUpdate?.pod ?? status.activeUpdate?.pod;
    if (pod) options = { ...withoutRunningPod(options), pod };
    else pod = runtimePodToApi(given.runningPod as RuntimePodStatus);
  }
  const subject = pod as Pod;

  if (known && known.terminatingAt !== undefined && options.updateType === "create") {
    return ignored("restart-requested", { ...status, restartRequested: true });
  }
  if (status.finished) return ignored("finished", status);

  let terminatedBy: UpdateDecision["terminatedBy"];
  if (status.terminatingAt === undefined) {
    if (runtimeOnly) terminatedBy = "orphan";
    else if (subject.metadata?.deletionTimestamp) terminatedBy = "deletion";
    else if (phase === "Failed" || phase === "Succeeded") terminatedBy = "terminal-phase";
    else if (options.updateType === "kill") terminatedBy = options.kill?.evict ? "eviction" : "kill";
    if (terminatedBy) {
      status = {
        ...status,
        terminatingAt: now,
        ...(terminatedBy === "orphan" || terminatedBy === "deletion" ? { deleted: true } : {}),
        ...(terminatedBy === "eviction" ? { evicted: true } : {}),
      };
    }
  }

  let shortened = false;
  let notify: readonly ReplyTo[] = [];
  if (status.terminatedAt !== undefined) {
    if (runtimeOnly) return ignored("waiting-for-termination", status);
    notify = options.kill?.completed ? [options.kill.completed] : [];
    options = withoutKill(options);
  } else if (status.terminatingAt !== undefined) {
    const kill = options.kill ?? {};
    const grace = calculateEffectiveGracePeriod(status.gracePeriodSeconds, subject, kill);
    shortened = grace.shortened;
    status = {
      ...status,
      gracePeriodSeconds: grace.seconds,
      notifyPostTerminating: kill.completed
        ? [...status.notifyPostTerminating, kill.completed]
        : status.notifyPostTerminating,
      statusPostTerminating: kill.status
        ? [...status.statusPostTerminating, kill.status]
        : status.statusPostTerminating,
    };
    options = { ...options, kill: { ...kill, gracePeriodSecondsOverride: grace.seconds } };
  } else {
    notify = options.kill?.completed ? [options.kill.completed] : [];
    options = withoutKill(options);
  }

  const waiting = status.pendingUpdate?.startTimeMs;
  if (waiting !== undefined && options.startTimeMs !== undefined && waiting < options.startTimeMs) {
    options = { ...options, startTimeMs: waiting };
  }
  return {
    outcome: "pending",
    status: { ...status, pendingUpdate: options, working: true, hasWorker: true },
    cancel: terminatedBy !== undefined || shortened,
    notify,
    ...(terminatedBy ? { terminatedBy } : {}),
  };
}

function withoutRunningPod(options: UpdatePodOptions): UpdatePodOptions {
  const { runningPod: _, ...rest } = options;
  return rest;
}

function withoutKill(options: UpdatePodOptions): UpdatePodOptions {
  const { kill: _, ...rest } = options;
  return rest;
}
