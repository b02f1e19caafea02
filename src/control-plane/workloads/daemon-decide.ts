/** What a DaemonSet wants of each node (pkg/controller/daemon/daemon_controller.go, update.go). */
import { matchesNodeAffinity } from "../../api/node-affinity.ts";
import { findMatchingUntoleratedTaint } from "../../api/tolerations.ts";
import type { DaemonSet, Node, Pod } from "../../api/types.ts";
import type { Ms } from "../../sim/types.ts";
import { resolveFencepost } from "./deployment.ts";
import { isReady, type PodTemplate, templateHash } from "./pods.ts";

export const REVISION_HASH = "controller-revision-hash";

type Toleration = NonNullable<NonNullable<Pod["spec"]>["tolerations"]>[number];

/** Taints that a daemon's pod lives with whatever its template says, by effect (AddOrUpdateDaemonPodTolerations). */
const LIVED_WITH: readonly Toleration[] = [
  { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/disk-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/memory-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/pid-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoSchedule" },
];
const NETWORK_UNAVAILABLE: Toleration = {
  key: "node.kubernetes.io/network-unavailable",
  operator: "Exists",
  effect: "NoSchedule",
};

export const hashOf = (set: DaemonSet): string => templateHash(set.spec?.template ?? {});

/** The template with what every daemon's pod gets (util.CreatePodTemplate). */
export function daemonTemplate(set: DaemonSet): PodTemplate {
  const { metadata, spec } = set.spec?.template ?? {};
  const own = spec?.tolerations ?? [];
  const added = spec?.hostNetwork ? [...LIVED_WITH, NETWORK_UNAVAILABLE] : LIVED_WITH;
  const missing = added.filter(
    (t) => !own.some((o) => o.key === t.key && o.operator === t.operator && o.effect === t.effect),
  );
  return {
    metadata: { ...metadata, labels: { ...metadata?.labels, [REVISION_HASH]: hashOf(set) } } as NonNullable<
      PodTemplate["metadata"]
    >,
    spec: { ...spec, tolerations: [...own, ...missing] },
  };
}

/** Whether a node is to get the set's pod, and whether one that is there may stay. */
export function nodeShouldRunDaemonPod(
  node: Node,
  set: DaemonSet,
): { readonly run: boolean; readonly stay: boolean } {
  const pod = { spec: daemonTemplate(set).spec } as Pod;
  const named = pod.spec?.nodeName;
  if ((named && named !== node.metadata?.name) || !matchesNodeAffinity(pod, node))
    return { run: false, stay: false };
  const taints = node.spec?.taints ?? [];
  const untolerated = (effects: readonly string[]): boolean =>
    findMatchingUntoleratedTaint(taints, pod.spec?.tolerations ?? [], effects) !== undefined;
  if (untolerated(["NoExecute", "NoSchedule"])) return { run: false, stay: !untolerated(["NoExecute"]) };
  return { run: true, stay: true };
}

/** The node that a pod is bound to or pinned to (util.GetTargetNodeName). */
export function targetNode(pod: Pod): string {
  if (pod.spec?.nodeName) return pod.spec.nodeName;
  const terms =
    pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const term of terms)
    for (const { key, values } of term.matchFields ?? [])
      if (key === "metadata.name") return values?.[0] ?? "";
  return "";
}

/** Bound before waiting, older before younger (podByCreationTimestampAndPhase). */
function oldestFirst(a: Pod, b: Pod): number {
  const bound = Number(Boolean(b.spec?.nodeName)) - Number(Boolean(a.spec?.nodeName));
  if (bound !== 0) return bound;
  const key = (p: Pod): string => `${p.metadata?.creationTimestamp ?? ""} ${p.metadata?.name ?? ""}`;
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}

export interface NodePlan {
  readonly create: boolean;
  readonly remove: readonly Pod[];
  /** Pods among them that ended by themselves, to be told of. */
  readonly ended: readonly Pod[];
}

/**
 * What to do on a node (podsShouldBeOnNode).
 * @param waits a failed pod is not to be replaced yet
 */
