import { compareQuantity, quantity } from "../../../api/quantity.ts";
import {
  type LeaseAnswer,
  newLease,
  nextRenewalStep,
  type RenewState,
  startRenewal,
} from "../../../kubelet/lease/lease.ts";
import {
  isUpdateStatusPeriodExpired,
  nodeStatusHasChanged,
  reconcileExtendedResource,
  updateDefaultLabels,
  updateDefaultResources,
} from "../../../kubelet/node-status/changes.ts";
import type { Adapter } from "../adapter.ts";
import { matches } from "../compare.ts";

/** One renewal pass against answers given by verb. */
function sync(given: any): unknown {
  const asked: Record<string, number> = {};
  const calls: string[] = [];
  let callbacks = 0;
  let state: RenewState = startRenewal(given.latestLeaseKnown);
  while (state.step.step !== "done" && calls.length < 100) {
    const verb = state.step.step;
    const answers: LeaseAnswer[] = given.responses[verb] ?? ["ok"];
    const turn = asked[verb] ?? 0;
    asked[verb] = turn + 1;
    const answer = answers[Math.min(turn, answers.length - 1)] ?? "ok";
    calls.push(`${verb} ${answer}`);
    state = nextRenewalStep(state, answer, given.nodeExists);
    if (state.repeatedFailure) callbacks++;
  }
  return { calls, repeatedFailureCallbacks: callbacks, latestLeaseKnown: state.latestLeaseKnown };
}

const sameAmounts = (expected: any, actual: any): boolean =>
  Object.keys(expected).length === Object.keys(actual ?? {}).length &&
  Object.entries(expected).every(
    ([name, value]) =>
      actual?.[name] !== undefined && compareQuantity(quantity(value), quantity(actual[name])) === 0,
  );

export const leaseAdapter: Adapter = {
  run: (given) => {
    switch (given.op) {
      case "newLease":
        return newLease(
          given.base,
          {
            nodeName: "foo",
            leaseDurationSeconds: given.leaseDurationSeconds,
            ...(given.nodeExists ? { nodeUid: given.nodeUid } : {}),
          },
          given.now,
        );
      case "sync":
        return sync(given);
      case "changed":
        return { changed: nodeStatusHasChanged(given.original, given.status) };
      case "periodExpired": {
        const { secondsSinceLastReport: since, reportFrequencySeconds, delaySeconds } = given;
        return {
          expired: isUpdateStatusPeriodExpired(
            since === null ? null : since * 1000,
            reportFrequencySeconds * 1000,
            delaySeconds * 1000,
          ),
        };
      }
      case "defaultLabels":
        return updateDefaultLabels(given.initial, given.existing);
      case "defaultResources":
        return updateDefaultResources(given.initial, given.existing);
      case "extendedResources":
        return reconcileExtendedResource(given.initial, given.existing, given.devicesUnknownYet);
      default:
        throw new Error(`unknown op ${given.op}`);
    }
  },
  compare: (expect, actual) => {
    const { capacity, allocatable, labels, ...rest } = expect;
    const exactLabels =
      !labels ||
      (matches(labels, actual.labels) && Object.keys(labels).length === Object.keys(actual.labels).length);
    return (
      exactLabels &&
      (capacity === undefined || sameAmounts(capacity, actual.capacity)) &&
      (allocatable === undefined || sameAmounts(allocatable, actual.allocatable)) &&
      matches(rest, actual)
    );
  },
};
