/** The suites of the prober's workers and manager. */
import type { ContainerStatus, Pod, PodStatus } from "../../../api/types.ts";
import { doProbe, NEW_WORKER, probeDone } from "../../../kubelet/prober/do-probe.ts";
import { updatePodStatus } from "../../../kubelet/prober/update-pod-status.ts";
import { bareContainerId } from "../../../kubelet/status/lookup.ts";
import type { ProbeResult, ProbeType } from "../../../kubelet/types.ts";

export function runProbeWorker(given: any): unknown {
  const probeType: ProbeType = given.probeType;
  const pod: Pod = {
    ...given.pod,
    metadata: {
      ...given.pod.metadata,
      ...(given.deletionTimestamp ? { deletionTimestamp: given.deletionTimestamp } : {}),
    },
  };
  const all = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  const container = all.find((c) => c.name === given.container) ?? { name: given.container };
  const results = new Map<string, ProbeResult>();
  let status: PodStatus | undefined = given.podStatus ?? undefined;
  let worker = NEW_WORKER;
  let registered = true;
  const idNow = (): string => {
    const s = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].find(
      (c) => c.name === given.container,
    );
    return bareContainerId(s?.containerID);
  };
  const apply = (changes: readonly { containerId: string; result: ProbeResult | null }[]): void => {
    for (const { containerId, result } of changes)
      result === null ? results.delete(containerId) : results.set(containerId, result);
  };
  if (given.storedResult) results.set(idNow(), given.storedResult);
  return (given.steps ?? []).map((step: any) => {
    if (step.podStatus !== undefined) status = step.podStatus ?? undefined;
    if (step.setStarted !== undefined && status) {
      const set = (list: ContainerStatus[] | undefined) =>
        list?.map((s) => (s.name === given.container ? { ...s, started: step.setStarted } : s));
      status = {
        ...status,
        containerStatuses: set(status.containerStatuses),
        initContainerStatuses: set(status.initContainerStatuses),
      };
    }
    let goOn = true;
    if (step.stop !== undefined) {
      results.delete(worker.containerId);
      registered = false;
    } else {
      const decision = doProbe({
        probeType,
        spec: given.probe,
        pod,
        container,
        status,
        worker,
        nowMs: Date.parse(given.now),
        kubeletStartedMs: Date.parse(given.kubeletStartedAt ?? given.now),
        gates: given.featureGates ?? {},
      });
      apply(decision.changes);
      worker = decision.worker;
      goOn = decision.action !== "end";
      if (decision.action === "run") {
        const done = probeDone(worker, probeType, given.probe, step.probe);
        apply(done.changes);
        worker = done.worker;
      }
    }
    const stored = results.get(idNow());
    return {
      continue: goOn,
      resultSet: stored !== undefined,
      result: stored,
      onHold: worker.onHold,
      resultRun: worker.resultRun,
      workerRegistered: registered,
    };
  });
}

export function runProberManager(given: any): unknown {
  const { status } = updatePodStatus(given.pod ?? {}, given.podStatus ?? {}, {
    result: (probe, id) =>
      given.results?.find((r: any) => r.probeType === probe && bareContainerId(r.containerID) === id)?.result,
    hasWorker: (container, probe) =>
      given.workers?.some((w: any) => w.container === container && w.probeType === probe) === true,
    kubeletStartedMs: given.kubeletStartedAt ? Date.parse(given.kubeletStartedAt) : 0,
    gates: given.featureGates ?? {},
  });
  const all = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
  const found = all.find((s) => s.name === given.container);
  return { ready: found?.ready ?? false, started: found?.started ?? false };
}
