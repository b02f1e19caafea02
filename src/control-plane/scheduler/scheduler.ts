/**
 * The default scheduler, as deep as a kubelet lesson needs: one pod at a time, filters, a score, binding, the
 * condition and event when nothing fits, preemption of lower priorities.
 */
import type { ApiClient, ApiReader, ApiResult, WatchMessage } from "../../api/contract.ts";
import type { Node, PersistentVolumeClaim, Pod } from "../../api/types.ts";
import type { Simulation } from "../../sim/index.ts";
import type { SimEvent } from "../../sim/types.ts";
import { createEventWriter } from "../event-writer.ts";
import { filterNode, type NodeInfo, type Plugin } from "./filters.ts";
import { fitErrorText } from "./fit-error.ts";
import { isTerminal, type NodeShape, nodeShape, TURNED_BY_LEAVING, turnedByNode } from "./hints.ts";
import { bestNode } from "./scores.ts";

const NAME = "scheduler";
const COMPONENT = "default-scheduler";
/** From a pod's arrival in the queue to its binding call, as the recordings show it. */
const CYCLE_MS = 2;
/** A pod that did not fit is looked at again when something changed, and after this at the latest. */
const FLUSH_MS = 300_000;

interface Waiting {
  readonly since: number;
  /** Filters that said no at the last attempt; none: no node was there. */
  readonly plugins: readonly Plugin[];
  /** Generation of the pod at the last attempt: a change of its spec is a reason to try again. */
  readonly generation: number;
}

export interface SchedulerOptions {
  readonly sim: Simulation;
  readonly api: ApiClient;
  readonly reader: ApiReader;
  readonly stamp: () => string;
}

const keyOf = (pod: Pod): string => `${pod.metadata?.namespace}/${pod.metadata?.name}`;
const priority = (pod: Pod): number => pod.spec?.priority ?? 0;
const waiting = (pod: Pod): boolean =>
  !pod.spec?.nodeName &&
  !pod.metadata?.deletionTimestamp &&
  (pod.spec?.schedulerName ?? "default-scheduler") === "default-scheduler" &&
  !pod.spec?.schedulingGates?.length;

