/** Rotates logs of running containers (pkg/kubelet/logs/container_log_manager.go). */
import { type ContainerStatusCri, criErrorText } from "../../cri/contract.ts";
import { type EffectScope, MachineTable } from "../../sim/index.ts";
import type { ReplyTo, SimEvent } from "../../sim/types.ts";
import type { ContainerLogManager, Kubelet } from "../contract.ts";
import { logFileOf } from "../kuberuntime/log-paths.ts";
import {
  type ContainerLogManagerContext,
  type ContainerLogManagerEvent,
  containerLogManagerMachine,
} from "./container-log-manager.machine.ts";
import {
  compressedLogName,
  compressedSize,
  needsRotation,
  planRotation,
  rotatedLogName,
  rotatedLogs,
} from "./rotate.ts";

type EventOf<T extends ContainerLogManagerEvent["type"]> = ContainerLogManagerEvent & { readonly type: T };
type Raise = (event: ContainerLogManagerEvent) => void;

export function createContainerLogManager(k: Kubelet): ContainerLogManager {
  const { sim } = k;
  const { fs } = k.host;
  const { containerLogMaxSize: maxSize, containerLogMaxFiles: maxFiles } = k.config;
  const name = `${k.nodeName}/container-logs`;
  const reply = (type: ContainerLogManagerEvent["type"]): ReplyTo => ({ to: name, event: { type } });

  /** Whether there is anything to do for a log: it is missing, or too large. */
  const wants = (status: ContainerStatusCri): boolean => {
    if (status.state !== "running") return false;
    const size = fs.size(logFileOf(status));
    return size === undefined || needsRotation(size, maxSize);
  };

  const about = (status: ContainerStatusCri): Record<string, unknown> => ({
    podUid: status.pod.uid,
    container: status.name,
    containerId: status.id,
    path: logFileOf(status),
  });
  const objectOf = ({ pod, name: container }: ContainerStatusCri): string =>
    `pod/${pod.namespace}/${pod.name}/${container}`;

  function record(type: string, status: ContainerStatusCri, data: Record<string, unknown>): void {
    const fields = { from: k.id("kuberuntime"), to: k.id("disk"), type: `logs.${type}` };
    sim.lead({ ...fields, object: objectOf(status), data: { ...about(status), ...data } });
  }

  /** A failure that is about the node, or about a container of which no more than its id is known. */
  function fail(step: string, error: string, containerId?: string): void {
    sim.lead({
      from: k.id("kuberuntime"),
      to: k.id("kuberuntime"),
      type: "logs.Failed",
      object: `node/${k.nodeName}`,
      data: { step, error, ...(containerId === undefined ? {} : { containerId }) },
    });
  }

  function reopen(status: ContainerStatusCri): void {
    const data = { ...about(status), pod: `pod/${status.pod.namespace}/${status.pod.name}` };
    k.cri.call("ReopenContainerLog", { containerId: status.id }, reply("REOPENED"), { data });
  }

  /** Next comes a rotation if the log is too large, else the next container. */
  function judge(size: number, raise: Raise): void {
    raise({ type: needsRotation(size, maxSize) ? "ROTATE" : "NEXT" });
  }

  function compressLog(log: string): void {
    const stat = fs.stat(log);
    if (!stat) return;
    const { mode, uid, gid, size } = stat;
    fs.write(compressedLogName(log), "", { mode, uid, gid, size: compressedSize(size) });
    fs.remove(log);
  }

  type Scope = EffectScope<ContainerLogManagerContext, ContainerLogManagerEvent & SimEvent>;
  /** An effect on the container at work. */
  const atWork =
    (action: (status: ContainerStatusCri, scope: Scope) => void) =>
    (scope: Scope): void => {
      if (scope.context.status) action(scope.context.status, scope);
    };

  const machine: MachineTable<ContainerLogManagerContext, ContainerLogManagerEvent & SimEvent> =
    new MachineTable(
      sim,
      name,
      containerLogManagerMachine,
      {
        look: ({ raise }) => {
          // The runtime is asked only where there is something to do: most looks find nothing.
          for (const { containers } of k.podCache.statuses())
            for (const status of containers) if (wants(status)) return raise({ type: "FOUND" });
          raise({ type: "IDLE" });
        },
        listContainers: () => k.cri.call("ListContainers", {}, reply("CONTAINERS"), { quiet: true }),
        enqueue: ({ event, raise }) => {
          const { result } = event as EventOf<"CONTAINERS">;
          raise({ type: "NEXT" });
          if (result.ok) return { queue: result.value.containers.filter(wants).map((c) => c.id) };
          fail("list", `failed to list containers: ${criErrorText(result.error)}`);
          return { queue: [] };
        },
        getStatus: ({ context, raise }) => {
          const [id = "", ...queue] = context.queue;
          if (id === "") raise({ type: "IDLE" });
          else k.cri.call("ContainerStatus", { containerId: id }, reply("STATUS"), { quiet: true });
          return { queue, id, status: null, rotation: null };
        },
        statLog: ({ context, event, raise }) => {
          const { result } = event as EventOf<"STATUS">;
          if (!result.ok) {
            fail("status", criErrorText(result.error), context.id);
            return raise({ type: "NEXT" });
          }
          const status = result.value.container;
          const size = fs.size(logFileOf(status));
          if (size === undefined) raise({ type: "REOPEN" });
          else judge(size, raise);
          return { status };
        },
        reopenLog: atWork(reopen),
        statReopened: atWork((status, { event, raise }) => {
          const { result } = event as EventOf<"REOPENED">;
          const path = logFileOf(status);
          if (!result.ok) {
            record("Failed", status, { step: "reopen", error: criErrorText(result.error) });
            return raise({ type: "NEXT" });
          }
          const size = fs.size(path);
          if (size !== undefined) return judge(size, raise);
          record("Failed", status, { step: "stat", error: `stat ${path}: no such file or directory` });
          raise({ type: "NEXT" });
        }),
        rotateLog: ({ context: { status } }) => {
          if (!status) return;
          const path = logFileOf(status);
          const size = fs.size(path) ?? 0;
          const names = fs.list(path.slice(0, path.lastIndexOf("/"))) ?? [];
          const { remove, compress } = planRotation(rotatedLogs(path, names), maxFiles);
          for (const log of remove) fs.remove(log);
          for (const log of compress) compressLog(log);
          const rotated = rotatedLogName(path, k.host.wallClock());
          record("Rotate", status, { size, maxSize, rotated, removed: remove, compressed: compress });
          fs.rename(path, rotated);
          reopen(status);
          return { rotation: { path, rotated, size } };
        },
        finishRotation: atWork((status, { context: { rotation }, event, raise }) => {
          const { result } = event as EventOf<"REOPENED">;
          raise({ type: "NEXT" });
          if (result.ok || !rotation) return;
          const { path, rotated, size } = rotation;
          // It is tried again at the next look.
          fs.rename(rotated, path);
          const why = `failed to reopen container log "${status.id}": ${criErrorText(result.error)}`;
          const error = `failed to rotate log "${path}": ${why}`;
          record("Failed", status, { step: "rotate", error, size, maxSize });
        }),
      },
      { rootTimers: true },
    );

  return {
    start({ warm }) {
      if (maxSize < 0) return;
      const periodMs = k.config.containerLogMonitorIntervalMs;
      const waitMs = warm ? Math.round(sim.draw("container-logs.phase", k.nodeName) * periodMs) : 0;
      machine.start("", { waitMs, periodMs });
    },
    stop() {
      machine.stop("");
    },
  };
}
