/** The order in which pods are evicted (pkg/kubelet/eviction/helpers.go: rankMemoryPressure …). */
import type { Pod } from "../../api/types.ts";
import { getResourceRequest } from "../cm/pod-resources.ts";
import type { DiskLayout, FsStats, PodStats, StatsOf } from "./types.ts";

/** Which of a pod's files count: its writable layers, logs, volumes on the node's disk, images. */
export type FsStatsType = "root" | "logs" | "localVolumeSource" | "images";
export type DiskResource = "ephemeral-storage" | "inodes";

type Compare = (a: Pod, b: Pod) => number;

/** True before false. */
const compareBool = (a: boolean, b: boolean): number => (a === b ? 0 : a ? -1 : 1);

/** A pod without statistics comes first. */
const withStats =
  (statsOf: StatsOf, compare: (a: Pod, b: Pod, x: PodStats, y: PodStats) => number): Compare =>
  (a, b) => {
    const [x, y] = [statsOf(a), statsOf(b)];
    return x && y ? compare(a, b, x, y) : compareBool(!x, !y);
  };

const memoryOf = (stats: PodStats): number => stats.memory?.workingSetBytes ?? 0;
const request = (pod: Pod, resource: string): number => getResourceRequest(pod, resource);

export const priority: Compare = (a, b) => (a.spec?.priority ?? 0) - (b.spec?.priority ?? 0);

export const exceedMemoryRequests = (statsOf: StatsOf): Compare =>
  withStats(statsOf, (a, b, x, y) =>
    compareBool(memoryOf(x) > request(a, "memory"), memoryOf(y) > request(b, "memory")),
  );

/** More memory above its request first. */
export const memory = (statsOf: StatsOf): Compare =>
  withStats(
    statsOf,
    (a, b, x, y) => memoryOf(y) - request(b, "memory") - (memoryOf(x) - request(a, "memory")),
  );

export const process = (statsOf: StatsOf): Compare =>
  withStats(
    statsOf,
    (_a, _b, x, y) => (y.process_stats?.process_count ?? 0) - (x.process_stats?.process_count ?? 0),
  );

/** Volumes on the node's own disk (IsLocalEphemeralVolume, and host paths). */
export function localVolumeNames(pod: Pod): string[] {
  return (pod.spec?.volumes ?? [])
    .filter((v) => v.hostPath || v.configMap || (v.emptyDir && !v.emptyDir.medium))
    .map((v) => v.name);
}

export function podDiskUsage(
  stats: PodStats,
  pod: Pod,
  measured: readonly FsStatsType[],
  resource: DiskResource,
): number {
  const of = (fs: FsStats | undefined): number =>
    (resource === "inodes" ? fs?.inodesUsed : fs?.usedBytes) ?? 0;
  let sum = 0;
  for (const container of stats.containers ?? []) {
    if (measured.includes("root")) sum += of(container.rootfs);
    if (measured.includes("logs")) sum += of(container.logs);
  }
  if (measured.includes("localVolumeSource"))
    for (const name of localVolumeNames(pod)) sum += of(stats.volume?.find((v) => v.name === name));
  return sum;
}

export const exceedDiskRequests = (
  statsOf: StatsOf,
  measured: readonly FsStatsType[],
  resource: DiskResource,
): Compare =>
  withStats(statsOf, (a, b, x, y) =>
    compareBool(
      podDiskUsage(x, a, measured, resource) > request(a, resource),
      podDiskUsage(y, b, measured, resource) > request(b, resource),
    ),
  );

/** More disk above its request for storage first; that request is taken off inodes, too, as upstream does. */
export const disk = (statsOf: StatsOf, measured: readonly FsStatsType[], resource: DiskResource): Compare =>
  withStats(statsOf, (a, b, x, y) => {
    const above = (pod: Pod, stats: PodStats): number =>
      podDiskUsage(stats, pod, measured, resource) - request(pod, "ephemeral-storage");
    return above(b, y) - above(a, x);
  });

/** Pods by the first comparison that tells them apart; equal ones keep their order. */
export function orderedBy(...comparisons: readonly Compare[]): (pods: readonly Pod[]) => Pod[] {
  return (pods) =>
    [...pods].sort((a, b) => {
      for (const compare of comparisons) {
        const order = compare(a, b);
        if (order !== 0) return order;
      }
      return 0;
    });
}

export type Rank = (pods: readonly Pod[], statsOf: StatsOf) => Pod[];

export const rankMemoryPressure: Rank = (pods, statsOf) =>
  orderedBy(exceedMemoryRequests(statsOf), priority, memory(statsOf))(pods);
export const rankPIDPressure: Rank = (pods, statsOf) => orderedBy(priority, process(statsOf))(pods);
export const rankDiskPressure =
  (measured: readonly FsStatsType[], resource: DiskResource): Rank =>
  (pods, statsOf) =>
    orderedBy(
      exceedDiskRequests(statsOf, measured, resource),
      priority,
      disk(statsOf, measured, resource),
    )(pods);

/** What counts on each file system (buildSignalToRankFunc). */
function measuredFor(fs: string, { imageFs, splitContainerFs }: DiskLayout): readonly FsStatsType[] {
  if (!imageFs) return ["images", "root", "logs", "localVolumeSource"];
  if (splitContainerFs) return fs === "imagefs" ? ["images"] : ["logs", "localVolumeSource", "root"];
  return fs === "nodefs" ? ["logs", "localVolumeSource"] : ["root", "images"];
}

export function rankFor(signal: string, layout: DiskLayout): Rank | undefined {
  if (signal === "memory.available" || signal === "allocatableMemory.available") return rankMemoryPressure;
  if (signal === "pid.available") return rankPIDPressure;
  const [fs = "", what] = signal.split(".");
  return rankDiskPressure(measuredFor(fs, layout), what === "inodesFree" ? "inodes" : "ephemeral-storage");
}

/** What is tried for the whole node before a pod has to go (buildSignalToNodeReclaimFuncs). */
export type NodeReclaim = "containers" | "images";

export function nodeReclaimsFor(
  signal: string,
  { imageFs, splitContainerFs }: DiskLayout,
): readonly NodeReclaim[] {
  const [fs = "", what = ""] = signal.split(".");
  if (!/^(nodefs|imagefs|containerfs)$/.test(fs) || !/^(available|inodesFree)$/.test(what)) return [];
  if (!imageFs) return ["containers", "images"];
  if (splitContainerFs) return fs === "imagefs" ? ["images"] : ["containers"];
  return fs === "nodefs" ? [] : ["containers", "images"];
}
