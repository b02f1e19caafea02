/**
 * Watches: each is first in, first out, so that jitter never reorders; an object that leaves a selector is deleted for
 * its watcher, one that enters it is added. A watcher that was cut off gets the whole list again.
 */
import type { Simulation } from "../../sim/index.ts";
import type { Address, Ms } from "../../sim/types.ts";
import type { WatchMessage, WatchSpec } from "../contract.ts";
import type { ApiObject } from "../types.ts";
import { matchesFieldSelector, matchesLabelSelector } from "./selecting.ts";
import type { Store, WriteType } from "./store.ts";

interface Watch {
  readonly spec: WatchSpec;
  readonly to: Address & { readonly event: { readonly type: string } };
  readonly client: string;
  readonly node: string | null;
  /** Something was missed while the server could not be reached. */
  readonly stale: boolean;
}

export interface WatchHub {
  add(spec: WatchSpec, to: Watch["to"], client: string, node: string | null): string;
  remove(id: string): void;
  /** Tells every watcher of a kind about a write. */
  write(kind: string, type: WriteType, object: ApiObject, old: ApiObject | undefined): void;
  /** After a lost connection: the list again, to every watcher of that node (null: of all) that missed something. */
  resync(node: string | null, delayMs: Ms): void;
}

function selects(spec: WatchSpec, object: ApiObject | undefined): boolean {
  if (!object) return false;
  if (spec.namespace && object.metadata?.namespace !== spec.namespace) return false;
  return matchesFieldSelector(spec.fieldSelector, object) && matchesLabelSelector(spec.labelSelector, object);
}

export function createWatchHub(
  sim: Simulation,
  store: Store,
  latency: (client: string) => Ms,
  reachable: (node: string | null) => boolean,
): WatchHub {
  const watches = sim.table<Watch>("api/watches");
  const due = sim.table<Ms>("api/watch-due");
  const counter = sim.cell<number>("api/watch-count", 0);

  const deliver = (id: string, watch: Watch, message: WatchMessage, extra: Ms = 0): void => {
    const at = Math.max(due.get(id) ?? 0, sim.now + extra + latency(watch.client));
    due.set(id, at);
    sim.send(
      { to: watch.to.to, ...(watch.to.key !== undefined ? { key: watch.to.key } : {}) },
      { ...watch.to.event, watch: message },
      { delayMs: at - sim.now },
    );
  };

  const list = (watch: Watch): WatchMessage => ({
    type: "SYNCED",
    objects: store.list(watch.spec.kind).filter((o) => selects(watch.spec, o)),
    resourceVersion: store.resourceVersion,
  });

  return {
    add(spec, to, client, node) {
      const n = counter.get() + 1;
      counter.set(n);
      const id = `${client}#${n}`;
      const watch: Watch = { spec, to, client, node, stale: !reachable(node) };
      watches.set(id, watch);
      if (!watch.stale) deliver(id, watch, list(watch));
      return id;
    },
    remove(id) {
      watches.delete(id);
      due.delete(id);
    },
    write(kind, type, object, old) {
      for (const [id, watch] of watches) {
        if (watch.spec.kind !== kind || watch.stale) continue;
        const is = type !== "DELETED" && selects(watch.spec, object);
        const was = selects(watch.spec, old);
        if (!is && !was) continue;
        if (!reachable(watch.node)) {
          watches.set(id, { ...watch, stale: true });
          continue;
        }
        deliver(id, watch, { type: is ? (was ? "MODIFIED" : "ADDED") : "DELETED", object });
      }
    },
    resync(node, delayMs) {
      for (const [id, watch] of [...watches]) {
        if (!watch.stale || (node !== null && watch.node !== node) || !reachable(watch.node)) continue;
        const fresh = { ...watch, stale: false };
        watches.set(id, fresh);
        deliver(id, fresh, list(fresh), delayMs);
      }
    },
  };
}
