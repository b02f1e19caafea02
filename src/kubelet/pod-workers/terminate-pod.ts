/** What a worker does to end a pod and to clean up after it (pkg/kubelet/kubelet.go: SyncTerminatingPod, SyncTerminatedPod). */
import type { PodStatus } from "../../api/types.ts";
import type { KilledStatus, Kubelet } from "../contract.ts";
import type { Pod, RuntimePodStatus } from "../types.ts";
import type { WorkerContext, WorkerEvent } from "./pod-worker.machine.ts";
import { podOf, type StepDependencies, statusOf, type WorkerEffect } from "./sync-pod.ts";
import { runtimePodToApi } from "./update-pod.ts";

/** An orphan of which nothing else is known gets this long, in seconds. */
const RUNTIME_POD_GRACE_SECONDS = 1;

export interface TerminationDependencies extends StepDependencies {
  /** The worker has seen the request; returns the status the killer wants shown. */
  readonly acknowledgeTerminating: (uid: string) => KilledStatus | undefined;
}

export function createTerminationSteps(
  k: Kubelet,
  { replyTo, acknowledgeTerminating }: TerminationDependencies,
): Record<
  | "killPod"
  | "noteKilled"
  | "readPodStatus"
  | "noteTerminated"
  | "killRuntimePod"
  | "noteRuntimePodKilled"
  | "waitForUnmount"
  | "noteUnmounted"
  | "checkVolumePaths"
  | "cleanUp",
  WorkerEffect
> {
  /** A kill that failed: the event, and whether the answer was for this run at all. */
  const killFailed = (
    context: WorkerContext,
    pod: Pod,
    event: WorkerEvent & { type: "killed" },
  ): string | undefined => {
    if (event.run !== context.run || event.error === undefined) return undefined;
    k.events.event({ pod }, "Warning", "FailedKillPod", `error killing pod: ${event.error}`);
    return event.error;
  };

  return {
    killPod: ({ context }) => {
      const pod = podOf(context);
      const wanted = acknowledgeTerminating(context.uid);
      const apiStatus = withStatus(k.status.generateAPIPodStatus(pod, statusOf(context), false), wanted);
      k.status.setPodStatus(pod, apiStatus);
      k.prober.stopLivenessAndStartup(pod);
      const grace = context.update?.kill?.gracePeriodSecondsOverride;
      k.runtime.killPod(pod, statusOf(context), grace, replyTo(context, "killed"));
      return { apiStatus };
    },
    noteKilled: ({ context, event, raise }) => {
      const answer = event as WorkerEvent & { type: "killed" };
      if (answer.run !== context.run) return undefined;
      const pod = podOf(context);
      const error = killFailed(context, pod, answer);
      if (error !== undefined) {
        raise({ type: "done" });
        return { errors: [{ text: `error killing terminating pod: ${error}` }] };
      }
      k.prober.removePod(pod);
      raise({ type: "stopped" });
      return undefined;
    },
    readPodStatus: ({ context }) => {
      const { name = "", namespace = "" } = podOf(context).metadata ?? {};
      k.runtime.getPodStatus({ uid: context.uid, name, namespace }, replyTo(context, "podStatus"));
    },
    noteTerminated: ({ context, event, raise }) => {
      const { run, status, error } = event as WorkerEvent & { type: "podStatus" };
      if (run !== context.run) return undefined;
      raise({ type: "done" });
      if (!status)
        return {
          errors: [{ text: `unable to read pod status prior to final pod termination: ${error ?? ""}` }],
        };
      const running = status.containers
        .filter((c) => c.state === "running")
        .map((c) => `containerd://${c.id}`);
      if (running.length > 0) {
        const text = `detected running containers after a successful KillPod, CRI violation: [${running.join(" ")}]`;
        return { errors: [{ text }] };
      }
      // A stopped sandbox has no address any more; the pod keeps the one it had.
      const stopped: RuntimePodStatus = { ...status, ips: statusOf(context).ips };
      k.status.setPodStatus(podOf(context), k.status.generateAPIPodStatus(podOf(context), stopped, true));
      return { status: stopped };
    },

    killRuntimePod: ({ context }) => {
      acknowledgeTerminating(context.uid);
      const running = context.update?.runningPod as RuntimePodStatus;
      k.runtime.killPod(
        runtimePodToApi(running),
        running,
        RUNTIME_POD_GRACE_SECONDS,
        replyTo(context, "killed"),
      );
    },
    noteRuntimePodKilled: ({ context, event, raise }) => {
      const answer = event as WorkerEvent & { type: "killed" };
      if (answer.run !== context.run) return undefined;
      const pod = runtimePodToApi(context.update?.runningPod as RuntimePodStatus);
      const error = killFailed(context, pod, answer);
      raise({ type: "done" });
      return error === undefined ? undefined : { errors: [{ text: error }] };
    },

    waitForUnmount: ({ context }) => {
      const pod = podOf(context);
      k.status.setPodStatus(pod, k.status.generateAPIPodStatus(pod, statusOf(context), true));
      k.volumes.waitForUnmount(pod, replyTo(context, "unmounted"));
    },
    noteUnmounted: ({ context, event, raise }) => {
      const { run, error } = event as WorkerEvent & { type: "unmounted" };
      if (run !== context.run) return undefined;
      raise({ type: error === undefined ? "ready" : "done" });
      return error === undefined ? undefined : { errors: [{ text: error }] };
    },
    checkVolumePaths: ({ context, raise }) => {
      if (!k.volumes.podHasVolumesOnDisk(context.uid)) raise({ type: "pathsGone" });
    },
    cleanUp: ({ context, raise }) => {
      const pod = podOf(context);
      k.objects.unregisterPod(pod);
      k.cgroups.destroyPodCgroup(context.uid);
      k.status.terminatePod(pod);
      raise({ type: "done" });
    },
  };
}

/** A status with what the killer wants shown; conditions are added to, or replace, those of their type. */
export function withStatus(status: PodStatus, wanted: KilledStatus | undefined): PodStatus {
  if (!wanted) return status;
  const { conditions: added = [], keepSucceeded, ...given } = wanted;
  const fields = keepSucceeded && status.phase === "Succeeded" ? { ...given, phase: status.phase } : given;
  const types = new Set(added.map((c) => c.type));
  const conditions = [...(status.conditions ?? []).filter((c) => !types.has(c.type)), ...added];
  return { ...status, ...fields, ...(conditions.length > 0 ? { conditions } : {}) };
}
