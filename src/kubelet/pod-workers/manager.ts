/** The pod workers: one per pod, and what the rest of the kubelet asks of them (pkg/kubelet/pod_workers.go). */
import { MachineTable } from "../../sim/index.ts";
import type { Ms, ReplyTo, SimEvent } from "../../sim/types.ts";
import type { KilledStatus, KnownPodWorker, Kubelet, PodWorkers, UpdatePodOptions } from "../contract.ts";
import { aggregate } from "../kuberuntime/sync-errors.ts";
import { type Pod, podObject } from "../types.ts";
import { allowPodStart, queueStaticPod, releaseStaticPod, type StaticPodLine } from "./allow-pod-start.ts";
import { BACK_OFF_PERIOD_MS, CANCELED, jitter, requeueDelay, type SyncError } from "./complete-work.ts";
import { podWorkerMachine, type WorkerContext, type WorkerEvent } from "./pod-worker.machine.ts";
import { knownPodWorker, syncKnownPod } from "./sync-known-pods.ts";
import { createSyncPodSteps, type WorkerEffect } from "./sync-pod.ts";
import { createTerminationSteps } from "./terminate-pod.ts";
import { isPodStatusCacheTerminal, runtimePodToApi, uidOfUpdate, updatePod } from "./update-pod.ts";
import {
  isStaticPod,
  mergeLastUpdate,
  type PodWorkerStatus,
  type WorkType,
  workType,
} from "./worker-status.ts";

/** Before any sync: every look at the runtime is newer. */
const NEVER: Ms = Number.MIN_SAFE_INTEGER;

/**
 * A worker's goroutine runs a moment after its channel was written to: what the loop receives meanwhile is one update
 * with the first (two events of one relist lead to one sync in nine of ten recordings).
 */
const WAKE_MS: Ms = 1;

const RECORD_TYPES: Readonly<Record<WorkType, string>> = {
  SyncPod: "podworker.SyncPod",
  TerminatingPod: "podworker.SyncTerminatingPod",
  TerminatedPod: "podworker.SyncTerminatedPod",
};

/** The workers with their records, for views and tests. */
export interface KubeletPodWorkers extends PodWorkers {
  worker(uid: string): PodWorkerStatus | undefined;
}

