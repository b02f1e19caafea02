/** What a worker does in SyncPod (pkg/kubelet/kubelet.go: SyncPod). */
import type { PodStatus } from "../../api/types.ts";
import type { Effect } from "../../sim/index.ts";
import type { ReplyTo, SimEvent } from "../../sim/types.ts";
import type { Kubelet } from "../contract.ts";
import { isHostNetworkPod } from "../kuberuntime/sandbox-changed.ts";
import { isContainerRestartable } from "../kuberuntime/should-restart.ts";
import { syncErrors } from "../kuberuntime/sync-errors.ts";
import type { Pod, RuntimePodStatus } from "../types.ts";
import { CANCELED, NETWORK_NOT_READY } from "./complete-work.ts";
import type { WorkerContext, WorkerEvent } from "./pod-worker.machine.ts";
import { podResizeMessage } from "./resize-events.ts";

export type WorkerEffect = Effect<WorkerContext, WorkerEvent & SimEvent>;
type Steps<Names extends string> = Record<Names, WorkerEffect>;

/** Where a pod's own files are. */
export const POD_ROOT = "/var/lib/kubelet/pods";

export interface StepDependencies {
  readonly replyTo: (context: WorkerContext, type: WorkerEvent["type"]) => ReplyTo;
}

export function podOf(context: WorkerContext): Pod {
  return context.update?.pod as Pod;
}

export function statusOf(context: WorkerContext): RuntimePodStatus {
  return context.status as RuntimePodStatus;
}

export function createSyncPodSteps(
  k: Kubelet,
  { replyTo }: StepDependencies,
): Steps<
  | "prepareSync"
  | "killForCgroup"
  | "noteKilledForCgroup"
  | "prepareNode"
  | "waitForVolumes"
  | "noteVolumes"
  | "cancelVolumes"
  | "syncRuntime"
  | "noteSynced"
> {
  return {
    prepareSync: ({ context, raise }) => {
      const pod = podOf(context);
      noteResizeProgress(k, pod, statusOf(context));
      const apiStatus = k.status.generateAPIPodStatus(pod, statusOf(context), false);
      const status = { ...statusOf(context), ips: addressesOf(apiStatus) };
      k.status.setPodStatus(pod, apiStatus);
      if (apiStatus.phase === "Succeeded" || apiStatus.phase === "Failed") {
        raise({ type: "done" });
        return { apiStatus, status, terminal: true };
      }
      const network = k.syncLoop.networkError();
      if (network !== null && !isHostNetworkPod(pod)) {
        const text = `${NETWORK_NOT_READY}: ${network}`;
        k.events.event({ pod }, "Warning", "NetworkNotReady", text);
        raise({ type: "done" });
        return { apiStatus, status, errors: [{ text }] };
      }
      if (!k.podWorkers.isPodTerminationRequested(context.uid)) k.objects.registerPod(pod);
      raise({ type: needsKillForCgroup(k, context, apiStatus) ? "killForCgroup" : "ready" });
      return { apiStatus, status };
    },
    killForCgroup: ({ context }) =>
      k.runtime.killPod(podOf(context), statusOf(context), undefined, replyTo(context, "killed")),
    noteKilledForCgroup: ({ context, event, raise }) => {
      const { run, error } = event as WorkerEvent & { type: "killed" };
      if (run !== context.run) return;
      const pod = podOf(context);
      const runOnce = !(pod.spec?.containers ?? []).some((c) =>
        isContainerRestartable(pod.spec ?? { containers: [] }, c),
      );
      // A pod that runs once is not rebuilt; anything else gets its cgroup.
      if (error === undefined && runOnce) raise({ type: "done" });
      else raise({ type: "ready" });
    },
    prepareNode: ({ context, raise }) => {
      const pod = podOf(context);
      if (!k.podWorkers.isPodTerminationRequested(context.uid) && !k.cgroups.podCgroupExists(context.uid)) {
        const failed = k.cgroups.ensurePodCgroup(pod);
        if (failed !== null) {
          k.events.event(
            { pod },
            "Warning",
            "FailedCreatePodContainer",
            `unable to ensure pod container exists: ${failed}`,
          );
          raise({ type: "done" });
          const text = `failed to ensure that the pod: ${context.uid} cgroups exist and are correctly applied: ${failed}`;
          return { errors: [{ text }] };
        }
      }
      k.podManager.reconcileMirror(pod, context.update?.mirrorPod);
      for (const path of ["", "/volumes", "/plugins"]) k.host.fs.mkdir(`${POD_ROOT}/${context.uid}${path}`);
      raise({ type: context.cancelled ? "done" : "ready" });
      return context.cancelled ? { errors: [CANCELED] } : undefined;
    },
    waitForVolumes: ({ context }) =>
      k.volumes.waitForAttachAndMount(podOf(context), replyTo(context, "volumes")),
    noteVolumes: ({ context, event, raise }) => {
      const { run, error, populatorError } = event as WorkerEvent & { type: "volumes" };
      if (run !== context.run) return undefined;
      if (error === undefined) {
        raise({ type: "mounted" });
        return undefined;
      }
      if (populatorError) {
        k.events.event(
          { pod: podOf(context) },
          "Warning",
          "FailedMount",
          `Unable to attach or mount volumes: ${error}`,
        );
      }
      raise({ type: "done" });
      return { errors: [{ text: error }] };
    },
    cancelVolumes: ({ context }) => {
      k.volumes.cancelWait(context.uid);
      return { errors: [CANCELED] };
    },
    syncRuntime: ({ context }) => {
      const pod = podOf(context);
      reportMissingPullSecrets(k, pod);
      k.prober.addPod(pod);
      const apiStatus = context.apiStatus as PodStatus;
      const options = { restartAllContainers: restartsAllContainers(k, apiStatus) };
      k.runtime.syncPod(pod, apiStatus, statusOf(context), options, replyTo(context, "synced"));
    },
    noteSynced: ({ context, event, raise }) => {
      const { run, podSyncResult } = event as WorkerEvent & { type: "synced" };
      if (run !== context.run) return undefined;
      const { results, syncError } = podSyncResult;
      const errors = syncErrors(results, syncError);
      const resize = results.find((r) => r.action === "ResizePodInPlace")?.error;
      if (resize) noteResizeError(k, podOf(context), resize.message);
      const removed = results.some((r) => r.action === "RemoveContainer");
      if (errors.length === 0 && removed && restartsAllContainers(k, context.apiStatus as PodStatus)) {
        const { mirrorPod } = context.update ?? {};
        k.podWorkers.updatePod({
          updateType: "update",
          pod: podOf(context),
          ...(mirrorPod ? { mirrorPod } : {}),
        });
      }
      raise({ type: "done" });
      return { errors, acted: errors.length === 0 && results.length > 0 };
    },
  };
}

