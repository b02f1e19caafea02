/** Why a pod was evicted, in the words of the status (pkg/kubelet/eviction/helpers.go: evictionMessage). */
import { compareQuantity, formatQuantity, type Quantity, quantity, quantityOf } from "../../api/quantity.ts";
import type { Pod } from "../../api/types.ts";
import { isPodLevelResourcesSet } from "../cm/pod-resources.ts";
import { SIGNALS, thresholdQuantity } from "./thresholds.ts";
import type { ContainerStats, Observations, PodStats, StarvedResource, Threshold } from "./types.ts";

export interface EvictionMessage {
  readonly message: string;
  /** Of the event. */
  readonly annotations: Readonly<Record<string, string>>;
}

function usageOf(stats: ContainerStats, resource: StarvedResource): Quantity | undefined {
  const bytes =
    resource === "memory"
      ? stats.memory?.workingSetBytes
      : resource === "ephemeral-storage" &&
          stats.rootfs?.usedBytes !== undefined &&
          stats.logs?.usedBytes !== undefined
        ? stats.rootfs.usedBytes + stats.logs.usedBytes
        : undefined;
  return bytes === undefined ? undefined : quantityOf(bytes, "BinarySI");
}

export function evictionMessage(
  resource: StarvedResource,
  pod: Pod,
  stats: PodStats | undefined,
  thresholds: readonly Threshold[],
  observations: Observations,
): EvictionMessage {
  let message = `The node was low on resource: ${resource}. `;
  const met = thresholds.find((t) => SIGNALS[t.signal]?.resource === resource && observations[t.signal]);
  const seen = met && observations[met.signal];
  if (met && seen) {
    const available = formatQuantity(quantityOf(seen.available, seen.format));
    message += `Threshold quantity: ${formatQuantity(thresholdQuantity(met.value, seen.capacity))}, available: ${available}. `;
  }
  if (!stats) return { message, annotations: {} };
  const annotations: Record<string, string> = {};
  const podRequest = pod.spec?.resources?.requests?.[resource];
  if (resource === "memory" && isPodLevelResourcesSet(pod) && podRequest !== undefined && stats.memory) {
    const usage = formatQuantity(quantityOf(stats.memory.workingSetBytes ?? 0, "BinarySI"));
    message += `Pod ${pod.metadata?.name} was using ${usage}, request is ${formatQuantity(quantity(podRequest))}, has larger consumption of ${resource}. `;
    annotations["offending_pod"] = pod.metadata?.name ?? "";
    annotations["offending_pod_usage"] = usage;
  }
  const exceeded: [name: string, usage: string][] = [];
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  for (const one of stats.containers ?? []) {
    const container = containers.find((c) => c.name === one.name);
    const usage = container && usageOf(one, resource);
    if (!container || !usage) continue;
    const asked = quantity(container.resources?.requests?.[resource]);
    if (compareQuantity(usage, asked) <= 0) continue;
    message += `Container ${container.name} was using ${formatQuantity(usage)}, request is ${formatQuantity(asked)}, has larger consumption of ${resource}. `;
    exceeded.push([container.name, formatQuantity(usage)]);
  }
  annotations["offending_containers"] = exceeded.map(([name]) => name).join(",");
  annotations["offending_containers_usage"] = exceeded.map(([, usage]) => usage).join(",");
  annotations["starved_resource"] = resource;
  return { message, annotations };
}
