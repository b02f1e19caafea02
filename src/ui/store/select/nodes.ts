/** Nodes as the screen shows them, from the API's copy. */
import type { Node } from "../../../api/types.ts";
import type { State } from "../../parts/states.ts";
import { memoize } from "../memo.ts";
import type { Rows, Tables } from "../world.ts";

export interface NodeView {
  readonly name: string;
  readonly state: State;
  /** `Ready`, `NotReady`, with `SchedulingDisabled` behind it as kubectl prints. */
  readonly status: string;
  readonly version: string;
  readonly cpu: string;
  readonly memory: string;
  readonly maxPods: number;
  readonly node: Node;
}

function nodeView(node: Node): NodeView {
  const ready = node.status?.conditions?.find((c) => c.type === "Ready");
  const state: State = !ready
    ? "creating"
    : ready.status === "True"
      ? "ready"
      : ready.status === "Unknown"
        ? "unknown"
        : "failed";
  const printed = !ready ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
  return {
    name: node.metadata?.name ?? "",
    state,
    status: node.spec?.unschedulable ? `${printed},SchedulingDisabled` : printed,
    version: node.status?.nodeInfo?.kubeletVersion ?? "",
    cpu: node.status?.capacity?.["cpu"] ?? "",
    memory: node.status?.capacity?.["memory"] ?? "",
    maxPods: Number(node.status?.capacity?.["pods"] ?? 110),
    node,
  };
}

const allNodes = memoize((table: Rows | undefined): readonly NodeView[] =>
  [...(table?.values() ?? [])].map((n) => nodeView(n as Node)).sort((a, b) => (a.name < b.name ? -1 : 1)),
);

export const nodesOf = (tables: Tables): readonly NodeView[] => allNodes(tables.get("api/Node"));

export const nodeOf = (tables: Tables, name: string): NodeView | undefined =>
  nodesOf(tables).find((n) => n.name === name);
