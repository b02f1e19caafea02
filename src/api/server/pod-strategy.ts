/**
 * What the server makes of a pod: status at creation, generation, graceful deletion
 * (pkg/registry/core/pod/strategy.go, storage/storage.go).
 */
import { getPodQOS } from "../qos.ts";
import type { Pod } from "../types.ts";

const TERMINAL = ["Succeeded", "Failed"];

/** PrepareForCreate: whatever status was sent is dropped; phase Pending and the QoS class stand in it. */
export function podForCreate(pod: Pod): Pod {
  const fresh: Pod = { ...pod, metadata: { ...pod.metadata, generation: 1 }, status: {} as Pod["status"] };
  return { ...fresh, status: { phase: "Pending", qosClass: getPodQOS(fresh) } };
}

/** Same spec as data; order of keys does not matter. */
function sameSpec(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => sameSpec(x, b[i]));
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  const x = a as Record<string, unknown>;
  const y = b as Record<string, unknown>;
  const keys = new Set([...Object.keys(x), ...Object.keys(y)]);
  for (const key of keys) if (!sameSpec(x[key], y[key])) return false;
  return true;
}

/** PrepareForUpdate: the status stays, the generation grows when the spec changed. */
export function withGeneration<T extends { metadata?: { generation?: number } }>(object: T, old: T): T {
  const spec = (o: T): unknown => (o as { spec?: unknown }).spec;
  const generation = (old.metadata?.generation ?? 1) + (sameSpec(spec(object), spec(old)) ? 0 : 1);
  return { ...object, metadata: { ...object.metadata, generation } };
}

/**
 * Seconds a deletion waits for the kubelet (CheckGracefulDelete): what was asked, else the pod's own; none for a pod
 * that is on no node or has ended.
 */
export function gracePeriod(pod: Pod, asked: number | undefined): number {
  let period = asked ?? pod.spec?.terminationGracePeriodSeconds ?? 30;
  if (asked === undefined && pod.metadata?.deletionGracePeriodSeconds !== undefined) period = pod.metadata.deletionGracePeriodSeconds;
  if (!pod.spec?.nodeName) period = 0;
  if (TERMINAL.includes(pod.status?.phase ?? "")) period = 0;
  return Math.max(0, period);
}
