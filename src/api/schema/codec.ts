/**
 * Reading an object as the server does: types checked, unknown fields found, zero values dropped or added as Go's
 * JSON has them, quantities in canonical form. Messages are those of `sigs.k8s.io/json` with strict checks.
 */
import { formatQuantity, readQuantity } from "../quantity.ts";
import { type Field, type FieldType, type Struct, structFields, structOfKind } from "./types.ts";

export interface Decoded<T> {
  readonly object: T;
  /** First error that makes the object unreadable. */
  readonly error?: string;
  /** Paths of unknown fields, `spec.containers[0].imagee`, in the order of the server's reading (keys sorted). */
  readonly unknown: readonly string[];
  /** Path of the field that `error` is about. */
  readonly errorPath?: string;
}

type Plain = Record<string, unknown>;

interface Context {
  error: string | undefined;
  errorPath: string | undefined;
  readonly unknown: string[];
  /** Struct and field names down to here, as Go's message has them. */
  readonly stack: string[];
  struct: string;
  /** Whether absent times are written as null, as in printed output. */
  readonly nulls: boolean;
}

/** An error of a type with a reader of its own: reading stops there. */
class Stop extends Error {}

const isObject = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function typeMessage(value: string, go: string, context: Context): string {
  const place =
    context.stack.length > 0 ? `Go struct field ${context.struct}.${context.stack.join(".")}` : "Go value";
  return `json: cannot unmarshal ${value} into ${place} of type ${go}`;
}

function mismatch(value: string, go: string, path: string, context: Context): undefined {
  if (context.error === undefined) {
    context.error = typeMessage(value, go, context);
    context.errorPath = path;
  }
  return undefined;
}

