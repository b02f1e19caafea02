/** Quality of service class of a pod: `pkg/apis/core/v1/helper/qos`. */
import { addQuantity, compareQuantity, type Quantity, quantity, quantitySign } from "./quantity.ts";
import type { Pod } from "./types.ts";

export type QosClass = "Guaranteed" | "Burstable" | "BestEffort";

type Resources = {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
};
type Totals = Map<string, Quantity>;

const COMPUTE = ["cpu", "memory"] as const;

/** Adds the non-zero cpu and memory of a list; says which of them it had. */
function addTo(totals: Totals, list: Readonly<Record<string, string>> | undefined): number {
  let found = 0;
  for (const name of COMPUTE) {
    const q = quantity(list?.[name]);
    if (quantitySign(q) <= 0) continue;
    found++;
    const known = totals.get(name);
    totals.set(name, known ? addQuantity(q, known) : q);
  }
  return found;
}

/** The class in the status if there is one, else what the spec amounts to. */
export function getPodQOS(pod: Pod): QosClass {
  return (pod.status?.qosClass as QosClass | undefined) || computePodQOS(pod);
}

/** The class by cpu and memory of all containers, or of the pod's own resources where it has such a block. */
export function computePodQOS(pod: Pod): QosClass {
  const requests: Totals = new Map();
  const limits: Totals = new Map();
  let guaranteed = true;
  const own = pod.spec?.resources as Resources | undefined;
  if (own) {
    addTo(requests, own.requests);
    const limited = addTo(limits, own.limits);
    if (Object.keys(own.limits ?? {}).length > 0 && limited < COMPUTE.length) guaranteed = false;
  } else {
    for (const container of [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]) {
      addTo(requests, container.resources?.requests);
      if (addTo(limits, container.resources?.limits) < COMPUTE.length) guaranteed = false;
    }
  }
  if (requests.size === 0 && limits.size === 0) return "BestEffort";
  const equal = [...requests].every(([name, request]) => {
    const limit = limits.get(name);
    return limit !== undefined && compareQuantity(limit, request) === 0;
  });
  return guaranteed && equal && requests.size === limits.size ? "Guaranteed" : "Burstable";
}
