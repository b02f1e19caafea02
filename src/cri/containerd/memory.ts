/** Load of containers: what they use, what the cgroups allow, and whom the kernel kills when memory runs out. */

import type { ContainerUsage } from "../../node/contract.ts";
import { layerUsage } from "../../node/fs.ts";
import type { UsageSource } from "../../node/machine.ts";
import { crossing, type Growth } from "../../node/memory.ts";
import { resolveName } from "../images/names.ts";
import { loadAt } from "../os/contract.ts";
import { containerMemory } from "../os/os.ts";
import type { OsState } from "../os/state.ts";
import type { Containerd } from "./containerd.ts";
import { imageRootfs } from "./start.ts";
import { type ContainerRow, objectOf } from "./state.ts";

/** A change of the most that a container will use, below which the node's sum is not looked at again. */
const LOOK_AGAIN = 16 * 1024 * 1024;

function loadsOf(os: OsState | undefined, id: string): Growth[] {
  const out: Growth[] = [];
  for (const pid in os?.procs) {
    const p = os!.procs[Number(pid)]!;
    if (p.container === id) out.push(p.load);
  }
  return out;
}

function osOf(c: Containerd, row: ContainerRow): OsState | undefined {
  return c.dispatches.get(row.status.sandboxId)?.state ?? c.os.get(row.status.sandboxId);
}

export function containerBytes(c: Containerd, id: string): number {
  const row = c.containers.get(id);
  return row ? bytesOf(c, row, osOf(c, row)) : 0;
}

function bytesOf(c: Containerd, row: ContainerRow, os: OsState | undefined): number {
  // Pages are whole; a load that grows is between two of them.
  return os ? Math.round(containerMemory(os, row.status.id, c.sim.now)) : 0;
}

/** Milli-CPU of what a container asks for, by its quota. */
export function granted(c: Containerd, id: string, milli: number): number {
  const quota = c.containers.get(id)?.config.cgroup.cpuQuota;
  const own = quota !== undefined && quota > 0 ? Math.min(milli, quota / 100) : milli;
  return Math.min(own, c.machine.info.cores * 1000);
}

/** Sets when the kernel will have to kill, if things go on as they do. */
export function loadChanged(c: Containerd, id: string, os: OsState): void {
  const row = c.containers.get(id);
  if (row?.status.state !== "running") return;
  const loads = loadsOf(os, id);
  const limit = limitOf(c, row);
  const address = { to: c.id, key: id };
  if (limit !== undefined) {
    const at = crossing(loads, limit, c.sim.now);
    if (at === null) c.sim.cancel(address, "oom");
    else c.sim.send(address, { type: "oom" }, { delayMs: at - c.sim.now, timer: "oom" });
  } else c.sim.cancel(address, "oom");
  const peak = loads.reduce((sum, g) => sum + Math.max(g.from, g.to), 0);
  if (Math.abs(peak - row.peak) < LOOK_AGAIN) return;
  c.containers.set(id, { ...row, peak });
  lookAtNode(c);
}

/** The container's own limit; what its pod's cgroup leaves where it has none. */
function limitOf(c: Containerd, row: ContainerRow): number | undefined {
  const own = row.config.cgroup.memoryLimit;
  const parent = c.sandboxes.get(row.status.sandboxId)?.config.cgroupParent;
  const pod = parent ? c.machine.cgroups.get(parent)?.memoryLimit : undefined;
  if (pod === undefined || pod <= 0) return own !== undefined && own > 0 ? own : undefined;
  let others = 0;
  for (const [id, k] of c.containers)
    if (id !== row.status.id && k.status.sandboxId === row.status.sandboxId && k.status.state === "running")
      others += containerBytes(c, id);
  const left = Math.max(1, pod - others);
  return own !== undefined && own > 0 ? Math.min(own, left) : left;
}

/** Sets when the machine as a whole runs out of memory. */
export function lookAtNode(c: Containerd): void {
  const address = { to: c.id, key: "node" };
  let peaks = 0;
  for (const [, row] of c.containers) peaks += row.peak;
  const free = c.machine.memoryForPods();
  if (peaks <= free * 0.9) {
    c.sim.cancel(address, "oom");
    return;
  }
  const loads: Growth[] = [];
  for (const [id, row] of c.containers)
    if (row.status.state === "running") loads.push(...loadsOf(osOf(c, row), id));
  const at = crossing(loads, free, c.sim.now);
  if (at === null) c.sim.cancel(address, "oom");
  else c.sim.send(address, { type: "oom" }, { delayMs: at - c.sim.now, timer: "oom" });
}

/**
 * The OOM killer: of a container's cgroup (all of it, unless memory.oom.group says otherwise), or of the machine by
 * oom_score.
 */
