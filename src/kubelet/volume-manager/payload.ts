/** Files that volumes of data put into a pod (pkg/volume/{configmap,secret,projected,downwardapi}, atomic_writer.go). */
import type { ConfigMap, Pod, Secret, Volume } from "../../api/types.ts";
import { goQuote } from "../../api/validation/field-error.ts";
import { base64Bytes, utf8Text } from "../../sim/bytes.ts";
import type { ResourceList } from "../cm/pod-resources.ts";
import type { Lookup } from "../env/environment.ts";
import { extractFieldPathAsString } from "../env/field-path.ts";
import { extractResourceValueByContainerName, type ResourceFieldRef } from "../env/resource-field.ts";

/** One file. Bytes that are no UTF-8 keep their base 64 text in `dataBase64`, and a character a byte in `data`. */
export interface FileProjection {
  readonly data: string;
  readonly dataBase64?: string;
  readonly mode: number;
  readonly fsUser?: number;
}

/** Relative path to file. */
export type Payload = Readonly<Record<string, FileProjection>>;
export type PayloadResult =
  | { readonly ok: true; readonly payload: Payload }
  | { readonly ok: false; readonly errors: readonly string[] };

interface KeyToPath {
  readonly key: string;
  readonly path: string;
  readonly mode?: number;
}

export interface TokenRequest {
  readonly serviceAccount: string;
  readonly audience?: string;
  readonly expirationSeconds: number;
}

/** What a projected volume takes its files from. */
export interface ProjectionSources {
  configMap(name: string): Lookup<ConfigMap>;
  secret(name: string): Lookup<Secret>;
  token(request: TokenRequest): Lookup<string>;
  readonly nodeAllocatable: ResourceList;
  /** Run-as user and group of the pod, where all its containers agree. */
  readonly fsUser?: number;
  readonly fsGroup?: number;
}

type Projected = NonNullable<Volume["projected"]>;
type ProjectedSource = NonNullable<Projected["sources"]>[number];
type Content = Pick<FileProjection, "data" | "dataBase64">;

const NO_MODE = "no defaultMode used, not even the default value for it";
const DEFAULT_EXPIRATION_SECONDS = 3600;
const failed = (...errors: readonly string[]): PayloadResult => ({ ok: false, errors });

/** Errors as an aggregate prints them: each once, several in brackets. */
export function errorsText(errors: readonly string[]): string {
  const unique = [...new Set(errors)];
  return unique.length === 1 ? (unique[0] ?? "") : `[${unique.join(", ")}]`;
}

function fromBase64(text: string): Content {
  const bytes = base64Bytes(text);
  const plain = utf8Text(bytes);
  return plain === undefined
    ? { data: Array.from(bytes, (b) => String.fromCharCode(b)).join(""), dataBase64: text }
    : { data: plain };
}

function makePayload(
  contents: ReadonlyMap<string, Content>,
  items: readonly KeyToPath[],
  defaultMode: number | undefined,
  optional: boolean,
  missing: (key: string) => string,
): PayloadResult {
  if (defaultMode === undefined) return failed(NO_MODE);
  const payload: Record<string, FileProjection> = {};
  if (items.length === 0)
    for (const [key, content] of contents) payload[key] = { ...content, mode: defaultMode };
  for (const { key, path, mode } of items) {
    const content = contents.get(key);
    if (content) payload[path] = { ...content, mode: mode ?? defaultMode };
    else if (!optional) return failed(missing(key));
  }
  return { ok: true, payload };
}

export function configMapPayload(
  map: ConfigMap,
  items: readonly KeyToPath[],
  defaultMode: number | undefined,
  optional: boolean,
): PayloadResult {
  const contents = new Map<string, Content>();
  for (const [key, text] of Object.entries(map.binaryData ?? {})) contents.set(key, fromBase64(text));
  for (const [key, data] of Object.entries(map.data ?? {})) contents.set(key, { data });
  return makePayload(
    contents,
    items,
    defaultMode,
    optional,
    (key) => `configmap references non-existent config key: ${key}`,
  );
}

export function secretPayload(
  secret: Secret,
  items: readonly KeyToPath[],
  defaultMode: number | undefined,
  optional: boolean,
): PayloadResult {
  const contents = new Map<string, Content>();
  for (const [key, text] of Object.entries(secret.data ?? {})) contents.set(key, fromBase64(text));
  return makePayload(
    contents,
    items,
    defaultMode,
    optional,
    (key) => `references non-existent secret key: ${key}`,
  );
}

interface DownwardItem {
  readonly path: string;
  readonly mode?: number;
  readonly fieldRef?: { readonly fieldPath: string };
  readonly resourceFieldRef?: unknown;
}

