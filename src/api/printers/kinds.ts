/** Types of kinds that only the printers and descriptions look into. */
import type * as k8s from "@kubernetes/client-node";
import type { Plain } from "../types.ts";

export type ReplicationController = Plain<k8s.V1ReplicationController>;
export type StatefulSet = Plain<k8s.V1StatefulSet>;
export type CronJob = Plain<k8s.V1CronJob>;
export type ControllerRevision = Plain<k8s.V1ControllerRevision>;
export type HorizontalPodAutoscaler = Plain<k8s.V2HorizontalPodAutoscaler>;
export type MetricSpec = Plain<k8s.V2MetricSpec>;
export type MetricStatus = Plain<k8s.V2MetricStatus>;
export type PodDisruptionBudget = Plain<k8s.V1PodDisruptionBudget>;
export type ResourceQuota = Plain<k8s.V1ResourceQuota>;
export type LimitRange = Plain<k8s.V1LimitRange>;
export type Endpoints = Plain<k8s.V1Endpoints>;
export type Ingress = Plain<k8s.V1Ingress>;
export type IngressClass = Plain<k8s.V1IngressClass>;
export type NetworkPolicy = Plain<k8s.V1NetworkPolicy>;
export type StorageClass = Plain<k8s.V1StorageClass>;
export type VolumeAttachment = Plain<k8s.V1VolumeAttachment>;
export type CSINode = Plain<k8s.V1CSINode>;
export type CSIDriver = Plain<k8s.V1CSIDriver>;
export type CertificateSigningRequest = Plain<k8s.V1CertificateSigningRequest>;
export type RoleBinding = Plain<k8s.V1RoleBinding>;
export type ClusterRoleBinding = Plain<k8s.V1ClusterRoleBinding>;
export type Subject = Plain<k8s.RbacV1Subject>;
