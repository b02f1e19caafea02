/** Which dead containers, sandboxes and log directories go (pkg/kubelet/kuberuntime/kuberuntime_gc.go). */
import type { RuntimeContainerState, SandboxState } from "../../cri/contract.ts";
import type { Ms } from "../../sim/types.ts";

/** Settings of the collection; -1: no limit. */
export interface GcPolicy {
  readonly minAgeMs: Ms;
  readonly maxPerPodContainer: number;
  readonly maxContainers: number;
}

export const DEFAULT_GC_POLICY: GcPolicy = { minAgeMs: 0, maxPerPodContainer: 1, maxContainers: -1 };

/** What the pod workers say of a pod. */
export interface PodStateProvider {
  shouldPodContentBeRemoved(uid: string): boolean;
  shouldPodRuntimeBeRemoved(uid: string): boolean;
}

export interface GcContainer {
  readonly id: string;
  readonly podUid: string;
  readonly name: string;
  readonly state: RuntimeContainerState;
  readonly createdAt: Ms;
}

export interface GcSandbox {
  readonly id: string;
  readonly podUid: string;
  readonly state: SandboxState;
  readonly createdAt: Ms;
}

export interface ContainerRemoval {
  readonly id: string;
  readonly name: string;
  /** Its state is unknown: it is killed before it is removed. */
  readonly kill: boolean;
}

export interface GcSituation {
  readonly pods: PodStateProvider;
  readonly allSourcesReady: boolean;
  /** Pods that are terminated but not deleted count as removable too (the node is out of disk). */
  readonly evictNonDeletedPods: boolean;
  readonly now: Ms;
}

const newestFirst = (a: { createdAt: Ms }, b: { createdAt: Ms }): number => b.createdAt - a.createdAt;

/** Containers to remove, in order (evictContainers). */
export function evictContainers(
  containers: readonly GcContainer[],
  policy: GcPolicy,
  { pods, allSourcesReady, evictNonDeletedPods, now }: GcSituation,
): ContainerRemoval[] {
  const units = new Map<string, GcContainer[]>();
  for (const c of containers) {
    if (c.state === "running" || now - c.createdAt < policy.minAgeMs) continue;
    const key = `${c.podUid}/${c.name}`;
    units.set(key, [...(units.get(key) ?? []), c]);
  }
  const removals: ContainerRemoval[] = [];
  /** Takes the oldest away and returns the rest. */
  const removeOldest = (list: readonly GcContainer[], count: number): GcContainer[] => {
    const keep = list.length - count;
    const sorted = keep > 0 ? [...list].sort(newestFirst) : list;
    for (const c of sorted.slice(keep).reverse()) {
      removals.push({ id: c.id, name: c.name, kill: c.state === "unknown" });
    }
    return sorted.slice(0, keep);
  };
  const enforceMax = (max: number): void => {
    for (const [key, unit] of units)
      if (unit.length > max) units.set(key, removeOldest(unit, unit.length - max));
  };
  const total = (): number => [...units.values()].reduce((sum, unit) => sum + unit.length, 0);

  if (allSourcesReady) {
    for (const [key, unit] of units) {
      const uid = (unit[0] as GcContainer).podUid;
      if (!isRemovable(pods, uid, evictNonDeletedPods)) continue;
      removeOldest(unit, unit.length);
      units.delete(key);
    }
  }
  if (policy.maxPerPodContainer >= 0) enforceMax(policy.maxPerPodContainer);
  if (policy.maxContainers >= 0 && total() > policy.maxContainers) {
    enforceMax(Math.max(1, Math.floor(policy.maxContainers / units.size)));
    const left = [...units.values()].flat().sort(newestFirst);
    if (left.length > policy.maxContainers) removeOldest(left, left.length - policy.maxContainers);
  }
  return removals;
}

/**
 * Sandboxes to stop and remove, in order: not ready, without containers, and not the newest of a pod that is still
 * there (evictSandboxes). `inUse`: sandboxes that containers belong to.
 */
export function evictSandboxes(
  sandboxes: readonly GcSandbox[],
  inUse: ReadonlySet<string>,
  { pods, evictNonDeletedPods }: Pick<GcSituation, "pods" | "evictNonDeletedPods">,
): string[] {
  const byPod = new Map<string, GcSandbox[]>();
  for (const s of sandboxes) byPod.set(s.podUid, [...(byPod.get(s.podUid) ?? []), s]);
  const removals: string[] = [];
  for (const [uid, own] of byPod) {
    const keep = isRemovable(pods, uid, evictNonDeletedPods) ? 0 : 1;
    const sorted = keep > 0 ? [...own].sort(newestFirst) : own;
    for (const s of sorted.slice(keep).reverse()) {
      if (s.state !== "READY" && !inUse.has(s.id)) removals.push(s.id);
    }
  }
  return removals;
}

function isRemovable(pods: PodStateProvider, uid: string, evictNonDeletedPods: boolean): boolean {
  return pods.shouldPodContentBeRemoved(uid) || (evictNonDeletedPods && pods.shouldPodRuntimeBeRemoved(uid));
}

/** Log directories of pods that are gone: full paths (evictPodLogsDirectories). */
export function evictPodLogsDirectories(
  names: readonly string[],
  pods: PodStateProvider,
  allSourcesReady: boolean,
  root = "/var/log/pods",
): string[] {
  if (!allSourcesReady) return [];
  return names
    .filter((name) => pods.shouldPodContentBeRemoved(name.slice(name.lastIndexOf("_") + 1)))
    .map((name) => `${root}/${name}`);
}
