/** oom_score_adj of a container (pkg/kubelet/qos/policy.go: GetContainerOOMScoreAdjust). */
import { getPodQOS } from "../../api/qos.ts";
import { quantity, quantityValue } from "../../api/quantity.ts";
import type { Container, Pod } from "../../api/types.ts";
import { isNodeCriticalPod } from "../config/static.ts";
import { isSidecar } from "../types.ts";
import { aggregateContainerRequests, isPodLevelRequestsSet } from "./pod-resources.ts";

const GUARANTEED = -997;
const BEST_EFFORT = 1000;

const bytes = (text: string | undefined): number => Number(quantityValue(quantity(text)));

const memoryRequest = (container: { resources?: { requests?: { [name: string]: string } } }): number =>
  bytes(container.resources?.requests?.["memory"]);

/** The pod's memory request that no container claims, divided evenly (remainingPodMemReqPerContainer). */
function remainingPerContainer(pod: Pod): number {
  const own = bytes((pod.spec?.resources?.requests as { [name: string]: string } | undefined)?.["memory"]);
  const count = (pod.spec?.containers ?? []).length + (pod.spec?.initContainers ?? []).length;
  if (own === 0 || count === 0) return 0;
  const claimed = aggregateContainerRequests(pod).get("memory");
  return Math.trunc((own - (claimed ? Number(quantityValue(claimed)) : 0)) / count);
}

/** Higher is killed first: -997 (never if it can be helped), 3 to 999 by memory request, 1000. */
export function getContainerOOMScoreAdjust(pod: Pod, container: Container, memoryCapacity: number): number {
  if (isNodeCriticalPod(pod)) return GUARANTEED;
  const qos = getPodQOS(pod);
  if (qos === "Guaranteed") return GUARANTEED;
  if (qos === "BestEffort") return BEST_EFFORT;
  const share = isPodLevelRequestsSet(pod) ? remainingPerContainer(pod) : 0;
  const adjust = (bytes: number): number => 1000 - Math.trunc((1000 * bytes) / memoryCapacity);
  let score = adjust(memoryRequest(container) + share);
  const sidecar =
    isSidecar(container) && (pod.spec?.initContainers ?? []).some((c) => c.name === container.name);
  if (sidecar) {
    // A sidecar must not be killed before the regular container that asks for least.
    const regular = (pod.spec?.containers ?? []).map(memoryRequest);
    score = Math.min(score, adjust((regular.length > 0 ? Math.min(...regular) : 0) + share));
  }
  if (score < 1000 + GUARANTEED) return 1000 + GUARANTEED;
  return score === BEST_EFFORT ? BEST_EFFORT - 1 : score;
}
