/** The merge of PodConfig: a source's full set goes in, the differences come out (pkg/kubelet/config/config.go). */
import type { PodUpdate } from "../contract.ts";
import type { Pod, PodOperation, PodSource } from "../types.ts";
import { podFullName } from "../types.ts";
import { sameJson } from "./equal.ts";
import { CONFIG_MIRROR, CONFIG_SEEN, CONFIG_SOURCE } from "./static.ts";

/** A pod as the source showed it last, and as the kubelet keeps it. */
export interface KnownPod {
  readonly incoming: Pod;
  readonly pod: Pod;
  /** Full name of the pod as the source showed it. */
  readonly name: string;
}

/** Known pods by UID: a map, or a table of the kernel. */
export interface KnownPods extends Iterable<[string, KnownPod]> {
  readonly size: number;
  get(uid: string): KnownPod | undefined;
  values(): Iterable<KnownPod>;
}

export interface MergeResult {
  /** Pods that are new, or kept otherwise than before, by UID in the order of the set. */
  readonly changed: ReadonlyMap<string, KnownPod>;
  /** UIDs that the set no longer has. */
  readonly gone: readonly string[];
  /** In order of delivery; empty when nothing is to be sent. */
  readonly updates: readonly PodUpdate[];
  /** Pods dropped because an earlier one of the set has their full name. */
  readonly duplicates: readonly Pod[];
}

const LOCAL_ANNOTATIONS = new Set([CONFIG_SOURCE, CONFIG_MIRROR, CONFIG_SEEN]);
const DELIVERY: readonly PodOperation[] = ["REMOVE", "ADD", "UPDATE", "DELETE", "RECONCILE"];

type Annotations = Readonly<Record<string, string>> | undefined;

/** Annotations without those the kubelet adds itself. */
function sameAnnotations(a: Annotations, b: Annotations): boolean {
  for (const key in a) if (!LOCAL_ANNOTATIONS.has(key) && a[key] !== b?.[key]) return false;
  for (const key in b) if (!LOCAL_ANNOTATIONS.has(key) && a?.[key] === undefined) return false;
  return true;
}

/** Spec, labels, annotations and deletion: what a sync would act on. Status and the rest do not count. */
export function podsDifferSemantically(existing: Pod, incoming: Pod): boolean {
  return !(
    sameJson(existing.spec, incoming.spec) &&
    sameJson(existing.metadata?.labels, incoming.metadata?.labels) &&
    existing.metadata?.deletionTimestamp === incoming.metadata?.deletionTimestamp &&
    existing.metadata?.deletionGracePeriodSeconds === incoming.metadata?.deletionGracePeriodSeconds &&
    sameAnnotations(existing.metadata?.annotations, incoming.metadata?.annotations)
  );
}

/** The kept pod after an incoming one, and what that means; undefined: nothing. */
function checkAndUpdatePod(existing: Pod, incoming: Pod): { pod: Pod; op?: PodOperation } {
  if (!podsDifferSemantically(existing, incoming)) {
    if (sameJson(existing.status, incoming.status)) return { pod: existing };
    return { pod: withStatus(existing, incoming.status), op: "RECONCILE" };
  }
  const { labels, deletionTimestamp, deletionGracePeriodSeconds, generation, annotations } =
    incoming.metadata ?? {};
  const local = Object.entries(existing.metadata?.annotations ?? {}).filter(([key]) =>
    LOCAL_ANNOTATIONS.has(key),
  );
  const metadata = { ...existing.metadata, annotations: { ...annotations, ...Object.fromEntries(local) } };
  const pod = {
    ...existing,
    ...(incoming.spec ? { spec: incoming.spec } : {}),
    metadata: withOrWithout(metadata, { labels, deletionTimestamp, deletionGracePeriodSeconds, generation }),
  };
  return { pod: withStatus(pod, incoming.status), op: deletionTimestamp ? "DELETE" : "UPDATE" };
}

