/** Which printer shows which kind. */
import type { ApiObject } from "../types.ts";
import * as cluster from "./cluster-kinds.ts";
import * as network from "./network-kinds.ts";
import { podPrinter } from "./pod.ts";
import * as storage from "./storage-kinds.ts";
import type { TablePrinter } from "./table.ts";
import * as workloads from "./workloads.ts";

const PRINTERS = {
  Pod: podPrinter,
  Node: cluster.nodePrinter,
  Event: cluster.eventPrinter,
  ComponentStatus: cluster.componentStatusPrinter,
  Namespace: cluster.namespacePrinter,
  ConfigMap: cluster.configMapPrinter,
  Secret: cluster.secretPrinter,
  ServiceAccount: cluster.serviceAccountPrinter,
  Lease: cluster.leasePrinter,
  PriorityClass: cluster.priorityClassPrinter,
  RuntimeClass: cluster.runtimeClassPrinter,
  CertificateSigningRequest: cluster.csrPrinter,
  ResourceQuota: cluster.resourceQuotaPrinter,
  PodDisruptionBudget: cluster.podDisruptionBudgetPrinter,
  RoleBinding: cluster.roleBindingPrinter,
  ClusterRoleBinding: cluster.roleBindingPrinter,
  Service: network.servicePrinter,
  EndpointSlice: network.endpointSlicePrinter,
  Endpoints: network.endpointsPrinter,
  Ingress: network.ingressPrinter,
  IngressClass: network.ingressClassPrinter,
  NetworkPolicy: network.networkPolicyPrinter,
  HorizontalPodAutoscaler: network.horizontalPodAutoscalerPrinter,
  PersistentVolume: storage.persistentVolumePrinter,
  PersistentVolumeClaim: storage.persistentVolumeClaimPrinter,
  StorageClass: storage.storageClassPrinter,
  VolumeAttachment: storage.volumeAttachmentPrinter,
  CSINode: storage.csiNodePrinter,
  CSIDriver: storage.csiDriverPrinter,
  Deployment: workloads.deploymentPrinter,
  ReplicaSet: workloads.replicaSetPrinter,
  ReplicationController: workloads.replicationControllerPrinter,
  StatefulSet: workloads.statefulSetPrinter,
  DaemonSet: workloads.daemonSetPrinter,
  Job: workloads.jobPrinter,
  CronJob: workloads.cronJobPrinter,
  ControllerRevision: workloads.controllerRevisionPrinter,
};

/** The printer of a kind; a kind that has none shows name and creation time. */
export function printerOf(kind: string): TablePrinter {
  // A printer is only ever handed objects of the kind it is listed under.
  const known = (PRINTERS as unknown as Record<string, TablePrinter<ApiObject> | undefined>)[kind];
  return (Object.hasOwn(PRINTERS, kind) && known) || cluster.defaultPrinter;
}
