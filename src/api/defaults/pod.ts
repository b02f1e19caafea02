/** Defaults of a pod that templates do not get: `SetDefaults_Pod`. Works in place. */
import {
  aggregateContainerLimits,
  aggregateContainerRequests,
  isPodLevelResource,
} from "../pod-resources.ts";
import type { Container, Pod, PodSpec } from "../types.ts";
import { defaultPodSpec } from "./pod-template.ts";

/** A limit without a request is also the request. */
function requestsFromLimits(container: Container): void {
  const limits = container.resources?.limits;
  if (!container.resources || !limits) return;
  container.resources.requests = { ...limits, ...container.resources.requests };
}

/** With the host's network every container port is a host port. */
function hostNetworkPorts(container: Container): void {
  for (const port of container.ports ?? []) if (!port.hostPort) port.hostPort = port.containerPort;
}

/** Extended resources and hugepages cannot be promised twice. */
const isOvercommitAllowed = (name: string): boolean => !name.includes("/") && !name.startsWith("hugepages-");

function podLevelLimits(pod: Pod, resources: NonNullable<PodSpec["resources"]>): void {
  if (!hasKeys(resources.limits) && !hasKeys(resources.requests)) return;
  for (const [name, sum] of Object.entries(aggregateContainerLimits(pod))) {
    if (!name.startsWith("hugepages-") || resources.requests?.[name] !== undefined) continue;
    resources.limits = { [name]: sum, ...resources.limits };
  }
}

function podLevelRequests(pod: Pod, resources: NonNullable<PodSpec["resources"]>): void {
  if (!hasKeys(resources.limits)) return;
  const requests: Record<string, string> = { ...resources.requests };
  for (const [name, sum] of Object.entries(aggregateContainerRequests(pod))) {
    if (requests[name] === undefined && isPodLevelResource(name) && isOvercommitAllowed(name))
      requests[name] = sum;
  }
  for (const [name, limit] of Object.entries(resources.limits ?? {})) {
    if (requests[name] === undefined && isPodLevelResource(name)) requests[name] = limit;
  }
  if (hasKeys(requests)) resources.requests = requests;
}

const hasKeys = (object: object | undefined): boolean => Object.keys(object ?? {}).length > 0;

export function defaultPod(pod: Pod): void {
  const spec = (pod.spec ??= { containers: [] } as PodSpec);
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  containers.forEach(requestsFromLimits);
  if (spec.resources) {
    podLevelLimits(pod, spec.resources);
    podLevelRequests(pod, spec.resources);
  }
  spec.enableServiceLinks ??= true;
  if (spec.hostNetwork) containers.forEach(hostNetworkPorts);
  defaultPodSpec(spec);
}
