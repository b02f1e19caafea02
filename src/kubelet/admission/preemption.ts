/** Pods that a critical pod pushes off the node (pkg/kubelet/preemption/preemption.go). */
import { getPodQOS, type QosClass } from "../../api/qos.ts";
import type { Pod } from "../../api/types.ts";
import { getResourceRequest } from "../cm/pod-resources.ts";
import { isCriticalPod, preemptable } from "../config/static.ts";
import { type FailureReason, isInsufficient } from "./node-fit.ts";

/** What is to be freed: cpu in milli, memory in bytes, pods by count. */
export interface Requirement {
  readonly resource: string;
  readonly quantity: number;
}

export type VictimsResult =
  | { readonly ok: true; readonly victims: readonly Pod[] }
  | { readonly ok: false; readonly error: string };

const text = (missing: readonly Requirement[]): string =>
  `[${missing.map(({ resource, quantity }) => `(res: ${resource}, q: ${quantity}), `).join("")}]`;

function subtract(missing: readonly Requirement[], pods: readonly Pod[]): Requirement[] {
  return missing.flatMap(({ resource, quantity }) => {
    let left = quantity;
    for (const pod of pods) {
      left -= getResourceRequest(pod, resource);
      if (left <= 0) return [];
    }
    return left > 0 ? [{ resource, quantity: left }] : [];
  });
}

/** Sum of the squared parts of the requirements that this pod would leave open. */
function distance(missing: readonly Requirement[], pod: Pod): number {
  let sum = 0;
  for (const { resource, quantity } of missing) {
    const left = quantity - getResourceRequest(pod, resource);
    if (left > 0) sum += (left / quantity) ** 2;
  }
  return sum;
}

function smallerResourceRequest(a: Pod, b: Pod): boolean {
  for (const resource of ["memory", "cpu"]) {
    const [x, y] = [getResourceRequest(a, resource), getResourceRequest(b, resource)];
    if (x !== y) return x < y;
  }
  return true;
}

/** Takes the pod that covers most, again and again, until nothing is missing. */
function byDistance(candidates: readonly Pod[], wanted: readonly Requirement[]): VictimsResult {
  const pods = [...candidates];
  const victims: Pod[] = [];
  let missing = wanted;
  while (missing.length > 0) {
    if (pods.length === 0)
      return { ok: false, error: `no set of running pods found to reclaim resources: ${text(missing)}` };
    let best = 0;
    let least = missing.length + 1;
    pods.forEach((pod, i) => {
      const far = distance(missing, pod);
      if (far < least || (far === least && smallerResourceRequest(pod, pods[best] as Pod))) {
        least = far;
        best = i;
      }
    });
    const victim = pods[best] as Pod;
    missing = subtract(missing, [victim]);
    victims.push(victim);
    // The last one takes the place of the one taken out, so that ties fall as upstream's do.
    pods[best] = pods.at(-1) as Pod;
    pods.pop();
  }
  return { ok: true, victims };
}

/** As few Guaranteed pods as possible, then as few Burstable ones, then BestEffort. */
export function getPodsToPreempt(
  preemptor: Pod,
  pods: readonly Pod[],
  missing: readonly Requirement[],
): VictimsResult {
  const of = (qos: QosClass): Pod[] =>
    pods.filter((pod) => preemptable(preemptor, pod) && getPodQOS(pod) === qos);
  const [bestEffort, burstable, guaranteed] = [of("BestEffort"), of("Burstable"), of("Guaranteed")];
  const unmet = subtract(missing, [...bestEffort, ...burstable, ...guaranteed]);
  if (unmet.length > 0)
    return { ok: false, error: `no set of running pods found to reclaim resources: ${text(unmet)}` };
  const third = byDistance(guaranteed, subtract(missing, [...bestEffort, ...burstable]));
  if (!third.ok) return third;
  const second = byDistance(burstable, subtract(missing, [...bestEffort, ...third.victims]));
  if (!second.ok) return second;
  const first = byDistance(bestEffort, subtract(missing, [...second.victims, ...third.victims]));
  if (!first.ok) return first;
  return { ok: true, victims: [...first.victims, ...second.victims, ...third.victims] };
}

export const PREEMPTED_MESSAGE = "Preempted in order to admit critical pod";
export const PREEMPTED_CONDITION = "Pod was preempted by Kubelet to accommodate a critical pod.";

/** What comes of the failures of a pod: reasons that stand, victims to kill, or an error. */
export type FailureOutcome =
  | {
      readonly reasons: readonly FailureReason[];
      readonly victims: readonly Pod[];
      readonly missing: readonly Requirement[];
    }
  | { readonly error: string };

/** Only missing resources can be helped, and only for a critical pod (HandleAdmissionFailure). */
export function handleAdmissionFailure(
  pod: Pod,
  reasons: readonly FailureReason[],
  activePods: readonly Pod[],
): FailureOutcome {
  if (!isCriticalPod(pod)) return { reasons, victims: [], missing: [] };
  const others = reasons.filter((reason) => !isInsufficient(reason));
  if (others.length > 0) return { reasons: others, victims: [], missing: [] };
  const missing = reasons.filter(isInsufficient).map(({ resource, requested, capacity, used }) => ({
    resource,
    quantity: requested - (capacity - used),
  }));
  const found = getPodsToPreempt(pod, activePods, missing);
  if (!found.ok) return { error: `preemption: error finding a set of pods to preempt: ${found.error}` };
  return { reasons: [], victims: found.victims, missing };
}
