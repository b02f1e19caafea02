/** What a pod asks for in sum (staging/src/k8s.io/component-helpers/resource/helpers.go). */
import {
  addQuantity,
  compareQuantity,
  type Quantity,
  quantity,
  quantityMilliValue,
  quantitySign,
  quantityValue,
} from "../../api/quantity.ts";
import type { Pod } from "../../api/types.ts";
import { isSidecar } from "../types.ts";

export type ResourceList = Readonly<Record<string, string>>;
/** Resource name to its exact amount. */
export type Amounts = Map<string, Quantity>;

interface Resources {
  readonly requests?: ResourceList;
  readonly limits?: ResourceList;
}

interface Sized {
  readonly restartPolicy?: string;
  readonly resources?: Resources;
}

/** cpu, memory and huge pages can be given for the pod as a whole. */
export function isSupportedPodLevelResource(name: string): boolean {
  return name === "cpu" || name === "memory" || name.startsWith("hugepages-");
}

const anySupported = (list: ResourceList | undefined): boolean =>
  Object.keys(list ?? {}).some(isSupportedPodLevelResource);

const ownResources = (pod: Pod): Resources | undefined => pod.spec?.resources as Resources | undefined;

export const isPodLevelRequestsSet = (pod: Pod): boolean => anySupported(ownResources(pod)?.requests);

export const isPodLevelResourcesSet = (pod: Pod): boolean =>
  anySupported(ownResources(pod)?.requests) || anySupported(ownResources(pod)?.limits);

export function addList(total: Amounts, list: Iterable<readonly [string, Quantity]>): void {
  for (const [name, amount] of list) {
    const known = total.get(name);
    total.set(name, known ? addQuantity(known, amount) : amount);
  }
}

function maxList(total: Amounts, list: Amounts): void {
  for (const [name, amount] of list) {
    const known = total.get(name);
    if (!known || compareQuantity(amount, known) > 0) total.set(name, amount);
  }
}

export function amounts(list: ResourceList | undefined): Amounts {
  return new Map(Object.entries(list ?? {}).map(([name, value]) => [name, quantity(value)]));
}

/**
 * Regular containers run together; a plain init container runs beside the sidecars before it, so it only
 * raises the sum where it is larger. `each` gets what counts for one container.
 */
function aggregate(
  pod: Pod,
  pick: (r: Resources | undefined) => ResourceList | undefined,
  each?: (own: Amounts) => void,
): Amounts {
  const total: Amounts = new Map();
  for (const container of (pod.spec?.containers ?? []) as readonly Sized[]) {
    const own = amounts(pick(container.resources));
    each?.(own);
    addList(total, own);
  }
  const sidecars: Amounts = new Map();
  const initPeak: Amounts = new Map();
  for (const container of (pod.spec?.initContainers ?? []) as readonly Sized[]) {
    const own = amounts(pick(container.resources));
    let counted: Amounts;
    if (isSidecar(container)) {
      addList(total, own);
      addList(sidecars, own);
      counted = new Map(sidecars);
    } else {
      counted = own;
      addList(counted, sidecars);
    }
    each?.(counted);
    maxList(initPeak, counted);
  }
  maxList(total, initPeak);
  return total;
}

/** Requests of the containers alone. */
export const aggregateContainerRequests = (pod: Pod): Amounts => aggregate(pod, (r) => r?.requests);

/** Sum of the requests, pod-level ones first; with the overhead unless told not to. */
export function podRequests(
  pod: Pod,
  options: { excludeOverhead?: boolean; skipContainers?: boolean } = {},
): Amounts {
  const total: Amounts = options.skipContainers ? new Map() : aggregateContainerRequests(pod);
  for (const [name, value] of Object.entries(ownResources(pod)?.requests ?? {})) {
    if (isSupportedPodLevelResource(name)) total.set(name, quantity(value));
  }
  if (!options.excludeOverhead) addList(total, amounts(pod.spec?.overhead));
  return total;
}

/** Sum of the limits; overhead is added to limits that are there. */
export function podLimits(pod: Pod, each?: (own: Amounts) => void): Amounts {
  const total = aggregate(pod, (r) => r?.limits, each);
  for (const [name, value] of Object.entries(ownResources(pod)?.limits ?? {})) {
    if (isSupportedPodLevelResource(name)) total.set(name, quantity(value));
  }
  for (const [name, extra] of amounts(pod.spec?.overhead)) {
    const known = total.get(name);
    if (known && quantitySign(known) !== 0) total.set(name, addQuantity(known, extra));
  }
  return total;
}

/** One resource of a pod (pkg/api/v1/resource/helpers.go: GetResourceRequest): cpu in milli, others whole. */
export function getResourceRequest(pod: Pod, name: string): number {
  if (name === "pods") return 1;
  const asked = podRequests(pod, { excludeOverhead: true, skipContainers: isPodLevelResourcesSet(pod) }).get(
    name,
  );
  if (!asked) return 0;
  const overhead = pod.spec?.overhead?.[name];
  const sum = overhead && quantitySign(asked) !== 0 ? addQuantity(asked, quantity(overhead)) : asked;
  return Number(name === "cpu" ? quantityMilliValue(sum) : quantityValue(sum));
}
