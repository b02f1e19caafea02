/** Creating, replacing and patching objects: the generic registry's order of steps (apiserver pkg/registry/generic). */
import type { Simulation } from "../../sim/index.ts";
import type { Ms } from "../../sim/types.ts";
import type { ApiRequest, ApiResult } from "../contract.ts";
import { normalize } from "../schema/codec.ts";
import type { ApiObject, Namespace, ObjectMeta, Pod } from "../types.ts";
import { aggregateText, errorBody, type FieldError } from "../validation/field-error.ts";
import { admitCreate, randomSuffix } from "./admission.ts";
import * as errors from "./errors.ts";
import { apiVersionOf, type KindInfo } from "./kinds.ts";
import { isTerminating } from "./namespaces.ts";
import type { Decoded, ObjectRules } from "./rules.ts";
import { allocateService } from "./services.ts";
import type { Store } from "./store.ts";
import { countsGeneration, isUnchanged, prepareForCreate, prepareForUpdate } from "./strategies.ts";
import { podWarnings } from "./warnings.ts";

/** Events go after an hour (--event-ttl). */
const EVENT_TTL_MS: Ms = 3_600_000;
/** A generated name's base is cut so that the suffix fits into 63 characters. */
const LONGEST_BASE = 58;

export interface WriteContext {
  readonly sim: Simulation;
  readonly store: Store;
  readonly rules: ObjectRules;
  readonly stamp: (at?: Ms) => string;
}

export interface Writes {
  create(info: KindInfo, request: ApiRequest): ApiResult;
  update(info: KindInfo, old: ApiObject, request: ApiRequest): ApiResult;
  patch(info: KindInfo, old: ApiObject, request: ApiRequest): ApiResult;
}

/** Metadata without fields that are undefined. */
const meta = (fields: ObjectMeta): ObjectMeta =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as ObjectMeta;

function refuse(info: KindInfo, name: string, found: readonly FieldError[]): ApiResult<never> {
  const causes = found.map((e) => ({ field: e.field, message: errorBody(e), reason: e.type }));
  return errors.invalid(info, name, aggregateText(found), causes);
}

/** Only metadata that a client may set is taken from it. */
function clientMeta(sent: ObjectMeta | undefined): ObjectMeta {
  const {
    resourceVersion: _,
    uid: __,
    creationTimestamp: ___,
    deletionTimestamp: ____,
    deletionGracePeriodSeconds: _____,
    generation: ______,
    ...rest
  } = sent ?? {};
  return rest;
}

