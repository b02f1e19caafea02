/** The status manager: what the kubelet last made of each pod, and its way to the API (pkg/kubelet/status). */
import { computePodQOS } from "../../api/qos.ts";
import { formatQuantity } from "../../api/quantity.ts";
import type { Pod, PodStatus } from "../../api/types.ts";
import { keysWhere, MachineTable } from "../../sim/index.ts";
import { type Amounts, podLimits, podRequests } from "../cm/pod-resources.ts";
import type { Kubelet, StatusManager } from "../contract.ts";
import { podObject } from "../types.ts";
import {
  DEADLINE_EXCEEDED_MESSAGE,
  DEADLINE_EXCEEDED_REASON,
  pastActiveDeadline,
} from "./active-deadline.ts";
import { generatePodReadyToStartContainersCondition, needToReconcilePodReadiness } from "./conditions.ts";
import { bareContainerId, replaceOrAppendCondition } from "./lookup.ts";
import { type CachedStatus, podSyncEffects } from "./pod-sync.ts";
import { RememberedStatuses } from "./remembered-status.ts";
import { PodResizeConditions, type ResizeConditions } from "./resize-conditions.ts";
import { type SetContainerResult, setContainerReadiness, setContainerStartup } from "./set-container.ts";
import {
  type StatusManagerContext,
  type StatusManagerEvent,
  SYNC_PERIOD_MS,
  statusManagerMachine,
} from "./status-manager.machine.ts";
import { terminalStatus } from "./terminate.ts";
import { type UpdateStatusResult, updateStatusInternal } from "./update-status.ts";

/** The manager with what in-place resize needs of it. */
export interface KubeletStatusManager extends StatusManager {
  readonly resize: PodResizeConditions;
}

