/** Stopping containers and pods. */
import type { Container, Pod } from "../../api/types.ts";
import { type ContainerStatusCri, criErrorText } from "../../cri/contract.ts";
import { MachineTable } from "../../sim/index.ts";
import type { ReplyTo, SimEvent } from "../../sim/types.ts";
import type { EventTarget, Kubelet, SyncResult } from "../contract.ts";
import type { HookRunner } from "../lifecycle/index.ts";
import { formatPod, isSidecar, podObject, type RuntimePodStatus } from "../types.ts";
import type { ContainerKind } from "./container-config.ts";
import { MINIMUM_GRACE_PERIOD_SECONDS, setTerminationGracePeriod } from "./grace-period.ts";
import { type KillContext, type KillEvent, killContainerMachine } from "./kill-container.machine.ts";
import { type KillPodContext, type KillPodEvent, killPodMachine } from "./kill-pod.machine.ts";
import { restoreSpecsFromContainerLabels } from "./labels.ts";
import type { KillReason } from "./pod-actions.ts";
import { containerTerminated, isTurn, newTerminationOrdering } from "./termination-order.ts";

export interface KillRequest {
  /** Absent: the pod is not known any more, the container's own labels tell. */
  readonly pod: Pod | undefined;
  readonly status: ContainerStatusCri;
  readonly message: string;
  readonly reason: KillReason;
  readonly gracePeriodOverride?: number;
}

export interface Killing {
  /** Stops a container; answers `{error?}`. Returns the key of its machine. */
  killContainer(request: KillRequest, reply: ReplyTo, group?: string): string;
  /** Stops the running containers and all sandboxes of a pod; answers `{results}`. */
  killPod(
    pod: Pod | undefined,
    status: RuntimePodStatus,
    gracePeriodOverride: number | undefined,
    reply: ReplyTo,
  ): void;
  stop(): void;
}

/** Container of a pod by name, with the list it stands in. */
export function findContainer(
  pod: Pod,
  name: string,
): { container: Container; kind: ContainerKind } | undefined {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {};
  const regular = containers.find((c) => c.name === name);
  if (regular) return { container: regular, kind: "regular" };
  const init = initContainers.find((c) => c.name === name);
  if (init) return { container: init, kind: "init" };
  const ephemeral = ephemeralContainers.find((c) => c.name === name);
  return ephemeral ? { container: ephemeral as Container, kind: "ephemeral" } : undefined;
}

export function containerTarget(pod: Pod, name: string): EventTarget {
  return { pod, container: { name, kind: findContainer(pod, name)?.kind ?? "regular" } };
}

