/**
 * The API server: serial, in memory. Requests are answered in the instant in which they arrive; latency, lost
 * connections and records are the clients' (client.ts). Behaviour of pkg/registry and apiserver's generic registry.
 */
import type { Simulation } from "../../sim/index.ts";
import type { Ms, SimEvent } from "../../sim/types.ts";
import type { ApiList, ApiRequest, ApiResult } from "../contract.ts";
import type { ApiObject, Pod } from "../types.ts";
import { aggregateText, errorBody, errorTypeText, type FieldError } from "../validation/field-error.ts";
import { admitCreate, randomSuffix } from "./admission.ts";
import * as errors from "./errors.ts";
import { apiVersionOf, type KindInfo, kindInfo } from "./kinds.ts";
import { gracePeriod, podForCreate, withGeneration } from "./pod-strategy.ts";
import type { ObjectRules } from "./rules.ts";
import { fieldSelectorProblem, matchesFieldSelector, matchesLabelSelector } from "./selecting.ts";
import { allocateServiceIp } from "./services.ts";
import { Store } from "./store.ts";

/** Events go after an hour (--event-ttl). */
const EVENT_TTL_MS: Ms = 3_600_000;

export interface ApiServer {
  readonly store: Store;
  handle(request: ApiRequest): ApiResult<ApiObject | ApiList>;
  /** Writes an object as if it had been there before 0 s: no admission, no record. */
  seed(object: ApiObject): ApiObject;
}

/** Events of the component `apiserver` that are not its own: requests on their way (client.ts). */
export type RequestHandler = (event: SimEvent) => void;

export interface ApiServerOptions {
  readonly sim: Simulation;
  readonly rules: ObjectRules;
  /** Stamp of a virtual time. */
  readonly stamp: (at?: Ms) => string;
  readonly onRequest: RequestHandler;
}