/** A version 4 UUID drawn for an object. */
export function drawUid(sim: Simulation, object: ApiObject): string {
  const hex = sim.drawHex(
    "uid",
    `${object.kind}/${object.metadata?.namespace ?? ""}/${object.metadata?.name}`,
    32,
  );
  const variant = "89ab"[Number.parseInt(hex[16] ?? "0", 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

export function createWrites({ sim, store, rules, stamp }: WriteContext): Writes {
  const decode = (info: KindInfo, request: ApiRequest): Decoded =>
    rules.decode(info.kind, request.body, (request.options?.fieldValidation ?? "Strict") === "Strict");

  const warningsOf = (
    request: ApiRequest,
    decoded: Decoded,
    more: readonly string[] = [],
  ): readonly string[] => {
    const unknown = decoded.ok && request.options?.fieldValidation === "Warn" ? (decoded.unknown ?? []) : [];
    return [...unknown.map((path) => `unknown field "${path}"`), ...more];
  };

  const withWarnings = (result: ApiResult, warnings: readonly string[]): ApiResult =>
    result.ok && warnings.length > 0 ? { ...result, warnings } : result;

  const nameFor = (info: KindInfo, sent: ObjectMeta | undefined, namespace: string | undefined): string => {
    if (sent?.name || !sent?.generateName) return sent?.name ?? "";
    const base = sent.generateName.slice(0, LONGEST_BASE);
    return base + randomSuffix(sim, "generate-name", `${info.kind}/${namespace ?? ""}/${base}`);
  };

  const create = (info: KindInfo, request: ApiRequest): ApiResult => {
    const decoded = decode(info, request);
    if (!decoded.ok) return errors.undecodable(info, decoded.error);
    const sent = decoded.object.metadata;
    const namespace = info.namespaced ? (request.namespace ?? sent?.namespace ?? "default") : undefined;
    if (namespace && sent?.namespace && sent.namespace !== namespace) {
      return errors.badRequest(
        "the namespace of the provided object does not match the namespace sent on the request",
      );
    }
    const name = nameFor(info, sent, namespace);
    const named: ApiObject = {
      ...decoded.object,
      apiVersion: apiVersionOf(info),
      kind: info.kind,
      metadata: meta({ ...clientMeta(sent), ...(name ? { name } : {}), ...(namespace ? { namespace } : {}) }),
    };
    if (namespace) {
      const home = store.get<Namespace>("Namespace", undefined, namespace);
      if (!home) return errors.noNamespace(namespace);
      if (isTerminating(home)) {
        return errors.forbidden(
          info,
          name,
          `unable to create new content in namespace ${namespace} because it is being terminated`,
        );
      }
    }
    const admitted = admitCreate(sim, store, info, rules.applyDefaults(named));
    if (!admitted.ok) return admitted;
    const uid = drawUid(sim, named);
    const fresh = prepareForCreate(info, admitted.object, uid, stamp());
    const found = rules.validateCreate(fresh);
    if (found.length > 0) return refuse(info, name, found);
    if (store.get(info.kind, namespace, name)) return errors.alreadyExists(info, name);
    const allocated =
      info.kind === "Service" ? allocateService(sim, store, fresh) : ({ ok: true, object: fresh } as const);
    if (!allocated.ok) return refuse(info, name, allocated.errors);
    const complete: ApiObject = {
      ...allocated.object,
      metadata: {
        ...allocated.object.metadata,
        uid,
        creationTimestamp: stamp(),
        ...(countsGeneration(info.kind) ? { generation: 1 } : {}),
      },
    };
    const warnings = warningsOf(request, decoded, info.kind === "Pod" ? podWarnings(complete as Pod) : []);
    if (request.options?.dryRun) return withWarnings({ ok: true, object: normalize(complete) }, warnings);
    if (info.kind === "Event") {
      sim.send(
        { to: "apiserver", key: `${namespace}/${name}` },
        { type: "expire" },
        { delayMs: EVENT_TTL_MS, timer: "expire", cause: null },
      );
    }
    return withWarnings({ ok: true, object: store.put(info.kind, normalize(complete)) }, warnings);
  };

  /** Common end of update and patch: fixed metadata, strategy, checks, and deletion when the last finalizer goes. */
  const replace = (info: KindInfo, old: ApiObject, wanted: ApiObject, request: ApiRequest): ApiResult => {
    const before = old.metadata ?? {};
    const name = before.name ?? "";
    const sent = wanted.metadata ?? {};
    if (sent.resourceVersion && sent.resourceVersion !== before.resourceVersion)
      return errors.conflict(info, name, errors.MODIFIED);
    if (sent.uid && sent.uid !== before.uid) {
      return errors.conflict(
        info,
        name,
        `Precondition failed: UID in precondition: ${sent.uid}, UID in object meta: ${before.uid}`,
      );
    }
    const {
      uid,
      creationTimestamp,
      resourceVersion,
      generation,
      deletionTimestamp,
      deletionGracePeriodSeconds,
      namespace,
    } = before;
    const fixed = {
      uid,
      creationTimestamp,
      resourceVersion,
      generation,
      deletionTimestamp,
      deletionGracePeriodSeconds,
      namespace,
    };
    const main = request.subresource !== "status";
    const typed: ApiObject = {
      ...wanted,
      apiVersion: apiVersionOf(info),
      kind: info.kind,
      metadata: meta({ ...sent, ...fixed }),
    };
    const object = prepareForUpdate(
      info,
      main ? rules.applyDefaults(typed) : typed,
      old,
      request.subresource,
    );
    const found = rules.validateUpdate(object, old, request.subresource);
    if (found.length > 0) return refuse(info, name, found);
    const allocated =
      info.kind === "Service" && main
        ? allocateService(sim, store, object, old)
        : ({ ok: true, object } as const);
    if (!allocated.ok) return refuse(info, name, allocated.errors);
    const complete = normalize(allocated.object);
    if (isUnchanged(complete, old)) return { ok: true, object: old };
    if (request.options?.dryRun) return { ok: true, object: complete };
    const leaves =
      before.deletionTimestamp && before.finalizers?.length && !complete.metadata?.finalizers?.length;
    if (leaves && (before.deletionGracePeriodSeconds ?? 0) === 0)
      return { ok: true, object: store.remove(info.kind, complete) };
    return { ok: true, object: store.put(info.kind, complete) };
  };

  return {
    create,
    update(info, old, request) {
      const decoded = decode(info, request);
      if (!decoded.ok) return errors.undecodable(info, decoded.error);
      const sent = decoded.object.metadata?.name;
      if (sent && request.name && sent !== request.name) {
        return errors.badRequest(
          `the name of the object (${sent}) does not match the name on the URL (${request.name})`,
        );
      }
      return withWarnings(replace(info, old, decoded.object, request), warningsOf(request, decoded));
    },
    patch(info, old, request) {
      const patched = rules.patch(info.kind, old, request.body, request.patchType ?? "strategic");
      if (!patched.ok) return patched.rejected ? errors.rejected() : errors.badRequest(patched.error);
      // A patch is applied to what is stored; only a resourceVersion that it names itself can conflict.
      const sent = (request.body as ApiObject | undefined)?.metadata?.resourceVersion;
      const { resourceVersion: _, ...rest } = patched.object.metadata ?? {};
      return replace(
        info,
        old,
        { ...patched.object, metadata: sent ? { ...rest, resourceVersion: sent } : rest },
        request,
      );
    },
  };
}