/** Sets what is defined, takes away what is not. */
function withOrWithout<T extends object>(object: T, fields: Partial<T>): T {
  const out = { ...object };
  for (const key of Object.keys(fields) as (keyof T)[]) {
    if (fields[key] === undefined) delete out[key];
    else out[key] = fields[key] as T[keyof T];
  }
  return out;
}

function withStatus(pod: Pod, status: Pod["status"]): Pod {
  if (status) return { ...pod, status };
  const { status: _, ...rest } = pod;
  return rest;
}

/**
 * The pods of a set that may differ from those known. Mostly one does, in its old place or as the last, and all
 * others are the very objects of before: then it alone. Undefined: all of the set has to be looked at.
 */
function onlyChange(before: KnownPods, set: readonly Pod[]): readonly Pod[] | undefined {
  if (set.length < before.size) return undefined;
  let i = 0;
  let other = -1;
  for (const { incoming } of before.values()) {
    if (set[i] !== incoming) {
      if (other >= 0 || set[i]!.metadata?.uid !== incoming.metadata?.uid) return undefined;
      other = i;
    }
    i++;
  }
  if (set.length === i) return other < 0 ? [] : [set[other]!];
  if (other >= 0 || set.length > i + 1) return undefined;
  const name = podFullName(set[i]!);
  for (const row of before.values()) if (row.name === name) return undefined;
  return [set[i]!];
}

/**
 * Merges a source's full set. `firstSet`: the source has not sent one before, so that even an empty set is
 * announced. `seenAt`: stamp for pods that are new to the source.
 */
export function mergePods(
  before: KnownPods,
  set: readonly Pod[],
  source: PodSource,
  options: { firstSet: boolean; seenAt: string },
): MergeResult {
  const changed = new Map<string, KnownPod>();
  const byOp: Partial<Record<PodOperation, Pod[]>> = {};
  const put = (op: PodOperation, pod: Pod): void => {
    const pods = byOp[op];
    if (pods) pods.push(pod);
    else byOp[op] = [pod];
  };
  const take = (incoming: Pod, uid: string, existing: KnownPod | undefined, name: string): void => {
    if (existing?.incoming === incoming) return;
    if (existing) {
      const { pod, op } = checkAndUpdatePod(existing.pod, incoming);
      changed.set(uid, { incoming, pod, name });
      if (op) put(op, pod);
      return;
    }
    const annotations = {
      ...incoming.metadata?.annotations,
      [CONFIG_SOURCE]: source,
      [CONFIG_SEEN]: options.seenAt,
    };
    const pod = { ...incoming, metadata: { ...incoming.metadata, annotations } };
    changed.set(uid, { incoming, pod, name });
    put("ADD", pod);
  };

  const duplicates: Pod[] = [];
  const gone: string[] = [];
  const only = onlyChange(before, set);
  if (only) {
    for (const incoming of only) {
      const uid = incoming.metadata?.uid ?? "";
      take(incoming, uid, before.get(uid), podFullName(incoming));
    }
  } else {
    const names = new Set<string>();
    const uids = new Set<string>();
    for (const incoming of set) {
      const uid = incoming.metadata?.uid ?? "";
      const existing = before.get(uid);
      const name = existing?.incoming === incoming ? existing.name : podFullName(incoming);
      if (names.has(name)) {
        duplicates.push(incoming);
        continue;
      }
      names.add(name);
      uids.add(uid);
      take(incoming, uid, existing, name);
    }
    for (const [uid, { pod }] of before) {
      if (uids.has(uid)) continue;
      gone.push(uid);
      put("REMOVE", pod);
    }
  }
  if (options.firstSet && !byOp.ADD && !byOp.UPDATE && !byOp.DELETE) byOp.ADD = [];
  const updates = DELIVERY.flatMap((op) => (byOp[op] ? [{ op, source, pods: byOp[op] }] : []));
  return { changed, gone, updates, duplicates };
}
