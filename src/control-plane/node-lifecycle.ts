/**
 * The node lifecycle controller: a node whose lease and status both stand still for the grace period becomes
 * Unknown; its pods' Ready turns False; conditions become taints; in a cluster where no node answers nothing is
 * evicted (pkg/controller/nodelifecycle/node_lifecycle_controller.go).
 */
import type { ApiClient, ApiReader, WatchMessage } from "../api/contract.ts";
import type { Lease, Node, Pod, Taint } from "../api/types.ts";
import type { Simulation } from "../sim/index.ts";
import type { Ms, SimEvent } from "../sim/types.ts";
import { createEventWriter } from "./event-writer.ts";

const NAME = "node-lifecycle";
const MONITOR_PERIOD_MS: Ms = 5000;
/** What a pass takes: the next one begins 5 s after its end, so that ten periods are more than the grace of 50 s. */
const PASS_MS: Ms = 4;
/** nodeMonitorGracePeriod of 1.36. */
const GRACE_MS: Ms = 50_000;
/** NoExecute taints are rate-limited; the first of a quiet zone comes at the next turn of its 100 ms worker. */
const TAINT_DELAY_MS: Ms = 100;
const UNREACHABLE = "node.kubernetes.io/unreachable";
const NOT_READY = "node.kubernetes.io/not-ready";

/** Conditions that become NoSchedule taints. */
const CONDITION_TAINTS: readonly { type: string; status: string; key: string }[] = [
  { type: "Ready", status: "False", key: NOT_READY },
  { type: "Ready", status: "Unknown", key: UNREACHABLE },
  { type: "MemoryPressure", status: "True", key: "node.kubernetes.io/memory-pressure" },
  { type: "DiskPressure", status: "True", key: "node.kubernetes.io/disk-pressure" },
  { type: "PIDPressure", status: "True", key: "node.kubernetes.io/pid-pressure" },
  { type: "NetworkUnavailable", status: "True", key: "node.kubernetes.io/network-unavailable" },
];
const OWNED = new Set([...CONDITION_TAINTS.map((c) => c.key), "node.kubernetes.io/unschedulable"]);

interface Health {
  /** Virtual ms at which status or lease last moved. */
  readonly probedAt: Ms;
  readonly renewTime: string;
  readonly heartbeat: string;
  readonly ready: string;
}

export interface NodeLifecycleOptions {
  readonly sim: Simulation;
  readonly api: ApiClient;
  readonly reader: ApiReader;
  readonly stamp: () => string;
}

const readyOf = (node: Node): string =>
  node.status?.conditions?.find((c) => c.type === "Ready")?.status ?? "";