export function createApiServer({ sim, rules, stamp, onRequest }: ApiServerOptions): ApiServer {
  const store = new Store(sim);

  const uid = (object: ApiObject): string => {
    const hex = sim.drawHex("uid", `${object.kind}/${object.metadata?.namespace ?? ""}/${object.metadata?.name}`, 32);
    const variant = "89ab"[Number.parseInt(hex[16] as string, 16) % 4];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  };

  const refuse = (info: KindInfo, name: string, found: readonly FieldError[]): ApiResult<never> =>
    errors.invalid(
      info,
      name,
      aggregateText(found),
      found.map((e) => ({ field: e.field, message: errorBody(e), reason: errorTypeText(e.type) })),
    );

  const write = (info: KindInfo, object: ApiObject, dryRun?: boolean): ApiResult => ({ ok: true, object: dryRun ? object : store.put(info.kind, object) });

  const create = (info: KindInfo, request: ApiRequest): ApiResult => {
    const decoded = rules.decode(info.kind, request.body);
    if (!decoded.ok) return errors.undecodable(info, decoded.error);
    const body = decoded.object;
    const namespace = info.namespaced ? (request.namespace ?? body.metadata?.namespace ?? "default") : undefined;
    if (namespace && body.metadata?.namespace && body.metadata.namespace !== namespace) {
      return errors.badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
    }
    let name = body.metadata?.name;
    if (!name && body.metadata?.generateName) {
      name = body.metadata.generateName + randomSuffix(sim, "generate-name", `${info.kind}/${namespace ?? ""}/${body.metadata.generateName}`);
    }
    const named: ApiObject = {
      ...body,
      apiVersion: apiVersionOf(info),
      kind: info.kind,
      metadata: { ...body.metadata, ...(name ? { name } : {}), ...(namespace ? { namespace } : {}) },
    };
    if (namespace && !store.get("Namespace", undefined, namespace)) return errors.noNamespace(namespace);
    const defaulted = rules.applyDefaults(named);
    const admitted = admitCreate(sim, store, info, defaulted);
    if (!admitted.ok) return admitted;
    let fresh = info.kind === "Pod" ? podForCreate(admitted.object as Pod) : admitted.object;
    const found = rules.validateCreate(fresh);
    if (found.length > 0) return refuse(info, name ?? "", found);
    if (name && store.get(info.kind, namespace, name)) return errors.alreadyExists(info, name);
    if (info.kind === "Service") fresh = allocateServiceIp(store, fresh);
    const { resourceVersion: _sent, uid: _uid, creationTimestamp: _at, deletionTimestamp: _gone, deletionGracePeriodSeconds: _grace, ...meta } = fresh.metadata ?? {};
    const complete: ApiObject = {
      ...fresh,
      metadata: {
        ...meta,
        uid: uid(fresh),
        creationTimestamp: stamp(),
        ...(info.status ? { generation: fresh.metadata?.generation ?? 1 } : {}),
      } as ApiObject["metadata"] & object,
    };
    if (request.options?.dryRun) return { ok: true, object: complete };
    if (info.kind === "Event") {
      sim.send({ to: "apiserver", key: `${namespace}/${name}` }, { type: "expire" }, { delayMs: EVENT_TTL_MS, timer: "expire", cause: null });
    }
    return write(info, complete);
  };

  /** Common end of update and patch: metadata that nobody may change, rules, generation, deletion when the last finalizer goes. */
  const replace = (info: KindInfo, old: ApiObject, wanted: ApiObject, request: ApiRequest): ApiResult => {
    const name = old.metadata?.name ?? "";
    const sentVersion = wanted.metadata?.resourceVersion;
    if (sentVersion && sentVersion !== old.metadata?.resourceVersion) return errors.conflict(info, name, errors.MODIFIED);
    if (wanted.metadata?.uid && wanted.metadata.uid !== old.metadata?.uid) {
      return errors.conflict(info, name, `Precondition failed: UID in precondition: ${wanted.metadata.uid}, UID in object meta: ${old.metadata?.uid}`);
    }
    let object: ApiObject = {
      ...wanted,
      apiVersion: apiVersionOf(info),
      kind: info.kind,
      metadata: {
        ...wanted.metadata,
        name,
        ...(old.metadata?.namespace ? { namespace: old.metadata.namespace } : {}),
        uid: old.metadata?.uid,
        creationTimestamp: old.metadata?.creationTimestamp,
        resourceVersion: old.metadata?.resourceVersion,
        generation: old.metadata?.generation,
        deletionTimestamp: old.metadata?.deletionTimestamp,
        deletionGracePeriodSeconds: old.metadata?.deletionGracePeriodSeconds,
      } as ApiObject["metadata"] & object,
    };
    object = strip(object);
    const status = (o: ApiObject): unknown => (o as { status?: unknown }).status;
    const spec = (o: ApiObject): unknown => (o as { spec?: unknown }).spec;
    if (request.subresource === "status") {
      object = { ...old, ...(spec(old) !== undefined ? { spec: spec(old) } : {}), status: status(object) } as ApiObject;
    } else {
      object = rules.applyDefaults(object);
      if (info.status && status(old) !== undefined) object = { ...object, status: status(old) } as ApiObject;
      if (info.status) object = withGeneration(object, old);
    }
    const found = rules.validateUpdate(object, old, request.subresource);
    if (found.length > 0) return refuse(info, name, found);
    if (sameObject(object, old)) return { ok: true, object: old };
    if (request.options?.dryRun) return { ok: true, object };
    const finished = old.metadata?.deletionTimestamp && !object.metadata?.finalizers?.length && (old.metadata?.deletionGracePeriodSeconds ?? 0) === 0 && old.metadata?.finalizers?.length;
    if (finished) return { ok: true, object: store.remove(info.kind, object) };
    return write(info, object);
  };

  const patch = (info: KindInfo, old: ApiObject, request: ApiRequest): ApiResult => {
    const patched = rules.patch(info.kind, old, request.body, request.patchType ?? "strategic");
    if (!patched.ok) return errors.badRequest(patched.error);
    const sent = (request.body as ApiObject | undefined)?.metadata?.resourceVersion;
    return replace(info, old, { ...patched.object, metadata: { ...patched.object.metadata, ...(sent ? { resourceVersion: sent } : {}) } as ApiObject["metadata"] & object }, request);
  };

  const bind = (info: KindInfo, request: ApiRequest): ApiResult => {
    const pod = store.get<Pod>("Pod", request.namespace, request.name ?? "");
    if (!pod) return errors.notFound(info, request.name ?? "");
    const target = (request.body as { target?: { name?: string } }).target?.name ?? "";
    if (pod.metadata?.deletionTimestamp) return errors.conflict(info, request.name ?? "", `pod ${request.name} is being deleted, cannot be assigned to a host`);
    if (pod.spec?.nodeName) return errors.conflict(info, request.name ?? "", `pod ${request.name} is already assigned to node "${pod.spec.nodeName}"`);
    const scheduled = { type: "PodScheduled", status: "True", lastTransitionTime: stamp(), observedGeneration: pod.metadata?.generation };
    const others = (pod.status?.conditions ?? []).filter((c) => c.type !== "PodScheduled");
    const bound = { ...pod, spec: { ...pod.spec, nodeName: target }, status: { ...pod.status, conditions: [...others, scheduled] } } as ApiObject;
    store.put("Pod", bound);
    return { ok: true, object: { apiVersion: "v1", kind: "Status" } };
  };

  const remove = (info: KindInfo, old: ApiObject, request: ApiRequest): ApiResult => {
    const name = old.metadata?.name ?? "";
    const wanted = request.options?.preconditions;
    if (wanted?.uid && wanted.uid !== old.metadata?.uid) {
      return errors.conflict(info, name, `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${old.metadata?.uid}`);
    }
    if (request.options?.dryRun) return { ok: true, object: old };
    const grace = info.kind === "Pod" ? gracePeriod(old as Pod, request.options?.gracePeriodSeconds) : 0;
    const current = old.metadata?.deletionGracePeriodSeconds;
    if (old.metadata?.deletionTimestamp && grace > 0 && grace >= (current ?? 0)) return { ok: true, object: old };
    if (grace === 0 && !old.metadata?.finalizers?.length) return { ok: true, object: store.remove(info.kind, old) };
    if (old.metadata?.deletionTimestamp && grace === current) return { ok: true, object: old };
    const marked: ApiObject = {
      ...old,
      metadata: {
        ...old.metadata,
        deletionTimestamp: stamp(sim.now + grace * 1000),
        deletionGracePeriodSeconds: grace,
        ...(old.metadata?.deletionTimestamp || !info.status ? {} : { generation: (old.metadata?.generation ?? 1) + 1 }),
      } as ApiObject["metadata"] & object,
    };
    return write(info, marked);
  };

  const token = (request: ApiRequest): ApiResult => {
    const wanted = request.body as { spec?: { expirationSeconds?: number } } | undefined;
    const seconds = wanted?.spec?.expirationSeconds ?? 3600;
    return {
      ok: true,
      object: {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        status: { token: `eyJ.${sim.drawHex("token", `${request.namespace}/${request.name}`, 40)}`, expirationTimestamp: stamp(sim.now + seconds * 1000) },
      } as ApiObject,
    };
  };

  const handle = (request: ApiRequest): ApiResult<ApiObject | ApiList> => {
    const info = kindInfo(request.kind);
    if (!info) return errors.noSuchKind(request.kind);
    const namespace = info.namespaced ? (request.namespace ?? (request.verb === "list" ? undefined : "default")) : undefined;
    if (request.subresource === "binding") return bind(info, request);
    if (request.subresource === "token") return token(request);
    if (request.verb === "create" && !request.subresource) return create(info, request);
    if (request.verb === "list") {
      const { fieldSelector, labelSelector } = request.options ?? {};
      const problem = fieldSelector ? fieldSelectorProblem(fieldSelector, info.kind, { metadata: {} }) : null;
      if (problem) return errors.badRequest(`Unable to find "${apiVersionOf(info)}, Resource=${info.resource}" that match label selector "${labelSelector ?? ""}", field selector "${fieldSelector}": ${problem}`);
      const items = store.list(info.kind, namespace).filter((o) => matchesFieldSelector(fieldSelector, o) && matchesLabelSelector(labelSelector, o));
      return { ok: true, object: { items, resourceVersion: store.resourceVersion } };
    }
    const old = store.get(info.kind, namespace, request.name ?? "");
    if (!old) {
      if (namespace && request.verb !== "get" && !store.get("Namespace", undefined, namespace)) return errors.notFound(info, request.name ?? "");
      return errors.notFound(info, request.name ?? "");
    }
    if (request.verb === "get") return { ok: true, object: old };
    if (request.verb === "delete" || request.subresource === "eviction") return remove(info, old, request);
    if (request.verb === "patch") return patch(info, old, request);
    const decoded = rules.decode(info.kind, request.body);
    return decoded.ok ? replace(info, old, decoded.object, request) : errors.undecodable(info, decoded.error);
  };

  const server: ApiServer = {
    store,
    handle,
    seed(object) {
      const info = kindInfo(object.kind ?? "");
      const meta = object.metadata ?? {};
      return store.put(object.kind ?? "", {
        apiVersion: info ? apiVersionOf(info) : object.apiVersion,
        ...object,
        metadata: { ...meta, uid: meta.uid ?? uid(object), creationTimestamp: meta.creationTimestamp ?? stamp(-600_000), ...(info?.status ? { generation: meta.generation ?? 1 } : {}) } as ApiObject["metadata"] & object,
      });
    },
  };

  sim.component("apiserver", (event: SimEvent, key: string) => {
    if (event.type === "expire") {
      const slash = key.indexOf("/");
      const old = store.get("Event", key.slice(0, slash), key.slice(slash + 1));
      if (old) store.remove("Event", old);
    } else onRequest(event);
  });
  return server;
}

/** Drops metadata fields that are undefined, so that objects compare as they print. */
function strip(object: ApiObject): ApiObject {
  const metadata = Object.fromEntries(Object.entries(object.metadata ?? {}).filter(([, value]) => value !== undefined));
  return { ...object, metadata: metadata as ApiObject["metadata"] & object };
}

/** Nothing would change: the server answers without a write. */
function sameObject(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => sameObject(x, b[i]));
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object" || Array.isArray(a) !== Array.isArray(b)) return false;
  const x = a as Record<string, unknown>;
  const y = b as Record<string, unknown>;
  for (const key of Object.keys(x)) if (!sameObject(x[key], y[key])) return false;
  for (const key of Object.keys(y)) if (!(key in x) && y[key] !== undefined) return false;
  return true;
}
