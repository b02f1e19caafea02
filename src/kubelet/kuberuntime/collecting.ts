/** Collects dead containers and sandboxes every minute, and when the node runs out of disk. */
import { criErrorText } from "../../cri/contract.ts";
import { MachineTable } from "../../sim/index.ts";
import type { Ms, ReplyTo, SimEvent } from "../../sim/types.ts";
import type { Kubelet } from "../contract.ts";
import {
  type ContainerGcContext,
  type ContainerGcEvent,
  containerGcMachine,
} from "./container-gc.machine.ts";
import {
  DEFAULT_GC_POLICY,
  evictContainers,
  evictPodLogsDirectories,
  evictSandboxes,
} from "./container-gc.ts";
import type { Killing } from "./killing.ts";
import { CONTAINER_LOGS_ROOT, POD_LOGS_ROOT } from "./log-paths.ts";
import type { Removal } from "./removal.ts";

const PERIOD_MS: Ms = 60_000;

export interface Collecting {
  /** One pass; answers `{errors}`. `evictNonDeletedPods`: pods that are terminated but not deleted are removed too. */
  garbageCollect(evictNonDeletedPods: boolean, reply: ReplyTo | null): void;
  start(options: { readonly warm: boolean }): void;
  stop(): void;
}

export function createCollecting(
  k: Kubelet,
  { killing, removal }: { killing: Killing; removal: Removal },
): Collecting {
  const { sim } = k;
  const name = `${k.nodeName}/kuberuntime/gc`;
  const count = sim.cell<number>(`${name}/passes`, 1);
  const machineName = `${name}/pass`;
  const replyTo = (key: string, type: ContainerGcEvent["type"]): ReplyTo => ({
    to: machineName,
    key,
    event: { type },
  });
  const situation = (context: ContainerGcContext) => ({
    pods: k.podWorkers,
    allSourcesReady: k.podConfig.allSourcesReady(),
    evictNonDeletedPods: context.evictNonDeletedPods,
    now: sim.now,
  });

  const machines: MachineTable<ContainerGcContext, ContainerGcEvent & SimEvent> = new MachineTable(
    sim,
    machineName,
    containerGcMachine,
    {
      listContainers: ({ key }) =>
        k.cri.call("ListContainers", {}, replyTo(key, "containers"), { quiet: true }),
      planContainers: ({ context, event, raise }) => {
        const { result } = event as ContainerGcEvent & { type: "containers" };
        if (!result.ok) return giveUp(context, criErrorText(result.error), raise);
        const { containers } = result.value;
        const listed = containers.map((c) => ({ ...c, podUid: c.pod.uid }));
        raise({ type: "next" });
        return {
          containers,
          containersToRemove: evictContainers(listed, DEFAULT_GC_POLICY, situation(context)),
        };
      },
      removeNextContainer: ({ context, key, raise }) => {
        const [next] = context.containersToRemove;
        if (!next) return raise({ type: "done" });
        const status = context.containers.find((c) => c.id === next.id);
        if (!next.kill || !status) return raise({ type: "remove" });
        const message = "Container is in unknown state, try killing it before removal";
        killing.killContainer({ pod: undefined, status, message, reason: "Unknown" }, replyTo(key, "killed"));
      },
      noteKilled: ({ context, event, raise }) => {
        const { error } = event as ContainerGcEvent & { type: "killed" };
        raise({ type: error === undefined ? "remove" : "next" });
        return error === undefined ? {} : { containersToRemove: context.containersToRemove.slice(1) };
      },
      removeContainer: ({ context, key, raise }) => {
        const status = context.containers.find((c) => c.id === context.containersToRemove[0]?.id);
        if (status) removal.remove(status, { keepLogs: false }, replyTo(key, "removed"));
        else raise({ type: "next" });
      },
      noteRemoved: ({ context, raise }) => {
        raise({ type: "next" });
        return { containersToRemove: context.containersToRemove.slice(1) };
      },
      takeContainers: ({ context, event, raise }) => {
        const { result } = event as ContainerGcEvent & { type: "containers" };
        if (!result.ok) return giveUp(context, criErrorText(result.error), raise);
        raise({ type: "next" });
        return { containers: result.value.containers };
      },
      listSandboxes: ({ key }) =>
        k.cri.call("ListPodSandbox", {}, replyTo(key, "sandboxes"), { quiet: true }),
      planSandboxes: ({ context, event, raise }) => {
        const { result } = event as ContainerGcEvent & { type: "sandboxes" };
        if (!result.ok) return giveUp(context, criErrorText(result.error), raise);
        const { sandboxes } = result.value;
        const inUse = new Set(context.containers.map((c) => c.sandboxId));
        const listed = sandboxes.map((s) => ({ ...s, podUid: s.pod.uid }));
        raise({ type: "next" });
        return { sandboxes, sandboxesToRemove: evictSandboxes(listed, inUse, situation(context)) };
      },
      stopNextSandbox: ({ context, key, raise }) => {
        const [sandboxId] = context.sandboxesToRemove;
        if (sandboxId === undefined) return raise({ type: "done" });
        k.cri.call("StopPodSandbox", { sandboxId }, replyTo(key, "sandboxStopped"), {
          data: about(context, sandboxId),
        });
      },
      removeSandbox: ({ context, event, key, raise }) => {
        const { result } = event as ContainerGcEvent & { type: "sandboxStopped" };
        const [sandboxId = "", ...rest] = context.sandboxesToRemove;
        if (!result.ok) {
          raise({ type: "next" });
          return { sandboxesToRemove: rest };
        }
        k.cri.call("RemovePodSandbox", { sandboxId }, replyTo(key, "sandboxRemoved"), {
          data: about(context, sandboxId),
        });
        return {};
      },
      noteSandbox: ({ context, raise }) => {
        raise({ type: "next" });
        return { sandboxesToRemove: context.sandboxesToRemove.slice(1) };
      },
      cleanLogs: ({ context, raise }) => {
        const { fs } = k.host;
        const directories = fs.list(POD_LOGS_ROOT) ?? [];
        const ready = k.podConfig.allSourcesReady();
        for (const path of evictPodLogsDirectories(directories, k.podWorkers, ready, POD_LOGS_ROOT))
          fs.remove(path);
        removeDeadLinks(context);
        if (context.reply) sim.reply(context.reply, { errors: context.errors });
        raise({ type: "done" });
      },
    },
  );

  function giveUp(context: ContainerGcContext, error: string, raise: (event: ContainerGcEvent) => void) {
    raise({ type: "done" });
    return { errors: [...context.errors, error] };
  }

  function about(context: ContainerGcContext, sandboxId: string): Record<string, unknown> {
    const pod = context.sandboxes.find((s) => s.id === sandboxId)?.pod;
    return pod ? { pod: `pod/${pod.namespace}/${pod.name}`, podUid: pod.uid, sandboxId } : { sandboxId };
  }

  /** Links whose log is gone; a running container may just be rotating its log. */
  function removeDeadLinks(context: ContainerGcContext): void {
    const { fs } = k.host;
    for (const link of fs.list(CONTAINER_LOGS_ROOT) ?? []) {
      const path = `${CONTAINER_LOGS_ROOT}/${link}`;
      if (!link.endsWith(".log") || fs.exists(path)) continue;
      const id = link.slice(link.lastIndexOf("-") + 1, -".log".length);
      const state = context.containers.find((c) => c.id === id)?.state;
      if (state === undefined || state === "exited") fs.remove(path);
    }
  }

  function collect(evictNonDeletedPods: boolean, reply: ReplyTo | null): void {
    const n = count.get();
    count.set(n + 1);
    machines.start(String(n), {
      reply,
      evictNonDeletedPods,
      containers: [],
      sandboxes: [],
      containersToRemove: [],
      sandboxesToRemove: [],
      errors: [],
    });
  }

  sim.component(name, (event) => {
    if (!k.running()) return;
    if (event.type === "collected") {
      const errors = event["errors"] as readonly string[];
      const text = errors.length === 1 ? errors[0] : `[${errors.join(", ")}]`;
      if (errors.length > 0)
        k.events.event({ node: k.nodeName }, "Warning", "ContainerGCFailed", text as string);
      return;
    }
    sim.send({ to: name }, { type: "tick" }, { delayMs: PERIOD_MS, timer: "tick", cause: null });
    collect(false, { to: name, event: { type: "collected" } });
  });

  return {
    garbageCollect: collect,
    start({ warm }) {
      const delayMs = warm ? Math.floor(sim.draw("container-gc", k.nodeName) * PERIOD_MS) : 0;
      sim.send({ to: name }, { type: "tick" }, { delayMs, timer: "tick", cause: null });
    },
    stop() {
      sim.cancelAll({ to: name });
      for (const key of [...machines.keys()]) machines.stop(key);
    },
  };
}
