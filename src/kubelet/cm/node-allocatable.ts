/** What a node withholds from pods (pkg/kubelet/cm/node_container_manager_linux.go). */
import {
  addQuantity,
  compareQuantity,
  formatQuantity,
  type Quantity,
  quantity,
  quantityOf,
  quantitySign,
  quantityValue,
  subQuantity,
} from "../../api/quantity.ts";
import type { ResourceList } from "./pod-resources.ts";

/** A hard eviction threshold: an amount, or a part of the capacity between 0 and 1. */
export interface HardThreshold {
  readonly signal: string;
  readonly quantity?: string;
  readonly percentage?: number;
}

export interface Reservations {
  readonly kubeReserved: ResourceList;
  readonly systemReserved: ResourceList;
  readonly hardEviction: readonly HardThreshold[];
}

const SIGNAL_RESOURCE: Readonly<Record<string, string>> = {
  "memory.available": "memory",
  "nodefs.available": "ephemeral-storage",
};
const ZERO = quantityOf(0);

/** The amount a threshold stands for; a percentage is held as a 32-bit float upstream. */
export function thresholdQuantity(threshold: HardThreshold, capacity: Quantity): Quantity {
  if (threshold.percentage === undefined) return quantity(threshold.quantity);
  return quantityOf(
    Math.trunc(Number(quantityValue(capacity)) * Math.fround(threshold.percentage)),
    "BinarySI",
  );
}

/** Text of a threshold in KubeletConfiguration: `100Mi` or `10%`. */
export function readThreshold(signal: string, text: string): HardThreshold {
  return text.endsWith("%")
    ? { signal, percentage: Math.fround(Number(text.slice(0, -1)) / 100) }
    : { signal, quantity: text };
}

/** Withheld from scheduling; a resource with nothing withheld is absent. */
export function nodeAllocatableReservation(
  capacity: ResourceList,
  settings: Reservations,
): Map<string, Quantity> {
  const eviction = new Map<string, Quantity>();
  for (const threshold of settings.hardEviction) {
    const name = SIGNAL_RESOURCE[threshold.signal];
    if (name) eviction.set(name, thresholdQuantity(threshold, quantity(capacity[name])));
  }
  const reserved = new Map<string, Quantity>();
  for (const name of Object.keys(capacity)) {
    const sum = addQuantity(
      addQuantity(quantity(settings.systemReserved[name]), quantity(settings.kubeReserved[name])),
      eviction.get(name) ?? ZERO,
    );
    if (quantitySign(sum) !== 0) reserved.set(name, sum);
  }
  return reserved;
}

/** Limit of the kubepods cgroup: capacity without what is reserved; eviction thresholds stay inside. */
export function nodeAllocatableAbsolute(
  capacity: ResourceList,
  settings: Pick<Reservations, "kubeReserved" | "systemReserved">,
): Map<string, Quantity> {
  const left = new Map<string, Quantity>();
  for (const [name, value] of Object.entries(capacity)) {
    const rest = subQuantity(
      subQuantity(quantity(value), quantity(settings.systemReserved[name])),
      quantity(settings.kubeReserved[name]),
    );
    left.set(name, quantitySign(rest) < 0 ? ZERO : rest);
  }
  return left;
}

/** Null, or the text of what is reserved beyond the capacity. */
export function validateNodeAllocatable(capacity: ResourceList, settings: Reservations): string | null {
  const problems: string[] = [];
  for (const [name, reserved] of nodeAllocatableReservation(capacity, settings)) {
    const total = quantity(capacity[name]);
    if (compareQuantity(reserved, total) <= 0) continue;
    problems.push(
      `Resource "${name}" has a reservation of ${goQuantity(reserved)} but capacity of ${goQuantity(total)}. Expected capacity >= reservation.`,
    );
  }
  return problems.length > 0 ? `invalid Node Allocatable configuration. ${problems.join(" ")}` : null;
}

/** A Quantity printed with %v is its struct: the number, its scale, an empty decimal, the text if cached, the format. */
function goQuantity(q: Quantity): string {
  return `{{${q.unscaled} ${q.scale}} {<nil>} ${q.text ?? ""} ${q.format}}`;
}

/** Canonical texts of a list. */
export function texts(list: ReadonlyMap<string, Quantity>): Record<string, string> {
  return Object.fromEntries([...list].map(([name, q]) => [name, formatQuantity(q)]));
}
