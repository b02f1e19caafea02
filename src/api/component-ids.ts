/**
 * The closed list of things that records go from and to. A part of a node is written `NODE/PART`; the rest
 * stands for itself. The diagram draws one shape for each.
 */
export const CLUSTER_PARTS = [
  "user",
  "kubectl",
  "apiserver",
  "etcd",
  "scheduler",
  "controller-manager",
  "registry",
  "cluster",
  "clock",
] as const;

export const NODE_PARTS = [
  "kubelet",
  "pod-config",
  "syncloop",
  "pod-workers",
  "pleg",
  "kuberuntime",
  "image-manager",
  "prober",
  "status-manager",
  "volume-manager",
  "eviction-manager",
  "container-manager",
  "node-status",
  "lease",
  "certificate-manager",
  "event-recorder",
  "kubelet-server",
  "cadvisor",
  "containerd",
  "cni",
  "kernel",
  "disk",
  "systemd",
  "container",
] as const;

export type ClusterPart = (typeof CLUSTER_PARTS)[number];
export type NodePart = (typeof NODE_PARTS)[number];
export type ComponentId = ClusterPart | `${string}/${NodePart}`;

/** Id of a part of a node. */
export function nodePart(node: string, part: NodePart): ComponentId {
  return `${node}/${part}`;
}

/** Node and part of an id; a part of the cluster has no node. */
export function splitComponent(id: string): { node: string | null; part: string } {
  const slash = id.indexOf("/");
  return slash < 0 ? { node: null, part: id } : { node: id.slice(0, slash), part: id.slice(slash + 1) };
}
