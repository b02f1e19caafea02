/** Defaults of services, storage, namespaces, nodes and the like: `pkg/apis/core/v1/defaults.go` and neighbours. Works in place. */
import type {
  EndpointSlice,
  Endpoints,
  LimitRange,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  PriorityClass,
  ResourceQuota,
  Secret,
  Service,
  StorageClass,
} from "../types.ts";
import { defaultClaimSpec, roundResourceList } from "./pod-template.ts";

/** Three hours, the affinity of a client to a backend. */
const AFFINITY_SECONDS = 10800;

export function defaultService(service: Service): void {
  const spec = (service.spec ??= {});
  spec.sessionAffinity ||= "None";
  if (spec.sessionAffinity === "None") delete spec.sessionAffinityConfig;
  if (
    spec.sessionAffinity === "ClientIP" &&
    spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined
  ) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: AFFINITY_SECONDS } };
  }
  spec.type ||= "ClusterIP";
  for (const port of spec.ports ?? []) {
    port.protocol ||= "TCP";
    if (!port.targetPort) port.targetPort = port.port;
  }
  const external =
    spec.type === "LoadBalancer" ||
    spec.type === "NodePort" ||
    (spec.type === "ClusterIP" && (spec.externalIPs ?? []).length > 0);
  if (external) spec.externalTrafficPolicy ||= "Cluster";
  if (["NodePort", "LoadBalancer", "ClusterIP"].includes(spec.type)) spec.internalTrafficPolicy ??= "Cluster";
  if (spec.type === "LoadBalancer") {
    spec.allocateLoadBalancerNodePorts ??= true;
    for (const ingress of service.status?.loadBalancer?.ingress ?? [])
      if (ingress.ip) ingress.ipMode ??= "VIP";
  }
}

export function defaultEndpoints(endpoints: Endpoints): void {
  for (const subset of endpoints.subsets ?? [])
    for (const port of subset.ports ?? []) port.protocol ||= "TCP";
}

export function defaultEndpointSlice(slice: EndpointSlice): void {
  for (const port of slice.ports ?? []) {
    port.name ??= "";
    port.protocol ??= "TCP";
  }
}

export function defaultSecret(secret: Secret): void {
  secret.type ||= "Opaque";
}

export function defaultPersistentVolume(volume: PersistentVolume): void {
  (volume.status ??= {}).phase ||= "Pending";
  const spec = (volume.spec ??= {});
  spec.persistentVolumeReclaimPolicy ||= "Retain";
  spec.volumeMode ??= "Filesystem";
  if (spec.hostPath) spec.hostPath.type ??= "";
  roundResourceList(spec.capacity);
}

export function defaultPersistentVolumeClaim(claim: PersistentVolumeClaim): void {
  (claim.status ??= {}).phase ||= "Pending";
  defaultClaimSpec((claim.spec ??= {}));
}

export function defaultNamespace(namespace: Namespace): void {
  const name = namespace.metadata?.name;
  if (name)
    (namespace.metadata ??= {}).labels = {
      ...namespace.metadata?.labels,
      "kubernetes.io/metadata.name": name,
    };
  (namespace.status ??= {}).phase ||= "Active";
}

export function defaultNode({ status }: Node): void {
  if (!status) return;
  roundResourceList(status.capacity);
  if (!status.allocatable && status.capacity) status.allocatable = { ...status.capacity };
  roundResourceList(status.allocatable);
}

export function defaultLimitRange({ spec }: LimitRange): void {
  for (const item of spec?.limits ?? []) {
    if (item.type !== "Container") continue;
    item.default = { ...item.max, ...item.default };
    item.defaultRequest = { ...item.min, ...item.default, ...item.defaultRequest };
  }
}

export function defaultResourceQuota(quota: ResourceQuota): void {
  roundResourceList(quota.spec?.hard);
  roundResourceList(quota.status?.hard);
  roundResourceList(quota.status?.used);
}

export function defaultStorageClass(storageClass: StorageClass): void {
  storageClass.reclaimPolicy ??= "Delete";
  storageClass.volumeBindingMode ??= "Immediate";
}

export function defaultPriorityClass(priorityClass: PriorityClass): void {
  priorityClass.preemptionPolicy ??= "PreemptLowerPriority";
}