function addressesOf(status: PodStatus): readonly string[] {
  const ips = (status.podIPs ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
  return ips.length === 0 && status.podIP ? [status.podIP] : ips;
}

/** Containers run although their pod has no cgroup yet: they are to be rebuilt below one. */
function needsKillForCgroup(k: Kubelet, context: WorkerContext, apiStatus: PodStatus): boolean {
  if (k.podWorkers.isPodTerminationRequested(context.uid) || k.cgroups.podCgroupExists(context.uid))
    return false;
  return (apiStatus.containerStatuses ?? []).some((c) => c.state?.running);
}

/** Condition PodResizeInProgress and the events about it (SyncPod, first step). */
function noteResizeProgress(k: Kubelet, pod: Pod, status: RuntimePodStatus): void {
  const { uid = "", generation = 0 } = pod.metadata ?? {};
  if (k.runtime.isPodResizeInProgress(pod, status)) {
    if (!k.status.resize.setInProgress(uid, "", "", generation)) return;
    k.events.event(
      { pod },
      "Normal",
      "ResizeStarted",
      podResizeMessage("Pod resize started", pod, generation),
    );
    return;
  }
  const done = k.status.resize.clearInProgress(uid);
  if (done === undefined) return;
  k.events.event({ pod }, "Normal", "ResizeCompleted", podResizeMessage("Pod resize completed", pod, done));
}

function noteResizeError(k: Kubelet, pod: Pod, message: string): void {
  const { uid = "", generation = 0 } = pod.metadata ?? {};
  if (!k.status.resize.setInProgress(uid, "Error", message, generation)) return;
  k.events.event(
    { pod },
    "Warning",
    "ResizeError",
    podResizeMessage("Pod resize error", pod, generation, message),
  );
}

function restartsAllContainers(k: Kubelet, status: PodStatus): boolean {
  if (k.config.featureGates["RestartAllContainersOnContainerExits"] === false) return false;
  return (status.conditions ?? []).some((c) => c.type === "AllContainersRestarting" && c.status === "True");
}

function reportMissingPullSecrets(k: Kubelet, pod: Pod): void {
  const namespace = pod.metadata?.namespace ?? "";
  const names = (pod.spec?.imagePullSecrets ?? []).flatMap(({ name }) => (name ? [name] : []));
  const missing = names.filter((name) => !k.objects.secret(namespace, name).ok);
  if (missing.length === 0) return;
  const text = `Unable to retrieve some image pull secrets (${missing.join(", ")}); attempting to pull the image may not succeed.`;
  k.events.event({ pod }, "Warning", "FailedToRetrieveImagePullSecret", text);
}
