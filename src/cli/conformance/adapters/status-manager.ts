/** The status-manager suite: one operation of the manager, or its cache step by step. */
import type { ContainerStatus, Pod, PodStatus } from "../../../api/types.ts";
import { mergePodStatus } from "../../../kubelet/status/merge.ts";
import { normalizeStatus, wholeSeconds } from "../../../kubelet/status/normalize.ts";
import { setContainerReadiness, setContainerStartup } from "../../../kubelet/status/set-container.ts";
import { isPodStatusByKubeletEqual } from "../../../kubelet/status/status-equal.ts";
import { terminalStatus } from "../../../kubelet/status/terminate.ts";
import { updateStatusInternal, type VersionedPodStatus } from "../../../kubelet/status/update-status.ts";
import type { Case } from "../adapter.ts";

const NOW = "2024-01-01T00:00:00Z";
const stamp = (atMs: number): string => wholeSeconds(new Date(atMs).toISOString());

function isUnknownTerminated(status: ContainerStatus): boolean {
  const t = status.state?.terminated;
  return t?.reason === "ContainerStatusUnknown" && t.exitCode === 137 && Boolean(t.message);
}

/** A state in the words in which the vector asks for it. */
function stateAs(asked: unknown, status: ContainerStatus): unknown {
  if (typeof asked !== "object" && isUnknownTerminated(status)) return "unknownTerminated";
  if (asked === "waiting" && status.state?.waiting) return "waiting";
  if (asked && typeof asked === "object" && "terminatedExitCode" in asked)
    return { terminatedExitCode: status.state?.terminated?.exitCode };
  return status.state ?? {};
}

export function runStatusManager(given: any, test: Case): unknown {
  const gates = given.featureGates ?? {};
  switch (given.op) {
    case "merge": {
      const merged = mergePodStatus(
        given.pod ?? {},
        given.oldStatus,
        given.newStatus,
        given.podCouldHaveRunningContainers,
        NOW,
      );
      return {
        status: {
          phase: merged.phase,
          reason: merged.reason ?? "",
          message: merged.message ?? "",
          conditions: merged.conditions,
        },
      };
    }
    case "equal":
      return {
        equal: isPodStatusByKubeletEqual(
          normalizeStatus(given.pod, given.oldStatus),
          normalizeStatus(given.pod, given.newStatus),
        ),
      };
    case "terminate":
      return terminate(given, test.expect);
    default:
      return statusSteps(given, gates);
  }
}

function terminate(given: any, expect: any): unknown {
  const pod: Pod = given.pod;
  const take = (of: Pod, status: PodStatus, cached: VersionedPodStatus | undefined, finished: boolean) =>
    updateStatusInternal({
      pod: of,
      status,
      cached,
      force: finished,
      podIsFinished: finished,
      now: NOW,
      nowMs: 0,
      gates: given.featureGates,
    });
  // What is held was set before the pod's own status became what it is.
  const held = given.heldStatus
    ? take({ ...pod, status: {} }, given.heldStatus, undefined, false)
    : undefined;
  const cached = held?.kind === "changed" ? held.entry : undefined;
  const before = cached?.status ?? pod.status ?? {};
  const result = take(pod, terminalStatus(pod, before), cached, true);
  const status = result.kind === "changed" ? result.entry.status : before;
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const unknown = all.find(isUnknownTerminated);
  const states = (list: readonly ContainerStatus[] | undefined, asked: readonly unknown[] | undefined) =>
    (list ?? []).map((s, i) => stateAs(asked?.[i], s));
  return {
    phase: status.phase,
    message: status.message ?? "",
    initContainerStates: states(status.initContainerStatuses, expect.initContainerStates),
    containerStates: states(status.containerStatuses, expect.containerStates),
    unknownMessage: unknown?.state?.terminated?.message,
    unchanged: isPodStatusByKubeletEqual(before, status),
    lastStates: Object.fromEntries(all.map((s) => [s.name, s.lastState?.terminated?.exitCode])),
  };
}

/** setReadiness, setStartup and setStatus: the manager's cache, step by step. */
function statusSteps(given: any, gates: Record<string, boolean>): unknown {
  const pod: Pod = given.pod;
  let cached: VersionedPodStatus | undefined;
  let lastReadyTime: string | undefined;
  return given.steps.map((step: any, i: number) => {
    const now = stamp(Date.parse(NOW) + i * 1000);
    const take = (status: PodStatus): number => {
      const result = updateStatusInternal({
        pod,
        status,
        cached,
        force: false,
        podIsFinished: false,
        now,
        nowMs: i * 1000,
        gates,
      });
      if (result.kind !== "changed") return 0;
      cached = result.entry;
      return 1;
    };
    let updates = 0;
    if (step.set !== undefined) {
      const change = given.op === "setReadiness" ? setContainerReadiness : setContainerStartup;
      const changed = cached && change(pod, cached.status, step.set, step.value);
      if (changed?.status) updates = take(changed.status);
    } else {
      updates = take(step.status ?? given.initialStatus);
    }
    const ready = cached?.status.conditions?.find((c) => c.type === "Ready");
    const all = [
      ...(cached?.status.containerStatuses ?? []),
      ...(cached?.status.initContainerStatuses ?? []),
    ];
    const readyTransitionTime = ready?.lastTransitionTime === lastReadyTime ? "same" : "notEarlier";
    lastReadyTime = ready?.lastTransitionTime;
    return {
      statusExists: cached !== undefined,
      updates,
      podReady: ready?.status === "True",
      ready: Object.fromEntries(all.map((s) => [s.containerID, s.ready])),
      started: Object.fromEntries(all.map((s) => [s.containerID, s.started ?? false])),
      readyTransitionTime:
        step.expect?.readyTransitionTime === "notEarlier" ? "notEarlier" : readyTransitionTime,
    };
  });
}
