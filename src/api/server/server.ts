/**
 * The API server: serial, in memory. Requests are answered in the instant in which they arrive; latency, lost
 * connections and records are the clients' (client.ts). Behaviour of pkg/registry and apiserver's generic registry.
 */
import type { Simulation } from "../../sim/index.ts";
import type { Ms, SimEvent } from "../../sim/types.ts";
import type { ApiList, ApiRequest, ApiResult } from "../contract.ts";
import { normalize } from "../schema/codec.ts";
import type { ApiObject, Namespace, Pod } from "../types.ts";
import { aggregateText, errorBody, invalid } from "../validation/field-error.ts";
import { validateBinding } from "../validation/pod-subresources.ts";
import { finalizersForDelete } from "./dependents.ts";
import * as errors from "./errors.ts";
import { checkEviction } from "./eviction.ts";
import { apiVersionOf, type KindInfo, kindInfo } from "./kinds.ts";
import {
  fillNamespace,
  isTerminating,
  NAMESPACE_GRACE_MS,
  PROTECTED,
  syncNamespace,
  terminating,
} from "./namespaces.ts";
import { gracePeriod } from "./pod-strategy.ts";
import type { ObjectRules } from "./rules.ts";
import { scaled, scaleOf } from "./scale.ts";
import {
  fieldSelectorProblem,
  labelSelectorProblem,
  matchesFieldSelector,
  matchesLabelSelector,
} from "./selecting.ts";
import { Store, storeKey } from "./store.ts";
import { countsGeneration } from "./strategies.ts";
import { signedToken, type TokenSpec } from "./tokens.ts";
import { createWrites, drawUid } from "./writes.ts";

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

/** Age of what was there before the run began. */
const SEED_AGE_MS: Ms = 600_000;

