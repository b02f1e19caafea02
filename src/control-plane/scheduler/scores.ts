/** Which of the nodes that will do is best, with the weights of the default profile. */

import { matchNodeSelectorTerms } from "../../api/node-affinity.ts";
import { findMatchingUntoleratedTaint } from "../../api/tolerations.ts";
import type { Pod } from "../../api/types.ts";
import { allocatable, podRequests } from "../resources.ts";
import { type NodeInfo, used } from "./filters.ts";

const WEIGHTS = { taints: 3, affinity: 2, resources: 1 };

/** LeastAllocated: the more of cpu and memory is left, the better (0 to 100). */
function leastAllocated(pod: Pod, info: NodeInfo): number {
  const free = allocatable(info.node.status?.allocatable as Record<string, string> | undefined);
  const taken = used(info);
  const requests = podRequests(pod);
  let score = 0;
  for (const name of ["cpu", "memory"]) {
    const capacity = free.get(name) ?? 0;
    if (capacity <= 0) continue;
    const after = (taken.get(name) ?? 0) + (requests.get(name) ?? 0);
    score += after > capacity ? 0 : ((capacity - after) * 100) / capacity;
  }
  return score / 2;
}

/** NodeAffinity: the weights of the preferred terms that match. */
function preferred(pod: Pod, { node }: NodeInfo): number {
  const terms = pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms
    .filter((t) => matchNodeSelectorTerms([t.preference], node))
    .reduce((sum, t) => sum + t.weight, 0);
}

/** TaintToleration: PreferNoSchedule taints that the pod does not tolerate. */
function unwelcome(pod: Pod, { node }: NodeInfo): number {
  const tolerations = pod.spec?.tolerations ?? [];
  return (node.spec?.taints ?? []).filter((taint) =>
    findMatchingUntoleratedTaint([taint], tolerations, ["PreferNoSchedule"]),
  ).length;
}

/** Scores as shares of the highest, 0 to 100 (DefaultNormalizeScore). */
function normalized(scores: readonly number[], reverse: boolean): number[] {
  const max = Math.max(0, ...scores);
  if (max === 0) return scores.map(() => (reverse ? 100 : 0));
  return scores.map((score) => (reverse ? 100 - (score * 100) / max : (score * 100) / max));
}

/** The node with the highest score; of several the first. */
export function bestNode(pod: Pod, fitting: readonly NodeInfo[]): NodeInfo {
  const affinity = normalized(
    fitting.map((info) => preferred(pod, info)),
    false,
  );
  const taints = normalized(
    fitting.map((info) => unwelcome(pod, info)),
    true,
  );
  let chosen = fitting[0] as NodeInfo;
  let top = Number.NEGATIVE_INFINITY;
  fitting.forEach((info, i) => {
    const score =
      WEIGHTS.resources * leastAllocated(pod, info) +
      WEIGHTS.affinity * (affinity[i] ?? 0) +
      WEIGHTS.taints * (taints[i] ?? 0);
    if (score > top) {
      top = score;
      chosen = info;
    }
  });
  return chosen;
}
