/**
 * The three-way patch of `kubectl apply` (client side): what the last applied object had and the new one has not is
 * deleted, what differs from the live object is set. `strategicpatch.CreateThreeWayMergePatch`, with lists by key.
 */
import { deepEqual } from "../plain.ts";
import { type Field, type FieldType, structFields, structOfKind } from "../schema/types.ts";

type Plain = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

function structOf(type: FieldType | undefined): string | undefined {
  if (!type) return undefined;
  if (type.kind === "struct") return type.name;
  return type.kind === "pointer" || type.kind === "list" || type.kind === "map"
    ? structOf(type.of)
    : undefined;
}

interface Three {
  readonly last: unknown;
  readonly now: unknown;
  readonly live: unknown;
}

function diffMap(
  { last, now, live }: { last: Plain; now: Plain; live: Plain },
  struct: string | undefined,
): Record<string, unknown> {
  const fields = struct === undefined ? undefined : structFields(struct);
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(now)) {
    const field = fields?.get(key);
    Object.assign(patch, diffValue({ last: last[key], now: now[key], live: live[key] }, key, field));
  }
  for (const key of Object.keys(last))
    if (now[key] === undefined && live[key] !== undefined) patch[key] = null;
  const retain = Object.keys(patch).length > 0 && fields !== undefined;
  if (!retain) return patch;
  for (const [key, value] of Object.entries(patch)) {
    const field = fields.get(key);
    if (!field?.strategies.includes("retainKeys") || !isObject(value) || !isObject(now[key])) continue;
    patch[key] = { $retainKeys: Object.keys(now[key]).sort(), ...value };
  }
  return patch;
}

function diffValue(three: Three, key: string, field: Field | undefined): Record<string, unknown> {
  const { last, now, live } = three;
  if (deepEqual(now, live) || now === null) return now === null && live !== undefined ? { [key]: null } : {};
  if (isObject(now) && isObject(live)) {
    const inner = diffMap({ last: isObject(last) ? last : {}, now, live }, structOf(field?.type));
    return Object.keys(inner).length > 0 ? { [key]: inner } : {};
  }
  if (Array.isArray(now) && Array.isArray(live) && field?.strategies.includes("merge")) {
    return diffList({ last: Array.isArray(last) ? last : [], now, live }, key, field);
  }
  return { [key]: now };
}

function diffList(
  { last, now, live }: { last: readonly unknown[]; now: readonly unknown[]; live: readonly unknown[] },
  key: string,
  field: Field,
): Record<string, unknown> {
  const { mergeKey } = field;
  if (mergeKey === undefined) {
    const added = now.filter((item) => !live.some((l) => deepEqual(l, item)));
    const gone = last.filter(
      (item) => !now.some((n) => deepEqual(n, item)) && live.some((l) => deepEqual(l, item)),
    );
    return {
      ...(added.length > 0 ? { [key]: added } : {}),
      ...(gone.length > 0 ? { [`$deleteFromPrimitiveList/${key}`]: gone } : {}),
    };
  }
  const find = (list: readonly unknown[], id: unknown): Plain | undefined =>
    list.filter(isObject).find((item) => deepEqual(item[mergeKey], id));
  const items: unknown[] = [];
  for (const item of now.filter(isObject)) {
    const id = item[mergeKey];
    const there = find(live, id);
    if (!there) {
      items.push(item);
      continue;
    }
    const inner = diffMap({ last: find(last, id) ?? {}, now: item, live: there }, structOf(field.type));
    const { [mergeKey]: _, ...rest } = inner;
    const retain = field.strategies.includes("retainKeys") ? { $retainKeys: Object.keys(item).sort() } : {};
    if (Object.keys(rest).length > 0) items.push({ ...retain, ...rest, [mergeKey]: id });
  }
  for (const item of last.filter(isObject)) {
    const id = item[mergeKey];
    if (!find(now, id) && find(live, id)) items.push({ $patch: "delete", [mergeKey]: id });
  }
  const order = now.filter(isObject).map((item) => ({ [mergeKey]: item[mergeKey] }));
  const liveOrder = live
    .filter(isObject)
    .map((item) => item[mergeKey])
    .filter((id) => find(now, id));
  const moved = !deepEqual(
    liveOrder,
    order.map((o) => o[mergeKey]),
  );
  if (items.length === 0 && !moved) return {};
  return { [`$setElementOrder/${key}`]: order, ...(items.length > 0 ? { [key]: items } : {}) };
}

/** The patch that `kubectl apply` sends; empty where nothing differs. */
export function threeWayPatch(
  apiVersion: string,
  kind: string,
  last: unknown,
  now: unknown,
  live: unknown,
): Record<string, unknown> {
  const object = (value: unknown): Plain => (isObject(value) ? value : {});
  return diffMap(
    { last: object(last), now: object(now), live: object(live) },
    structOfKind(apiVersion, kind),
  );
}