/** Starts the scheduler: it watches pods and nodes and binds what it can. */
export function startScheduler({ sim, api, reader, stamp }: SchedulerOptions): void {
  const queue = sim.table<Waiting>(`${NAME}/queue`);
  const unschedulable = sim.table<Waiting>(`${NAME}/unschedulable`);
  /** Pods bound or about to be, by key: the node; until the watch shows it. */
  const assumed = sim.table<string>(`${NAME}/assumed`);
  /** What the filters read of each node. */
  const shapes = sim.table<NodeShape>(`${NAME}/nodes`);
  /** Pods that ended on their node and so hold nothing any more, by key: their UID. */
  const left = sim.table<string>(`${NAME}/left`);
  const events = createEventWriter({
    sim,
    api,
    from: "scheduler",
    component: COMPONENT,
    stamp,
    seriesOf: `${COMPONENT}-${reader.list<Node>("Node")[0]?.metadata?.name ?? "control-plane"}`,
  });

  const nodeInfos = (): NodeInfo[] =>
    reader.list<Node>("Node").map((node) => ({
      node,
      pods: reader
        .list<Pod>("Pod")
        .filter((p) => (p.spec?.nodeName ?? assumed.get(keyOf(p))) === node.metadata?.name),
    }));

  const enqueue = (key: string): void => {
    if (queue.has(key)) return;
    queue.set(key, { since: sim.now, plugins: [], generation: 0 });
    unschedulable.delete(key);
    sim.send({ to: NAME }, { type: "cycle" }, { delayMs: CYCLE_MS });
  };

  /** Looks again at the pods whose filters may answer otherwise now. */
  const move = (turned: readonly Plugin[]): void => {
    for (const [key, { plugins }] of [...unschedulable.entries()])
      if (plugins.length === 0 || plugins.some((p) => turned.includes(p))) enqueue(key);
  };

  /** What is wrong with a pod's claims (plugins/volumebinding: PreFilter). */
  const claimProblem = (pod: Pod): string | null => {
    for (const volume of pod.spec?.volumes ?? []) {
      const name = volume.persistentVolumeClaim?.claimName;
      if (!name) continue;
      const claim = reader.get<PersistentVolumeClaim>("PersistentVolumeClaim", pod.metadata?.namespace, name);
      if (!claim) return `persistentvolumeclaim "${name}" not found`;
      if (claim.metadata?.deletionTimestamp) return `persistentvolumeclaim "${name}" is being deleted`;
      if (claim.status?.phase !== "Bound") return "pod has unbound immediate PersistentVolumeClaims";
    }
    return null;
  };

  const fail = (pod: Pod, message: string, plugins: readonly Plugin[], nominated?: string): void => {
    const key = keyOf(pod);
    events.event(pod, "Warning", "FailedScheduling", message);
    unschedulable.set(key, { since: sim.now, plugins, generation: pod.metadata?.generation ?? 0 });
    const condition = {
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message,
      lastTransitionTime: stamp(),
      observedGeneration: pod.metadata?.generation,
    };
    api.request(
      {
        verb: "patch",
        kind: "Pod",
        namespace: pod.metadata?.namespace,
        name: pod.metadata?.name,
        subresource: "status",
        patchType: "strategic",
        body: { status: { conditions: [condition], ...(nominated ? { nominatedNodeName: nominated } : {}) } },
      },
      null,
      { from: "scheduler" },
    );
    sim.send({ to: NAME, key }, { type: "flush" }, { delayMs: FLUSH_MS, timer: "flush" });
  };

  /** Lowest priority first, as few as are needed; null when it would not help. */
  const victims = (pod: Pod, info: NodeInfo): Pod[] | null => {
    const lower = info.pods
      .filter((p) => priority(p) < priority(pod) && !p.metadata?.deletionTimestamp)
      .sort((a, b) => priority(a) - priority(b));
    const chosen: Pod[] = [];
    for (const candidate of lower) {
      chosen.push(candidate);
      const rest = info.pods.filter((p) => !chosen.includes(p));
      if (filterNode(pod, { node: info.node, pods: rest }).length === 0) return chosen;
    }
    return null;
  };

  const preempt = (pod: Pod, chosen: readonly Pod[], node: string): void => {
    for (const victim of chosen) {
      const meta = victim.metadata ?? {};
      const condition = {
        type: "DisruptionTarget",
        status: "True",
        reason: "PreemptionByScheduler",
        message: "default-scheduler: preempting to accommodate a higher priority pod",
        lastTransitionTime: stamp(),
        observedGeneration: meta.generation,
      };
      api.request(
        {
          verb: "patch",
          kind: "Pod",
          namespace: meta.namespace,
          name: meta.name,
          subresource: "status",
          patchType: "strategic",
          body: { status: { conditions: [condition] } },
        },
        null,
        { from: "scheduler" },
      );
      sim.send(
        { to: NAME, key: keyOf(victim) },
        { type: "evict", uid: meta.uid, by: pod.metadata?.uid, node },
        { delayMs: 6 },
      );
    }
  };

  const schedule = (pod: Pod): void => {
    const key = keyOf(pod);
    const problem = claimProblem(pod);
    const infos = nodeInfos();
    if (problem) {
      fail(pod, `0/${infos.length} nodes are available: ${problem}. not found`, ["VolumeBinding"]);
      return;
    }
    const fitting: NodeInfo[] = [];
    const reasons = new Map<string, number>();
    const helpless = new Map<string, number>();
    const plugins = new Set<Plugin>();
    let best: { info: NodeInfo; chosen: Pod[] } | null = null;
    for (const info of infos) {
      const failures = filterNode(pod, info);
      if (failures.length === 0) {
        fitting.push(info);
        continue;
      }
      for (const f of failures) {
        reasons.set(f.reason, (reasons.get(f.reason) ?? 0) + 1);
        plugins.add(f.plugin);
      }
      const chosen = failures.some((f) => f.helpless) ? null : victims(pod, info);
      if (chosen && (!best || chosen.length < best.chosen.length)) best = { info, chosen };
      if (!chosen) {
        const why = failures.some((f) => f.helpless)
          ? "Preemption is not helpful for scheduling"
          : "No preemption victims found for incoming pod";
        helpless.set(why, (helpless.get(why) ?? 0) + 1);
      }
    }
    if (fitting.length === 0) {
      if (infos.length === 0) fail(pod, "no nodes available to schedule pods", []);
      else if (best) {
        const node = best.info.node.metadata?.name ?? "";
        fail(pod, fitErrorText(infos.length, reasons, null), [...plugins], node);
        preempt(pod, best.chosen, node);
      } else fail(pod, fitErrorText(infos.length, reasons, helpless), [...plugins]);
      return;
    }
    const chosen = bestNode(pod, fitting);
    const node = chosen.node.metadata?.name ?? "";
    assumed.set(key, node);
    const bind = sim.lead({
      from: "scheduler",
      to: "apiserver",
      type: "scheduler.bind",
      object: `pod/${key}`,
      data: { node, fitting: fitting.length, nodes: infos.length },
    });
    sim.under(bind, () =>
      api.request(
        {
          verb: "create",
          kind: "Pod",
          namespace: pod.metadata?.namespace,
          name: pod.metadata?.name,
          subresource: "binding",
          body: {
            apiVersion: "v1",
            kind: "Binding",
            metadata: { name: pod.metadata?.name, uid: pod.metadata?.uid },
            target: { kind: "Node", name: node },
          },
        },
        { to: NAME, key, event: { type: "bound", node } },
        { record: false, from: "scheduler" },
      ),
    );
  };

  const handlers: Record<string, (event: SimEvent, key: string) => void> = {
    pods(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED") {
        for (const pod of watch.objects as Pod[]) if (waiting(pod)) enqueue(keyOf(pod));
        return;
      }
      const pod = watch.object as Pod;
      const key = keyOf(pod);
      if (watch.type === "DELETED" || pod.spec?.nodeName) {
        const uid = pod.metadata?.uid ?? "";
        const knownToHaveLeft = left.get(key) === uid;
        queue.delete(key);
        unschedulable.delete(key);
        assumed.delete(key);
        if (watch.type === "DELETED") left.delete(key);
        else if (isTerminal(pod)) left.set(key, uid);
        const leaves = watch.type === "DELETED" || isTerminal(pod);
        if (leaves && !knownToHaveLeft && pod.spec?.nodeName) move(TURNED_BY_LEAVING);
        return;
      }
      const known = unschedulable.get(key);
      const changed = known !== undefined && (pod.metadata?.generation ?? 0) > known.generation;
      if (waiting(pod) && (watch.type === "ADDED" || !known || changed) && !assumed.has(key)) enqueue(key);
    },
    nodes(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED" || watch.type === "DELETED") return;
      const node = watch.object as Node;
      const shape = nodeShape(node);
      const name = node.metadata?.name ?? "";
      const turned = turnedByNode(shapes.get(name), shape);
      if (turned.length === 0) return;
      shapes.set(name, shape);
      move(turned);
    },
    claims() {
      move(["VolumeBinding"]);
    },
    cycle() {
      const next = [...queue.entries()].sort(([ka, a], [kb, b]) => {
        const pa = priority(podOf(ka) ?? {});
        const pb = priority(podOf(kb) ?? {});
        return pb - pa || a.since - b.since;
      })[0];
      if (!next) return;
      const [key, entry] = next;
      queue.delete(key);
      const pod = podOf(key);
      if (!pod || !waiting(pod)) return;
      unschedulable.set(key, entry);
      schedule(pod);
      if (assumed.has(key)) unschedulable.delete(key);
    },
    bound(event, key) {
      const result = event["result"] as ApiResult;
      const pod = podOf(key);
      if (result.ok) {
        if (pod) events.event(pod, "Normal", "Scheduled", `Successfully assigned ${key} to ${event["node"]}`);
        return;
      }
      assumed.delete(key);
      if (pod && waiting(pod))
        sim.send({ to: NAME, key }, { type: "flush" }, { delayMs: 1000, timer: "flush" });
    },
    evict(event, key) {
      const victim = podOf(key);
      if (!victim || victim.metadata?.uid !== event["uid"]) return;
      api.request(
        {
          verb: "delete",
          kind: "Pod",
          namespace: victim.metadata?.namespace,
          name: victim.metadata?.name,
          options: { preconditions: { uid: event["uid"] } },
        },
        null,
        { from: "scheduler" },
      );
      events.event(victim, "Normal", "Preempted", `Preempted by pod ${event["by"]} on node ${event["node"]}`);
    },
    flush(_event, key) {
      if (unschedulable.has(key)) enqueue(key);
    },
  };

  const podOf = (key: string): Pod | undefined => {
    const slash = key.indexOf("/");
    return reader.get<Pod>("Pod", key.slice(0, slash), key.slice(slash + 1));
  };

  sim.component(NAME, (event, key) => handlers[event.type]?.(event, key));
  api.watch({ kind: "Pod" }, { to: NAME, event: { type: "pods" } });
  api.watch({ kind: "Node" }, { to: NAME, event: { type: "nodes" } });
  api.watch({ kind: "PersistentVolumeClaim" }, { to: NAME, event: { type: "claims" } });
}
