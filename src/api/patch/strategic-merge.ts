/**
 * Strategic merge patches: lists of known kinds are merged by key, maps field by field. Directives `$patch`,
 * `$retainKeys`, `$deleteFromPrimitiveList/x` and `$setElementOrder/x` as in apimachinery `pkg/util/strategicpatch`.
 */
import { deepEqual } from "../plain.ts";
import { type Field, type FieldType, structFields, structOfKind } from "../schema/types.ts";

type Plain = Readonly<Record<string, unknown>>;

export type PatchResult =
  | { readonly ok: true; readonly object: unknown }
  /** `rejected`: a well-formed JSON patch that cannot be applied to this object. */
  | { readonly ok: false; readonly error: string; readonly rejected?: boolean };

class PatchError extends Error {}

const isObject = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const DELETE_LIST = "$deleteFromPrimitiveList/";
const ORDER = "$setElementOrder/";

/** Struct that a type leads to, through pointers, lists and maps; undefined for plain values. */
function structOf(type: FieldType | undefined): string | undefined {
  if (!type) return undefined;
  if (type.kind === "struct") return type.name;
  return type.kind === "pointer" || type.kind === "list" || type.kind === "map"
    ? structOf(type.of)
    : undefined;
}

const base = (type: FieldType | undefined): FieldType | undefined =>
  type?.kind === "pointer" ? base(type.of) : type;

/** Struct of the values behind a field: a map of structs has the same struct at each key. */
function childStruct(
  struct: string | undefined,
  name: string,
): { field: Field | undefined; struct: string | undefined } {
  const field = struct === undefined ? undefined : structFields(struct).get(name);
  return { field, struct: structOf(field?.type) };
}

function mergeMap(original: Plain, patch: Plain, struct: string | undefined): Plain {
  const directive = patch["$patch"];
  if (directive === "replace") {
    const { $patch: _, ...rest } = patch;
    return rest;
  }
  if (directive === "delete") return {};
  if (directive !== undefined && directive !== "merge")
    throw new PatchError(`Unknown patch type found: ${String(directive)}`);
  const out: Record<string, unknown> = { ...original };
  const kept = patch["$retainKeys"];
  if (Array.isArray(kept)) for (const key of Object.keys(out)) if (!kept.includes(key)) delete out[key];
  for (const key of Object.keys(patch)) {
    if (key === "$patch" || key === "$retainKeys" || key.startsWith(ORDER)) continue;
    if (key.startsWith(DELETE_LIST)) {
      const name = key.slice(DELETE_LIST.length);
      const list = patch[key];
      if (Array.isArray(out[name]) && Array.isArray(list))
        out[name] = out[name].filter((item) => !list.some((gone) => deepEqual(gone, item)));
      continue;
    }
    const value = patch[key];
    if (value === null) delete out[key];
    else setOwn(out, key, mergeValue(out[key], value, struct, key, patch[`${ORDER}${key}`]));
  }
  for (const key of Object.keys(patch)) {
    const name = key.startsWith(ORDER) ? key.slice(ORDER.length) : "";
    if (name === "" || patch[name] !== undefined) continue;
    const { field } = childStruct(struct, name);
    if (Array.isArray(out[name]) && Array.isArray(patch[key]))
      out[name] = ordered(out[name], patch[key], out[name], field?.mergeKey);
  }
  return out;
}

/** Own property, whatever its name. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function mergeValue(
  original: unknown,
  patch: unknown,
  struct: string | undefined,
  name: string,
  order: unknown,
): unknown {
  const { field, struct: child } = childStruct(struct, name);
  if (isObject(patch)) {
    if (!isObject(original)) return clean(mergeMap({}, patch, child));
    return field?.strategies.includes("replace") ? clean(patch) : mergeMap(original, patch, child);
  }
  if (!Array.isArray(patch)) return patch;
  if (field?.strategies.includes("merge") !== true || base(field.type)?.kind !== "list") return clean(patch);
  const live = Array.isArray(original) ? original : [];
  const merged = mergeList(live, patch, field, child);
  return Array.isArray(order) ? ordered(merged, order, live, field.mergeKey) : merged;
}

/** Directives and nulls have no place in what is stored. */
function clean(value: unknown): unknown {
  if (Array.isArray(value))
    return value.filter((item) => !isObject(item) || item["$patch"] === undefined).map(clean);
  if (!isObject(value)) return value;
  const out: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value))
    if (item !== null && !key.startsWith("$")) setOwn(out, key, clean(item));
  return out;
}

