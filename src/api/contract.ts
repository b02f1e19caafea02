/**
 * The API as its clients see it: requests with answers, and watches. The kubelet, the control plane and the console
 * reach the API server only through this; latency and lost connections are the client's.
 */
import type { Address, Ms, ReplyTo } from "../sim/types.ts";
import type { ComponentId } from "./component-ids.ts";
import type { ApiObject } from "./types.ts";

export type ApiVerb = "get" | "list" | "create" | "update" | "patch" | "delete";
export type PatchType = "strategic" | "merge" | "json" | "apply";

export interface ApiRequest {
  readonly verb: ApiVerb;
  /** Kind in the singular as in `kind:`: `Pod`, `Node`, `Lease`, `Event`, … */
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
  /** `status`, `binding`, `ephemeralcontainers`, `resize`, `eviction`, `token`, `scale`. */
  readonly subresource?: string;
  readonly body?: unknown;
  readonly patchType?: PatchType;
  readonly options?: {
    readonly gracePeriodSeconds?: number;
    readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
    readonly propagationPolicy?: string;
    readonly fieldSelector?: string;
    readonly labelSelector?: string;
    readonly fieldValidation?: "Strict" | "Warn" | "Ignore";
    readonly dryRun?: boolean;
    readonly force?: boolean;
  };
}

/** A `Status` of the API: reason and code as the server gives them, message as it is printed. */
export interface ApiStatusError {
  readonly code: number;
  /** `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Forbidden`, `BadRequest`, … */
  readonly reason: string;
  readonly message: string;
  readonly details?: unknown;
  /** True when no server answered: `message` is the transport's text. */
  readonly transport?: boolean;
}

export type ApiResult<T = ApiObject> =
  | { readonly ok: true; readonly object: T; readonly warnings?: readonly string[] }
  | { readonly ok: false; readonly error: ApiStatusError };

export interface ApiList {
  readonly items: readonly ApiObject[];
  readonly resourceVersion: string;
}

/** What the answer adds to the event named in `ReplyTo`. For `list`, `object` is an `ApiList`. */
export interface ApiReply<T = ApiObject> {
  readonly result: ApiResult<T>;
}

export interface WatchSpec {
  readonly kind: string;
  readonly namespace?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

/**
 * What a watcher gets, as `watch` of its event: first (and again after a lost connection) the whole list, then
 * each change in the order of the store's writes. An object that leaves the selector is DELETED, one that enters
 * it ADDED, as the real watch has it.
 */
export type WatchMessage =
  | { readonly type: "SYNCED"; readonly objects: readonly ApiObject[]; readonly resourceVersion: string }
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: ApiObject };

export interface RequestOptions {
  /** Record of the call; absent: `api.<verb>` from the client to apiserver (reads are not recorded). */
  readonly record?:
    | { readonly type: string; readonly object: string; readonly data?: Readonly<Record<string, unknown>> }
    | false;
  readonly latencyMs?: Ms;
  /** How long the client waits for an answer of a server that does not give one; absent: for ever. */
  readonly timeoutMs?: Ms;
  /** Who the call comes from, when one client serves several parts (the kubelet's status manager, lease, …). */
  readonly from?: ComponentId;
}

export interface ApiClient {
  /** Sends a request; the answer comes through the heap as the event of `reply` with `result` added. */
  request(request: ApiRequest, reply: ReplyTo | null, options?: RequestOptions): void;
  /** Starts a watch; messages come as `{...to.event, watch}`. Returns its id. */
  watch(spec: WatchSpec, to: Address & { readonly event: { readonly type: string } }): string;
  unwatch(id: string): void;
  /** Whether the server can be reached at this moment; false while a fault holds the network. */
  reachable(): boolean;
}

/** Makes a client for one user of the API (`system:node:node-1`, a controller, kubectl). */
export interface ClientFactory {
  client(options: { readonly from: ComponentId; readonly user: string; readonly node?: string }): ApiClient;
}

/**
 * The store as the cluster's other rooms read it in the same instant (console, scenario checks, scheduler caches):
 * objects are immutable.
 */
export interface ApiReader {
  get<T extends ApiObject = ApiObject>(
    kind: string,
    namespace: string | undefined,
    name: string,
  ): T | undefined;
  list<T extends ApiObject = ApiObject>(kind: string, namespace?: string): readonly T[];
}
