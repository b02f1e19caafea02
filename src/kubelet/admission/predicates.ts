/** The predicate handler: may this pod start on this node (pkg/kubelet/lifecycle/predicate.go). */
import type { Node, Pod } from "../../api/types.ts";
import {
  AFFINITY_REASON,
  type FailureReason,
  generalFilter,
  isInsufficient,
  nodeUse,
  removeMissingExtendedResources,
} from "./node-fit.ts";

export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

const OS = "linux";
const OS_LABEL = "kubernetes.io/os";

/** Reason and message of a single failure. */
export function rejectionFor(failure: FailureReason): Rejection {
  if (!isInsufficient(failure))
    return { reason: failure.predicate, message: `Predicate ${failure.predicate} failed: ${failure.reason}` };
  const { resource, requested, used, capacity } = failure;
  return {
    reason: `OutOf${resource}`,
    message: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
  };
}

/** What to do about failures: the reasons that remain, or the text of an error. */
export type FailureHandler = (
  pod: Pod,
  reasons: readonly FailureReason[],
) => { readonly reasons: readonly FailureReason[] } | { readonly error: string };

/** Checks no preemption can help with. */
function unfit(pod: Pod, node: Node): Rejection | null {
  const label = pod.metadata?.labels?.[OS_LABEL];
  // The node's own label is set right by the kubelet, so the pod's must name this system.
  if (label !== undefined && label !== OS) {
    return {
      reason: "PodOSSelectorNodeLabelDoesNotMatch",
      message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    };
  }
  if (pod.spec?.os && pod.spec.os.name !== OS) {
    return {
      reason: "PodOSNotSupported",
      message: "Failed to admit pod as the OS field doesn't match node OS",
    };
  }
  const strict = pod.spec?.securityContext?.supplementalGroupsPolicy === "Strict";
  if (strict && !node.status?.features?.supplementalGroupsPolicy) {
    return {
      reason: "SupplementalGroupsPolicyNotSupported",
      message: "SupplementalGroupsPolicy=Strict is not supported in this node",
    };
  }
  return null;
}

/**
 * Null when admitted. `freshNode` is asked for when nothing but node affinity fails: labels may have changed.
 * `handle` may free resources for a critical pod.
 */
export function admitByPredicates(
  pod: Pod,
  otherPods: readonly Pod[],
  node: Node | undefined,
  freshNode: () => Node | undefined,
  handle: FailureHandler,
): Rejection | null {
  if (!node) return { reason: "InvalidNodeInfo", message: "Kubelet cannot get node info." };
  const early = unfit(pod, node);
  if (early) return early;
  const use = nodeUse(otherPods);
  const asked = removeMissingExtendedResources(pod, node);
  let reasons: readonly FailureReason[] = generalFilter(asked, use, node);
  if (reasons.length > 0 && reasons.every((r) => !isInsufficient(r) && r.reason === AFFINITY_REASON)) {
    const fresh = freshNode();
    if (fresh) reasons = generalFilter(asked, use, fresh);
  }
  if (reasons.length === 0) return null;
  const handled = handle(pod, reasons);
  if ("error" in handled) {
    return {
      reason: "UnexpectedAdmissionError",
      message: `Unexpected error while attempting to recover from admission failure: ${handled.error}`,
    };
  }
  return handled.reasons[0] ? rejectionFor(handled.reasons[0]) : null;
}