export function podsShouldBeOnNode(
  node: Node,
  set: DaemonSet,
  pods: readonly Pod[],
  waits: (pod: Pod) => boolean,
): NodePlan {
  const { run, stay } = nodeShouldRunDaemonPod(node, set);
  if (run && pods.length === 0) return { create: true, remove: [], ended: [] };
  const living = pods.filter((p) => !p.metadata?.deletionTimestamp);
  if (!stay) return { create: false, remove: living, ended: [] };
  const over = (p: Pod): boolean => p.status?.phase === "Failed" || p.status?.phase === "Succeeded";
  const ended = living.filter((p) => over(p) && !(p.status?.phase === "Failed" && waits(p)));
  const surplus = living
    .filter((p) => !over(p))
    .sort(oldestFirst)
    .slice(1);
  return { create: false, remove: [...ended, ...surplus], ended };
}

/** Ready for as long as the set wants (podutil.IsPodAvailable). */
export function isAvailable(pod: Pod, minReadySeconds: number, now: Ms): boolean {
  if (!isReady(pod)) return false;
  const since = pod.status?.conditions?.find((c) => c.type === "Ready")?.lastTransitionTime;
  return minReadySeconds === 0 || (since !== undefined && Date.parse(since) + minReadySeconds * 1000 <= now);
}

/**
 * Old pods that make room for new ones now: those that do not serve, and as many others as may be missing (rollingUpdate).
 * @param desired nodes that are to have a pod
 */
export function podsToReplace(
  set: DaemonSet,
  byNode: ReadonlyMap<string, readonly Pod[]>,
  desired: number,
  now: Ms,
): Pod[] {
  const hash = hashOf(set);
  const minReady = set.spec?.minReadySeconds ?? 0;
  const broken: Pod[] = [];
  const candidates: Pod[] = [];
  let unavailable = 0;
  for (const pods of byNode.values()) {
    const living = pods.filter((p) => !p.metadata?.deletionTimestamp);
    const [pod] = living;
    if (!pod || living.length > 1) unavailable++;
    else if (pod.metadata?.labels?.[REVISION_HASH] === hash) {
      if (!isAvailable(pod, minReady, now)) unavailable++;
    } else if (isAvailable(pod, minReady, now)) candidates.push(pod);
    else {
      broken.push(pod);
      unavailable++;
    }
  }
  const room = mostUnavailable(set, desired) - unavailable;
  return [...broken, ...candidates.slice(0, Math.max(0, room))];
}

/** One at least: where a surge is asked for, which is not made here, the update still goes on. */
function mostUnavailable(set: DaemonSet, desired: number): number {
  const { maxUnavailable } = set.spec?.updateStrategy?.rollingUpdate ?? {};
  return Math.max(1, resolveFencepost((maxUnavailable ?? 1) as number | string, desired, true));
}

/** The numbers of its status (updateDaemonSetStatus). */
export function daemonStatus(
  set: DaemonSet,
  nodes: readonly Node[],
  byNode: ReadonlyMap<string, readonly Pod[]>,
  now: Ms,
): Readonly<Record<string, number | undefined>> {
  const hash = hashOf(set);
  let [desired, current, misscheduled, ready, updated, available] = [0, 0, 0, 0, 0, 0];
  for (const node of nodes) {
    const pods = byNode.get(node.metadata?.name ?? "") ?? [];
    if (!nodeShouldRunDaemonPod(node, set).run) {
      if (pods.length > 0) misscheduled++;
      continue;
    }
    desired++;
    const [pod] = [...pods].sort(oldestFirst);
    if (!pod) continue;
    current++;
    if (isReady(pod)) ready++;
    if (isAvailable(pod, set.spec?.minReadySeconds ?? 0, now)) available++;
    if (pod.metadata?.labels?.[REVISION_HASH] === hash) updated++;
  }
  return {
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    desiredNumberScheduled: desired,
    numberReady: ready,
    observedGeneration: set.metadata?.generation,
    updatedNumberScheduled: updated || undefined,
    numberAvailable: available || undefined,
    numberUnavailable: desired - available || undefined,
  };
}
