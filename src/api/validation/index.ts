/** What the server says to an object that is created or changed, by kind. */
import type { ApiObject } from "../types.ts";
import {
  validateConfigMap,
  validateConfigMapUpdate,
  validateMetadataOnly,
  validateMetadataUpdate,
  validateNamespace,
  validatePriorityClass,
  validatePriorityClassUpdate,
  validateRuntimeClass,
  validateSecret,
  validateSecretUpdate,
} from "./configuration.ts";
import type { FieldError } from "./field-error.ts";
import { validateCronJob, validateCronJobUpdate, validateJob, validateJobUpdate } from "./jobs.ts";
import {
  validateBudget,
  validateBudgetUpdate,
  validateClaim,
  validateClaimUpdate,
  validateLease,
  validateLimitRange,
  validateNode,
  validateNodeUpdate,
  validateQuota,
  validateStorageClass,
  validateStorageClassUpdate,
  validateVolume,
  validateVolumeUpdate,
} from "./node-and-storage.ts";
import { validatePodCreate, validatePodUpdate } from "./pod.ts";
import {
  validateEphemeralContainersUpdate,
  validatePodResize,
  validatePodStatusUpdate,
} from "./pod-subresources.ts";
import { validateService, validateServiceUpdate } from "./service.ts";
import {
  validateDaemonSet,
  validateDaemonSetUpdate,
  validateDeployment,
  validateDeploymentUpdate,
  validateReplicaSet,
  validateReplicaSetUpdate,
  validateReplicationController,
  validateReplicationControllerUpdate,
  validateStatefulSet,
  validateStatefulSetUpdate,
} from "./workloads.ts";

type Create = (object: never) => FieldError[];
type Update = (object: never, old: never) => FieldError[];

const namespaced = validateMetadataOnly(true);
const clusterWide = validateMetadataOnly(false);

/** Kinds whose names may be any path segment are left out: nothing is checked of them but what is here. */
const CREATE: Readonly<Record<string, Create>> = {
  Pod: validatePodCreate,
  Deployment: validateDeployment,
  ReplicaSet: validateReplicaSet,
  ReplicationController: validateReplicationController,
  DaemonSet: validateDaemonSet,
  StatefulSet: validateStatefulSet,
  Job: validateJob,
  CronJob: validateCronJob,
  Service: validateService,
  ConfigMap: validateConfigMap,
  Secret: validateSecret,
  Namespace: validateNamespace,
  PriorityClass: validatePriorityClass,
  RuntimeClass: validateRuntimeClass,
  Node: validateNode,
  PersistentVolume: validateVolume,
  PersistentVolumeClaim: validateClaim,
  StorageClass: validateStorageClass,
  PodDisruptionBudget: validateBudget,
  ResourceQuota: validateQuota,
  LimitRange: validateLimitRange,
  Lease: validateLease,
  ServiceAccount: namespaced,
  Endpoints: namespaced,
  EndpointSlice: namespaced,
  HorizontalPodAutoscaler: namespaced,
  Ingress: namespaced,
  NetworkPolicy: namespaced,
  CSINode: clusterWide,
  VolumeAttachment: clusterWide,
};

const UPDATE: Readonly<Record<string, Update>> = {
  Pod: validatePodUpdate,
  "Pod/status": validatePodStatusUpdate,
  "Pod/ephemeralcontainers": validateEphemeralContainersUpdate,
  "Pod/resize": validatePodResize,
  Deployment: validateDeploymentUpdate,
  ReplicaSet: validateReplicaSetUpdate,
  ReplicationController: validateReplicationControllerUpdate,
  DaemonSet: validateDaemonSetUpdate,
  StatefulSet: validateStatefulSetUpdate,
  Job: validateJobUpdate,
  CronJob: validateCronJobUpdate,
  Service: validateServiceUpdate,
  ConfigMap: validateConfigMapUpdate,
  Secret: validateSecretUpdate,
  PriorityClass: validatePriorityClassUpdate,
  Node: validateNodeUpdate,
  PersistentVolume: validateVolumeUpdate,
  PersistentVolumeClaim: validateClaimUpdate,
  StorageClass: validateStorageClassUpdate,
  PodDisruptionBudget: validateBudgetUpdate,
};

/** Checks a prepared object (defaults, conversion) that is to be created. */
export function validateCreate(object: ApiObject): FieldError[] {
  return CREATE[object.kind ?? ""]?.(object as never) ?? [];
}

/** Checks a prepared object that is to replace `old`, as a whole or by a subresource. */
export function validateUpdate(object: ApiObject, old: ApiObject, subresource?: string): FieldError[] {
  const update = UPDATE[subresource ? `${object.kind}/${subresource}` : (object.kind ?? "")];
  return update ? update(object as never, old as never) : validateMetadataUpdate(object, old);
}
