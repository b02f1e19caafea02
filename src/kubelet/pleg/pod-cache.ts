/** What the PLEG last saw of each pod, with waiters for something newer (pkg/kubelet/container/cache.go). */
import type { Ms, ReplyTo, Seq } from "../../sim/types.ts";
import type { Kubelet, PodCache, PodCacheEntry } from "../contract.ts";
import type { RuntimePodStatus } from "../types.ts";

interface CacheRow extends PodCacheEntry {
  /** When the look began that this entry is from, and the last one that confirmed it. */
  readonly modified: Ms;
  readonly observed: Ms;
}

interface Waiter {
  readonly min: Ms;
  readonly reply: ReplyTo;
  readonly cause: Seq | null;
}

/** The PLEG's side of the cache. */
export interface WritablePodCache extends PodCache {
  has(uid: string): boolean;
  set(uid: string, entry: PodCacheEntry, at: Ms): void;
  setObservedTime(uid: string, at: Ms): void;
  delete(uid: string): void;
  /** Every pod has been looked at since `at`. */
  updateTime(at: Ms): void;
  clear(): void;
}

const emptyStatus = (uid: string): RuntimePodStatus => ({
  uid,
  name: "",
  namespace: "",
  ips: [],
  sandboxes: [],
  containers: [],
});

export function createPodCache(k: Kubelet): WritablePodCache {
  const { sim, nodeName } = k;
  const rows = sim.table<CacheRow>(`${nodeName}/pleg/cache`);
  const time = sim.cell<Ms | null>(`${nodeName}/pleg/cache-time`, null);
  const waiting = sim.table<readonly Waiter[]>(`${nodeName}/pleg/waiters`);

  const get = (uid: string): PodCacheEntry => rows.get(uid) ?? { status: emptyStatus(uid) };

  const newerThan = (uid: string, min: Ms): boolean => {
    const row = rows.get(uid);
    const global = time.get();
    const globalIsNewer = global !== null && global > min;
    return row ? globalIsNewer || row.modified > min || row.observed > min : globalIsNewer;
  };

  /** Answers everyone who waits for something older than `at`; the waiter's own cause leads. */
  const wake = (uid: string, at: Ms): void => {
    const all = waiting.get(uid);
    if (!all) return;
    const left = all.filter(({ min }) => min >= at);
    if (left.length === all.length) return;
    if (left.length > 0) waiting.set(uid, left);
    else waiting.delete(uid);
    const entry = get(uid);
    for (const { min, reply, cause } of all) if (min < at) sim.reply(reply, { entry }, { cause });
  };

  return {
    get,
    *statuses() {
      for (const { status } of rows.values()) yield status;
    },
    has: (uid) => rows.has(uid),
    getNewerThan(uid, minMs, reply) {
      if (newerThan(uid, minMs)) sim.reply(reply, { entry: get(uid) });
      else waiting.set(uid, [...(waiting.get(uid) ?? []), { min: minMs, reply, cause: sim.cause }]);
    },
    set(uid, entry, at) {
      rows.set(uid, { ...entry, modified: at, observed: at });
      wake(uid, at);
    },
    setObservedTime(uid, at) {
      const row = rows.get(uid);
      if (row) rows.set(uid, { ...row, observed: at });
      wake(uid, at);
    },
    delete: (uid) => void rows.delete(uid),
    updateTime(at) {
      time.set(at);
      if (waiting.size > 0) for (const uid of [...waiting.keys()]) wake(uid, at);
    },
    clear() {
      for (const table of [rows, waiting]) for (const key of [...table.keys()]) table.delete(key);
      time.set(null);
    },
  };
}