export function createPodWorkers(k: Kubelet): KubeletPodWorkers {
  const { sim } = k;
  const name = `${k.nodeName}/pod-workers`;
  const records = sim.table<PodWorkerStatus>(`${name}/status`);
  const line = sim.cell<StaticPodLine>(`${name}/static`, { started: {}, waiting: {} });
  /** Numbers the syncs of all workers, so that an answer never meets another one. */
  const runs = sim.cell<number>(`${name}/runs`, 0);
  /** Housekeeping has told once which pods there should be. */
  const podsSynced = sim.cell<boolean>(`${name}/synced`, false);

  const replyTo = (context: WorkerContext, type: WorkerEvent["type"]): ReplyTo => ({
    to: machineName,
    key: context.uid,
    event: { type, run: context.run },
  });
  const machineName = `${name}/worker`;

  const loop: Record<"takeUpdate" | "askCache" | "takeCache" | "complete", WorkerEffect> = {
    takeUpdate: ({ context, raise }) => {
      const status = records.get(context.uid);
      const update = status?.pendingUpdate;
      if (!status || !update) {
        if (status) records.set(context.uid, { ...status, working: false });
        raise({ type: status ? "nothing" : "ended" });
        return undefined;
      }
      if (!mayStart(context.uid, status, update, raise)) return undefined;
      const { pendingUpdate: _, ...rest } = records.get(context.uid) as PodWorkerStatus;
      const started = rest.startedAt === undefined && !update.runningPod ? { startedAt: sim.now } : {};
      records.set(context.uid, {
        ...rest,
        ...started,
        activeUpdate: mergeLastUpdate(rest.activeUpdate, update),
      });
      runs.update((n) => n + 1);
      raise({ type: "awaitCache" });
      const fresh = {
        status: null,
        apiStatus: null,
        cancelled: false,
        errors: [],
        terminal: false,
        acted: false,
      };
      return { ...fresh, update, workType: workType(rest), run: runs.get() };
    },
    askCache: ({ context, raise }) => {
      if (context.update?.runningPod) {
        begin(context);
        raise({ type: "terminateRuntimePod" });
      } else k.podCache.getNewerThan(context.uid, context.lastSyncMs, replyTo(context, "cache"));
    },
    takeCache: ({ context, event, raise }) => {
      const { run, entry } = event as WorkerEvent & { type: "cache" };
      if (run !== context.run) return undefined;
      begin(context);
      if (entry.error !== undefined) {
        const pod = context.update?.pod as Pod;
        k.events.event({ pod }, "Warning", "FailedSync", `error determining status: ${entry.error}`);
        raise({ type: "done" });
        return { errors: [{ text: entry.error }] };
      }
      const next = { SyncPod: "sync", TerminatingPod: "terminate", TerminatedPod: "cleanUp" } as const;
      raise({ type: next[context.workType] });
      return { status: entry.status };
    },
    complete: ({ context, raise }) => {
      end(context);
      if (context.acted) k.pleg.requestRelist(context.uid);
      raise({ type: conclude(context) });
      return { lastSyncMs: sim.now, update: null, status: null, apiStatus: null };
    },
  };

  const machines: MachineTable<WorkerContext, WorkerEvent & SimEvent> = new MachineTable(
    sim,
    machineName,
    podWorkerMachine,
    {
      ...loop,
      ...createSyncPodSteps(k, { replyTo }),
      ...createTerminationSteps(k, { replyTo, acknowledgeTerminating }),
    },
  );

  /** Static pods of one full name start one after the other (startPodSync). */
  function mayStart(
    uid: string,
    status: PodWorkerStatus,
    update: UpdatePodOptions,
    raise: (e: WorkerEvent) => void,
  ): boolean {
    if (status.startedAt !== undefined || (update.runningPod && status.terminatingAt !== undefined))
      return true;
    const question = { uid, static: update.pod !== undefined && isStaticPod(update.pod), worker: stateOf };
    const answer = allowPodStart(question, line.get());
    line.set(answer.line);
    if (answer.allowed) return true;
    if (answer.allowedEver) {
      k.workQueue.enqueue(uid, Math.round(jitter(BACK_OFF_PERIOD_MS, sim.draw("podworker.start", uid))));
      records.set(uid, { ...status, working: false });
      raise({ type: "nothing" });
    } else {
      records.set(uid, {
        ...withoutPending(status),
        finished: true,
        working: false,
        hasWorker: false,
        terminatedAt: sim.now,
      });
      release(uid, status.fullname);
      raise({ type: "ended" });
    }
    return false;
  }

  function stateOf(uid: string) {
    const status = records.get(uid);
    if (!status) return undefined;
    const { fullname, terminatingAt, terminatedAt } = status;
    return { fullname, terminating: terminatingAt !== undefined, terminated: terminatedAt !== undefined };
  }

  function release(uid: string, fullname: string): void {
    line.update((l) => releaseStaticPod(l, fullname, uid));
  }

  function subjectOf(context: WorkerContext): Pod {
    const { pod, runningPod } = context.update ?? {};
    return pod ?? (runningPod ? runtimePodToApi(runningPod) : ({ metadata: { uid: context.uid } } as Pod));
  }

  function begin(context: WorkerContext): void {
    const grace = context.update?.kill?.gracePeriodSecondsOverride;
    sim.lead({
      from: k.id("pod-workers"),
      to: k.id(context.workType === "TerminatedPod" ? "volume-manager" : "kuberuntime"),
      type: RECORD_TYPES[context.workType],
      object: podObject(subjectOf(context)),
      data: {
        start: true,
        uid: context.uid,
        updateType: context.update?.updateType,
        ...(context.workType === "TerminatingPod" && grace !== undefined
          ? { gracePeriodSeconds: grace }
          : {}),
      },
    });
  }

  function end(context: WorkerContext): void {
    const cancelled = context.errors.some((e) => e.text === CANCELED.text);
    const error = cancelled ? null : aggregate(context.errors.map((e) => e.text));
    sim.lead({
      from: k.id("kuberuntime"),
      to: k.id("pod-workers"),
      type: RECORD_TYPES[context.workType],
      object: podObject(subjectOf(context)),
      data: {
        end: true,
        uid: context.uid,
        ...(context.workType === "SyncPod" ? { isTerminal: context.terminal } : {}),
        ...(cancelled ? { cancelled } : {}),
        ...(error === null ? {} : { error }),
      },
    });
  }

  /** What follows from the outcome of a sync (podWorkerLoop). */
  function conclude(context: WorkerContext): "again" | "nothing" | "ended" {
    const { uid, workType: type } = context;
    const status = records.get(uid);
    if (!status) return "ended";
    const { errors } = context;
    if (errors.length > 0) return completeWork(uid, errors, false);
    if (type === "TerminatedPod") {
      records.set(uid, { ...withoutPending(status), finished: true, working: false, hasWorker: false });
      release(uid, status.fullname);
      return "ended";
    }
    if (type === "TerminatingPod" && context.update?.runningPod) {
      records.delete(uid);
      release(uid, status.fullname);
      return "ended";
    }
    if (type === "TerminatingPod") {
      for (const waiting of status.notifyPostTerminating) sim.reply(waiting, {});
      replay(uid, { ...status, terminatedAt: sim.now, notifyPostTerminating: [], statusPostTerminating: [] });
      return completeWork(uid, [], true);
    }
    if (context.terminal) {
      replay(uid, { ...status, terminatingAt: status.terminatingAt ?? sim.now, startedTerminating: true });
      return completeWork(uid, [], true);
    }
    return completeWork(uid, [], false);
  }

  function completeWork(
    uid: string,
    errors: readonly SyncError[],
    phaseTransition: boolean,
  ): "again" | "nothing" {
    const work = {
      phaseTransition,
      errors,
      now: sim.now,
      resyncMs: k.config.syncFrequencyMs,
      backOffMs: BACK_OFF_PERIOD_MS,
    };
    k.workQueue.enqueue(uid, Math.round(requeueDelay(work, sim.draw("podworker.requeue", uid))));
    const status = records.get(uid) as PodWorkerStatus;
    if (status.pendingUpdate) return "again";
    records.set(uid, { ...status, working: false });
    return "nothing";
  }

  /** Queues the last update once more, unless a newer one waits (requeueLastPodUpdate). */
  function replay(uid: string, status: PodWorkerStatus): void {
    const { activeUpdate } = status;
    if (status.pendingUpdate || !activeUpdate) records.set(uid, status);
    else records.set(uid, { ...status, pendingUpdate: activeUpdate, working: true });
  }

  function acknowledgeTerminating(uid: string): KilledStatus | undefined {
    const status = records.get(uid);
    if (!status) return undefined;
    if (status.terminatingAt !== undefined && !status.startedTerminating) {
      records.set(uid, { ...status, startedTerminating: true });
    }
    return status.statusPostTerminating.at(-1);
  }

  function wake(uid: string): void {
    if (!machines.has(uid)) machines.start(uid, { uid, never: NEVER });
    sim.send({ to: machineName, key: uid }, { type: "wake" }, { delayMs: WAKE_MS });
  }

  function update(options: UpdatePodOptions): void {
    const uid = uidOfUpdate(options);
    const known = records.get(uid);
    const cached = k.podCache.get(uid);
    const runtimeTerminal = cached.error === undefined && isPodStatusCacheTerminal(cached.status);
    const decision = updatePod(known, options, { now: sim.now, runtimeTerminal });
    if (decision.status) {
      const pod = decision.status.pendingUpdate?.pod;
      if (decision.outcome === "pending" && !known?.hasWorker && pod && isStaticPod(pod)) {
        line.update((l) => queueStaticPod(l, (decision.status as PodWorkerStatus).fullname, uid));
      }
      records.set(uid, decision.status);
    }
    for (const waiting of decision.notify) sim.reply(waiting, {});
    if (decision.outcome !== "pending") return;
    const running = machines.get(uid);
    if (decision.cancel && running?.context.update) {
      sim.send({ to: machineName, key: uid }, { type: "cancel", run: running.context.run });
    }
    wake(uid);
  }

  function forget(uid: string, status: PodWorkerStatus): void {
    records.delete(uid);
    machines.stop(uid);
    release(uid, status.fullname);
  }

  const known = <T>(uid: string, of: (status: PodWorkerStatus) => T, unknown: T): T => {
    const status = records.get(uid);
    return status ? of(status) : unknown;
  };

  return {
    worker: (uid) => records.get(uid),
    updatePod: update,
    syncKnownPods(desired) {
      if (!podsSynced.get()) podsSynced.set(true);
      const wanted = new Set(desired.map((pod) => pod.metadata?.uid));
      const workers = new Map<string, KnownPodWorker>();
      // Rows that change meanwhile are those that it has just come to.
      for (const [uid, status] of records) {
        const isWanted = wanted.has(uid);
        const decision = syncKnownPod(status, isWanted, sim.now);
        if (decision.remove) {
          forget(uid, status);
          continue;
        }
        if (decision.replay) {
          replay(uid, decision.status);
          if (decision.status.hasWorker) wake(uid);
        } else if (decision.status !== status) records.set(uid, decision.status);
        workers.set(uid, knownPodWorker(records.get(uid) as PodWorkerStatus, isWanted));
      }
      return workers;
    },
    isPodKnownTerminated: (uid) => known(uid, (s) => s.terminatedAt !== undefined, false),
    couldHaveRunningContainers: (uid) => known(uid, (s) => s.terminatedAt === undefined, !podsSynced.get()),
    shouldPodBeFinished: (uid) => known(uid, (s) => s.finished, podsSynced.get()),
    isPodTerminationRequested: (uid) => known(uid, (s) => s.terminatingAt !== undefined, false),
    shouldPodContainersBeTerminating: (uid) => known(uid, (s) => s.startedTerminating, podsSynced.get()),
    shouldPodRuntimeBeRemoved: (uid) => known(uid, (s) => s.terminatedAt !== undefined, podsSynced.get()),
    shouldPodContentBeRemoved: (uid) =>
      known(uid, (s) => s.evicted || (s.deleted && s.terminatedAt !== undefined), podsSynced.get()),
    isPodForMirrorPodTerminatingByFullName(fullName) {
      const uid = line.get().started[fullName];
      return (
        uid !== undefined &&
        known(uid, (s) => s.terminatingAt !== undefined && s.terminatedAt === undefined, false)
      );
    },
    start({ warm }) {
      // A kubelet that has been up has long been through its first housekeeping.
      podsSynced.set(warm);
    },
    stop() {
      for (const uid of [...machines.keys()]) machines.stop(uid);
      for (const uid of [...records.keys()]) records.delete(uid);
      line.set({ started: {}, waiting: {} });
      podsSynced.set(false);
    },
  };
}

function withoutPending(status: PodWorkerStatus): PodWorkerStatus {
  const { pendingUpdate: _, ...rest } = status;
  return rest;
}