function stop(message: string, path: string, context: Context): never {
  context.error = message;
  context.errorPath = path;
  throw new Stop();
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

function readTime(value: unknown, type: FieldType, path: string, context: Context): unknown {
  if (typeof value !== "string") return stop(typeMessage(jsonKind(value), "string", context), path, context);
  if (value === "") return null;
  const layout = type.kind === "time" ? "2006-01-02T15:04:05Z07:00" : "2006-01-02T15:04:05.000000Z07:00";
  if (!RFC3339.test(value) || Number.isNaN(Date.parse(value))) {
    return stop(
      `parsing time ${JSON.stringify(value)} as "${layout}": cannot parse ${JSON.stringify(value)} as "2006"`,
      path,
      context,
    );
  }
  return value;
}

function readInteger(value: unknown, type: FieldType, path: string, context: Context): unknown {
  if (typeof value !== "number") return mismatch(jsonKind(value), type.go, path, context);
  const limit = type.kind === "int32" ? 2 ** 31 : 2 ** 63;
  if (!Number.isInteger(value) || value >= limit || value < -limit)
    return mismatch(`number ${value}`, type.go, path, context);
  return value;
}

function readBytes(value: unknown, path: string, context: Context): unknown {
  if (typeof value !== "string") return mismatch(jsonKind(value), "[]uint8", path, context);
  const text = value.replace(/[\r\n]/g, "");
  const bad = /[^A-Za-z0-9+/]/.exec(text.replace(/={1,2}$/, ""));
  const at = bad ? bad.index : text.length % 4 === 0 ? -1 : text.length - (text.length % 4);
  if (at >= 0 && context.error === undefined) {
    context.error = `illegal base64 data at input byte ${at}`;
    context.errorPath = path;
  }
  return value;
}

function readLeaf(type: FieldType, value: unknown, path: string, context: Context): unknown {
  switch (type.kind) {
    case "string":
      return typeof value === "string" ? value : mismatch(jsonKind(value), type.go, path, context);
    case "bool":
      return typeof value === "boolean" ? value : mismatch(jsonKind(value), type.go, path, context);
    case "int32":
    case "int64":
      return readInteger(value, type, path, context);
    case "float64":
      return typeof value === "number" ? value : mismatch(jsonKind(value), type.go, path, context);
    case "bytes":
      return readBytes(value, path, context);
    case "quantity": {
      const read = readQuantity(
        typeof value === "string" || typeof value === "number" ? value : JSON.stringify(value),
      );
      return read.ok ? formatQuantity(read.quantity) : stop(read.error, path, context);
    }
    case "intOrString":
      if (typeof value === "string") return value;
      if (typeof value !== "number")
        return stop(typeMessage(jsonKind(value), "int32", context), path, context);
      if (!Number.isInteger(value))
        return stop(typeMessage(`number ${value}`, "int32", context), path, context);
      return value;
    case "time":
    case "microTime":
      return readTime(value, type, path, context);
    case "duration":
      return typeof value === "string"
        ? value
        : stop(typeMessage(jsonKind(value), "string", context), path, context);
    default:
      return value;
  }
}

/** The value of an absent field that is written all the same; undefined where it is not. */
function zeroOf(field: Field, context: Context): unknown {
  const { type } = field;
  switch (type.kind) {
    case "struct":
      return field.omitZero ? undefined : readStruct(type.name, {}, "", context);
    case "quantity":
      return field.omitZero ? undefined : "0";
    case "time":
    case "microTime":
      return context.nulls && !field.omitZero ? null : undefined;
    case "intOrString":
      return field.omitZero || field.omitEmpty ? undefined : 0;
    case "string":
      return field.omitEmpty ? undefined : "";
    case "bool":
      return field.omitEmpty ? undefined : false;
    case "int32":
    case "int64":
    case "float64":
      return field.omitEmpty ? undefined : 0;
    default:
      return undefined;
  }
}

function isZero(type: FieldType, value: unknown): boolean {
  switch (type.kind) {
    case "string":
      return value === "";
    case "bool":
      return value === false;
    case "int32":
    case "int64":
    case "float64":
      return value === 0;
    case "list":
      return Array.isArray(value) && value.length === 0;
    case "map":
      return isObject(value) && Object.keys(value).length === 0;
    case "bytes":
      return value === "";
    default:
      return false;
  }
}

function read(type: FieldType, value: unknown, path: string, context: Context): unknown {
  switch (type.kind) {
    case "pointer":
      return read(type.of, value, path, context);
    case "struct":
      if (!isObject(value)) return mismatch(jsonKind(value), type.go, path, context);
      return readStruct(type.name, value, path, context);
    case "list": {
      if (!Array.isArray(value)) return mismatch(jsonKind(value), type.go, path, context);
      let changed = false;
      const out = value.map((item: unknown, i) => {
        const next =
          item === null || item === undefined
            ? emptyOf(type.of, context)
            : read(type.of, item, `${path}[${i}]`, context);
        if (next !== item) changed = true;
        return next;
      });
      return changed ? out : value;
    }
    case "map": {
      if (!isObject(value)) return mismatch(jsonKind(value), type.go, path, context);
      let changed = false;
      const out: Plain = {};
      for (const key of Object.keys(value)) {
        const item = value[key];
        const next =
          item === null || item === undefined
            ? emptyOf(type.of, context)
            : read(type.of, item, `${path}[${key}]`, context);
        if (next !== item) changed = true;
        if (next !== undefined) define(out, key, next);
      }
      return changed ? out : value;
    }
    default:
      return readLeaf(type, value, path, context);
  }
}

/** A null in a list or map is the zero value of its type. */
function emptyOf(type: FieldType, context: Context): unknown {
  switch (type.kind) {
    case "struct":
      return readStruct(type.name, {}, "", context);
    case "string":
      return "";
    case "bool":
      return false;
    case "quantity":
      return "0";
    case "int32":
    case "int64":
    case "float64":
      return 0;
    default:
      return undefined;
  }
}

/** Own property, `__proto__` included. */
function define(target: Plain, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/**
 * Structs that have the server's form already: stored objects are never changed in place, so what was read once need
 * not be read again. A cache of a pure function; it holds nothing alive.
 */
const settled = new WeakMap<object, string>();

function readStruct(name: string, value: Plain, path: string, context: Context): Plain {
  if (!context.nulls && settled.get(value) === name) return value;
  const out = readFields(name, value, path, context);
  if (!context.nulls && context.error === undefined) settled.set(out, name);
  return out;
}

function readFields(name: string, value: Plain, path: string, context: Context): Plain {
  const fields = structFields(name);
  const outer = context.struct;
  const out: Plain = {};
  let changed = false;
  context.struct = name.slice(name.indexOf(".") + 1);
  for (const key of sortedKeys(value)) {
    const field = fields.get(key);
    if (!field) {
      context.unknown.push(path === "" ? key : `${path}.${key}`);
      changed = true;
      continue;
    }
    const item = value[key];
    if (item === null || item === undefined) continue;
    context.stack.push(key);
    const next = read(field.type, item, path === "" ? key : `${path}.${key}`, context);
    context.stack.pop();
    if (next !== undefined && next !== null && !(field.omitEmpty && isZero(field.type, next)))
      out[key] = next;
  }
  context.struct = outer;
  for (const field of zeroFields(name, fields)) {
    if (out[field.name] !== undefined) continue;
    const zero = zeroOf(field, context);
    if (zero !== undefined) out[field.name] = zero;
  }
  return changed || !sameFields(out, value) ? out : value;
}

/** In order; most objects have come through here before and are, the others are small. */
function sortedKeys(value: Plain): string[] {
  const keys = Object.keys(value);
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i]!;
    if (keys[i - 1]! <= key) continue;
    if (keys.length > 40) return keys.sort();
    let to = i;
    for (; to > 0 && keys[to - 1]! > key; to--) keys[to] = keys[to - 1]!;
    keys[to] = key;
  }
  return keys;
}

