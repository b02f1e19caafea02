/** The steps of a sync that make the sandbox, and pull the images that are volumes. */
import type { Container, Pod } from "../../api/types.ts";
import { criErrorText } from "../../cri/contract.ts";
import type { Kubelet } from "../contract.ts";
import { formatPod, podObject } from "../types.ts";
import { parseResolvConf } from "./pod-dns.ts";
import { isHostNetworkPod } from "./sandbox-changed.ts";
import { generatePodSandboxConfig } from "./sandbox-config.ts";
import type { SyncContext, SyncEvent } from "./sync.machine.ts";
import { type Raise, type StepTools, type SyncEffect, syncResult } from "./sync-steps.ts";

export function createSandboxSteps(k: Kubelet, { replyTo, finish }: StepTools): Record<string, SyncEffect> {
  function configOf(pod: Pod, attempt: number) {
    const generated = generatePodSandboxConfig(pod, attempt, {
      cgroupParent: k.cgroups.cgroupParent(pod),
      clusterDns: k.config.clusterDns,
      clusterDomain: k.config.clusterDomain,
      hostDns: parseResolvConf(k.host.fs.read("/etc/resolv.conf") ?? ""),
      runtimeHandler: "",
    });
    if (generated.ok)
      for (const text of generated.dnsWarnings) k.events.event({ pod }, "Warning", "DNSConfigForming", text);
    return generated;
  }

  /** The configuration is made once more for the containers; a failure ends the sync. */
  function sandboxConfig(context: SyncContext, raise: Raise): boolean {
    const generated = configOf(context.pod, context.actions.attempt);
    if (generated.ok) return true;
    const syncError = `GeneratePodSandboxConfig for pod ${JSON.stringify(formatPod(context.pod))} failed: ${generated.error}`;
    finish({ ...context, syncError }, raise);
    return false;
  }

  function sandboxFailed(
    context: SyncContext,
    raise: Raise,
    message: string,
    text: string,
  ): Partial<SyncContext> {
    const { pod } = context;
    const target = formatPod(pod);
    // The pod is being deleted while its sandbox is made: that is no error.
    const ending = k.podWorkers.isPodTerminationRequested(pod.metadata?.uid ?? "");
    if (!ending)
      k.events.event({ pod }, "Warning", "FailedCreatePodSandBox", `Failed to create pod sandbox: ${text}`);
    const error = ending ? undefined : { reason: "CreatePodSandboxError", message };
    const results = [...context.results, syncResult("CreatePodSandbox", target, error)];
    finish({ ...context, results }, raise);
    return { results };
  }

  return {
    decideSandbox: ({ context, raise }) => {
      if (context.actions.createSandbox) raise({ type: "createSandbox" });
      else if (sandboxConfig(context, raise)) raise({ type: "haveSandbox" });
    },
    runSandbox: ({ context, key, raise }) => {
      const { pod, actions } = context;
      const generated = configOf(pod, actions.attempt);
      if (!generated.ok) {
        const message = `Failed to generate sandbox config for pod ${JSON.stringify(formatPod(pod))}: ${generated.error}`;
        return sandboxFailed(context, raise, message, generated.error);
      }
      k.host.fs.mkdir(generated.config.logDirectory);
      const handler = k.objects.runtimeHandler(pod);
      if (!handler.ok) {
        const message = `Failed to create sandbox for pod ${JSON.stringify(formatPod(pod))}: ${handler.error}`;
        return sandboxFailed(context, raise, message, handler.error);
      }
      const config = { ...generated.config, runtimeHandler: handler.value };
      const data = { pod: podObject(pod), podUid: pod.metadata?.uid, attempt: actions.attempt };
      k.cri.call("RunPodSandbox", { config }, replyTo(key, "sandboxRun"), { data });
      return undefined;
    },
    noteSandbox: ({ context, event, raise }) => {
      const { result: answer } = event as SyncEvent & { type: "sandboxRun" };
      const { pod } = context;
      if (!answer.ok) {
        const text = criErrorText(answer.error);
        return sandboxFailed(
          context,
          raise,
          `Failed to create sandbox for pod ${JSON.stringify(formatPod(pod))}: ${text}`,
          text,
        );
      }
      raise({ type: "next" });
      return {
        sandboxId: answer.value.sandboxId,
        results: [...context.results, syncResult("CreatePodSandbox", formatPod(pod))],
      };
    },
    readSandbox: ({ context, key }) => {
      const data = { pod: podObject(context.pod), podUid: context.pod.metadata?.uid };
      k.cri.call("PodSandboxStatus", { sandboxId: context.sandboxId }, replyTo(key, "sandboxStatus"), {
        data,
      });
    },
    noteSandboxStatus: ({ context, event, raise }) => {
      const { result: answer } = event as SyncEvent & { type: "sandboxStatus" };
      const { pod } = context;
      if (!answer.ok) {
        const syncError = criErrorText(answer.error);
        k.events.event(
          { pod },
          "Warning",
          "FailedPodSandBoxStatus",
          `Unable to get pod sandbox status: ${syncError}`,
        );
        finish({ ...context, syncError }, raise);
        return { syncError };
      }
      const podIps = isHostNetworkPod(pod) ? context.podIps : answer.value.sandbox.ips;
      k.status.onPodSandboxReady(pod);
      if (sandboxConfig(context, raise)) raise({ type: "next" });
      return { podIps };
    },
    pullImageVolume: ({ context, key, raise }) => {
      const { pod } = context;
      const volume = pod.spec?.volumes?.find((v) => v.name === context.imageVolumes[0]);
      if (!volume?.image) return raise({ type: "done" });
      const { reference = "", pullPolicy } = volume.image;
      const asked = {
        name: volume.name,
        image: reference,
        ...(pullPolicy ? { imagePullPolicy: pullPolicy } : {}),
      } as Container;
      k.images.ensureImageExists(pod, asked, { pod }, replyTo(key, "image"));
    },
    noteImageVolume: ({ context, event, raise }) => {
      const { error, imageRef } = event as SyncEvent & { type: "image" };
      const [volume = "", ...imageVolumes] = context.imageVolumes;
      raise({ type: "next" });
      return {
        imageVolumes,
        imageVolumeErrors: error
          ? { ...context.imageVolumeErrors, [volume]: error }
          : context.imageVolumeErrors,
        imageVolumeRefs: imageRef
          ? { ...context.imageVolumeRefs, [volume]: imageRef }
          : context.imageVolumeRefs,
      };
    },
  };
}
