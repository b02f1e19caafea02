/** Starting containers. */
import { MachineTable } from "../../sim/index.ts";
import type { ReplyTo, SimEvent } from "../../sim/types.ts";
import type { EventTarget, Kubelet, RunContainerOptionsResult } from "../contract.ts";
import type { HookRunner } from "../lifecycle/index.ts";
import { formatPod, podObject, type StartError } from "../types.ts";
import { type BackoffConfig, type BackoffEntry, doBackOff, getBackoffKey, hasExpired } from "./backoff.ts";
import { type ContainerResources, containerResources } from "./compute-resize-action.ts";
import { generateContainerConfig, getTargetId, nextRestartCount } from "./container-config.ts";
import type { Killing } from "./killing.ts";
import { containerLogsPath, legacyLogSymlink, podLogsDirectory } from "./log-paths.ts";
import { type StartContext, type StartEvent, startContainerMachine } from "./start-container.machine.ts";

/** GenerateRunContainerOptions of the environment room. */
export type RunContainerOptionsFor = (
  k: Kubelet,
  pod: StartContext["pod"],
  container: StartContext["container"],
  podIps: readonly string[],
  imageVolumes: Readonly<Record<string, string>>,
) => RunContainerOptionsResult;

export interface StartRequest
  extends Pick<
    StartContext,
    "pod" | "container" | "kind" | "sandboxId" | "podIps" | "status" | "imageVolumeErrors" | "imageVolumeRefs"
  > {}

export interface Starting {
  /** Starts a container; answers `{error?: StartError}`. */
  start(request: StartRequest, reply: ReplyTo): void;
  /** Resources the running instance of a container was given. */
  actuated(uid: string, container: string): ContainerResources | undefined;
  setActuated(uid: string, container: string, resources: ContainerResources): void;
  /** Forgets back-offs that have expired. */
  collectBackoffs(): void;
  stop(): void;
}

export interface StartingDependencies {
  readonly hooks: HookRunner;
  readonly killing: Killing;
  readonly runContainerOptions: RunContainerOptionsFor;
  readonly backoffConfig: BackoffConfig;
}