/** Taints that a node's conditions ask for (nodelifecycle: nodeConditionToTaintKeyStatusMap). */
export function taintsOf(node: Node): Taint[] {
  const out: Taint[] = [];
  for (const rule of CONDITION_TAINTS) {
    const condition = node.status?.conditions?.find((c) => c.type === rule.type);
    if (condition?.status === rule.status) out.push({ key: rule.key, effect: "NoSchedule" } as Taint);
  }
  if (node.spec?.unschedulable)
    out.push({ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" } as Taint);
  return out;
}

export function startNodeLifecycle({ sim, api, reader, stamp }: NodeLifecycleOptions): void {
  const health = sim.table<Health>(`${NAME}/health`);
  const events = createEventWriter({
    sim,
    api,
    from: "controller-manager",
    component: "node-controller",
    stamp,
  });

  const patchPods = (node: string): void => {
    for (const pod of reader.list<Pod>("Pod")) {
      if (pod.spec?.nodeName !== node) continue;
      const ready = pod.status?.conditions?.find((c) => c.type === "Ready");
      if (ready?.status !== "True") continue;
      const condition = {
        type: "Ready",
        status: "False",
        lastTransitionTime: stamp(),
        observedGeneration: ready.observedGeneration,
      };
      api.request(
        {
          verb: "patch",
          kind: "Pod",
          namespace: pod.metadata?.namespace,
          name: pod.metadata?.name,
          subresource: "status",
          patchType: "strategic",
          body: { status: { conditions: [condition] } },
        },
        null,
        { from: "controller-manager" },
      );
      events.event(pod, "Warning", "NodeNotReady", "Node is not ready");
    }
  };

  const syncTaints = (node: Node, noExecute: readonly string[]): void => {
    const have = node.spec?.taints ?? [];
    const wanted: Taint[] = [
      ...taintsOf(node).map((t) => ({ ...t, timeAdded: stamp() }) as Taint),
      ...noExecute.map((key) => ({ key, effect: "NoExecute", timeAdded: stamp() }) as Taint),
    ];
    const same = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;
    const kept = have.filter((t) => !OWNED.has(t.key) || wanted.some((w) => same(w, t)));
    const added = wanted.filter((w) => !have.some((t) => same(w, t)));
    if (kept.length === have.length && added.length === 0) return;
    const taints = [...kept, ...added];
    api.request(
      {
        verb: "patch",
        kind: "Node",
        name: node.metadata?.name,
        patchType: "merge",
        body: { spec: { taints: taints.length > 0 ? taints : null } },
      },
      null,
      {
        from: "controller-manager",
        record: {
          type: "api.patch",
          object: `node/${node.metadata?.name}`,
          data: { taints: taints.map((t) => `${t.key}:${t.effect}`) },
        },
      },
    );
  };

  /** In a cluster whose nodes are all down nothing is evicted: full disruption. */
  const fullDisruption = (): boolean => !reader.list<Node>("Node").some((n) => readyOf(n) === "True");

  const wantedNoExecute = (node: Node): string[] => {
    if (fullDisruption()) return [];
    const ready = readyOf(node);
    return ready === "Unknown" ? [UNREACHABLE] : ready === "False" ? [NOT_READY] : [];
  };

  const observe = (node: Node): Health => {
    const name = node.metadata?.name ?? "";
    const lease = reader.get<Lease>("Lease", "kube-node-lease", name);
    const renewTime = String(lease?.spec?.renewTime ?? "");
    const condition = node.status?.conditions?.find((c) => c.type === "Ready");
    const heartbeat = String(condition?.lastHeartbeatTime ?? "");
    const before = health.get(name);
    const moved = !before || before.renewTime !== renewTime || before.heartbeat !== heartbeat;
    const next: Health = {
      probedAt: moved ? sim.now : before.probedAt,
      renewTime,
      heartbeat,
      ready: readyOf(node),
    };
    health.set(name, next);
    return next;
  };

  const becameNotReady = (node: Node): void => {
    events.event(node, "Normal", "NodeNotReady", `Node ${node.metadata?.name} status is now: NodeNotReady`);
    patchPods(node.metadata?.name ?? "");
  };

  const markUnknown = (node: Node): void => {
    const now = stamp();
    const never = !node.status?.conditions?.some((c) => c.type === "Ready");
    const conditions = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"].map((type) => {
      const old = node.status?.conditions?.find((c) => c.type === type);
      return {
        type,
        status: "Unknown",
        reason: never ? "NodeStatusNeverUpdated" : "NodeStatusUnknown",
        message: never ? "Kubelet never posted node status." : "Kubelet stopped posting node status.",
        lastHeartbeatTime: old?.lastHeartbeatTime ?? node.metadata?.creationTimestamp,
        lastTransitionTime: old?.status === "Unknown" ? old.lastTransitionTime : now,
      };
    });
    sim.lead({
      from: "controller-manager",
      to: "controller-manager",
      type: "node-lifecycle.Unknown",
      object: `node/${node.metadata?.name}`,
      data: { grace: GRACE_MS },
    });
    api.request(
      {
        verb: "patch",
        kind: "Node",
        name: node.metadata?.name,
        subresource: "status",
        patchType: "strategic",
        body: { status: { conditions } },
      },
      null,
      { from: "controller-manager" },
    );
    becameNotReady(node);
  };

  const monitor = (): void => {
    for (const node of reader.list<Node>("Node")) {
      const seen = observe(node);
      if (sim.now - seen.probedAt > GRACE_MS && seen.ready !== "Unknown") markUnknown(node);
    }
    sim.send(
      { to: NAME },
      { type: "monitor" },
      { delayMs: MONITOR_PERIOD_MS + PASS_MS, timer: "monitor", cause: null },
    );
  };

  const nodeChanged = (node: Node): void => {
    const name = node.metadata?.name ?? "";
    const before = health.get(name);
    const ready = readyOf(node);
    if (before?.ready === "True" && ready === "False") becameNotReady(node);
    observe(node);
    syncTaints(
      node,
      (node.spec?.taints ?? [])
        .filter((t) => t.effect === "NoExecute" && OWNED.has(t.key))
        .map((t) => t.key)
        .filter((key) => wantedNoExecute(node).includes(key)),
    );
    const wanted = wantedNoExecute(node);
    const missing = wanted.filter(
      (key) => !(node.spec?.taints ?? []).some((t) => t.key === key && t.effect === "NoExecute"),
    );
    if (missing.length > 0)
      sim.send({ to: NAME, key: name }, { type: "taint" }, { delayMs: TAINT_DELAY_MS, timer: "taint" });
  };

  const handlers: Record<string, (event: SimEvent, key: string) => void> = {
    monitor,
    nodes(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED") {
        for (const node of watch.objects as Node[]) observe(node);
      } else if (watch.type === "DELETED") {
        health.delete(watch.object.metadata?.name ?? "");
        events.event(
          watch.object,
          "Normal",
          "RemovingNode",
          `Node ${watch.object.metadata?.name} event: Removing Node ${watch.object.metadata?.name} from Controller`,
        );
      } else {
        if (watch.type === "ADDED")
          events.event(
            watch.object,
            "Normal",
            "RegisteredNode",
            `Node ${watch.object.metadata?.name} event: Registered Node ${watch.object.metadata?.name} in Controller`,
          );
        nodeChanged(watch.object as Node);
      }
    },
    taint(_event, key) {
      const node = reader.get<Node>("Node", undefined, key);
      if (node) syncTaints(node, wantedNoExecute(node));
    },
  };

  sim.component(NAME, (event, key) => handlers[event.type]?.(event, key));
  api.watch({ kind: "Node" }, { to: NAME, event: { type: "nodes" } });
  sim.send(
    { to: NAME },
    { type: "monitor" },
    {
      delayMs: Math.round(sim.draw("node-monitor-phase", NAME) * MONITOR_PERIOD_MS),
      timer: "monitor",
      cause: null,
    },
  );
}
