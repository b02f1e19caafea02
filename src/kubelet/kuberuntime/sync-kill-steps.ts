/** The steps of a sync that stop and remove containers. */
import { type ContainerStatusCri, criErrorText } from "../../cri/contract.ts";
import type { Kubelet } from "../contract.ts";
import type { Killing } from "./killing.ts";
import type { Removal } from "./removal.ts";
import type { SyncContext, SyncEvent } from "./sync.machine.ts";
import { type StepTools, type SyncEffect, syncResult } from "./sync-steps.ts";

export interface KillStepTools extends StepTools {
  readonly killing: Killing;
  readonly removal: Removal;
}

export function createKillSteps(
  k: Kubelet,
  { killing, removal, replyTo, finish }: KillStepTools,
): Record<string, SyncEffect> {
  return {
    begin: ({ context, raise }) => {
      const { actions, pod } = context;
      if (actions.createSandbox && actions.sandboxId !== "") {
        k.events.event(
          { pod },
          "Normal",
          "SandboxChanged",
          "Pod sandbox changed, it will be killed and re-created.",
        );
      }
      raise({ type: actions.killPod ? "killPod" : "killContainers" });
    },
    killPod: ({ context, key }) =>
      killing.killPod(context.pod, context.status, undefined, replyTo(key, "podKilled")),
    notePodKilled: ({ context, event, raise }) => {
      const { results: killed } = event as SyncEvent & { type: "podKilled" };
      const results = [...context.results, ...killed];
      if (killed.some((r) => r.error)) finish({ ...context, results }, raise);
      else raise({ type: "next" });
      return { results };
    },
    killNext: ({ context, key, raise }) => {
      const [next] = context.toKill;
      if (!next) return raise({ type: "done" });
      const status = context.status.containers.find((c) => c.id === next.id) as ContainerStatusCri;
      killing.killContainer(
        { pod: context.pod, status, message: next.message, reason: next.reason },
        replyTo(key, "killed"),
      );
    },
    noteKilled: ({ context, event, raise }) => {
      const { error } = event as SyncEvent & { type: "killed" };
      const [{ name: target = "" } = {}, ...toKill] = context.toKill;
      const failed = error === undefined ? undefined : { reason: "KillContainerError", message: error };
      const results = [...context.results, syncResult("KillContainer", target, failed)];
      if (failed) finish({ ...context, results }, raise);
      else raise({ type: "next" });
      return { results, toKill };
    },
    resetNext: ({ context, key, raise }) => {
      const [next] = context.toReset;
      if (!next) return raise({ type: "done" });
      if (!next.kill) return raise({ type: "remove" });
      const status = context.status.containers.find((c) => c.id === next.id) as ContainerStatusCri;
      const request = {
        pod: context.pod,
        status,
        message: "killing",
        reason: "RestartAllContainers" as const,
      };
      killing.killContainer({ ...request, gracePeriodOverride: 0 }, replyTo(key, "killed"));
    },
    noteResetKilled: ({ context, event, raise }) => {
      const { error } = event as SyncEvent & { type: "killed" };
      if (error === undefined) return void raise({ type: "remove" });
      const target = context.toReset[0]?.name ?? "";
      const results = [
        ...context.results,
        syncResult("RemoveContainer", target, { reason: "KillContainerError", message: error }),
      ];
      finish({ ...context, results }, raise);
      return { results };
    },
    // The log is kept: the next instance takes its number from there.
    removeReset: ({ context, key }) => {
      const status = context.status.containers.find(
        (c) => c.id === context.toReset[0]?.id,
      ) as ContainerStatusCri;
      removal.remove(status, { keepLogs: true }, replyTo(key, "removed"));
    },
    noteReset: ({ context, event, raise }) => {
      const { result: answer } = event as SyncEvent & { type: "removed" };
      const [{ name: target = "" } = {}, ...toReset] = context.toReset;
      const failed = answer.ok
        ? undefined
        : { reason: "RemoveContainerError", message: criErrorText(answer.error) };
      const results = [...context.results, syncResult("RemoveContainer", target, failed)];
      if (failed) finish({ ...context, results }, raise);
      else raise({ type: "next" });
      return { results, toReset };
    },
    listInitContainers: ({ context, raise }) => {
      const toRemove = initContainersToRemove(context);
      raise({ type: toRemove.length > 0 ? "next" : "done" });
      return { toRemove };
    },
    removeNext: ({ context, key, raise }) => {
      const [next] = context.toRemove;
      if (next) removal.remove(next, { keepLogs: false }, replyTo(key, "removed"));
      else raise({ type: "done" });
    },
    noteRemoved: ({ context, raise }) => {
      raise({ type: "next" });
      return { toRemove: context.toRemove.slice(1) };
    },
  };
}

/**
 * Instances of init containers to remove: all of them before a new sandbox, else all dead ones but the newest of each
 * (kuberuntime_container.go: purgeInitContainers, pruneInitContainersBeforeStart).
 */
function initContainersToRemove({ pod, status, actions }: SyncContext): ContainerStatusCri[] {
  const purge = actions.killPod && actions.createSandbox;
  return (pod.spec?.initContainers ?? []).flatMap((init) => {
    const instances = status.containers.filter((c) => c.name === init.name);
    return purge
      ? instances
      : instances.filter((c) => c.state === "exited" || c.state === "unknown").slice(1);
  });
}