export function oom(c: Containerd, key: string): void {
  const system = key === "node";
  const victim = system ? worst(c) : c.containers.get(key);
  if (victim?.status.state !== "running") return;
  const { status } = victim;
  const os = c.os.get(status.sandboxId);
  const procs = Object.values(os?.procs ?? {}).filter((p) => p.container === status.id);
  const biggest = procs.sort((a, b) => loadAt(b.load, c.sim.now) - loadAt(a.load, c.sim.now))[0];
  const process = (biggest?.argv[0] ?? "").split("/").pop()?.split(" ")[0] ?? "";
  const seq = c.record({
    from: `${c.node}/kernel`,
    to: `${c.node}/container`,
    type: "kernel.oom",
    object: objectOf(status.pod, status.name),
    data: {
      pod: status.pod.name,
      container: status.name,
      process,
      bytes: Math.round(containerBytes(c, status.id)),
      ...(system ? { system: true } : { limit: limitOf(c, victim) }),
    },
  });
  c.sim.under(seq, () => {
    c.containers.set(status.id, { ...victim, oomKilled: true });
    c.machine.reportOom({
      pid: (status.pid ?? 0) + (biggest?.nspid ?? 1) - 1,
      processName: process,
      containerId: status.id,
      podUid: status.pod.uid,
      system,
    });
    c.runOs(status.sandboxId, (o) => {
      if (victim.config.cgroup.oomSingle && biggest) o.signalFromOutside(biggest.pid, "KILL");
      else o.killContainer(status.id);
    });
    if (system) lookAtNode(c);
  });
}

function worst(c: Containerd): ContainerRow | undefined {
  let best: { row: ContainerRow; score: number } | undefined;
  for (const [id, row] of c.containers) {
    if (row.status.state !== "running") continue;
    const score = (containerBytes(c, id) / c.machine.info.memoryBytes) * 1000 + row.config.cgroup.oomScoreAdj;
    if (!best || score > best.score) best = { row, score };
  }
  return best?.row;
}

/** A container's usage at this instant. */
function usage(c: Containerd, row: ContainerRow): ContainerUsage {
  const { id } = row.status;
  const os = osOf(c, row);
  const k = os?.containers[id];
  const bytes = bytesOf(c, row, os);
  const milli = granted(c, id, k?.cpuMilli ?? 0);
  const spec = c.registry.spec(resolveName(row.imageName));
  const root = c.rootfs.get(id);
  const layer = root && spec ? layerUsage(root, imageRootfs(spec)) : { bytes: 0, inodes: 0 };
  const log = c.machine.fs.usage(row.status.logPath.slice(0, row.status.logPath.lastIndexOf("/")));
  const limit = row.config.cgroup.memoryLimit;
  return {
    containerId: id,
    cpu: {
      nanoCores: milli * 1e6,
      coreNanoSeconds: k ? k.cpuNanos + milli * (c.sim.now - k.cpuSince) * 1000 + 20_000_000 : 0,
    },
    memory: {
      usageBytes: bytes,
      workingSetBytes: bytes,
      rssBytes: Math.round(bytes * 0.9),
      ...(limit ? { availableBytes: Math.max(0, limit - bytes) } : {}),
    },
    rootfs: { usedBytes: layer.bytes, inodesUsed: layer.inodes },
    logs: { usedBytes: log.bytes, inodesUsed: log.inodes },
    pids: Object.values(os?.procs ?? {}).filter((p) => p.container === id).length,
    startedAt: row.status.startedAt ?? row.status.createdAt,
  };
}

/** A sandbox's pause and the shim beside it. */
const SANDBOX_BYTES = 700 * 1024;

export function usageSource(c: Containerd): UsageSource {
  const byPod = new Map<string, ContainerRow[]>();
  let version = -1;
  const running = (): ContainerRow[] =>
    [...c.containers.values()].filter((row) => row.status.state === "running");
  const ofPod = (uid: string): readonly ContainerRow[] => {
    if (version !== c.containers.version) {
      byPod.clear();
      for (const row of running()) {
        const rows = byPod.get(row.status.pod.uid);
        if (rows) rows.push(row);
        else byPod.set(row.status.pod.uid, [row]);
      }
      version = c.containers.version;
    }
    return byPod.get(uid) ?? [];
  };
  return {
    containers: (podUid) => (podUid === undefined ? running() : ofPod(podUid)).map((row) => usage(c, row)),
    memory: (podUid) => {
      let sum = 0;
      for (const row of ofPod(podUid)) sum += bytesOf(c, row, osOf(c, row));
      return sum;
    },
    total: () => {
      let memoryBytes = c.sandboxes.size * SANDBOX_BYTES;
      let cpuMilli = 0;
      let cpuNanos = 0;
      let processes = c.sandboxes.size;
      for (const row of running()) {
        const os = osOf(c, row);
        const k = os?.containers[row.status.id];
        const milli = granted(c, row.status.id, k?.cpuMilli ?? 0);
        memoryBytes += bytesOf(c, row, os);
        cpuMilli += milli;
        cpuNanos += k ? k.cpuNanos + milli * (c.sim.now - k.cpuSince) * 1000 : 0;
        for (const pid in os?.procs) if (os?.procs[Number(pid)]?.container === row.status.id) processes++;
      }
      return { memoryBytes, cpuMilli: Math.min(cpuMilli, c.machine.info.cores * 1000), cpuNanos, processes };
    },
    storage: () => {
      let imageBytes = 0;
      for (const [, row] of c.images) imageBytes += row.image.sizeBytes;
      let bytes = 0;
      let inodes = 0;
      for (const [id, row] of c.containers) {
        const spec = c.registry.spec(resolveName(row.imageName));
        const root = c.rootfs.get(id);
        if (!spec || !root) continue;
        const u = layerUsage(root, imageRootfs(spec));
        bytes += u.bytes;
        inodes += u.inodes;
      }
      return { images: { bytes: imageBytes, inodes: c.images.size * 1200 }, layers: { bytes, inodes } };
    },
  };
}
