/** The runtime manager: pods and containers through the CRI (pkg/kubelet/kuberuntime/kuberuntime_manager.go). */
import type { ContainerStatusCri } from "../../cri/contract.ts";
import type { ReplyTo, SimEvent } from "../../sim/types.ts";
import type { GenericRuntime, Kubelet, SyncResult } from "../contract.ts";
import { createHookRunner } from "../lifecycle/index.ts";
import type { StartError } from "../types.ts";
import { newCrashLoopBackOff } from "./backoff.ts";
import { createCollecting } from "./collecting.ts";
import { isPodResizeInProgress } from "./compute-resize-action.ts";
import { getContainersToDeleteInPod } from "./container-config.ts";
import { createKilling } from "./killing.ts";
import { createPodReader } from "./pod-status.ts";
import { createRemoval } from "./removal.ts";
import { createStarting, type RunContainerOptionsFor } from "./starting.ts";
import { aggregate, syncErrors } from "./sync-errors.ts";
import { createSyncing } from "./sync-pod.ts";

export interface RuntimeOptions {
  readonly runContainerOptions: RunContainerOptionsFor;
}

export function createGenericRuntime(k: Kubelet, options: RuntimeOptions): GenericRuntime {
  const { sim } = k;
  const name = `${k.nodeName}/kuberuntime`;
  const reasons = sim.table<StartError>(`${name}/reasons`);
  const hooks = createHookRunner(k);
  const killing = createKilling(k, hooks);
  const removal = createRemoval(k);
  const starting = createStarting(k, {
    hooks,
    killing,
    runContainerOptions: options.runContainerOptions,
    backoffConfig: newCrashLoopBackOff(k.config.maxContainerRestartPeriodMs, k.config.featureGates),
  });
  const syncing = createSyncing(k, {
    killing,
    starting,
    removal,
    onResults: (pod, results) => updateReasons(pod.metadata?.uid ?? "", results),
  });
  const collecting = createCollecting(k, { killing, removal });
  const reader = createPodReader(k);

  /** Keeps why a container could not be started until it can (pkg/kubelet/reason_cache.go: Update). */
  function updateReasons(uid: string, results: readonly SyncResult[]): void {
    for (const { action, target, error } of results) {
      if (action !== "StartContainer") continue;
      if (error) reasons.set(`${uid}_${target}`, error);
      else reasons.delete(`${uid}_${target}`);
    }
  }

  sim.component(name, (event) => {
    if (event.type !== "podKilled") return;
    const { caller, results } = event as SimEvent & { caller: ReplyTo; results: readonly SyncResult[] };
    const error = aggregate(syncErrors(results).map((e) => e.text));
    sim.reply(caller, error === null ? {} : { error });
  });
  sim.component(`${name}/deletor`, () => {});

  return {
    syncPod(pod, _apiStatus, runtimeStatus, { restartAllContainers }, reply) {
      syncing.sync(pod, runtimeStatus, { restartAllContainers }, reply);
    },
    killPod(pod, runtimeStatus, gracePeriodOverride, reply) {
      killing.killPod(pod, runtimeStatus, gracePeriodOverride, {
        to: name,
        event: { type: "podKilled", caller: reply },
      });
    },
    getPodStatus: reader.getPodStatus,
    // Housekeeping asks for these, and its last step forgets old back-offs.
    runningPods(reply) {
      starting.collectBackoffs();
      reader.runningPods(reply);
    },
    startError: (uid, container) => reasons.get(`${uid}_${container}`),
    cleanUpContainers(uid, exitedContainerId, removeAll) {
      const { status } = k.podCache.get(uid);
      const doomed: readonly ContainerStatusCri[] = removeAll
        ? getContainersToDeleteInPod(status, "", 0)
        : getContainersToDeleteInPod(status, exitedContainerId, KEEP_DEAD);
      for (const container of doomed) {
        removal.remove(container, { keepLogs: false }, { to: `${name}/deletor`, event: { type: "removed" } });
      }
    },
    isPodResizeInProgress(pod, runtimeStatus) {
      const uid = pod.metadata?.uid ?? "";
      return isPodResizeInProgress(pod, runtimeStatus, (container) => starting.actuated(uid, container));
    },
    garbageCollect: collecting.garbageCollect,
    start: collecting.start,
    stop() {
      collecting.stop();
      syncing.stop();
      starting.stop();
      killing.stop();
      hooks.stop();
      for (const key of [...reasons.keys()]) reasons.delete(key);
    },
  };
}

/** Dead instances of a container that are kept: what `kubectl logs --previous` reads. */
const KEEP_DEAD = 1;
