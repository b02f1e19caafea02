/** The kinds the server stores: how they are called in paths and messages, and whether they live in namespaces. */

export interface KindInfo {
  readonly kind: string;
  /** Plural, lower case: as in URLs and messages. */
  readonly resource: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly namespaced: boolean;
  readonly short: readonly string[];
  /** Has a generation that grows with the spec, and a status of its own. */
  readonly status: boolean;
}

const kind = (
  name: string,
  resource: string,
  group: string,
  version: string,
  namespaced: boolean,
  status: boolean,
  ...short: string[]
): KindInfo => ({
  kind: name,
  resource,
  group,
  version,
  namespaced,
  short,
  status,
});

export const KINDS: readonly KindInfo[] = [
  kind("ConfigMap", "configmaps", "", "v1", true, false, "cm"),
  kind("Endpoints", "endpoints", "", "v1", true, false, "ep"),
  kind("Event", "events", "", "v1", true, false, "ev"),
  kind("LimitRange", "limitranges", "", "v1", true, false, "limits"),
  kind("Namespace", "namespaces", "", "v1", false, true, "ns"),
  kind("Node", "nodes", "", "v1", false, true, "no"),
  kind("PersistentVolumeClaim", "persistentvolumeclaims", "", "v1", true, true, "pvc"),
  kind("PersistentVolume", "persistentvolumes", "", "v1", false, true, "pv"),
  kind("Pod", "pods", "", "v1", true, true, "po"),
  kind("ReplicationController", "replicationcontrollers", "", "v1", true, true, "rc"),
  kind("ResourceQuota", "resourcequotas", "", "v1", true, true, "quota"),
  kind("Secret", "secrets", "", "v1", true, false),
  kind("ServiceAccount", "serviceaccounts", "", "v1", true, false, "sa"),
  kind("Service", "services", "", "v1", true, true, "svc"),
  kind("DaemonSet", "daemonsets", "apps", "v1", true, true, "ds"),
  kind("Deployment", "deployments", "apps", "v1", true, true, "deploy"),
  kind("ReplicaSet", "replicasets", "apps", "v1", true, true, "rs"),
  kind("StatefulSet", "statefulsets", "apps", "v1", true, true, "sts"),
  kind("HorizontalPodAutoscaler", "horizontalpodautoscalers", "autoscaling", "v2", true, true, "hpa"),
  kind("CronJob", "cronjobs", "batch", "v1", true, true, "cj"),
  kind("Job", "jobs", "batch", "v1", true, true),
  kind(
    "CertificateSigningRequest",
    "certificatesigningrequests",
    "certificates.k8s.io",
    "v1",
    false,
    true,
    "csr",
  ),
  kind("Lease", "leases", "coordination.k8s.io", "v1", true, false),
  kind("EndpointSlice", "endpointslices", "discovery.k8s.io", "v1", true, false),
  kind("NetworkPolicy", "networkpolicies", "networking.k8s.io", "v1", true, false, "netpol"),
  kind("Ingress", "ingresses", "networking.k8s.io", "v1", true, true, "ing"),
  kind("RuntimeClass", "runtimeclasses", "node.k8s.io", "v1", false, false),
  kind("PodDisruptionBudget", "poddisruptionbudgets", "policy", "v1", true, true, "pdb"),
  kind("ClusterRole", "clusterroles", "rbac.authorization.k8s.io", "v1", false, false),
  kind("ClusterRoleBinding", "clusterrolebindings", "rbac.authorization.k8s.io", "v1", false, false),
  kind("Role", "roles", "rbac.authorization.k8s.io", "v1", true, false),
  kind("RoleBinding", "rolebindings", "rbac.authorization.k8s.io", "v1", true, false),
  kind("PriorityClass", "priorityclasses", "scheduling.k8s.io", "v1", false, false, "pc"),
  kind("CSINode", "csinodes", "storage.k8s.io", "v1", false, false),
  kind("CSIDriver", "csidrivers", "storage.k8s.io", "v1", false, false),
  kind("StorageClass", "storageclasses", "storage.k8s.io", "v1", false, false, "sc"),
  kind("VolumeAttachment", "volumeattachments", "storage.k8s.io", "v1", false, true),
];

const byKind = new Map(KINDS.map((k) => [k.kind, k]));

export function kindInfo(name: string): KindInfo | undefined {
  return byKind.get(name);
}

/** `v1`, `apps/v1`. */
export function apiVersionOf(info: KindInfo): string {
  return info.group ? `${info.group}/${info.version}` : info.version;
}

/** `pods`, `deployments.apps`: as messages name a resource. */
export function qualifiedResource(info: KindInfo): string {
  return info.group ? `${info.resource}.${info.group}` : info.resource;
}
