/** What the server makes of an object before it checks it, by kind: the strategies of `pkg/registry`. */
import { deepEqual } from "../plain.ts";
import type { ApiObject, Job, Pod } from "../types.ts";
import type { KindInfo } from "./kinds.ts";
import {
  ephemeralContainersForUpdate,
  podForCreate,
  podStatusForUpdate,
  resizeForUpdate,
  withGeneration,
} from "./pod-strategy.ts";

type WithStatus = ApiObject & {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: unknown;
};

/** Status that a new object of a kind starts with, whatever was sent. */
const FIRST_STATUS: Readonly<Record<string, unknown>> = {
  Namespace: { phase: "Active" },
  PersistentVolumeClaim: { phase: "Pending" },
  PersistentVolume: { phase: "Pending" },
  Service: { loadBalancer: {} },
};

/** Kinds whose status may come with the object: a kubelet registers with it. */
const KEEPS_STATUS = new Set(["Node"]);

/** Kinds that count the changes of their spec. */
const COUNTED = new Set([
  "Pod",
  "Deployment",
  "ReplicaSet",
  "ReplicationController",
  "DaemonSet",
  "StatefulSet",
  "Job",
  "CronJob",
  "PodDisruptionBudget",
  "Ingress",
  "NetworkPolicy",
  "EndpointSlice",
  "PriorityClass",
]);

export const countsGeneration = (kind: string): boolean => COUNTED.has(kind);

/** A job's selector and the labels of its pods, made of its uid (`generateSelector`). */
function jobForCreate(job: Job, uid: string): Job {
  const { spec } = job;
  if (!spec || spec.manualSelector === true) return job;
  const name = job.metadata?.name ?? "";
  const labels = {
    ...spec.template?.metadata?.labels,
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  };
  const selector = {
    ...spec.selector,
    matchLabels: { ...spec.selector?.matchLabels, "batch.kubernetes.io/controller-uid": uid },
  };
  const template = { ...spec.template, metadata: { ...spec.template?.metadata, labels } };
  // A job without labels of its own takes those of its pods (SetDefaults_Job).
  const own = job.metadata?.labels;
  const metadata = own && Object.keys(own).length > 0 ? job.metadata : { ...job.metadata, labels };
  return { ...job, metadata, spec: { ...spec, selector, template } };
}

/** An object with defaults, on its way to be created: its uid is known already. */
export function prepareForCreate(info: KindInfo, object: ApiObject, uid: string, now: string): ApiObject {
  if (info.kind === "Pod") return podForCreate(object as Pod, now);
  let out = object as WithStatus;
  if (info.status && !KEEPS_STATUS.has(info.kind)) out = { ...out, status: FIRST_STATUS[info.kind] ?? {} };
  if (info.kind === "Namespace") out = { ...out, spec: { ...out.spec, finalizers: finalizersOf(out) } };
  if (info.kind === "Job") out = jobForCreate(out as Job, uid) as WithStatus;
  return out;
}

/** A namespace is held by its own finalizer until its content is gone. */
function finalizersOf(namespace: WithStatus): readonly unknown[] {
  const sent = namespace.spec?.["finalizers"];
  const list: readonly unknown[] = Array.isArray(sent) ? sent : [];
  return list.includes("kubernetes") ? list : [...list, "kubernetes"];
}

/** Metadata is the new one; the rest of a status write is what was there. */
function statusForUpdate(object: WithStatus, old: WithStatus): ApiObject {
  return {
    ...old,
    metadata: { ...object.metadata, ...ownersOf(old) },
    ...(object.status === undefined ? {} : { status: object.status }),
  } as ApiObject;
}

const ownersOf = (object: ApiObject): object => {
  const owners = object.metadata?.ownerReferences;
  return owners ? { ownerReferences: owners } : {};
};

/** The replacement of a stored object, with what the request may not touch taken from it. */
export function prepareForUpdate(
  info: KindInfo,
  object: ApiObject,
  old: ApiObject,
  subresource: string | undefined,
): ApiObject {
  if (info.kind === "Pod" && subresource === "status") return podStatusForUpdate(object as Pod, old as Pod);
  if (info.kind === "Pod" && subresource === "ephemeralcontainers")
    return ephemeralContainersForUpdate(object as Pod, old as Pod);
  if (info.kind === "Pod" && subresource === "resize") return resizeForUpdate(object as Pod, old as Pod);
  if (subresource === "status") return statusForUpdate(object, old);
  const { status } = old as WithStatus;
  const { status: _, ...rest } = object as WithStatus;
  const kept = info.status ? ({ ...rest, ...(status === undefined ? {} : { status }) } as ApiObject) : object;
  return countsGeneration(info.kind) ? withGeneration(kept, old) : kept;
}

/** Whether an update would leave the object as it is. */
export const isUnchanged = (object: ApiObject, old: ApiObject): boolean => deepEqual(object, old);
