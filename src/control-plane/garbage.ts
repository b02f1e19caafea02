/** Garbage collection by owner references: what a deleted owner leaves behind goes too (pkg/controller/garbagecollector). */
import type { ApiClient, ApiReader, WatchMessage } from "../api/contract.ts";
import type { ApiObject } from "../api/types.ts";
import type { Simulation } from "../sim/index.ts";

const NAME = "garbage-collector";
const OWNERS = ["Job", "ReplicaSet", "Deployment", "DaemonSet", "StatefulSet", "CronJob", "Node", "Service"];
const OWNED = ["Pod", "ReplicaSet", "Job", "EndpointSlice", "Lease"];
const TURN_MS = 20;

export interface GarbageOptions {
  readonly sim: Simulation;
  readonly api: ApiClient;
  readonly reader: ApiReader;
}

export function startGarbageCollector({ sim, api, reader }: GarbageOptions): void {
  sim.component(NAME, (event, key) => {
    if (event.type === "owners") {
      const watch = event["watch"] as WatchMessage;
      const uid = watch.type === "DELETED" ? watch.object.metadata?.uid : undefined;
      if (uid) sim.send({ to: NAME, key: uid }, { type: "collect" }, { delayMs: TURN_MS });
      return;
    }
    for (const kind of OWNED) {
      for (const object of reader.list<ApiObject>(kind)) {
        if (
          object.metadata?.deletionTimestamp ||
          !object.metadata?.ownerReferences?.some((o) => o.uid === key)
        )
          continue;
        api.request(
          {
            verb: "delete",
            kind,
            namespace: object.metadata.namespace,
            name: object.metadata.name,
            options: { preconditions: { uid: object.metadata.uid ?? "" } },
          },
          null,
          { from: "controller-manager" },
        );
      }
    }
  });
  for (const kind of OWNERS) api.watch({ kind }, { to: NAME, event: { type: "owners" } });
}
