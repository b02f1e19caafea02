/** The ReplicaSet controller: as many pods as wanted (pkg/controller/replicaset/replica_set.go). */
import type { ApiClient, ApiReader, ApiResult, WatchMessage } from "../../api/contract.ts";
import type { Pod, ReplicaSet } from "../../api/types.ts";
import type { Simulation } from "../../sim/index.ts";
import type { SimEvent } from "../../sim/types.ts";
import { createEventWriter } from "../event-writer.ts";
import {
  byDeletionCost,
  isActive,
  isFinished,
  isReady,
  ownedBy,
  podFromTemplate,
  saysAlready,
  updateStatus,
} from "./pods.ts";

const NAME = "replicaset-controller";
const TURN_MS = 4;

export interface WorkloadOptions {
  readonly sim: Simulation;
  readonly api: ApiClient;
  readonly reader: ApiReader;
  readonly stamp: () => string;
}

export function startReplicaSetController({ sim, api, reader, stamp }: WorkloadOptions): void {
  const events = createEventWriter({ sim, api, from: "controller-manager", component: NAME, stamp });
  /** Creations and deletions asked for and not yet seen by the watch, by key of the set. */
  const expected = sim.table<number>(`${NAME}/expectations`);
  const keyOf = (set: ReplicaSet): string => `${set.metadata?.namespace}/${set.metadata?.name}`;
  const setOf = (key: string): ReplicaSet | undefined =>
    reader.get<ReplicaSet>("ReplicaSet", key.slice(0, key.indexOf("/")), key.slice(key.indexOf("/") + 1));
  const ask = (key: string): void =>
    sim.send({ to: NAME, key }, { type: "sync" }, { delayMs: TURN_MS, timer: "sync" });
  const seen = (key: string): void => expected.set(key, Math.max(0, (expected.get(key) ?? 0) - 1));

  const sync = (key: string): void => {
    const set = setOf(key);
    if (!set || set.metadata?.deletionTimestamp) return;
    const owned = reader.list<Pod>("Pod", set.metadata?.namespace).filter((p) => ownedBy(set, p));
    const pods = owned.filter(isActive);
    const wanted = set.spec?.replicas ?? 1;
    if ((expected.get(key) ?? 0) === 0) {
      const missing = wanted - pods.length;
      for (let i = 0; i < missing; i++) {
        expected.set(key, (expected.get(key) ?? 0) + 1);
        api.request(
          {
            verb: "create",
            kind: "Pod",
            namespace: set.metadata?.namespace,
            body: podFromTemplate(set, set.spec?.template ?? {}),
          },
          { to: NAME, key, event: { type: "created" } },
          { from: "controller-manager" },
        );
      }
      for (const pod of missing < 0 ? [...pods].sort(byDeletionCost).slice(0, -missing) : []) {
        expected.set(key, (expected.get(key) ?? 0) + 1);
        api.request(
          { verb: "delete", kind: "Pod", namespace: pod.metadata?.namespace, name: pod.metadata?.name },
          null,
          { from: "controller-manager" },
        );
        events.event(set, "Normal", "SuccessfulDelete", `Deleted pod: ${pod.metadata?.name}`);
      }
    }
    const ready = pods.filter(isReady).length;
    const status = {
      replicas: pods.length,
      fullyLabeledReplicas: pods.length || undefined,
      readyReplicas: ready || undefined,
      availableReplicas: ready || undefined,
      terminatingReplicas: owned.filter((p) => p.metadata?.deletionTimestamp && !isFinished(p)).length,
      observedGeneration: set.metadata?.generation,
    };
    if (!saysAlready(set.status, status)) updateStatus(api, set, status);
  };

  const handlers: Record<string, (event: SimEvent, key: string) => void> = {
    sets(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED") for (const set of watch.objects as ReplicaSet[]) ask(keyOf(set));
      else if (watch.type === "DELETED") expected.delete(keyOf(watch.object as ReplicaSet));
      else ask(keyOf(watch.object as ReplicaSet));
    },
    pods(event) {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED") return;
      const owner = watch.object.metadata?.ownerReferences?.find((o) => o.kind === "ReplicaSet");
      if (!owner) return;
      const key = `${watch.object.metadata?.namespace}/${owner.name}`;
      if (watch.type === "ADDED") seen(key);
      else if (
        watch.type === "MODIFIED" &&
        watch.object.metadata?.deletionTimestamp &&
        (expected.get(key) ?? 0) > 0
      )
        seen(key);
      ask(key);
    },
    created(event, key) {
      const result = event["result"] as ApiResult<Pod>;
      const set = setOf(key);
      if (!set) return;
      if (result.ok)
        events.event(set, "Normal", "SuccessfulCreate", `Created pod: ${result.object.metadata?.name}`);
      else {
        seen(key);
        events.event(set, "Warning", "FailedCreate", `Error creating: ${result.error.message}`);
      }
    },
    sync: (_event, key) => sync(key),
  };
  sim.component(NAME, (event, key) => handlers[event.type]?.(event, key));
  api.watch({ kind: "ReplicaSet" }, { to: NAME, event: { type: "sets" } });
  api.watch({ kind: "Pod" }, { to: NAME, event: { type: "pods" } });
}
