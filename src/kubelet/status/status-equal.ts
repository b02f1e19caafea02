/** Whether two statuses say the same as far as the kubelet is concerned (isPodStatusByKubeletEqual). */
import type { PodCondition, PodStatus } from "../../api/types.ts";
import { podConditionByKubelet, podConditionSharedByKubelet } from "./lookup.ts";

/** Not the kubelet's, or compared apart. */
const IGNORED: ReadonlySet<string> = new Set([
  "conditions",
  "resourceClaimStatuses",
  "extendedResourceClaimStatus",
  "nodeAllocatableResourceClaimStatuses",
]);

/** Fields that are pointers upstream: there, an empty value and none are different things. */
const POINTERS: ReadonlySet<string> = new Set([
  "waiting",
  "running",
  "terminated",
  "started",
  "resources",
  "user",
  "linux",
  "startTime",
]);

export function isPodStatusByKubeletEqual(old: PodStatus, next: PodStatus): boolean {
  const before = ownConditions(old);
  const after = ownConditions(next);
  if (before.size !== after.size) return false;
  for (const [type, c] of after) {
    const o = before.get(type);
    if (
      !o ||
      o.status !== c.status ||
      (o.message ?? "") !== (c.message ?? "") ||
      (o.reason ?? "") !== (c.reason ?? "")
    )
      return false;
  }
  return sameFields(old as Record<string, unknown>, next as Record<string, unknown>, IGNORED);
}

function ownConditions(status: PodStatus): Map<string, PodCondition> {
  const own = new Map<string, PodCondition>();
  for (const c of status.conditions ?? [])
    if (podConditionByKubelet(c.type) || podConditionSharedByKubelet(c.type)) own.set(c.type, c);
  return own;
}

function sameFields(
  a: Record<string, unknown>,
  b: Record<string, unknown>,
  ignored?: ReadonlySet<string>,
): boolean {
  for (const key in a) if (a[key] !== b[key] && differs(key)) return false;
  for (const key in b) if (!(key in a) && differs(key)) return false;
  return true;

  function differs(key: string): boolean {
    return !ignored?.has(key) && !sameValue(a[key], b[key], POINTERS.has(key));
  }
}

/** Deep equality in which Go's zero values and absence are one, but for pointers. */
function sameValue(a: unknown, b: unknown, pointer: boolean): boolean {
  if (a === b) return true;
  if (pointer && isNone(a) !== isNone(b)) return false;
  if (isZero(a) || isZero(b)) return isZero(a) && isZero(b) && (!pointer || typeof a === typeof b);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((v, i) => sameValue(v, b[i], false));
  if (isRecord(a) && isRecord(b)) return sameFields(a, b);
  return false;
}

function isNone(v: unknown): boolean {
  return v === undefined || v === null;
}

function isRecord(v: unknown): v is Record<string, unknown> {
  return typeof v === "object" && v !== null && !Array.isArray(v);
}

function isZero(v: unknown): boolean {
  if (isNone(v) || v === "" || v === 0 || v === false) return true;
  if (Array.isArray(v)) return v.length === 0;
  if (!isRecord(v)) return false;
  for (const k in v) if (!(POINTERS.has(k) ? isNone(v[k]) : isZero(v[k]))) return false;
  return true;
}
