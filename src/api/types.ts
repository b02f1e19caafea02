/**
 * API objects as plain data: the types generated from the 1.36 OpenAPI description,
 * with dates as RFC 3339 strings, the way they travel and the way the store holds them.
 */
import type * as k8s from "@kubernetes/client-node";

/** A generated model as plain JSON: dates are strings, methods are gone, all the way down. */
export type Plain<T> = T extends Date
  ? string
  : T extends (infer U)[]
    ? Plain<U>[]
    : T extends (...args: never[]) => unknown
      ? never
      : T extends object
        ? {
            [K in keyof T as K extends "getAttributeTypeMap"
              ? never
              : K extends `_${infer R}`
                ? R
                : K]: Plain<T[K]>;
          }
        : T;

export type Pod = Plain<k8s.V1Pod>;
export type PodSpec = Plain<k8s.V1PodSpec>;
export type PodStatus = Plain<k8s.V1PodStatus>;
export type PodCondition = Plain<k8s.V1PodCondition>;
export type Container = Plain<k8s.V1Container>;
export type EphemeralContainer = Plain<k8s.V1EphemeralContainer>;
export type ContainerStatus = Plain<k8s.V1ContainerStatus>;
export type ContainerState = Plain<k8s.V1ContainerState>;
export type ContainerStateTerminated = Plain<k8s.V1ContainerStateTerminated>;
export type Probe = Plain<k8s.V1Probe>;
export type LifecycleHandler = Plain<k8s.V1LifecycleHandler>;
export type EnvVar = Plain<k8s.V1EnvVar>;
export type Volume = Plain<k8s.V1Volume>;
export type VolumeMount = Plain<k8s.V1VolumeMount>;
export type ResourceRequirements = Plain<k8s.V1ResourceRequirements>;
export type Toleration = Plain<k8s.V1Toleration>;
export type Taint = Plain<k8s.V1Taint>;
export type Node = Plain<k8s.V1Node>;
export type NodeCondition = Plain<k8s.V1NodeCondition>;
export type CoreEvent = Plain<k8s.CoreV1Event>;
export type ConfigMap = Plain<k8s.V1ConfigMap>;
export type Secret = Plain<k8s.V1Secret>;
export type Service = Plain<k8s.V1Service>;
export type ServiceAccount = Plain<k8s.V1ServiceAccount>;
export type Namespace = Plain<k8s.V1Namespace>;
export type Lease = Plain<k8s.V1Lease>;
export type EndpointSlice = Plain<k8s.V1EndpointSlice>;
export type Job = Plain<k8s.V1Job>;
export type Deployment = Plain<k8s.V1Deployment>;
export type ReplicaSet = Plain<k8s.V1ReplicaSet>;
export type DaemonSet = Plain<k8s.V1DaemonSet>;
export type PersistentVolumeClaim = Plain<k8s.V1PersistentVolumeClaim>;
export type PersistentVolume = Plain<k8s.V1PersistentVolume>;
export type PriorityClass = Plain<k8s.V1PriorityClass>;
export type RuntimeClass = Plain<k8s.V1RuntimeClass>;
export type LabelSelector = Plain<k8s.V1LabelSelector>;
export type ObjectMeta = Plain<k8s.V1ObjectMeta>;
export type OwnerReference = Plain<k8s.V1OwnerReference>;

export type StatefulSet = Plain<k8s.V1StatefulSet>;
export type CronJob = Plain<k8s.V1CronJob>;
export type StorageClass = Plain<k8s.V1StorageClass>;
export type LimitRange = Plain<k8s.V1LimitRange>;
export type ResourceQuota = Plain<k8s.V1ResourceQuota>;
export type Endpoints = Plain<k8s.V1Endpoints>;
export type ReplicationController = Plain<k8s.V1ReplicationController>;
export type PodDisruptionBudget = Plain<k8s.V1PodDisruptionBudget>;
export type CertificateSigningRequest = Plain<k8s.V1CertificateSigningRequest>;
export type CSINode = Plain<k8s.V1CSINode>;
export type CSIDriver = Plain<k8s.V1CSIDriver>;
export type VolumeAttachment = Plain<k8s.V1VolumeAttachment>;
export type PodTemplateSpec = Plain<k8s.V1PodTemplateSpec>;
export type SecurityContext = Plain<k8s.V1SecurityContext>;
export type PodSecurityContext = Plain<k8s.V1PodSecurityContext>;
export type ControllerRevision = Plain<k8s.V1ControllerRevision>;
export type ServicePort = Plain<k8s.V1ServicePort>;
export type ContainerPort = Plain<k8s.V1ContainerPort>;
export type NodeSpec = Plain<k8s.V1NodeSpec>;
export type NodeStatus = Plain<k8s.V1NodeStatus>;
export type ObjectReference = Plain<k8s.V1ObjectReference>;
export type DeploymentCondition = Plain<k8s.V1DeploymentCondition>;
export type ReplicaSetStatus = Plain<k8s.V1ReplicaSetStatus>;
export type HorizontalPodAutoscaler = Plain<k8s.V2HorizontalPodAutoscaler>;

/** Any object of the API: what the store keeps and a watch delivers. */
export interface ApiObject {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
}
