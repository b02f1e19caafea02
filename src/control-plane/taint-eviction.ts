/** The taint eviction controller: deletes pods that do not tolerate their node's NoExecute taints (pkg/controller/tainteviction). */
import type { ApiClient, ApiReader, WatchMessage } from "../api/contract.ts";
import { taintEviction } from "../api/tolerations.ts";
import type { Node, Pod } from "../api/types.ts";
import type { Simulation } from "../sim/index.ts";
import type { SimEvent } from "../sim/types.ts";
import { createEventWriter } from "./event-writer.ts";

const NAME = "taint-eviction";

export interface TaintEvictionOptions {
  readonly sim: Simulation;
  readonly api: ApiClient;
  readonly reader: ApiReader;
  readonly stamp: () => string;
}

export function startTaintEviction({ sim, api, reader, stamp }: TaintEvictionOptions): void {
  const events = createEventWriter({
    sim,
    api,
    from: "controller-manager",
    component: "taint-eviction-controller",
    stamp,
  });
  /** Pods whose deletion is due, by key. */
  const due = sim.table<number>(`${NAME}/due`);
  const keyOf = (pod: Pod): string => `${pod.metadata?.namespace}/${pod.metadata?.name}`;

  const consider = (pod: Pod, node: Node | undefined): void => {
    const key = keyOf(pod);
    const taints = (node?.spec?.taints ?? []).filter((t) => t.effect === "NoExecute");
    if (taints.length === 0) {
      if (due.has(key)) {
        due.delete(key);
        sim.cancel({ to: NAME, key }, "evict");
        if (!pod.metadata?.deletionTimestamp)
          events.event(pod, "Normal", "TaintManagerEviction", `Cancelling deletion of Pod ${key}`);
      }
      return;
    }
    if (pod.metadata?.deletionTimestamp || due.has(key)) return;
    const { evictAfterSeconds } = taintEviction(taints, pod.spec?.tolerations ?? []);
    if (evictAfterSeconds === null) return;
    due.set(key, sim.now + evictAfterSeconds * 1000);
    sim.send({ to: NAME, key }, { type: "evict" }, { delayMs: evictAfterSeconds * 1000, timer: "evict" });
  };

  const evict = (key: string): void => {
    due.delete(key);
    const slash = key.indexOf("/");
    const pod = reader.get<Pod>("Pod", key.slice(0, slash), key.slice(slash + 1));
    if (!pod || pod.metadata?.deletionTimestamp) return;
    const target = { kind: "Pod", namespace: pod.metadata?.namespace, name: pod.metadata?.name };
    events.event(pod, "Normal", "TaintManagerEviction", `Marking for deletion Pod ${key}`);
    const condition = {
      type: "DisruptionTarget",
      status: "True",
      reason: "DeletionByTaintManager",
      message: "Taint manager: deleting due to NoExecute taint",
      lastTransitionTime: stamp(),
      observedGeneration: pod.metadata?.generation,
    };
    api.request(
      {
        verb: "patch",
        ...target,
        subresource: "status",
        patchType: "strategic",
        body: {
          status: {
            "$setElementOrder/conditions": [
              ...(pod.status?.conditions ?? [])
                .filter((c) => c.type !== condition.type)
                .map((c) => ({ type: c.type })),
              { type: condition.type },
            ],
            conditions: [condition],
          },
        },
      },
      null,
      { from: "controller-manager" },
    );
    api.request({ verb: "delete", ...target }, null, { from: "controller-manager" });
  };

  const handlers: Record<string, (event: SimEvent, key: string) => void> = {
    nodes(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED") return;
      const node = watch.object as Node;
      for (const pod of reader.list<Pod>("Pod"))
        if (pod.spec?.nodeName === node.metadata?.name)
          consider(pod, watch.type === "DELETED" ? undefined : node);
    },
    pods(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED") return;
      const pod = watch.object as Pod;
      if (watch.type === "DELETED") {
        due.delete(keyOf(pod));
        sim.cancel({ to: NAME, key: keyOf(pod) }, "evict");
      } else if (pod.spec?.nodeName && watch.type === "ADDED") {
        const node = reader.get<Node>("Node", undefined, pod.spec.nodeName);
        if (node?.spec?.taints?.some((t) => t.effect === "NoExecute")) consider(pod, node);
      }
    },
    evict: (_event, key) => evict(key),
  };

  sim.component(NAME, (event, key) => handlers[event.type]?.(event, key));
  api.watch({ kind: "Node" }, { to: NAME, event: { type: "nodes" } });
  api.watch({ kind: "Pod" }, { to: NAME, event: { type: "pods" } });
}