export function createStarting(k: Kubelet, deps: StartingDependencies): Starting {
  const { sim } = k;
  const name = `${k.nodeName}/kuberuntime`;
  const count = sim.cell<number>(`${name}/starts`, 1);
  const backoffs = sim.table<BackoffEntry>(`${name}/backoff`);
  // A checkpoint on disk: it outlives the process.
  const actuated = sim.table<ContainerResources>(`${name}/actuated`);

  const machines: MachineTable<StartContext, StartEvent & SimEvent> = new MachineTable(
    sim,
    `${name}/start`,
    startContainerMachine,
    {
      checkBackOff: ({ context, raise }) => {
        const { pod, container, status } = context;
        const key = getBackoffKey(pod, container);
        const { error, entry } = doBackOff(
          deps.backoffConfig,
          backoffs.get(key),
          pod,
          container.name,
          status,
          sim.now,
        );
        if (entry) backoffs.set(key, entry);
        if (error) {
          const text = `Back-off restarting failed container ${container.name} in pod ${formatPod(pod)}`;
          k.events.event(target(context), "Warning", "BackOff", text);
          return finish(context, raise, error);
        }
        const missing = (container.volumeMounts ?? []).flatMap(
          (m) => context.imageVolumeErrors[m.name] ?? [],
        );
        for (const { reason } of missing)
          k.events.event(target(context), "Warning", "Failed", `Error: ${reason}`);
        const last = missing.at(-1);
        if (last) return finish(context, raise, last);
        raise({ type: "free" });
      },
      ensureImage: ({ context, key }) => {
        k.images.ensureImageExists(context.pod, context.container, target(context), {
          to: machines.name,
          key,
          event: { type: "image" },
        });
      },
      takeImage: ({ context, event, raise }) => {
        const { imageRef = "", image, error } = event as StartEvent & { type: "image" };
        if (error) {
          k.events.event(target(context), "Warning", "Failed", `Error: ${error.reason}`);
          return void finish(context, raise, error);
        }
        raise({ type: "haveImage" });
        return { imageRef, ...(image ? { image } : {}) };
      },
      createContainer: ({ context, key, raise }) => {
        const { pod, container, kind, sandboxId, podIps, status, imageRef } = context;
        const logDirectory = `${podLogsDirectory(pod)}/${container.name}`;
        const files = k.host.fs.list(logDirectory) ?? [];
        const restartCount = nextRestartCount(status, container.name, files);
        const configError = (message: string) =>
          fail(context, raise, { reason: "CreateContainerConfigError", message });
        const targetId = getTargetId(container, status);
        if (!targetId.ok) return configError(targetId.error);
        const options = deps.runContainerOptions(k, pod, container, podIps, context.imageVolumeRefs);
        if (!options.ok) return configError(options.error);
        const generated = generateContainerConfig({
          pod,
          container,
          kind,
          restartCount,
          image: context.image ?? { id: imageRef },
          options: options.options,
          memoryCapacity: k.host.info.memoryBytes,
          oomSingle: k.config.singleProcessOomKill,
          ...(targetId.id === undefined ? {} : { targetId: targetId.id }),
        });
        if (!generated.ok) return configError(generated.error);
        k.host.fs.mkdir(logDirectory);
        actuated.set(actuatedKey(pod.metadata?.uid, container.name), containerResources(container, pod));
        const data = {
          pod: podObject(pod),
          podUid: pod.metadata?.uid,
          container: container.name,
          kind,
          attempt: restartCount,
          sandboxId,
        };
        const reply: ReplyTo = { to: machines.name, key, event: { type: "created", attempt: restartCount } };
        k.cri.call("CreateContainer", { sandboxId, config: generated.config }, reply, { data });
      },
      takeContainer: ({ context, event, raise }) => {
        const { result, attempt } = event as StartEvent & { type: "created" };
        if (!result.ok)
          return void fail(context, raise, { reason: "CreateContainerError", message: result.error.desc });
        k.events.event(target(context), "Normal", "Created", "Container created");
        raise({ type: "startIt" });
        return { containerId: result.value.containerId, attempt };
      },
      startContainer: ({ context, key }) => {
        const { pod, container, kind, containerId, attempt } = context;
        const data = {
          pod: podObject(pod),
          podUid: pod.metadata?.uid,
          container: container.name,
          kind,
          attempt,
          containerId,
        };
        k.cri.call(
          "StartContainer",
          { containerId },
          { to: machines.name, key, event: { type: "started" } },
          { data },
        );
      },
      noteStarted: ({ context, event, raise }) => {
        const { result } = event as StartEvent & { type: "started" };
        if (!result.ok)
          return fail(context, raise, { reason: "RunContainerError", message: result.error.desc });
        k.events.event(target(context), "Normal", "Started", "Container started");
        linkLog(context);
        if (context.container.lifecycle?.postStart && context.kind !== "ephemeral")
          raise({ type: "runHook" });
        else finish(context, raise);
      },
      runPostStart: ({ context, key }) => {
        const { pod, container, containerId } = context;
        const handler = container.lifecycle?.postStart ?? {};
        deps.hooks.run(
          { pod, container, containerId, handler },
          { to: machines.name, key, event: { type: "hookDone" } },
        );
      },
      judgeHook: ({ context, event, raise }) => {
        const { error } = event as StartEvent & { type: "hookDone" };
        if (error === undefined) return void finish(context, raise);
        k.events.event(target(context), "Warning", "FailedPostStartHook", "PostStartHook failed");
        raise({ type: "hookFailed" });
        return { hookError: error };
      },
      killContainer: ({ context, key }) => {
        const { pod, container, containerId } = context;
        const status = { id: containerId, name: container.name } as Parameters<
          Killing["killContainer"]
        >[0]["status"];
        const request = {
          pod,
          status,
          message: "FailedPostStartHook",
          reason: "FailedPostStartHook" as const,
        };
        deps.killing.killContainer(request, { to: machines.name, key, event: { type: "killed" } });
      },
      failHook: ({ context, raise }) =>
        finish(context, raise, { reason: "PostStartHookError", message: context.hookError }),
    },
  );

  function target({ pod, container, kind }: StartContext): EventTarget {
    return { pod, container: { name: container.name, kind } };
  }

  /** A failure that has an event of its own. */
  function fail(context: StartContext, raise: (event: StartEvent) => void, error: StartError): void {
    k.events.event(target(context), "Warning", "Failed", `Error: ${error.message}`);
    finish(context, raise, error);
  }

  function finish(context: StartContext, raise: (event: StartEvent) => void, error?: StartError): void {
    sim.reply(context.reply, error ? { error } : {});
    raise({ type: "finished" });
  }

  /** The link that log collectors read, once there is a log (startContainer, step 3). */
  function linkLog({ pod, container, containerId, attempt }: StartContext): void {
    const log = `${podLogsDirectory(pod)}/${containerLogsPath(container.name, attempt)}`;
    if (k.host.fs.exists(log)) k.host.fs.symlink(legacyLogSymlink(pod, container.name, containerId), log);
  }

  return {
    start(request, reply) {
      const n = count.get();
      count.set(n + 1);
      machines.start(String(n), {
        ...request,
        reply,
        imageRef: "",
        attempt: 0,
        containerId: "",
        hookError: "",
      });
    },
    actuated: (uid, container) => actuated.get(actuatedKey(uid, container)),
    setActuated: (uid, container, resources) => actuated.set(actuatedKey(uid, container), resources),
    collectBackoffs() {
      for (const [key, entry] of [...backoffs]) {
        if (hasExpired(deps.backoffConfig, entry, sim.now)) backoffs.delete(key);
      }
    },
    stop() {
      for (const key of [...machines.keys()]) machines.stop(key);
      for (const key of [...backoffs.keys()]) backoffs.delete(key);
    },
  };
}

function actuatedKey(uid: string | undefined, container: string): string {
  return `${uid ?? ""}/${container}`;
}
