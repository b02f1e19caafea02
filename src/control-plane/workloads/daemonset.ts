/** The DaemonSet controller: one pod on each node that is to have one (pkg/controller/daemon/daemon_controller.go). */
import type { ApiResult, WatchMessage } from "../../api/contract.ts";
import type { DaemonSet, Node, Pod } from "../../api/types.ts";
import type { Ms, SimEvent } from "../../sim/types.ts";
import { createEventWriter } from "../event-writer.ts";
import {
  daemonStatus,
  daemonTemplate,
  podsShouldBeOnNode,
  podsToReplace,
  targetNode,
} from "./daemon-decide.ts";
import { ownedBy, podFromTemplate, saysAlready, updateStatus } from "./pods.ts";
import type { WorkloadOptions } from "./replicaset.ts";

const NAME = "daemonset-controller";
const TURN_MS = 4;
/** What the server refused is tried again. */
const AGAIN_MS = 5000;
/** Between two replacements of pods that fail on a node: doubled each time. */
const BACKOFF_MS = 1000;
const BACKOFF_MAX_MS = 900_000;

interface Backoff {
  readonly delayMs: Ms;
  readonly at: Ms;
}

export function startDaemonSetController({ sim, api, reader, stamp }: WorkloadOptions): void {
  const events = createEventWriter({ sim, api, from: "controller-manager", component: NAME, stamp });
  /** Creations asked for and not yet seen by the watch, by key of the set. */
  const expected = sim.table<number>(`${NAME}/expectations`);
  /** Pods whose deletion was asked for, by UID. */
  const leaving = sim.table<true>(`${NAME}/leaving`);
  const backoffs = sim.table<Backoff>(`${NAME}/backoff`);
  /** Pods and nodes are watched from the first set on: most clusters here have none. */
  const watching = sim.cell<boolean>(`${NAME}/watching`, false);
  const keyOf = (set: DaemonSet): string => `${set.metadata?.namespace}/${set.metadata?.name}`;
  const setOf = (key: string): DaemonSet | undefined =>
    reader.get<DaemonSet>("DaemonSet", key.slice(0, key.indexOf("/")), key.slice(key.indexOf("/") + 1));
  const ask = (key: string, delayMs: Ms = TURN_MS): void =>
    sim.send({ to: NAME, key }, { type: "sync" }, { delayMs, timer: "sync" });
  const seen = (key: string): void => expected.set(key, Math.max(0, (expected.get(key) ?? 0) - 1));

  const create = (key: string, set: DaemonSet, node: string): void => {
    expected.set(key, (expected.get(key) ?? 0) + 1);
    api.request(
      {
        verb: "create",
        kind: "Pod",
        namespace: set.metadata?.namespace,
        body: podFromTemplate(set, daemonTemplate(set), { nodeName: node }),
      },
      { to: NAME, key, event: { type: "created" } },
      { from: "controller-manager" },
    );
  };
  const remove = (set: DaemonSet, pod: Pod): void => {
    leaving.set(pod.metadata?.uid ?? "", true);
    api.request(
      { verb: "delete", kind: "Pod", namespace: pod.metadata?.namespace, name: pod.metadata?.name },
      null,
      { from: "controller-manager" },
    );
    events.event(set, "Normal", "SuccessfulDelete", `Deleted pod: ${pod.metadata?.name}`);
  };

  /** A failed pod's node is left alone for a while; a new look is asked for. */
  const waits = (key: string, pod: Pod): boolean => {
    const id = `${key} ${targetNode(pod)}`;
    const last = backoffs.get(id);
    if (last && sim.now - last.at < last.delayMs) {
      ask(key, last.delayMs);
      return true;
    }
    backoffs.set(id, {
      delayMs: last ? Math.min(last.delayMs * 2, BACKOFF_MAX_MS) : BACKOFF_MS,
      at: sim.now,
    });
    return false;
  };

  /** A pod as it will be once the server has done what was asked for. */
  const asLeft = (pod: Pod): Pod =>
    leaving.has(pod.metadata?.uid ?? "") && !pod.metadata?.deletionTimestamp
      ? { ...pod, metadata: { ...pod.metadata, deletionTimestamp: stamp() } }
      : pod;

  const sync = (key: string): void => {
    const set = setOf(key);
    if (!set || set.metadata?.deletionTimestamp) return;
    const nodes = reader.list<Node>("Node");
    const byNode = new Map<string, Pod[]>();
    for (const pod of reader.list<Pod>("Pod", set.metadata?.namespace)) {
      if (!ownedBy(set, pod)) continue;
      const node = targetNode(pod);
      byNode.set(node, [...(byNode.get(node) ?? []), asLeft(pod)]);
    }
    const settled = (): boolean => (expected.get(key) ?? 0) === 0;
    if (settled()) {
      for (const node of nodes) {
        const name = node.metadata?.name ?? "";
        const plan = podsShouldBeOnNode(node, set, byNode.get(name) ?? [], (pod) => waits(key, pod));
        for (const pod of plan.ended) tellOfEnd(set, pod, name);
        if (plan.create) create(key, set, name);
        for (const pod of plan.remove) remove(set, pod);
      }
    }
    const now = Date.parse(stamp());
    const status = daemonStatus(set, nodes, byNode, now);
    if (settled() && set.spec?.updateStrategy?.type !== "OnDelete")
      for (const pod of podsToReplace(set, byNode, status["desiredNumberScheduled"] ?? 0, now))
        remove(set, pod);
    if (!saysAlready(set.status, status)) updateStatus(api, set, status);
    const minReady = set.spec?.minReadySeconds ?? 0;
    if (minReady > 0 && (set.status?.numberReady ?? 0) !== (set.status?.numberAvailable ?? 0))
      ask(key, minReady * 1000);
  };

  const tellOfEnd = (set: DaemonSet, pod: Pod, node: string): void => {
    const name = `${pod.metadata?.namespace}/${pod.metadata?.name}`;
    if (pod.status?.phase === "Failed")
      events.event(
        set,
        "Warning",
        "FailedDaemonPod",
        `Found failed daemon pod ${name} on node ${node}, will try to kill it`,
      );
    else
      events.event(
        set,
        "Normal",
        "SucceededDaemonPod",
        `Found succeeded daemon pod ${name} on node ${node}, will try to delete it`,
      );
  };

  const handlers: Record<string, (event: SimEvent, key: string) => void> = {
    sets(event) {
      const watch = event["watch"] as WatchMessage;
      const sets = (watch.type === "SYNCED" ? watch.objects : [watch.object]) as readonly DaemonSet[];
      if (watch.type === "DELETED") for (const set of sets) expected.delete(keyOf(set));
      else for (const set of sets) ask(keyOf(set));
      if (sets.length === 0 || watching.get()) return;
      watching.set(true);
      api.watch({ kind: "Pod" }, { to: NAME, event: { type: "pods" } });
      api.watch({ kind: "Node" }, { to: NAME, event: { type: "nodes" } });
    },
    pods(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED") return;
      const owner = watch.object.metadata?.ownerReferences?.find((o) => o.kind === "DaemonSet");
      if (!owner) return;
      const key = `${watch.object.metadata?.namespace}/${owner.name}`;
      if (watch.type === "ADDED") seen(key);
      if (watch.type === "DELETED") leaving.delete(watch.object.metadata?.uid ?? "");
      ask(key);
    },
    nodes() {
      for (const set of reader.list<DaemonSet>("DaemonSet")) ask(keyOf(set));
    },
    created(event, key) {
      const result = event["result"] as ApiResult<Pod>;
      const set = setOf(key);
      if (!set) return;
      if (result.ok)
        events.event(set, "Normal", "SuccessfulCreate", `Created pod: ${result.object.metadata?.name}`);
      else {
        seen(key);
        ask(key, AGAIN_MS);
        events.event(set, "Warning", "FailedCreate", `Error creating: ${result.error.message}`);
      }
    },
    sync: (_event, key) => sync(key),
  };
  sim.component(NAME, (event, key) => handlers[event.type]?.(event, key));
  api.watch({ kind: "DaemonSet" }, { to: NAME, event: { type: "sets" } });
}