const zeros = new Map<string, readonly Field[]>();

/** The fields of a struct that are written even where they are absent: few. */
function zeroFields(name: string, fields: Struct): readonly Field[] {
  let found = zeros.get(name);
  if (!found) {
    found = [...fields.values()].filter(({ type, omitEmpty, omitZero }) => {
      if (type.kind === "struct" || type.kind === "quantity" || type.kind === "intOrString") return !omitZero;
      return type.kind === "time" || type.kind === "microTime" ? !omitZero : !omitEmpty;
    });
    zeros.set(name, found);
  }
  return found;
}

function sameFields(a: Plain, b: Plain): boolean {
  let more = 0;
  for (const k in a) {
    more++;
    if (a[k] !== b[k] && !(isObject(a[k]) && isEmpty(a[k]) && isObject(b[k]) && isEmpty(b[k]))) return false;
  }
  for (const _ in b) more--;
  return more === 0;
}

const isEmpty = (value: Plain): boolean => {
  for (const _ in value) return false;
  return true;
};

function decodeStruct<T>(name: string, value: unknown, nulls: boolean): Decoded<T> {
  const context: Context = {
    error: undefined,
    errorPath: undefined,
    unknown: [],
    stack: [],
    struct: "",
    nulls,
  };
  let object: Plain = {};
  try {
    if (isObject(value)) object = readStruct(name, value, "", context);
    else mismatch(jsonKind(value), `v1.${name.slice(name.indexOf(".") + 1)}`, "", context);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  return {
    object: object as T,
    unknown: context.unknown,
    ...(context.error === undefined ? {} : { error: context.error, errorPath: context.errorPath ?? "" }),
  };
}

/** Reads an object of a kind; undefined for a kind that this API does not have. */
export function decodeKind<T>(apiVersion: string, kind: string, value: unknown): Decoded<T> | undefined {
  const name = structOfKind(apiVersion, kind);
  return name === undefined ? undefined : decodeStruct<T>(name, value, false);
}

type Kinded = { readonly apiVersion?: string; readonly kind?: string };

/** A valid object in the form the server keeps: the very same object where it has that form already. */
export function normalize<T extends Kinded>(object: T): T {
  const name = structOfKind(object.apiVersion ?? "", object.kind ?? "");
  return name === undefined ? object : decodeStruct<T>(name, object, false).object;
}

/** An object as `-o yaml` and `-o json` show it: absent times that Go writes are null. */
export function forOutput<T extends Kinded>(object: T): T {
  const name = structOfKind(object.apiVersion ?? "", object.kind ?? "");
  return name === undefined ? object : decodeStruct<T>(name, object, true).object;
}

/** `strict decoding error: unknown field "a", unknown field "b"`. */
export function strictError(unknown: readonly string[]): string {
  return `strict decoding error: ${unknown.map((path) => `unknown field "${path}"`).join(", ")}`;
}