function mergeList(
  original: readonly unknown[],
  patch: readonly unknown[],
  field: Field,
  struct: string | undefined,
): unknown[] {
  const { mergeKey } = field;
  if (mergeKey === undefined) {
    // Plain values: a union.
    return [
      ...original,
      ...patch.filter(
        (item, i) =>
          !original.some((o) => deepEqual(o, item)) && patch.findIndex((p) => deepEqual(p, item)) === i,
      ),
    ];
  }
  const items = patch.filter(isObject);
  const replace = items.some((item) => item["$patch"] === "replace");
  if (replace) return clean(items.filter((item) => item["$patch"] !== "replace")) as unknown[];
  let out: unknown[] = [...original];
  const added: unknown[] = [];
  for (const item of items) {
    const key = item[mergeKey];
    if (key === undefined) {
      throw new PatchError(`map: ${goMap(item)} does not contain declared merge key: ${mergeKey}`);
    }
    if (item["$patch"] === "delete") {
      out = out.filter((o) => !isObject(o) || !deepEqual(o[mergeKey], key));
      continue;
    }
    const index = out.findIndex((o) => isObject(o) && deepEqual(o[mergeKey], key));
    if (index >= 0) out[index] = mergeMap(out[index] as Plain, item, struct);
    else added.push(clean(mergeMap({}, item, struct)));
  }
  const named = items.filter((item) => item["$patch"] !== "delete").map((item) => item[mergeKey]);
  const order = named.map((key) => ({ [mergeKey]: key }));
  return ordered([...out, ...added], order, original, mergeKey);
}

/** A Go map as `%v` prints it: `map[a:1 b:2]`. */
function goMap(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goMap).join(" ")}]`;
  if (!isObject(value)) return String(value);
  return `map[${Object.keys(value)
    .sort()
    .map((key) => `${key}:${goMap(value[key])}`)
    .join(" ")}]`;
}

/**
 * Puts the items named in `order` into that order; each other item goes before the first of them that follows it in
 * `live`, as `mergeSortedSlice` has it.
 */
function ordered(
  list: readonly unknown[],
  order: readonly unknown[],
  live: readonly unknown[],
  mergeKey: string | undefined,
): unknown[] {
  const id = (item: unknown): unknown => (mergeKey !== undefined && isObject(item) ? item[mergeKey] : item);
  const indexIn = (items: readonly unknown[], item: unknown): number =>
    items.findIndex((other) => deepEqual(id(other), id(item)));
  const named = list.filter((item) => indexIn(order, item) >= 0);
  named.sort((a, b) => indexIn(order, a) - indexIn(order, b));
  const others = list.filter((item) => indexIn(order, item) < 0);
  const out: unknown[] = [];
  let i = 0;
  let j = 0;
  while (i < others.length || j < named.length) {
    const left = i < others.length ? indexIn(live, others[i]) : -1;
    const right = j < named.length ? indexIn(live, named[j]) : -1;
    const otherFirst = j >= named.length || (i < others.length && left >= 0 && right >= 0 && left < right);
    out.push(otherFirst ? others[i++] : named[j++]);
  }
  return out;
}

/** A kind's object with a strategic merge patch applied. */
export function strategicMerge(
  apiVersion: string,
  kind: string,
  original: unknown,
  patch: unknown,
): PatchResult {
  if (!isObject(original) || !isObject(patch)) return { ok: false, error: "cannot restore slice from map" };
  try {
    return { ok: true, object: mergeMap(original, patch, structOfKind(apiVersion, kind)) };
  } catch (error) {
    if (error instanceof PatchError) return { ok: false, error: error.message };
    throw error;
  }
}
