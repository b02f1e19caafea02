/**
 * The part of the stats summary that evictions rest on (pkg/kubelet/stats: cri_stats_provider.go, and
 * pkg/kubelet/server/stats: fs_resource_analyzer.go, volume_stat_calculator.go). Volumes are measured about once a
 * minute; everything else is as it is in this instant.
 */
import { wholeValueOf } from "../../api/quantity.ts";
import type { FsUsage } from "../../node/contract.ts";
import type { Ms } from "../../sim/types.ts";
import type { Kubelet, Lifecycle } from "../contract.ts";
import type { Pod } from "../types.ts";
import { hasLocalStorageLimits } from "./local-storage.ts";
import { localVolumeNames } from "./ranking.ts";
import type { FsStats, PodStats, StatsOf, Summary } from "./types.ts";

/** Time between two looks for pods whose volumes are not measured yet, and least time between two measurements. */
const VOLUME_STATS_PERIOD_MS: Ms = 60_000;

export interface StatsProvider extends Required<Lifecycle> {
  /** The node's part of the summary; undefined when it cannot be had. */
  summary(): Summary | undefined;
  readonly statsOf: StatsOf;
}

type VolumeStats = NonNullable<PodStats["volume"]>;

const uidOf = (pod: { readonly metadata?: { readonly uid?: string } }): string => pod.metadata?.uid ?? "";

const fsStats = (fs: FsUsage): FsStats => ({
  availableBytes: fs.availableBytes,
  capacityBytes: fs.capacityBytes,
  usedBytes: fs.usedBytes,
  inodesFree: fs.inodesFree,
  inodes: fs.inodes,
  inodesUsed: fs.inodesUsed,
});

export function createStatsProvider(k: Kubelet): StatsProvider {
  const { sim, nodeName } = k;
  const name = `${nodeName}/eviction/volume-stats`;
  /** What was measured last, by pod. */
  const measured = sim.table<VolumeStats>(name);

  function measure(pod: Pod): VolumeStats {
    return (pod.spec?.volumes ?? []).flatMap((volume) => {
      const path =
        volume.emptyDir || volume.configMap ? k.volumes.volumePath(uidOf(pod), volume.name) : undefined;
      if (path === undefined) return [];
      const { bytes, inodes } = k.host.fs.usage(path);
      return [{ name: volume.name, usedBytes: bytes, inodesUsed: inodes }];
    });
  }

  /** Each calculator goes on by itself, every 60 s × (1 to 2). */
  function calculate(pod: Pod): void {
    measured.set(uidOf(pod), measure(pod));
    const delayMs = VOLUME_STATS_PERIOD_MS * (1 + sim.draw("volume-stats", `${nodeName}/${uidOf(pod)}`));
    sim.send({ to: name, key: uidOf(pod) }, { type: "calculate" }, { delayMs, timer: "next", cause: null });
  }

  const analyzeIn = (delayMs: Ms): void =>
    sim.send({ to: name }, { type: "analyze" }, { delayMs, timer: "analyze", cause: null });

  sim.component(name, (event, key) => {
    if (!k.running()) return;
    if (event.type === "calculate") {
      const pod = k.podManager.byUid(key);
      if (pod) calculate(pod);
      else measured.delete(key);
      return;
    }
    analyzeIn(VOLUME_STATS_PERIOD_MS);
    for (const pod of k.podManager.pods())
      if (!measured.has(uidOf(pod)) && hasLocalStorageLimits(pod)) calculate(pod);
  });

  const containerName = (pod: Parameters<StatsOf>[0], id: string): string =>
    k.podCache.get(uidOf(pod)).status.containers.find((c) => c.id === id)?.name ?? "";

  function statsOf(pod: Parameters<StatsOf>[0]): PodStats | undefined {
    const known = k.podManager.byUid(uidOf(pod));
    if (!known) return undefined;
    const usage = k.host.stats.pod(uidOf(pod));
    // Pods without limits are measured only when they are to be ranked.
    const volume = hasLocalStorageLimits(known) ? (measured.get(uidOf(pod)) ?? []) : measure(known);
    const local = new Set(localVolumeNames(known));
    const files = usage.flatMap((c) => [c.rootfs, c.logs]);
    const volumes = volume.filter((v) => local.has(v.name));
    return {
      podRef: {
        name: known.metadata?.name ?? "",
        namespace: known.metadata?.namespace ?? "",
        uid: uidOf(pod),
      },
      containers: usage.map((c) => ({
        name: containerName(pod, c.containerId),
        memory: { workingSetBytes: c.memory.workingSetBytes },
        rootfs: c.rootfs,
        logs: c.logs,
      })),
      memory: { workingSetBytes: usage.reduce((sum, c) => sum + c.memory.workingSetBytes, 0) },
      volume,
      "ephemeral-storage": {
        usedBytes: [...files, ...volumes].reduce((sum, f) => sum + (f.usedBytes ?? 0), 0),
      },
      process_stats: { process_count: usage.reduce((sum, c) => sum + c.pids, 0) },
    };
  }

  const reserved = (resource: string): number =>
    wholeValueOf(k.config.kubeReserved[resource] ?? "0") +
    wholeValueOf(k.config.systemReserved[resource] ?? "0");

  return {
    statsOf,
    summary() {
      const { memory, nodefs, imagefs, pids } = k.host.stats.node();
      let inPods = 0;
      for (const pod of k.podManager.pods()) inPods += k.host.stats.podMemory(uidOf(pod));
      const forPods = k.host.info.memoryBytes - reserved("memory");
      return {
        node: {
          memory: { availableBytes: memory.availableBytes, workingSetBytes: memory.workingSetBytes },
          fs: fsStats(nodefs),
          runtime: { imageFs: fsStats(imagefs), containerFs: fsStats(imagefs) },
          rlimit: { maxpid: pids.max, curproc: pids.current },
          systemContainers: [
            {
              name: "pods",
              memory: { availableBytes: Math.max(0, forPods - inPods), workingSetBytes: inPods },
            },
          ],
        },
      };
    },
    start({ warm }) {
      analyzeIn(
        warm
          ? Math.round(sim.draw("volume-stats.phase", nodeName) * VOLUME_STATS_PERIOD_MS)
          : VOLUME_STATS_PERIOD_MS,
      );
    },
    stop() {
      for (const uid of [...measured.keys()]) sim.cancelAll({ to: name, key: uid });
      sim.cancelAll({ to: name });
      for (const uid of [...measured.keys()]) measured.delete(uid);
    },
  };
}
