/** What the server fills into a submitted object before admission: defaults of its kind, then the form it keeps. */
import { clone } from "../plain.ts";
import { decodeKind, normalize } from "../schema/codec.ts";
import type { ApiObject } from "../types.ts";
import {
  defaultEndpointSlice,
  defaultEndpoints,
  defaultLimitRange,
  defaultNamespace,
  defaultNode,
  defaultPersistentVolume,
  defaultPersistentVolumeClaim,
  defaultPriorityClass,
  defaultResourceQuota,
  defaultSecret,
  defaultService,
  defaultStorageClass,
} from "./cluster.ts";
import { convert } from "./conversion.ts";
import { defaultPod } from "./pod.ts";
import {
  defaultCronJob,
  defaultDaemonSet,
  defaultDeployment,
  defaultHorizontalPodAutoscaler,
  defaultJob,
  defaultReplicaSet,
  defaultReplicationController,
  defaultStatefulSet,
} from "./workloads.ts";

type Default = (object: never) => void;

const DEFAULTS: Readonly<Record<string, Default>> = {
  Pod: defaultPod,
  Service: defaultService,
  Endpoints: defaultEndpoints,
  EndpointSlice: defaultEndpointSlice,
  Secret: defaultSecret,
  PersistentVolume: defaultPersistentVolume,
  PersistentVolumeClaim: defaultPersistentVolumeClaim,
  Namespace: defaultNamespace,
  Node: defaultNode,
  LimitRange: defaultLimitRange,
  ResourceQuota: defaultResourceQuota,
  StorageClass: defaultStorageClass,
  PriorityClass: defaultPriorityClass,
  Deployment: defaultDeployment,
  ReplicaSet: defaultReplicaSet,
  ReplicationController: defaultReplicationController,
  DaemonSet: defaultDaemonSet,
  StatefulSet: defaultStatefulSet,
  Job: defaultJob,
  CronJob: defaultCronJob,
  HorizontalPodAutoscaler: defaultHorizontalPodAutoscaler,
};

/** A readable object with its kind's defaults; the argument stays as it is. */
export function applyDefaults<T extends ApiObject>(object: T): T {
  const { apiVersion = "", kind = "" } = object;
  const decoded = decodeKind<T>(apiVersion, kind, object);
  if (!decoded) return object;
  const copy = clone(decoded.object);
  DEFAULTS[kind]?.(copy as never);
  return decodeKind<T>(apiVersion, kind, copy)?.object ?? copy;
}

/** Defaults, then what the server's conversion to its internal form changes: what is validated and stored. */
export function prepare<T extends ApiObject>(object: T): T {
  const defaulted = applyDefaults(object);
  const converted = convert(defaulted);
  return converted === defaulted ? defaulted : normalize(converted);
}
