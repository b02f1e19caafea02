/**
 * The strategic merge patch from one pod status to another, as the kubelet sends it
 * (pkg/util/pod: PatchPodStatus; apimachinery strategicpatch: CreateTwoWayMergePatch).
 */
import type { PodStatus } from "../../api/types.ts";

type Fields = Record<string, unknown>;

/** Lists that are merged item by item, and by which key; all others are replaced whole. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  conditions: "type",
  podIPs: "ip",
  hostIPs: "ip",
  resourceClaimStatuses: "name",
};

/** Body of the patch; undefined when nothing changes. The UID guards against a pod of the same name. */
export function podStatusPatch(
  uid: string,
  old: PodStatus,
  next: PodStatus,
): { readonly metadata: { readonly uid: string }; readonly status: Fields } | undefined {
  const status = diffFields(old as Fields, next as Fields);
  return Object.keys(status).length === 0 ? undefined : { metadata: { uid }, status };
}

function isFields(v: unknown): v is Fields {
  return typeof v === "object" && v !== null && !Array.isArray(v);
}

/** What to set, with null for what goes. */
function diffFields(old: Fields, next: Fields): Fields {
  const out: Fields = {};
  for (const key in next) {
    const value = next[key];
    if (value === undefined || value === null) continue;
    const before = old[key];
    if (before === value && !MERGE_KEYS[key]) continue;
    const mergeKey = MERGE_KEYS[key];
    if (mergeKey && Array.isArray(value))
      Object.assign(out, diffList(key, mergeKey, asList(before), value as Fields[]));
    else if (isFields(value) && isFields(before)) {
      const inner = diffFields(before, value);
      if (Object.keys(inner).length > 0) out[key] = inner;
    } else if (!same(before, value)) out[key] = value;
  }
  for (const key in old) {
    const before = old[key];
    const gone = next[key] === undefined || next[key] === null;
    if (gone && before !== undefined && before !== null) out[key] = null;
  }
  return out;
}

function asList(v: unknown): readonly Fields[] {
  return Array.isArray(v) ? (v as Fields[]) : [];
}

function diffList(key: string, mergeKey: string, old: readonly Fields[], next: readonly Fields[]): Fields {
  const items: Fields[] = [];
  for (const item of next) {
    const before = old.find((o) => o[mergeKey] === item[mergeKey]);
    const changes = before ? diffFields(before, item) : item;
    if (!before || Object.keys(changes).length > 0) items.push({ ...changes, [mergeKey]: item[mergeKey] });
  }
  for (const before of old) {
    if (!next.some((n) => n[mergeKey] === before[mergeKey]))
      items.push({ $patch: "delete", [mergeKey]: before[mergeKey] });
  }
  const moved = next.length !== old.length || next.some((n, i) => !same(n[mergeKey], old[i]![mergeKey]));
  if (items.length === 0 && !moved) return {};
  const order = next.map((n) => ({ [mergeKey]: n[mergeKey] }));
  return { [`$setElementOrder/${key}`]: order, ...(items.length > 0 ? { [key]: items } : {}) };
}

/** Deep equality of plain JSON in which absent and null are one. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === undefined || a === null || b === undefined || b === null) return (a ?? null) === (b ?? null);
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((v, i) => same(v, b[i]));
  if (!isFields(a) || !isFields(b)) return false;
  for (const key in a) if (!same(a[key], b[key])) return false;
  for (const key in b) if (!(key in a) && !same(undefined, b[key])) return false;
  return true;
}
