/** The scheduler's filters, as far as a node's kubelet can be taught with them: each says why a node will not do. */

import { matchesNodeAffinity } from "../../api/node-affinity.ts";
import { findMatchingUntoleratedTaint } from "../../api/tolerations.ts";
import type { Node, Pod } from "../../api/types.ts";
import { allocatable, podRequests, type ResourceList } from "../resources.ts";

export type Plugin =
  | "NodeUnschedulable"
  | "TaintToleration"
  | "NodeAffinity"
  | "NodePorts"
  | "NodeResourcesFit"
  | "VolumeBinding";

/** Why a node was filtered out. `helpless`: taking pods off it would not help. */
export interface FilterFailure {
  readonly plugin: Plugin;
  readonly reason: string;
  readonly helpless: boolean;
}

/** What the scheduler knows of a node: the object and the pods assumed or bound to it. */
export interface NodeInfo {
  readonly node: Node;
  readonly pods: readonly Pod[];
}

const terminal = (pod: Pod): boolean => pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";

/** What the pods of a node ask for, ended ones left out. */
export function used(info: NodeInfo): Map<string, number> {
  const out = new Map<string, number>();
  for (const pod of info.pods) {
    if (terminal(pod)) continue;
    for (const [name, value] of podRequests(pod)) out.set(name, (out.get(name) ?? 0) + value);
    out.set("pods", (out.get("pods") ?? 0) + 1);
  }
  return out;
}

/** NodeResourcesFit (pkg/scheduler/framework/plugins/noderesources/fit.go: fitsRequest). */
function resourcesFit(pod: Pod, info: NodeInfo): FilterFailure[] {
  const free: ResourceList = allocatable(info.node.status?.allocatable as Record<string, string> | undefined);
  const taken = used(info);
  const failures: FilterFailure[] = [];
  if ((taken.get("pods") ?? 0) + 1 > (free.get("pods") ?? 0))
    failures.push({ plugin: "NodeResourcesFit", reason: "Too many pods", helpless: false });
  for (const [name, value] of podRequests(pod)) {
    const capacity = free.get(name) ?? 0;
    if (value > 0 && value > capacity - (taken.get(name) ?? 0)) {
      failures.push({
        plugin: "NodeResourcesFit",
        reason: `Insufficient ${name}`,
        helpless: value > capacity,
      });
    }
  }
  return failures;
}

interface HostPort {
  readonly ip: string;
  readonly port: number;
  readonly protocol: string;
}

function hostPorts(pod: Pod): HostPort[] {
  const containers = [
    ...(pod.spec?.containers ?? []),
    ...(pod.spec?.initContainers ?? []).filter((c) => c.restartPolicy === "Always"),
  ];
  return containers.flatMap((c) =>
    (c.ports ?? [])
      .filter((p) => p.hostPort)
      .map((p) => ({ ip: p.hostIP || "0.0.0.0", port: p.hostPort as number, protocol: p.protocol ?? "TCP" })),
  );
}

const conflict = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port &&
  a.protocol === b.protocol &&
  (a.ip === b.ip || a.ip === "0.0.0.0" || b.ip === "0.0.0.0");

/** Failures of one node, in the order in which the plugins run; the first plugin that fails decides. */
export function filterNode(pod: Pod, info: NodeInfo): FilterFailure[] {
  const { node } = info;
  const tolerations = pod.spec?.tolerations ?? [];
  if (
    node.spec?.unschedulable &&
    !tolerations.some(
      (t) => (t.key ?? "") === "node.kubernetes.io/unschedulable" || (!t.key && t.operator === "Exists"),
    )
  ) {
    return [{ plugin: "NodeUnschedulable", reason: "node(s) were unschedulable", helpless: true }];
  }
  const taint = findMatchingUntoleratedTaint(node.spec?.taints ?? [], tolerations, [
    "NoSchedule",
    "NoExecute",
  ]);
  if (taint)
    return [{ plugin: "TaintToleration", reason: "node(s) had untolerated taint(s)", helpless: true }];
  if (!matchesNodeAffinity(pod, node)) {
    return [
      { plugin: "NodeAffinity", reason: "node(s) didn't match Pod's node affinity/selector", helpless: true },
    ];
  }
  const wanted = hostPorts(pod);
  if (wanted.length > 0) {
    const taken = info.pods.filter((p) => !terminal(p)).flatMap(hostPorts);
    if (wanted.some((w) => taken.some((t) => conflict(w, t)))) {
      return [
        {
          plugin: "NodePorts",
          reason: "node(s) didn't have free ports for the requested pod ports",
          helpless: false,
        },
      ];
    }
  }
  return resourcesFit(pod, info);
}
