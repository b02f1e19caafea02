/** When a node's status is sent, and what an existing Node gets at registration (kubelet_node_status.go). */
import { compareQuantity, quantity } from "../../api/quantity.ts";
import type { Node, NodeCondition } from "../../api/types.ts";
import type { Ms } from "../../sim/types.ts";
import { isExtendedResourceName } from "../admission/node-fit.ts";
import type { ResourceList } from "../cm/pod-resources.ts";
import { sameJson } from "../config/equal.ts";

type NodeStatus = NonNullable<Node["status"]>;

const withoutHeartbeat = ({
  lastHeartbeatTime: _,
  ...rest
}: NodeCondition): Omit<NodeCondition, "lastHeartbeatTime"> => rest;

/** Order does not count, heartbeats do not count. */
function conditionsHaveChanged(a: readonly NodeCondition[], b: readonly NodeCondition[]): boolean {
  if (a.length !== b.length) return true;
  const sorted = (list: readonly NodeCondition[]): readonly NodeCondition[] =>
    [...list].sort((x, y) => (x.type < y.type ? -1 : x.type > y.type ? 1 : 0));
  const [left, right] = [sorted(a), sorted(b)];
  return left.some(
    (condition, i) => !sameJson(withoutHeartbeat(condition), withoutHeartbeat(right[i] as NodeCondition)),
  );
}

const sameAmounts = (a: ResourceList | undefined, b: ResourceList | undefined): boolean => {
  const [left, right] = [Object.entries(a ?? {}), b ?? {}];
  return (
    left.length === Object.keys(right).length &&
    left.every(([k, v]) => right[k] !== undefined && compareQuantity(quantity(v), quantity(right[k])) === 0)
  );
};

/** Whether there is more to tell than a heartbeat. */
export function nodeStatusHasChanged(
  before: NodeStatus | null | undefined,
  after: NodeStatus | null | undefined,
): boolean {
  if (!before || !after) return !!before !== !!after;
  if (before === after) return false;
  const { conditions: c1 = [], capacity: cap1, allocatable: all1, ...rest1 } = before;
  const { conditions: c2 = [], capacity: cap2, allocatable: all2, ...rest2 } = after;
  if (conditionsHaveChanged(c1, c2)) return true;
  if (
    !sameAmounts(cap1 as ResourceList, cap2 as ResourceList) ||
    !sameAmounts(all1 as ResourceList, all2 as ResourceList)
  )
    return true;
  return !sameSemantically(rest1, rest2);
}

/** Equality in which an empty list or map is as good as none. */
function sameSemantically(a: unknown, b: unknown): boolean {
  const empty = (v: unknown): boolean =>
    v === undefined || v === null || (typeof v === "object" && Object.keys(v).length === 0);
  if (empty(a) && empty(b)) return true;
  if (a === b) return true;
  if (empty(a) || empty(b) || typeof a !== "object" || typeof b !== "object") return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) =>
    sameSemantically(left[key], right[key]),
  );
}

/** A report is due: the period is over, moved by the random delay that followed the last change. */
export function isUpdateStatusPeriodExpired(
  sinceLastReportMs: Ms | null,
  reportFrequencyMs: Ms,
  delayMs: Ms,
): boolean {
  return sinceLastReportMs === null || sinceLastReportMs >= reportFrequencyMs + delayMs;
}

/** That delay: between minus and plus half the period. `random` lies in [0, 1). */
export const calculateDelay = (reportFrequencyMs: Ms, random: number): Ms =>
  reportFrequencyMs * (-0.5 + random);

const DEFAULT_LABELS = [
  "kubernetes.io/hostname",
  "topology.kubernetes.io/zone",
  "topology.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region",
  "node.kubernetes.io/instance-type",
  "beta.kubernetes.io/instance-type",
  "kubernetes.io/os",
  "kubernetes.io/arch",
  "node.kubernetes.io/windows-build",
  "beta.kubernetes.io/os",
  "beta.kubernetes.io/arch",
];

type Labels = Readonly<Record<string, string>>;

/** Labels of an existing node after this kubelet's own were put over them; an empty value takes a label away. */
export function updateDefaultLabels(
  initial: Labels,
  existing: Labels,
): { readonly labels: Labels; readonly needsUpdate: boolean } {
  const labels: Record<string, string> = { ...existing };
  let needsUpdate = false;
  for (const name of DEFAULT_LABELS) {
    const wanted = initial[name];
    if (wanted === undefined) continue;
    if ((labels[name] ?? "") !== wanted) {
      labels[name] = wanted;
      needsUpdate = true;
    }
    if (labels[name] === "") delete labels[name];
  }
  return { labels, needsUpdate };
}

export interface NodeResources {
  readonly capacity?: ResourceList;
  readonly allocatable?: ResourceList;
}
export type ResourcesUpdate = Required<NodeResources> & { readonly needsUpdate: boolean };

/** Fills in lists that are missing altogether. */
export function updateDefaultResources(initial: NodeResources, existing: NodeResources): ResourcesUpdate {
  return {
    capacity: existing.capacity ?? initial.capacity ?? {},
    allocatable: existing.allocatable ?? initial.allocatable ?? {},
    needsUpdate:
      (!existing.capacity && !!initial.capacity) || (!existing.allocatable && !!initial.allocatable),
  };
}

/** Extended resources count nothing until their devices are known again. */
export function reconcileExtendedResource(
  initial: NodeResources,
  existing: NodeResources,
  devicesUnknownYet: boolean,
): ResourcesUpdate {
  const { capacity, allocatable, needsUpdate } = updateDefaultResources(initial, existing);
  const extended = devicesUnknownYet ? Object.keys(capacity).filter(isExtendedResourceName) : [];
  if (extended.length === 0) return { capacity, allocatable, needsUpdate };
  const zeros = Object.fromEntries(extended.map((name) => [name, "0"]));
  return {
    capacity: { ...capacity, ...zeros },
    allocatable: { ...allocatable, ...zeros },
    needsUpdate: true,
  };
}