/** Files of a downward API volume: fields of the pod, resources of its containers. */
export function downwardPayload(
  items: readonly DownwardItem[],
  pod: Pod,
  defaultMode: number | undefined,
  allocatable: ResourceList,
): PayloadResult {
  if (defaultMode === undefined) return failed(NO_MODE);
  const payload: Record<string, FileProjection> = {};
  const errors: string[] = [];
  for (const item of items) {
    const value = item.fieldRef
      ? extractFieldPathAsString(pod, item.fieldRef.fieldPath)
      : item.resourceFieldRef
        ? extractResourceValueByContainerName(item.resourceFieldRef as ResourceFieldRef, pod, allocatable)
        : ({ ok: true, value: "" } as const);
    if (value.ok) payload[cleanPath(item.path)] = { data: value.value, mode: item.mode ?? defaultMode };
    else errors.push(value.error);
  }
  return errors.length > 0 ? failed(...errors) : { ok: true, payload };
}

/** All sources of a projected volume over each other, the later one wins; every source's error is told. */
export function projectedPayload(projected: Projected, pod: Pod, sources: ProjectionSources): PayloadResult {
  const { defaultMode } = projected;
  if (defaultMode === undefined || defaultMode === null) return failed(NO_MODE);
  const errors: string[] = [];
  let payload: Payload = {};
  for (const source of projected.sources ?? []) {
    const part = sourcePayload(source, defaultMode, pod, sources);
    if (part.ok) payload = { ...payload, ...part.payload };
    else errors.push(...part.errors);
  }
  return errors.length > 0 ? failed(...errors) : { ok: true, payload };
}

function sourcePayload(
  source: ProjectedSource,
  defaultMode: number,
  pod: Pod,
  sources: ProjectionSources,
): PayloadResult {
  if (source.secret) {
    const { name = "", items = [], optional = false } = source.secret;
    const found = orEmpty(sources.secret(name), optional);
    return found.ok
      ? secretPayload(found.value, items as readonly KeyToPath[], defaultMode, optional)
      : failed(found.error);
  }
  if (source.configMap) {
    const { name = "", items = [], optional = false } = source.configMap;
    const found = orEmpty(sources.configMap(name), optional);
    return found.ok
      ? configMapPayload(found.value, items as readonly KeyToPath[], defaultMode, optional)
      : failed(found.error);
  }
  if (source.downwardAPI)
    return downwardPayload(
      (source.downwardAPI.items ?? []) as readonly DownwardItem[],
      pod,
      defaultMode,
      sources.nodeAllocatable,
    );
  if (source.serviceAccountToken) {
    const { audience, expirationSeconds, path } = source.serviceAccountToken;
    const token = sources.token({
      serviceAccount: pod.spec?.serviceAccountName ?? "",
      ...(audience ? { audience } : {}),
      expirationSeconds: expirationSeconds ?? DEFAULT_EXPIRATION_SECONDS,
    });
    if (!token.ok) return failed(token.error);
    // A token for a user of its own is for that user alone; with a group, the ownership pass widens it later.
    const { fsUser, fsGroup } = sources;
    const mode = fsUser !== undefined || fsGroup !== undefined ? 0o600 : defaultMode;
    return {
      ok: true,
      payload: { [path]: { data: token.value, mode, ...(fsUser === undefined ? {} : { fsUser }) } },
    };
  }
  return { ok: true, payload: {} };
}

/** A missing object that is optional counts as an empty one. */
export function orEmpty<T extends object>(found: Lookup<T>, optional: boolean): Lookup<T> {
  return !found.ok && optional && found.error.endsWith(" not found") ? { ok: true, value: {} as T } : found;
}

const MAX_PATH = 4096;
const MAX_NAME = 255;

/** Null, or why a path cannot be a file of a volume (atomic_writer.go: validatePath). */
export function validatePath(path: string): string | null {
  if (path === "") return `invalid path: must not be empty: ${goQuote(path)}`;
  if (path.startsWith("/")) return `invalid path: must be relative path: ${path}`;
  if (path.length > MAX_PATH) return `invalid path: must be less than or equal to ${MAX_PATH} characters`;
  const parts = path.split("/");
  for (const part of parts) {
    if (part === "..") return `invalid path: must not contain '..': ${path}`;
    if (part.length > MAX_NAME)
      return `invalid path: filenames must be less than or equal to ${MAX_NAME} characters`;
  }
  const first = parts[0] ?? "";
  return first.startsWith("..") && first.length > 2
    ? `invalid path: must not start with '..': ${path}`
    : null;
}

/** A relative path without doubled slashes and dots. */
export function cleanPath(path: string): string {
  const out: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && out.length > 0 && out.at(-1) !== "..") out.pop();
    else out.push(part);
  }
  const clean = out.join("/");
  return path.startsWith("/") ? `/${clean}` : clean || ".";
}
