/** The node's registration and reports (pkg/kubelet/kubelet_node_status.go: syncNodeStatus, fastNodeStatusUpdate). */
import type { ApiResult } from "../../api/contract.ts";
import type { Node } from "../../api/types.ts";
import { type Effect, MachineTable } from "../../sim/index.ts";
import type { Ms } from "../../sim/types.ts";
import type { Kubelet, NodeStatusManager } from "../contract.ts";
import type { KubeletVolumeManager } from "../volume-manager/volume-manager.ts";
import {
  calculateDelay,
  isUpdateStatusPeriodExpired,
  nodeStatusHasChanged,
  updateDefaultLabels,
} from "./changes.ts";
import type { PressureType } from "./conditions.ts";
import { defaultLabels, emptyNode, type StatusResult, setNodeStatus } from "./node-object.ts";
import {
  FAST_LIMIT_MS,
  FAST_PERIOD_MS,
  type NodeStatusContext,
  type NodeStatusEvent,
  nodeStatusMachine,
} from "./node-status.machine.ts";

const JITTER = 0.04;
const RETRIES = 5;

interface Memory {
  readonly node?: Node;
  readonly lastReport: Ms | null;
  /** Random shift of the next report, drawn after each change. */
  readonly delay: Ms;
  readonly registered: boolean;
  readonly unschedulable?: boolean;
  /** What was sent and waits for its answer. */
  readonly sent?: Node;
}
const NEW: Memory = { lastReport: null, delay: 0, registered: false };

