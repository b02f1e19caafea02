/** What a pod asks of a node (staging/src/k8s.io/component-helpers/resource/helpers.go: PodRequests). */
import { milliValueOf, wholeValueOf } from "../api/quantity.ts";
import type { Container, Pod } from "../api/types.ts";

/** Whole units: milli-CPUs, bytes, or a count, by resource name. */
export type ResourceList = ReadonlyMap<string, number>;

function amount(name: string, text: string): number {
  return name === "cpu" ? milliValueOf(text) : wholeValueOf(text);
}

function requestsOf(container: Container): Map<string, number> {
  const out = new Map<string, number>();
  for (const [name, text] of Object.entries(container.resources?.requests ?? {}))
    out.set(name, amount(name, String(text)));
  return out;
}

function add(into: Map<string, number>, more: ResourceList): void {
  for (const [name, value] of more) into.set(name, (into.get(name) ?? 0) + value);
}

function max(into: Map<string, number>, other: ResourceList): void {
  for (const [name, value] of other) into.set(name, Math.max(into.get(name) ?? 0, value));
}

/**
 * Requests of a pod: the regular containers and the sidecars together, or the largest moment of its start-up,
 * whichever is more; pod-level requests replace the sum; the overhead comes on top.
 */
export function podRequests(pod: Pod): ResourceList {
  const { spec } = pod;
  if (!spec) return NOTHING;
  let asked = asks.get(spec);
  if (!asked) asks.set(spec, (asked = requestsOfSpec(pod)));
  return asked;
}

const NOTHING: ResourceList = new Map();

/** By the pod's spec, which never changes in place. */
const asks = new WeakMap<object, ResourceList>();

function requestsOfSpec(pod: Pod): ResourceList {
  const total = new Map<string, number>();
  for (const container of pod.spec?.containers ?? []) add(total, requestsOf(container));
  const sidecars = new Map<string, number>();
  const starting = new Map<string, number>();
  for (const container of pod.spec?.initContainers ?? []) {
    const own = requestsOf(container);
    if (container.restartPolicy === "Always") {
      add(total, own);
      add(sidecars, own);
      max(starting, sidecars);
    } else {
      const moment = new Map(own);
      add(moment, sidecars);
      max(starting, moment);
    }
  }
  max(total, starting);
  for (const [name, text] of Object.entries(pod.spec?.resources?.requests ?? {}))
    total.set(name, amount(name, String(text)));
  for (const [name, text] of Object.entries(pod.spec?.overhead ?? {}))
    total.set(name, (total.get(name) ?? 0) + amount(name, String(text)));
  return total;
}

/** A node's allocatable in the same units. */
export function allocatable(resources: Readonly<Record<string, string>> | undefined): ResourceList {
  const out = new Map<string, number>();
  for (const [name, text] of Object.entries(resources ?? {})) out.set(name, amount(name, String(text)));
  return out;
}
