/**
 * Garbage collection by owner references (pkg/controller/garbagecollector): what a deleted owner leaves behind goes too,
 * goes first, or is let go, as the deletion asked for.
 */
import type { ApiClient, ApiReader, WatchMessage } from "../api/contract.ts";
import { FOREGROUND, ORPHAN, OWNER_KINDS } from "../api/server/dependents.ts";
import type { ApiObject } from "../api/types.ts";
import type { Simulation } from "../sim/index.ts";

const NAME = "garbage-collector";
const OWNED = ["Pod", "ReplicaSet", "Job", "EndpointSlice", "Lease"];
const TURN_MS = 20;

export interface GarbageOptions {
  readonly sim: Simulation;
  readonly api: ApiClient;
  readonly reader: ApiReader;
}

export function startGarbageCollector({ sim, api, reader }: GarbageOptions): void {
  const from = { from: "controller-manager" } as const;
  const dependentsOf = (uid: string): { readonly kind: string; readonly object: ApiObject }[] =>
    OWNED.flatMap((kind) =>
      reader
        .list<ApiObject>(kind)
        .filter((o) => o.metadata?.ownerReferences?.some((r) => r.uid === uid))
        .map((object) => ({ kind, object })),
    );
  const remove = (kind: string, object: ApiObject, policy?: string): void => {
    if (object.metadata?.deletionTimestamp) return;
    api.request(
      {
        verb: "delete",
        kind,
        namespace: object.metadata?.namespace,
        name: object.metadata?.name,
        options: {
          preconditions: { uid: object.metadata?.uid ?? "" },
          ...(policy !== undefined ? { propagationPolicy: policy } : {}),
        },
      },
      null,
      from,
    );
  };
  const patch = (kind: string, object: ApiObject, metadata: unknown): void =>
    void api.request(
      {
        verb: "patch",
        kind,
        namespace: object.metadata?.namespace,
        name: object.metadata?.name,
        patchType: "merge",
        body: { metadata },
      },
      null,
      from,
    );
  const release = (kind: string, owner: ApiObject, finalizer: string): void => {
    const left = (owner.metadata?.finalizers ?? []).filter((f) => f !== finalizer);
    patch(kind, owner, { finalizers: left.length > 0 ? left : null });
  };

  /** An owner that waits for its dependents before it goes. */
  const attend = (kind: string, owner: ApiObject): void => {
    const { uid = "", finalizers = [] } = owner.metadata ?? {};
    if (finalizers.includes(ORPHAN)) {
      for (const { kind: of, object } of dependentsOf(uid)) {
        const others = (object.metadata?.ownerReferences ?? []).filter((r) => r.uid !== uid);
        patch(of, object, { ownerReferences: others.length > 0 ? others : null });
      }
      release(kind, owner, ORPHAN);
    } else if (finalizers.includes(FOREGROUND)) {
      const blocking = dependentsOf(uid);
      for (const { kind: of, object } of blocking)
        remove(of, object, OWNER_KINDS.includes(of) ? "Foreground" : undefined);
      if (blocking.length === 0) release(kind, owner, FOREGROUND);
    }
  };

  sim.component(NAME, (event, key) => {
    if (event.type === "owners") {
      const watch = event["watch"] as WatchMessage;
      if (watch.type === "SYNCED") return;
      const { uid, deletionTimestamp, finalizers } = watch.object.metadata ?? {};
      const held = deletionTimestamp && finalizers?.some((f) => f === ORPHAN || f === FOREGROUND);
      if (uid && (watch.type === "DELETED" || held))
        sim.send({ to: NAME, key: uid }, { type: "collect" }, { delayMs: TURN_MS });
      return;
    }
    if (event.type === "owned") {
      const watch = event["watch"] as WatchMessage;
      if (watch.type !== "DELETED") return;
      for (const { uid } of watch.object.metadata?.ownerReferences ?? [])
        sim.send({ to: NAME, key: uid }, { type: "collect" }, { delayMs: TURN_MS, timer: "owned" });
      return;
    }
    for (const kind of OWNER_KINDS) {
      const owner = reader.list<ApiObject>(kind).find((o) => o.metadata?.uid === key);
      if (!owner) continue;
      if (owner.metadata?.deletionTimestamp) attend(kind, owner);
      return;
    }
    for (const { kind, object } of dependentsOf(key)) remove(kind, object);
  });
  for (const kind of OWNER_KINDS) api.watch({ kind }, { to: NAME, event: { type: "owners" } });
  for (const kind of OWNED) api.watch({ kind }, { to: NAME, event: { type: "owned" } });
}
