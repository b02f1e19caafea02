import type { UpdatePodOptions } from "../../../kubelet/contract.ts";
import { allowPodStart } from "../../../kubelet/pod-workers/allow-pod-start.ts";
import {
  BACK_OFF_PERIOD_MS,
  NETWORK_NOT_READY,
  requeueDelay,
} from "../../../kubelet/pod-workers/complete-work.ts";
import { calculateEffectiveGracePeriod } from "../../../kubelet/pod-workers/effective-grace-period.ts";
import { createPodWorkers } from "../../../kubelet/pod-workers/index.ts";
import type { PodWorkerStatus } from "../../../kubelet/pod-workers/worker-status.ts";
import type { ReplyTo } from "../../../sim/types.ts";
import { stubKubelet } from "./runtime-stub.ts";

type Given = any;

export function runPodWorkers(given: Given): unknown {
  switch (given.op) {
    case "gracePeriod": {
      const override = given.gracePeriodOverride;
      const kill =
        override === null || override === undefined ? undefined : { gracePeriodSecondsOverride: override };
      return { gracePeriodSeconds: calculateEffectiveGracePeriod(0, given.pod ?? {}, kill).seconds };
    }
    case "requeue":
      return requeue(given);
    case "allowPodStart":
      return start(given);
    default:
      return update(given);
  }
}

/** An update of a vector in the kubelet's own shape. */
function optionsOf(given: Given): UpdatePodOptions {
  const { updateType, pod, runningPod, evict } = given;
  const running = runningPod && { uid: runningPod.id, ...runningPod, ips: [], sandboxes: [], containers: [] };
  return {
    updateType,
    ...(pod ? { pod } : {}),
    ...(running ? { runningPod: running } : {}),
    ...(evict ? { kill: { evict: true } } : {}),
  };
}

function stateOf(status: PodWorkerStatus | undefined): Given {
  if (!status) return undefined;
  const { startedTerminating, finished, deleted, evicted, restartRequested, gracePeriodSeconds } = status;
  return {
    started: status.startedAt !== undefined,
    terminating: status.terminatingAt !== undefined,
    terminated: status.terminatedAt !== undefined,
    startedTerminating,
    finished,
    deleted,
    evicted,
    restartRequested,
    gracePeriodSeconds,
  };
}

/** The running workers with neighbours that succeed at once. */
function update(given: Given): unknown {
  const { sim, k } = stubKubelet(() => null);
  const held: ReplyTo[] = [];
  let hold = false;
  let cacheError: string | undefined;
  const empty = { uid: "", name: "", namespace: "", ips: [], sandboxes: [], containers: [] };
  const entry = () => ({ status: empty, ...(cacheError === undefined ? {} : { error: cacheError }) });
  const done = (reply: ReplyTo, fields: Record<string, unknown> = {}): void => sim.reply(reply, fields);
  const nothing = (): void => {};
  Object.assign(k, {
    workQueue: { enqueue: nothing },
    podCache: {
      get: entry,
      getNewerThan: (_uid: string, _min: number, reply: ReplyTo) => done(reply, { entry: entry() }),
    },
    status: {
      generateAPIPodStatus: (pod: Given) => ({ phase: "Running", ...pod.status }),
      setPodStatus: nothing,
      terminatePod: nothing,
      resize: { setInProgress: () => false, clearInProgress: () => undefined },
    },
    syncLoop: { networkError: () => null },
    objects: { registerPod: nothing, unregisterPod: nothing },
    cgroups: { podCgroupExists: () => true, ensurePodCgroup: () => null, destroyPodCgroup: nothing },
    podManager: { reconcileMirror: nothing },
    host: { fs: { mkdir: nothing } },
    prober: { addPod: nothing, stopLivenessAndStartup: nothing, removePod: nothing },
    pleg: { requestRelist: nothing },
    volumes: {
      waitForAttachAndMount: (_pod: Given, reply: ReplyTo) => done(reply),
      waitForUnmount: (_pod: Given, reply: ReplyTo) => done(reply),
      cancelWait: nothing,
      podHasVolumesOnDisk: () => false,
    },
    runtime: {
      isPodResizeInProgress: () => false,
      syncPod: (_p: Given, _a: Given, _s: Given, _o: Given, reply: ReplyTo) =>
        done(reply, { podSyncResult: { results: [] } }),
      killPod: (_p: Given, _s: Given, _g: Given, reply: ReplyTo) => (hold ? held.push(reply) : done(reply)),
      getPodStatus: (_pod: Given, reply: ReplyTo) => done(reply, { status: empty }),
    },
  });
  const workers = createPodWorkers(k);
  k.podWorkers = workers;
  const uid: string = given.update.pod?.metadata.uid ?? given.update.runningPod?.id;
  const settle = (): void => {
    sim.run({ until: sim.now + 1000 });
    if (sim.failure) throw sim.failure;
  };
  const priorUpdates: Given[] = given.priorUpdates ?? [];
  priorUpdates.forEach((prior: Given, i: number) => {
    hold = given.update.whileTerminating === true && i === priorUpdates.length - 1;
    workers.updatePod(optionsOf(prior));
    settle();
  });
  hold = false;
  cacheError = given.runtimeKnowsPod ? undefined : "No such pod";
  workers.updatePod(optionsOf(given.update));
  const stateBeforeSync = stateOf(workers.worker(uid));
  cacheError = undefined;
  for (const reply of held.splice(0)) done(reply);
  settle();
  return {
    tracked: workers.worker(uid) !== undefined,
    knownTerminated: workers.isPodKnownTerminated(uid),
    state: stateOf(workers.worker(uid)),
    stateBeforeSync,
  };
}

function requeue(given: Given): unknown {
  const work = {
    phaseTransition: given.phaseTransition === true,
    now: Date.parse(given.now),
    resyncMs: given.resyncSeconds * 1000,
    backOffMs: (given.backOffSeconds ?? BACK_OFF_PERIOD_MS / 1000) * 1000,
    errors: (given.syncErrors ?? []).map((e: Given) => ({
      text: e.kind === "networkNotReady" ? `${NETWORK_NOT_READY}: network state unknown` : "error",
      ...(e.until ? { backoffUntilMs: Date.parse(e.until) } : {}),
    })),
  };
  return { minDelaySeconds: requeueDelay(work, 0) / 1000, maxDelaySeconds: requeueDelay(work, 1) / 1000 };
}

function start(given: Given): unknown {
  const worker = (uid: string) => {
    const known = given.workers?.[uid];
    return (
      known && {
        fullname: known.fullname,
        terminating: known.terminating === true,
        terminated: known.terminated === true,
      }
    );
  };
  const line = { started: given.startedStatic ?? {}, waiting: given.waitingStatic ?? {} };
  const answer = allowPodStart({ uid: given.pod.uid, static: given.pod.static === true, worker }, line);
  return {
    allowed: answer.allowed,
    allowedEver: answer.allowedEver,
    startedStatic: answer.line.started,
    waitingStatic: answer.line.waiting,
  };
}
