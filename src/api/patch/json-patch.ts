/** JSON patch, RFC 6902, with the texts of `evanphx/json-patch` as the server uses it. */
import { clone, deepEqual } from "../plain.ts";
import type { PatchResult } from "./strategic-merge.ts";

class PatchError extends Error {}

type Container = Record<string, unknown> | unknown[];

const isContainer = (value: unknown): value is Container => typeof value === "object" && value !== null;

interface Operation {
  readonly op?: unknown;
  readonly path?: unknown;
  readonly from?: unknown;
  readonly value?: unknown;
}

const steps = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));

/** Where a pointer's last step lies. */
function locate(root: unknown, pointer: string, op: string): { holder: Container; key: string } {
  const path = steps(pointer);
  const key = path.pop();
  let holder: unknown = root;
  for (const step of path) {
    holder = isContainer(holder) ? read(holder, step) : undefined;
    if (!isContainer(holder)) break;
  }
  if (key === undefined || !isContainer(holder)) {
    throw new PatchError(`${op} operation does not apply: doc is missing path: "${pointer}": missing value`);
  }
  return { holder, key };
}

function read(holder: Container, key: string): unknown {
  if (Array.isArray(holder)) return /^\d+$/.test(key) ? holder[Number(key)] : undefined;
  return Object.hasOwn(holder, key) ? holder[key] : undefined;
}

function add(root: unknown, pointer: string, value: unknown): unknown {
  if (pointer === "") return value;
  const { holder, key } = locate(root, pointer, "add");
  if (Array.isArray(holder)) {
    const index = key === "-" ? holder.length : Number(key);
    if (!Number.isInteger(index) || index < 0 || index > holder.length) {
      throw new PatchError(
        `add operation does not apply: error in add for path: '${pointer}': Unable to access invalid index: ${key}: invalid index referenced`,
      );
    }
    holder.splice(index, 0, value);
  } else Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
  return root;
}

function remove(root: unknown, pointer: string): unknown {
  const { holder, key } = locate(root, pointer, "remove");
  if (read(holder, key) === undefined) {
    throw new PatchError(
      `remove operation does not apply: error in remove for path: '${pointer}': Unable to remove nonexistent key: ${key}: missing value`,
    );
  }
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return root;
}

function get(root: unknown, pointer: string, op: string): unknown {
  if (pointer === "") return root;
  const { holder, key } = locate(root, pointer, op);
  return read(holder, key);
}

function replace(root: unknown, pointer: string, value: unknown): unknown {
  if (pointer === "") return value;
  const { holder, key } = locate(root, pointer, "replace");
  if (read(holder, key) === undefined) {
    throw new PatchError(`replace operation does not apply: doc is missing key: ${pointer}: missing value`);
  }
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
  return root;
}

function apply(root: unknown, operation: Operation): unknown {
  const path = typeof operation.path === "string" ? operation.path : "";
  const from = typeof operation.from === "string" ? operation.from : "";
  switch (operation.op) {
    case "add":
      return add(root, path, clone(operation.value));
    case "remove":
      return remove(root, path);
    case "replace":
      return replace(root, path, clone(operation.value));
    case "move": {
      const value = get(root, from, "move");
      return add(remove(root, from), path, value);
    }
    case "copy":
      return add(root, path, clone(get(root, from, "copy")));
    case "test": {
      if (deepEqual(get(root, path, "test") ?? null, operation.value ?? null)) return root;
      throw new PatchError(`testing value ${path} failed: test failed`);
    }
    default:
      throw new PatchError(`Unexpected kind: ${String(operation.op)}`);
  }
}

/** An object with the operations applied in order; all or none. */
export function jsonPatch(original: unknown, operations: unknown): PatchResult {
  if (!Array.isArray(operations)) {
    return { ok: false, error: "json: cannot unmarshal object into Go value of type jsonpatch.Patch" };
  }
  try {
    return {
      ok: true,
      object: operations.reduce(
        (root: unknown, operation: Operation) => apply(root, operation),
        clone(original),
      ),
    };
  } catch (error) {
    if (error instanceof PatchError) return { ok: false, error: error.message, rejected: true };
    throw error;
  }
}
