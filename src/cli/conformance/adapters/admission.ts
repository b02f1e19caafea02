import { type FailureReason, removeMissingExtendedResources } from "../../../kubelet/admission/node-fit.ts";
import { admitByPredicates } from "../../../kubelet/admission/predicates.ts";
import { getPodsToPreempt, handleAdmissionFailure } from "../../../kubelet/admission/preemption.ts";
import type { Adapter } from "../adapter.ts";
import { matches } from "../compare.ts";

const names = (pods: readonly any[]): string[] => pods.map((pod) => pod.metadata.name);

function preempt(given: any): unknown {
  const outcome = handleAdmissionFailure(given.pod, given.reasons as FailureReason[], given.activePods);
  if ("error" in outcome) return { error: true, errorText: outcome.error, evicted: [], remainingReasons: [] };
  // A kill that fails is not counted, and the pod is admitted all the same.
  return {
    error: false,
    evicted: given.killFails ? [] : names(outcome.victims),
    remainingReasons: outcome.reasons,
  };
}

export const admission: Adapter = {
  run: (given) => {
    switch (given.op) {
      case "admit": {
        const rejection = admitByPredicates(
          given.pod,
          given.otherPods ?? [],
          given.node,
          () => given.freshNode ?? given.node,
          (_, reasons) => ({ reasons }),
        );
        return { admit: rejection === null, ...rejection };
      }
      case "removeMissing": {
        const pod: any = removeMissingExtendedResources(given.pod, given.node);
        return { containerRequests: pod.spec.containers.map((c: any) => c.resources?.requests ?? {}) };
      }
      case "preempt":
        return preempt(given);
      case "victims": {
        const found = getPodsToPreempt(given.pod, given.activePods ?? [], given.missing ?? []);
        return found.ok
          ? { error: false, victims: names(found.victims) }
          : { error: true, errorText: found.error };
      }
      default:
        throw new Error(`unknown op ${given.op}`);
    }
  },
  compare: (expect, actual, given) => {
    if (given.op === "victims") return matches(expect, actual, ["victims"]);
    if (given.op !== "removeMissing") return matches(expect, actual);
    // What is left must be exactly what is expected: a request too many is a failure.
    const size = (list: any): number => Object.keys(list).length;
    return (
      matches(expect, actual) &&
      expect.containerRequests.every(
        (want: any, i: number) => size(want) === size(actual.containerRequests[i]),
      )
    );
  },
};
