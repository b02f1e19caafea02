/**
 * The server's internal form of a pod spec, as its error messages show it: Go's field names, every field there, nulls
 * where nothing was set. Shapes are in `internal-pod.generated.json`.
 */

import { sortedKeys } from "../plain.ts";
import shapes from "../schema/internal-pod.generated.json" with { type: "json" };
import type { PodSpec } from "../types.ts";
import { goJson } from "./field-error.ts";

type Plain = Record<string, unknown>;
const structs = shapes as unknown as Readonly<Record<string, readonly (readonly [string, string])[]>>;

const isObject = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Value of the field that Go calls `name`: the names differ in their capitals only. */
function fieldOf(value: Plain, name: string): unknown {
  const lower = name.toLowerCase();
  for (const key of Object.keys(value)) if (key.toLowerCase() === lower) return value[key];
  return undefined;
}

function convert(type: string, value: unknown): unknown {
  if (type.startsWith("*"))
    return value === undefined || value === null ? null : convert(type.slice(1), value);
  if (type.startsWith("[]"))
    return Array.isArray(value) ? value.map((item) => convert(type.slice(2), item)) : null;
  if (type.startsWith("map[string]")) {
    if (!isObject(value)) return null;
    return Object.fromEntries(sortedKeys(value).map((key) => [key, convert(type.slice(11), value[key])]));
  }
  const fields = structs[type];
  if (fields) return convertStruct(fields, isObject(value) ? value : {});
  switch (type) {
    case "string":
      return value ?? "";
    case "bool":
      return value ?? false;
    case "resource.Quantity":
      return value ?? "0";
    case "intstr.IntOrString":
      return value ?? 0;
    case "int":
    case "int32":
    case "int64":
    case "float64":
      return value ?? 0;
    default:
      return value ?? (type.includes(".") ? {} : "");
  }
}

function convertStruct(fields: readonly (readonly [string, string])[], value: Plain): Plain {
  const out: Plain = {};
  for (const [name, type] of fields) out[name] = convert(type, fieldOf(value, name));
  return out;
}

/** Compact text of a struct. */
export const internalText = (type: string, value: unknown): string => goJson(convert(type, value));

/** Host namespaces stand in the security context of the internal form. */
const MOVED = ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers"];

/** A spec as lines of JSON, indented by one blank. */
export function internalSpecLines(spec: PodSpec): string[] {
  const plain = spec as unknown as Plain;
  const securityContext: Plain = { ...(isObject(plain["securityContext"]) ? plain["securityContext"] : {}) };
  for (const field of MOVED) if (plain[field] !== undefined) securityContext[field] = plain[field];
  const internal = convert("PodSpec", { ...plain, securityContext });
  return JSON.stringify(internal, null, 1).split("\n");
}
