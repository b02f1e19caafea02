/**
 * What may help a pod that did not fit: each filter names the changes that can turn its answer, and nothing else has the
 * pod looked at again (pkg/scheduler/framework/plugins: EventsToRegister).
 */
import type { Node, Pod } from "../../api/types.ts";
import type { Plugin } from "./filters.ts";

/** What the filters read of a node; heartbeats leave it as it is. */
export interface NodeShape {
  readonly labels: string;
  readonly taints: string;
  readonly unschedulable: boolean;
  readonly allocatable: string;
}

export const nodeShape = (node: Node): NodeShape => ({
  labels: JSON.stringify(node.metadata?.labels ?? {}),
  taints: JSON.stringify(node.spec?.taints ?? []),
  unschedulable: node.spec?.unschedulable === true,
  allocatable: JSON.stringify(node.status?.allocatable ?? {}),
});

const EVERY: readonly Plugin[] = [
  "NodeUnschedulable",
  "TaintToleration",
  "NodeAffinity",
  "NodePorts",
  "NodeResourcesFit",
  "VolumeBinding",
];

/** Filters whose answer a change of a node may turn; a node that is new may turn them all. */
export function turnedByNode(before: NodeShape | undefined, now: NodeShape): readonly Plugin[] {
  if (!before) return EVERY;
  const out: Plugin[] = [];
  if (before.labels !== now.labels) out.push("NodeAffinity");
  if (before.taints !== now.taints) out.push("TaintToleration");
  if (before.unschedulable !== now.unschedulable) out.push("NodeUnschedulable");
  if (before.allocatable !== now.allocatable) out.push("NodeResourcesFit");
  return out;
}

/** A pod that leaves its node gives back what it held. */
export const TURNED_BY_LEAVING: readonly Plugin[] = ["NodePorts", "NodeResourcesFit"];

export const isTerminal = (pod: Pod): boolean =>
  pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