export function createApiServer({ sim, rules, stamp, onRequest }: ApiServerOptions): ApiServer {
  const store = new Store(sim);
  const writes = createWrites({ sim, store, rules, stamp });

  const bind = (info: KindInfo, request: ApiRequest): ApiResult => {
    const name = request.name ?? "";
    const pod = store.get<Pod>("Pod", request.namespace, name);
    if (!pod) return errors.notFound(info, name);
    const { target } = request.body as { target?: { kind?: string; name?: string } };
    const found = validateBinding(target);
    if (found.length > 0) {
      const causes = found.map((e) => ({ field: e.field, message: errorBody(e), reason: e.type }));
      return errors.invalid({ ...info, kind: "Binding" }, name, aggregateText(found), causes);
    }
    const refuse = (why: string): ApiResult<never> =>
      errors.conflict({ ...info, resource: "pods/binding" }, name, why);
    if (pod.metadata?.deletionTimestamp)
      return refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
    if (pod.spec?.nodeName) return refuse(`pod ${name} is already assigned to node "${pod.spec.nodeName}"`);
    if ((pod.spec?.schedulingGates ?? []).length > 0)
      return refuse(`pod ${name} has non-empty .spec.schedulingGates`);
    const scheduled = {
      type: "PodScheduled",
      status: "True",
      lastTransitionTime: stamp(),
      observedGeneration: pod.metadata?.generation ?? 1,
    };
    const others = (pod.status?.conditions ?? []).filter((c) => c.type !== "PodScheduled");
    const { nominatedNodeName: _, ...status } = pod.status ?? {};
    const spec = { ...pod.spec, nodeName: target?.name };
    store.put("Pod", {
      ...pod,
      spec,
      status: { ...status, conditions: [...others, scheduled] },
    } as ApiObject);
    return { ok: true, object: { apiVersion: "v1", kind: "Status" } };
  };

  const removeNamespace = (namespace: Namespace, request: ApiRequest): ApiResult => {
    const name = namespace.metadata?.name ?? "";
    const info = kindInfo("Namespace") as KindInfo;
    if (PROTECTED.includes(name)) return errors.forbidden(info, name, "this namespace may not be deleted");
    if (request.options?.dryRun || isTerminating(namespace))
      return { ok: true, object: namespace as ApiObject };
    const marked = store.put("Namespace", terminating(namespace, stamp()));
    sim.send({ to: "apiserver", key: name }, { type: "namespace" }, { delayMs: NAMESPACE_GRACE_MS });
    return { ok: true, object: marked };
  };

  const remove = (info: KindInfo, old: ApiObject, request: ApiRequest): ApiResult => {
    const before = old.metadata ?? {};
    const wanted = request.options?.preconditions;
    const mismatch = (what: string, asked: string, is: string | undefined): ApiResult =>
      errors.conflict(
        info,
        before.name ?? "",
        `Precondition failed: ${what} in precondition: ${asked}, ${what} in object meta: ${is}`,
      );
    if (wanted?.uid && wanted.uid !== before.uid) return mismatch("UID", wanted.uid, before.uid);
    if (wanted?.resourceVersion && wanted.resourceVersion !== before.resourceVersion) {
      return mismatch("ResourceVersion", wanted.resourceVersion, before.resourceVersion);
    }
    if (info.kind === "Namespace") return removeNamespace(old as Namespace, request);
    if (request.options?.dryRun) return { ok: true, object: old };
    const grace = info.kind === "Pod" ? gracePeriod(old as Pod, request.options?.gracePeriodSeconds) : 0;
    const current = before.deletionGracePeriodSeconds ?? 0;
    const isDeleting = before.deletionTimestamp !== undefined;
    const finalizers = finalizersForDelete(info.kind, before.finalizers, request.options?.propagationPolicy);
    const marked = () => ({
      ...before,
      ...(finalizers.length > 0 ? { finalizers } : {}),
      deletionTimestamp: stamp(sim.now + grace * 1000),
      deletionGracePeriodSeconds: grace,
      ...(isDeleting || !before.generation ? {} : { generation: before.generation + 1 }),
    });
    // A deletion under way may only be shortened.
    if (isDeleting && grace > 0 && grace >= current) return { ok: true, object: old };
    if (grace === 0 && finalizers.length === 0) {
      // A pod is marked first, then removed: watchers see both (registry/rest/delete.go: BeforeDelete).
      const last = info.kind === "Pod" ? store.put(info.kind, { ...old, metadata: marked() }) : old;
      return { ok: true, object: store.remove(info.kind, last) };
    }
    if (isDeleting && grace === current) return { ok: true, object: old };
    return { ok: true, object: store.put(info.kind, { ...old, metadata: marked() }) };
  };

  const token = (request: ApiRequest): ApiResult => {
    const account = store.get("ServiceAccount", request.namespace, request.name ?? "");
    if (!account) return errors.notFound(kindInfo("ServiceAccount") as KindInfo, request.name ?? "");
    const spec = ((request.body ?? {}) as { spec?: TokenSpec }).spec ?? {};
    const seconds = spec.expirationSeconds ?? 3600;
    if (seconds < 600) {
      const found = invalid(
        "spec.expirationSeconds",
        seconds,
        "may not specify a duration less than 10 minutes",
      );
      const info = {
        ...(kindInfo("ServiceAccount") as KindInfo),
        kind: "TokenRequest",
        group: "authentication.k8s.io",
      };
      return errors.invalid(info, "", aggregateText([found]), [
        { field: found.field, message: errorBody(found), reason: "FieldValueInvalid" },
      ]);
    }
    const now = stamp();
    const drawn = sim.drawHex("token", `${request.namespace}/${request.name}`, 40);
    const status = {
      token: signedToken(account, spec, Date.parse(now) / 1000, seconds, drawn),
      expirationTimestamp: stamp(sim.now + seconds * 1000),
    };
    return {
      ok: true,
      object: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", status } as ApiObject,
    };
  };

  const list = (info: KindInfo, namespace: string | undefined, request: ApiRequest): ApiResult<ApiList> => {
    const { fieldSelector = "", labelSelector = "" } = request.options ?? {};
    const problem = labelSelectorProblem(labelSelector) ?? fieldSelectorProblem(fieldSelector, info.kind);
    if (problem) {
      const resource = `${info.group}/${info.version}, Resource=${info.resource}`;
      const asked = `label selector "${labelSelector}", field selector "${fieldSelector}"`;
      return errors.badRequest(`Unable to find "${resource}" that match ${asked}: ${problem}`);
    }
    const items = store
      .list(info.kind, namespace)
      .filter((o) => matchesFieldSelector(fieldSelector, o) && matchesLabelSelector(labelSelector, o))
      .sort(byKey);
    return { ok: true, object: { items, resourceVersion: store.resourceVersion } };
  };

  const evict = (info: KindInfo, pod: Pod, request: ApiRequest): ApiResult => {
    const refused = checkEviction(store, pod);
    if (refused) return refused;
    const { deleteOptions } = (request.body ?? {}) as { deleteOptions?: ApiRequest["options"] };
    const removed = remove(info, pod as ApiObject, {
      ...request,
      options: { ...deleteOptions, ...request.options },
    });
    return removed.ok ? { ok: true, object: { apiVersion: "v1", kind: "Status" } } : removed;
  };

  const createOne = (info: KindInfo, request: ApiRequest): ApiResult => {
    const result = writes.create(info, request);
    if (info.kind === "Namespace" && result.ok && !request.options?.dryRun) {
      fillNamespace(store, handle, result.object.metadata?.name ?? "");
    }
    return result;
  };

  function handle(request: ApiRequest): ApiResult<ApiObject | ApiList> {
    const info = kindInfo(request.kind);
    if (!info) return errors.noSuchKind(request.kind);
    const fallback = request.verb === "list" ? undefined : "default";
    const namespace = info.namespaced ? (request.namespace ?? fallback) : undefined;
    if (request.subresource === "binding")
      return bind(info, { ...request, ...(namespace ? { namespace } : {}) });
    if (request.subresource === "token") return token({ ...request, ...(namespace ? { namespace } : {}) });
    if (request.verb === "create" && !request.subresource) return createOne(info, request);
    if (request.verb === "list") return list(info, namespace, request);
    const old = store.get(info.kind, namespace, request.name ?? "");
    if (!old) return errors.notFound(info, request.name ?? "");
    if (request.subresource === "eviction") return evict(info, old as Pod, request);
    if (request.subresource === "scale") {
      if (request.verb === "get") return { ok: true, object: scaleOf(old) };
      return writes.update(info, old, {
        verb: "update",
        kind: request.kind,
        body: scaled(old, request.body),
      });
    }
    switch (request.verb) {
      case "get":
        return { ok: true, object: old };
      case "delete":
        return remove(info, old, request);
      case "patch":
        return writes.patch(info, old, request);
      case "update":
        return writes.update(info, old, request);
      default:
        return errors.methodNotAllowed();
    }
  }

  const server: ApiServer = {
    store,
    handle,
    seed(object) {
      const info = kindInfo(object.kind ?? "");
      const before = object.metadata ?? {};
      const metadata = {
        ...before,
        uid: before.uid ?? drawUid(sim, object),
        creationTimestamp: before.creationTimestamp ?? stamp(-SEED_AGE_MS),
        ...(countsGeneration(info?.kind ?? "") ? { generation: before.generation ?? 1 } : {}),
      };
      const typed = {
        apiVersion: info ? apiVersionOf(info) : object.apiVersion,
        ...object,
        metadata,
      } as ApiObject;
      return store.put(object.kind ?? "", normalize(typed));
    },
  };

  sim.component("apiserver", (event: SimEvent, key: string) => {
    if (event.type === "namespace") {
      const again = syncNamespace(store, handle, key, stamp());
      if (again !== null)
        sim.send({ to: "apiserver", key }, { type: "namespace" }, { delayMs: again, timer: "namespace" });
      return;
    }
    if (event.type !== "expire") {
      onRequest(event);
      return;
    }
    const slash = key.indexOf("/");
    const old = store.get("Event", key.slice(0, slash), key.slice(slash + 1));
    if (old) store.remove("Event", old);
  });
  return server;
}

/** The store's own order: namespace, then name. */
function byKey(a: ApiObject, b: ApiObject): number {
  const left = storeKey(a.metadata?.namespace, a.metadata?.name ?? "");
  const right = storeKey(b.metadata?.namespace, b.metadata?.name ?? "");
  return left < right ? -1 : left > right ? 1 : 0;
}