export function createKilling(k: Kubelet, hooks: HookRunner): Killing {
  const { sim } = k;
  const name = `${k.nodeName}/kuberuntime`;
  const count = sim.cell<number>(`${name}/kills`, 1);
  const nextKey = (): string => {
    const n = count.get();
    count.set(n + 1);
    return String(n);
  };

  const killers: MachineTable<KillContext, KillEvent & SimEvent> = new MachineTable(
    sim,
    `${name}/kill`,
    killContainerMachine,
    {
      announce: ({ context, raise }) => {
        const { pod, container, reason } = context;
        const grace = setTerminationGracePeriod(pod, container, reason);
        const message = context.message || `Stopping container ${container.name}`;
        k.events.event(containerTarget(pod, container.name), "Normal", "Killing", message);
        const graceSeconds = context.gracePeriodOverride ?? grace;
        raise({ type: container.lifecycle?.preStop && graceSeconds > 0 ? "runHook" : "awaitTurn" });
        return { graceSeconds };
      },
      runPreStop: ({ context, key }) => {
        const { pod, container, containerId } = context;
        const handler = container.lifecycle?.preStop ?? {};
        // The hook outlives this wait: its failure is told whenever it comes.
        hooks.run(
          { pod, container, containerId, handler },
          { to: `${name}/preStop`, event: { type: "preStop", key, pod, container: container.name } },
        );
        return { since: sim.now };
      },
      takeOffHookTime: ({ context, raise }) => {
        raise({ type: "awaitTurn" });
        return takeOff(context);
      },
      checkTurn: ({ context, raise }) => {
        const ordering =
          context.group === undefined ? null : (pods.get(context.group)?.context.ordering ?? null);
        if (!ordering || context.graceSeconds <= 0 || isTurn(ordering, context.container.name))
          raise({ type: "turn" });
        return { since: sim.now };
      },
      takeOffWait: ({ context }) => takeOff(context),
      stopContainer: ({ context, key }) => {
        const timeoutMs = Math.max(context.graceSeconds, MINIMUM_GRACE_PERIOD_SECONDS) * 1000;
        const { pod, container, containerId } = context;
        const data = {
          pod: podObject(pod),
          podUid: pod.metadata?.uid,
          container: container.name,
          containerId,
          timeoutMs,
        };
        k.cri.call(
          "StopContainer",
          { containerId, timeoutMs },
          { to: killers.name, key, event: { type: "stopped" } },
          { data },
        );
      },
      finish: ({ context, key, event }) => {
        const { result } = event as KillEvent & { type: "stopped" };
        const failed =
          !result.ok && result.error.code !== "NotFound" ? { error: criErrorText(result.error) } : {};
        sim.reply(context.reply, { killer: key, ...failed });
      },
    },
  );

  /** Whole seconds count, cut down. */
  function takeOff(context: KillContext): Partial<KillContext> {
    return { graceSeconds: context.graceSeconds - Math.floor((sim.now - context.since) / 1000) };
  }

  sim.component(`${name}/preStop`, (event) => {
    if (event["error"] !== undefined && k.running()) {
      k.events.event(
        containerTarget(event["pod"], event["container"]),
        "Warning",
        "FailedPreStopHook",
        "PreStopHook failed",
      );
    }
    killers.send(event["key"], { type: "hookDone" });
  });

  const pods: MachineTable<KillPodContext, KillPodEvent & SimEvent> = new MachineTable(
    sim,
    `${name}/kill-pod`,
    killPodMachine,
    {
      killContainers: ({ context, key, raise }) => {
        const started: Record<string, string> = {};
        for (const status of context.containers) {
          const reply: ReplyTo = { to: pods.name, key, event: { type: "containerKilled" } };
          const request: KillRequest = {
            pod: context.pod,
            status,
            message: "",
            reason: "Unknown",
            ...(context.gracePeriodOverride === undefined
              ? {}
              : { gracePeriodOverride: context.gracePeriodOverride }),
          };
          started[killContainer(request, reply, context.ordering ? key : undefined)] = status.name;
        }
        if (context.containers.length === 0) raise({ type: "allStopped" });
        return { killers: started };
      },
      noteKilled: ({ context, event, raise }) => {
        const { killer, error } = event as KillPodEvent & { type: "containerKilled" };
        const target = context.killers[killer] ?? "";
        const result: SyncResult = {
          action: "KillContainer",
          target,
          ...(error === undefined ? {} : { error: { reason: "KillContainerError", message: error } }),
        };
        const results = [...context.results, result];
        const ordering =
          context.ordering && error === undefined
            ? containerTerminated(context.ordering, target)
            : context.ordering;
        for (const [other, container] of Object.entries(context.killers)) {
          if (
            ordering &&
            other !== killer &&
            killers.matches(other, "waitingForTurn") &&
            isTurn(ordering, container)
          ) {
            killers.send(other, { type: "turn" });
          }
        }
        if (results.length === context.containers.length) raise({ type: "allStopped" });
        return { results, ordering };
      },
      stopSandbox: ({ context, key, raise }) => {
        const [sandboxId] = context.sandboxes;
        if (sandboxId !== undefined) {
          const data = {
            ...(context.pod ? { pod: podObject(context.pod) } : {}),
            podUid: context.uid,
            sandboxId,
          };
          k.cri.call(
            "StopPodSandbox",
            { sandboxId },
            { to: pods.name, key, event: { type: "sandboxStopped" } },
            { data },
          );
          return;
        }
        const error =
          context.sandboxError === null
            ? {}
            : { error: { reason: "KillPodSandboxError", message: context.sandboxError } };
        sim.reply(context.reply, {
          results: [...context.results, { action: "KillPodSandbox", target: context.uid, ...error }],
        });
        raise({ type: "finished" });
      },
      noteSandbox: ({ context, event, raise }) => {
        const { result } = event as KillPodEvent & { type: "sandboxStopped" };
        raise({ type: "next" });
        const failed =
          !result.ok && result.error.code !== "NotFound" ? criErrorText(result.error) : context.sandboxError;
        return { sandboxes: context.sandboxes.slice(1), sandboxError: failed };
      },
    },
  );

  function killContainer(request: KillRequest, reply: ReplyTo, group?: string): string {
    const key = nextKey();
    const { status } = request;
    const found = request.pod && findContainer(request.pod, status.name);
    if (request.pod && !found) {
      const where = `"${status.name}" (id="containerd://${status.id}") in pod ${JSON.stringify(formatPod(request.pod))}`;
      const error = `failed to get containerSpec ${where} when killing container for reason ${JSON.stringify(request.message)}`;
      sim.reply(reply, { killer: key, error });
      return key;
    }
    const spec =
      request.pod && found
        ? { pod: request.pod, container: found.container }
        : restoreSpecsFromContainerLabels(status);
    killers.start(key, {
      ...spec,
      containerId: status.id,
      message: request.message,
      reason: request.reason,
      ...(request.gracePeriodOverride === undefined
        ? {}
        : { gracePeriodOverride: request.gracePeriodOverride }),
      ...(group === undefined ? {} : { group }),
      reply,
      graceSeconds: 0,
      since: sim.now,
    });
    return key;
  }

  return {
    killContainer,
    killPod(pod, status, gracePeriodOverride, reply) {
      const running = status.containers.filter((c) => c.state === "running");
      const ordered = pod?.spec?.initContainers?.some(isSidecar) === true;
      pods.start(nextKey(), {
        pod,
        uid: status.uid || (pod?.metadata?.uid ?? ""),
        containers: running,
        sandboxes: status.sandboxes.map((s) => s.id),
        ...(gracePeriodOverride === undefined ? {} : { gracePeriodOverride }),
        reply,
        ordering:
          pod && ordered
            ? newTerminationOrdering(
                pod,
                running.map((c) => c.name),
              )
            : null,
        killers: {},
        results: [],
        sandboxError: null,
      });
    },
    stop() {
      for (const table of [killers, pods]) for (const key of [...table.keys()]) table.stop(key);
    },
  };
}