export function createNodeStatusManager(k: Kubelet): NodeStatusManager {
  const { sim, nodeName, config } = k;
  const name = `${nodeName}/node-status`;
  const memory = sim.cell<Memory>(`${name}/memory`, NEW);
  const object = `node/${nodeName}`;
  const from = k.id("node-status");
  let pressure: (type: PressureType) => boolean = () => false;

  const ready = (node: Node | undefined): boolean =>
    node?.status?.conditions?.find(({ type }) => type === "Ready")?.status === "True";

  function compute(before: Node): StatusResult {
    return setNodeStatus(k, before, {
      now: `${new Date(k.host.wallClock()).toISOString().slice(0, 19)}Z`,
      underPressure: pressure,
      runtimeErrors: k.syncLoop.runtimeErrors(),
      networkError: k.syncLoop.networkError(),
      shutdownError: k.nodeShutdown.shutdownStatus(),
      volumesInUse: (k.volumes as KubeletVolumeManager).volumesInUse(),
    });
  }

  function tell({ node, events }: StatusResult): void {
    for (const { type, reason, message } of events) k.events.event({ node: nodeName }, type, reason, message);
    const unschedulable = node.spec?.unschedulable ?? false;
    const known = memory.get().unschedulable;
    if (known !== undefined && known !== unschedulable) {
      const reason = unschedulable ? "NodeNotSchedulable" : "NodeSchedulable";
      k.events.event({ node: nodeName }, "Normal", reason, `Node ${nodeName} status is now: ${reason}`);
    }
    memory.update((m) => ({ ...m, unschedulable }));
  }

  const changedParts = (a: Node, b: Node): string[] =>
    Object.keys(b.status ?? {}).filter((key) => {
      const [x, y] = [a.status, b.status] as unknown as Record<string, unknown>[];
      return nodeStatusHasChanged(
        { [key]: x?.[key] } as Node["status"],
        { [key]: y?.[key] } as Node["status"],
      );
    });

  function report(before: Node, result: StatusResult, changed: boolean): void {
    const { node } = result;
    const delay =
      changed || memory.get().lastReport === null
        ? calculateDelay(config.nodeStatusReportFrequencyMs, sim.draw("node-status.delay", nodeName))
        : 0;
    memory.update((m) => ({ ...m, delay, sent: node }));
    const record = {
      type: "node.report",
      object,
      data: { changed: changedParts(before, node), ready: ready(node) },
    };
    k.api.request(
      {
        verb: "patch",
        kind: "Node",
        name: nodeName,
        subresource: "status",
        patchType: "strategic",
        body: { status: node.status },
      },
      { to: name, event: { type: "ANSWER" } },
      { record, from, timeoutMs: config.nodeStatusUpdateFrequencyMs },
    );
  }

  const effects: Record<string, Effect<NodeStatusContext, NodeStatusEvent>> = {
    sendNode() {
      const result = compute(emptyNode(k));
      tell(result);
      const record = { type: "node.register", object };
      k.api.request(
        { verb: "create", kind: "Node", body: result.node },
        { to: name, event: { type: "ANSWER" } },
        { record, from },
      );
    },
    judgeRegistration({ event, raise }) {
      const { result } = event as { result: ApiResult };
      if (!result.ok)
        return raise({ type: result.error.reason === "AlreadyExists" ? "EXISTS" : "NOT_REGISTERED" });
      memory.update((m) => ({ ...m, registered: true, node: result.object as Node }));
      raise({ type: "REGISTERED" });
    },
    readExisting: () =>
      k.api.request(
        { verb: "get", kind: "Node", name: nodeName },
        { to: name, event: { type: "ANSWER" } },
        { record: false, from },
      ),
    reconcileExisting({ event, raise }) {
      const { result } = event as { result: ApiResult };
      if (!result.ok) return raise({ type: "NOT_REGISTERED" });
      const node = result.object as Node;
      memory.update((m) => ({ ...m, registered: true, node }));
      const { labels, needsUpdate } = updateDefaultLabels(defaultLabels(k), node.metadata?.labels ?? {});
      if (needsUpdate) {
        k.api.request(
          { verb: "patch", kind: "Node", name: nodeName, patchType: "merge", body: { metadata: { labels } } },
          null,
          { from },
        );
      }
      raise({ type: "REGISTERED" });
    },
    update({ raise }) {
      const before = k.objects.node() ?? memory.get().node;
      if (!before || !memory.get().registered) return raise({ type: "REGISTER" });
      const result = compute(before);
      tell(result);
      const changed = nodeStatusHasChanged(before.status, result.node.status);
      const { lastReport, delay } = memory.get();
      const since = lastReport === null ? null : sim.now - lastReport;
      if (!changed && !isUpdateStatusPeriodExpired(since, config.nodeStatusReportFrequencyMs, delay))
        return raise({ type: "NOTHING_NEW" });
      report(before, result, changed);
    },
    judge({ event, raise }) {
      const { result } = event as { result: ApiResult };
      if (!result.ok) return raise({ type: "REFUSED" });
      memory.update(({ sent: _, ...m }) => ({ ...m, node: result.object as Node, lastReport: sim.now }));
      raise({ type: "WRITTEN" });
    },
    retry({ context, raise }) {
      raise({ type: context.tries < RETRIES ? "AGAIN" : "GIVEN_UP" });
    },
    nextInterval: () => ({
      intervalMs: Math.round(
        config.nodeStatusUpdateFrequencyMs * (1 + JITTER * sim.draw("node-status.interval", nodeName)),
      ),
    }),
    fastLook({ raise }) {
      const node = k.objects.node();
      if (ready(node) || sim.now - k.startedAt() >= FAST_LIMIT_MS) return;
      sim.send({ to: name }, { type: "FAST_TICK" }, { delayMs: FAST_PERIOD_MS, timer: "fast", cause: null });
      if (!node) return;
      k.syncLoop.updateRuntimeUp();
      if (ready(compute(node).node)) raise({ type: "UPDATE" });
    },
  };
  const machine = new MachineTable<NodeStatusContext, NodeStatusEvent>(
    sim,
    name,
    nodeStatusMachine,
    effects,
    { rootTimers: true },
  );

  return {
    node: () => memory.get().node ?? k.objects.node(),
    sync: () => machine.send("", { type: "UPDATE" }),
    setPressureSource(source) {
      pressure = source;
    },
    start({ warm }) {
      const phase = warm
        ? Math.round(sim.draw("node-status.phase", nodeName) * config.nodeStatusUpdateFrequencyMs)
        : 0;
      // A node that has been up was reported some time in the last period.
      const lastReport = warm
        ? -Math.round(sim.draw("node-status.report", nodeName) * config.nodeStatusReportFrequencyMs)
        : null;
      memory.set({ ...NEW, registered: warm, lastReport });
      machine.start("", { phase, register: !warm });
      if (!warm)
        sim.send(
          { to: name },
          { type: "FAST_TICK" },
          { delayMs: FAST_PERIOD_MS, timer: "fast", cause: null },
        );
    },
    stop() {
      machine.stop();
      memory.set(NEW);
    },
  };
}
