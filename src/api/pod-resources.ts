/** Sums over a pod's containers: component-helpers `pkg/resource/helpers.go`. */
import { addQuantity, compareQuantity, formatQuantity, type Quantity, quantity } from "./quantity.ts";
import type { Container, Pod } from "./types.ts";

export type ResourceList = Readonly<Record<string, string>>;
type Totals = Map<string, Quantity>;

/** Resources that a pod's own `spec.resources` may name. */
export const isPodLevelResource = (name: string): boolean =>
  name === "cpu" || name === "memory" || name.startsWith("hugepages-");

/** Whether an init container stays beside the regular ones (a sidecar). */
export const isRestartableInit = (container: { readonly restartPolicy?: string }): boolean =>
  container.restartPolicy === "Always";

function add(totals: Totals, list: ResourceList | undefined): void {
  for (const [name, text] of Object.entries(list ?? {})) {
    const known = totals.get(name);
    totals.set(name, known ? addQuantity(known, quantity(text)) : quantity(text));
  }
}

function max(totals: Totals, other: Totals): void {
  for (const [name, q] of other) {
    const known = totals.get(name);
    if (!known || compareQuantity(q, known) > 0) totals.set(name, q);
  }
}

const copy = (totals: Totals): Totals => new Map(totals);

type Pick = (container: Container) => ResourceList | undefined;

/** Sum of regular containers and sidecars, or what one init container needs beside the sidecars before it, if more. */
function aggregate(pod: Pod, pick: Pick): Totals {
  const total: Totals = new Map();
  for (const container of pod.spec?.containers ?? []) add(total, pick(container));
  const sidecars: Totals = new Map();
  const initPeak: Totals = new Map();
  for (const container of pod.spec?.initContainers ?? []) {
    const needed = copy(sidecars);
    add(needed, pick(container));
    if (isRestartableInit(container)) {
      add(sidecars, pick(container));
      add(total, pick(container));
    }
    max(initPeak, needed);
  }
  max(total, initPeak);
  return total;
}

const texts = (totals: Totals): Record<string, string> =>
  Object.fromEntries([...totals].map(([name, q]) => [name, formatQuantity(q)]));

/** What the containers request together. */
export const aggregateContainerRequests = (pod: Pod): Record<string, string> =>
  texts(aggregate(pod, (c) => c.resources?.requests));

/** What the containers are limited to together. */
export const aggregateContainerLimits = (pod: Pod): Record<string, string> =>
  texts(aggregate(pod, (c) => c.resources?.limits));

/** What the scheduler and the kubelet reckon a pod to need: containers, or the pod's own requests, plus overhead. */
export function podRequests(pod: Pod): Record<string, string> {
  const total = aggregate(pod, (c) => c.resources?.requests);
  for (const [name, text] of Object.entries(pod.spec?.resources?.requests ?? {})) {
    if (isPodLevelResource(name)) total.set(name, quantity(text));
  }
  add(total, pod.spec?.overhead);
  return texts(total);
}

/** Limits of a pod: containers, or the pod's own, plus overhead where there is a limit. */
export function podLimits(pod: Pod): Record<string, string> {
  const total = aggregate(pod, (c) => c.resources?.limits);
  for (const [name, text] of Object.entries(pod.spec?.resources?.limits ?? {})) {
    if (isPodLevelResource(name)) total.set(name, quantity(text));
  }
  for (const [name, text] of Object.entries(pod.spec?.overhead ?? {})) {
    const known = total.get(name);
    if (known) total.set(name, addQuantity(known, quantity(text)));
  }
  return texts(total);
}
