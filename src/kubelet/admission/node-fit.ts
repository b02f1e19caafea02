/** Whether a pod fits a node (pkg/scheduler: AdmissionCheck, pkg/kubelet/lifecycle/predicate.go: generalFilter). */
import { matchesNodeAffinity } from "../../api/node-affinity.ts";
import { quantityMilliValue, quantityValue } from "../../api/quantity.ts";
import { findMatchingUntoleratedTaint } from "../../api/tolerations.ts";
import type { Node, Pod } from "../../api/types.ts";
import { isQualifiedName } from "../../api/validation/content.ts";
import { amounts, podRequests, type ResourceList } from "../cm/pod-resources.ts";
import { isStaticPod } from "../config/static.ts";
import { isSidecar } from "../types.ts";

/** A resource that does not suffice: cpu in milli, others whole. */
export interface InsufficientResource {
  readonly resource: string;
  readonly requested: number;
  readonly used: number;
  readonly capacity: number;
}
export interface PredicateFailure {
  readonly predicate: string;
  readonly reason: string;
}
export type FailureReason = InsufficientResource | PredicateFailure;

export const isInsufficient = (reason: FailureReason): reason is InsufficientResource => "resource" in reason;

export const AFFINITY_REASON = "node(s) didn't match Pod's node affinity/selector";

/** What pods use of each resource, and how many they are. */
export interface NodeUse {
  readonly pods: readonly Pod[];
  readonly requested: ReadonlyMap<string, number>;
}

const NATIVE = new Set(["cpu", "memory", "ephemeral-storage", "pods"]);

/** A resource of somebody's own, such as `example.com/gpu`. */
export function isExtendedResourceName(name: string): boolean {
  const native = !name.includes("/") || name.includes("kubernetes.io/");
  return !native && !name.startsWith("requests.") && isQualifiedName(`requests.${name}`).length === 0;
}

/** Requests of a pod do not change with its object; admission asks for them again and again. */
const remembered = new WeakMap<Pod, ReadonlyMap<string, number>>();

export function requestsOf(pod: Pod): ReadonlyMap<string, number> {
  const known = remembered.get(pod);
  if (known) return known;
  const numbers = new Map<string, number>();
  for (const [name, q] of podRequests(pod))
    numbers.set(name, Number(name === "cpu" ? quantityMilliValue(q) : quantityValue(q)));
  remembered.set(pod, numbers);
  return numbers;
}

const listOf = (list: ResourceList | undefined): Map<string, number> =>
  new Map(
    [...amounts(list)].map(([name, q]) => [
      name,
      Number(name === "cpu" ? quantityMilliValue(q) : quantityValue(q)),
    ]),
  );

export function nodeUse(pods: readonly Pod[]): NodeUse {
  const requested = new Map<string, number>();
  for (const pod of pods)
    for (const [name, value] of requestsOf(pod)) requested.set(name, (requested.get(name) ?? 0) + value);
  return { pods, requested };
}

/** Extended resources that the node does not know are taken off: they may be a cluster's, not a node's. */
export function removeMissingExtendedResources(pod: Pod, node: Node): Pod {
  const known = (node.status?.allocatable ?? {}) as ResourceList;
  const missing = (name: string): boolean => isExtendedResourceName(name) && known[name] === undefined;
  type Sized = { resources?: { requests?: { [name: string]: string } } };
  const filter = <T extends Sized>(container: T): T => {
    const requests = Object.entries(container.resources?.requests ?? {});
    if (!requests.some(([name]) => missing(name))) return container;
    return {
      ...container,
      resources: {
        ...container.resources,
        requests: Object.fromEntries(requests.filter(([name]) => !missing(name))),
      },
    };
  };
  if (!pod.spec) return pod;
  const { containers, initContainers } = pod.spec;
  return {
    ...pod,
    spec: {
      ...pod.spec,
      containers: (containers ?? []).map(filter),
      ...(initContainers ? { initContainers: initContainers.map(filter) } : {}),
    },
  };
}

/** Pods first, then cpu, memory, ephemeral storage and the rest (noderesources: fitsRequest). */
function insufficientResources(pod: Pod, use: NodeUse, node: Node): InsufficientResource[] {
  const allocatable = listOf(node.status?.allocatable as ResourceList | undefined);
  const found: InsufficientResource[] = [];
  const slots = allocatable.get("pods") ?? 0;
  if (use.pods.length + 1 > slots)
    found.push({ resource: "pods", requested: 1, used: use.pods.length, capacity: slots });
  const requests = requestsOf(pod);
  const ordered = [
    "cpu",
    "memory",
    "ephemeral-storage",
    ...[...requests.keys()].filter((name) => !NATIVE.has(name)),
  ];
  for (const resource of ordered) {
    const requested = requests.get(resource) ?? 0;
    const used = use.requested.get(resource) ?? 0;
    const capacity = allocatable.get(resource) ?? 0;
    if (requested > 0 && requested > capacity - used) found.push({ resource, requested, used, capacity });
  }
  return found;
}

interface HostPort {
  readonly ip: string;
  readonly port: number;
  readonly protocol: string;
}

function hostPorts(pod: Pod): HostPort[] {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? []).filter(isSidecar)];
  return containers.flatMap(({ ports }) =>
    (ports ?? []).flatMap(({ hostPort, hostIP, protocol }) =>
      hostPort ? [{ ip: hostIP || "0.0.0.0", port: hostPort, protocol: protocol || "TCP" }] : [],
    ),
  );
}

const ANY = "0.0.0.0";
const collide = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === ANY || b.ip === ANY);

/** All reasons against the pod, in the order in which they are looked for. */
export function generalFilter(pod: Pod, use: NodeUse, node: Node): FailureReason[] {
  const reasons: FailureReason[] = insufficientResources(pod, use, node);
  if (!matchesNodeAffinity(pod, node)) reasons.push({ predicate: "NodeAffinity", reason: AFFINITY_REASON });
  if (pod.spec?.nodeName && pod.spec.nodeName !== node.metadata?.name) {
    reasons.push({ predicate: "NodeName", reason: "node(s) didn't match the requested node name" });
  }
  const wanted = hostPorts(pod);
  if (wanted.length > 0) {
    const taken = use.pods.flatMap(hostPorts);
    if (wanted.some((port) => taken.some((other) => collide(port, other)))) {
      reasons.push({
        predicate: "NodePorts",
        reason: "node(s) didn't have free ports for the requested pod ports",
      });
    }
  }
  if (
    !isStaticPod(pod) &&
    findMatchingUntoleratedTaint(node.spec?.taints ?? [], pod.spec?.tolerations ?? [], ["NoExecute"])
  ) {
    reasons.push({ predicate: "TaintToleration", reason: "node(s) had taints that the pod didn't tolerate" });
  }
  return reasons;
}