export function createStatusManager(k: Kubelet): KubeletStatusManager {
  const { sim, nodeName } = k;
  const name = `${nodeName}/status`;
  const pods = sim.table<CachedStatus>(`${name}/pods`);
  const sent = sim.table<number>(`${name}/sent`);
  const resize = new PodResizeConditions(sim.table<ResizeConditions>(`${name}/resize`), () => k.stamp());
  const forget = (uid: string): void => {
    pods.delete(uid);
    resize.forget(uid);
  };
  const machine = new MachineTable<StatusManagerContext, StatusManagerEvent>(
    sim,
    name,
    statusManagerMachine,
    podSyncEffects(k, name, { pods, sent, forget }),
  );

  const uidOf = (pod: Pod): string => pod.metadata?.uid ?? "";
  const nodeIPs = [k.host.network.nodeIp];
  const generated = new RememberedStatuses();
  /** Statuses that said nothing new to a stored one, for that pod and mirror pod. */
  const known = new WeakMap<PodStatus, { pod: Pod; mirror: Pod | undefined; cached: CachedStatus }>();

  /** A mirror pod's UID stands for its static pod. */
  function held(uid: string): CachedStatus | undefined {
    return pods.get(k.podManager.translateUid(uid));
  }

  function update(
    pod: Pod,
    status: PodStatus,
    options: { force: boolean; finished: boolean },
  ): UpdateStatusResult["kind"] {
    const uid = uidOf(pod);
    const mirror = k.podManager.mirrorOf(pod);
    const result = updateStatusInternal({
      pod,
      status,
      cached: pods.get(uid),
      ...(mirror ? { mirror } : {}),
      force: options.force,
      podIsFinished: options.finished,
      now: k.stamp(),
      nowMs: sim.now,
      gates: k.config.featureGates,
    });
    if (result.kind === "illegal") {
      sim.record({
        from: k.id("status-manager"),
        to: k.id("status-manager"),
        type: "status.aborted",
        object: podObject(pod),
        data: { error: result.error },
      });
    }
    if (result.kind !== "changed") return result.kind;
    pods.set(uid, { ...result.entry, cause: sim.cause });
    sim.send({ to: name }, { type: "poke" });
    return result.kind;
  }

  /** A flag of one container, between two syncs. */
  function setContainer(
    podUid: string,
    containerId: string,
    change: (pod: Pod, status: PodStatus, id: string) => SetContainerResult,
  ): void {
    const pod = k.podManager.byUid(podUid);
    const status = pod && pods.get(podUid)?.status;
    if (!pod || !status) return;
    const all = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
    const id = all.find(
      (s) => s.containerID && bareContainerId(s.containerID) === bareContainerId(containerId),
    );
    const changed = change(pod, status, id?.containerID ?? containerId);
    if (changed.status) update(pod, changed.status, { force: false, finished: false });
  }

  return {
    resize,
    getPodStatus: (uid) => held(uid)?.status,
    setPodStatus(pod, status) {
      const force = pod.metadata?.deletionTimestamp !== undefined;
      const mirror = k.podManager.mirrorOf(pod);
      const cached = pods.get(uidOf(pod));
      const before = force ? undefined : known.get(status);
      if (before && before.cached === cached && before.pod === pod && before.mirror === mirror) return;
      const generation = pod.metadata?.generation;
      const { observedGeneration: _, ...rest } = status;
      const next = generation ? { ...rest, observedGeneration: generation } : rest;
      const kind = update(pod, next, { force, finished: false });
      if (kind === "same" && cached) known.set(status, { pod, mirror, cached });
    },
    setContainerReadiness: (podUid, containerId, ready) =>
      setContainer(podUid, containerId, (pod, status, id) => setContainerReadiness(pod, status, id, ready)),
    setContainerStartup: (podUid, containerId, started) =>
      setContainer(podUid, containerId, (pod, status, id) => setContainerStartup(pod, status, id, started)),
    terminatePod(pod) {
      const status = pods.get(uidOf(pod))?.status ?? pod.status ?? {};
      update(pod, terminalStatus(pod, status), { force: true, finished: true });
    },
    removeOrphanedStatuses(isKnown) {
      for (const uid of keysWhere(pods, (_, uid) => !isKnown(uid))) forget(uid);
    },
    needToReconcilePodReadiness,
    onPodSandboxReady(pod) {
      const status = pods.get(uidOf(pod))?.status ?? pod.status ?? {};
      const condition = generatePodReadyToStartContainersCondition(pod, false);
      this.setPodStatus(pod, {
        ...status,
        conditions: replaceOrAppendCondition(status.conditions ?? [], condition),
      });
    },
    generateAPIPodStatus(pod, runtime, podIsTerminal) {
      const uid = uidOf(pod);
      const status = held(uid)?.status;
      if (podIsTerminal) resize.forget(uid);
      return generated.generate({
        pod,
        runtime,
        held: status,
        podIsTerminal,
        startError: (container) => k.runtime.startError(uid, container),
        stamp: (at) => k.stamp(at),
        updatePodStatus: (s) => k.prober.updatePodStatus(pod, s),
        shouldEvict: () => {
          if (!pastActiveDeadline(pod, status, Date.parse(k.stamp(0)) + sim.now)) return undefined;
          k.events.event({ pod }, "Normal", DEADLINE_EXCEEDED_REASON, DEADLINE_EXCEEDED_MESSAGE);
          return { reason: DEADLINE_EXCEEDED_REASON, message: DEADLINE_EXCEEDED_MESSAGE };
        },
        nodeIPs,
        resizeConditions: resize.list(uid),
        ...ofSpec(pod),
        gates: k.config.featureGates,
      });
    },
    start({ warm }) {
      const firstTickMs = warm ? Math.ceil(sim.draw("phase", name) * SYNC_PERIOD_MS) : SYNC_PERIOD_MS;
      machine.start("", { firstTickMs });
    },
    stop() {
      machine.stop();
      for (const uid of [...pods.keys()]) pods.delete(uid);
      for (const uid of [...sent.keys()]) sent.delete(uid);
      resize.clear();
    },
  };
}

interface OfSpec {
  readonly qosClass: string;
  readonly podResources: ReturnType<typeof podLevelResources>;
}

const ofSpecs = new WeakMap<Pod, OfSpec>();

/** What depends on the pod's spec alone. */
function ofSpec(pod: Pod): OfSpec {
  let found = ofSpecs.get(pod);
  if (!found) {
    found = { qosClass: computePodQOS(pod), podResources: podLevelResources(pod) };
    ofSpecs.set(pod, found);
  }
  return found;
}

/** Resources of the pod as a whole, as they are allocated. */
function podLevelResources(pod: Pod): Pick<PodStatus, "resources" | "allocatedResources"> {
  const list = (amounts: Amounts): Record<string, string> =>
    Object.fromEntries([...amounts].map(([resource, amount]) => [resource, formatQuantity(amount)]));
  const requests = list(podRequests(pod));
  const limits = list(podLimits(pod));
  const some = (l: Record<string, string>): boolean => Object.keys(l).length > 0;
  return {
    ...(some(requests) ? { allocatedResources: requests } : {}),
    resources: { ...(some(limits) ? { limits } : {}), ...(some(requests) ? { requests } : {}) },
  };
}
