/** Load: what cAdvisor would measure of containers, and the kernel's OOM killer over their limits and the machine's. */
import type { ContainerUsage } from "../../node/contract.ts";
import type { UsageSource } from "../../node/machine.ts";
import { crossing, type Growth, growthAt } from "../../node/memory.ts";
import { type FsNode, treeUsage } from "../../node/fs.ts";
import { layerOf, storageOf } from "../images.ts";
import type { Proc } from "../os/contract.ts";
import type { OsState } from "../os/state.ts";
import { type ContainerRow, type Context, patchContainer, podObject } from "./context.ts";
import { logFile } from "./logs.ts";
import { enter, granted } from "./world.ts";

/** The most that the processes of a sandbox will use as things stand; by state, since states do not change. */
const peaks = new WeakMap<OsState, number>();

function peakOf(os: OsState): number {
  let peak = peaks.get(os);
  if (peak === undefined) {
    peak = 0;
    for (const pid in os.procs) peak += Math.max(os.procs[pid]!.load.from, os.procs[pid]!.load.to);
    peaks.set(os, peak);
  }
  return peak;
}

function loadsOf(os: OsState, container?: string): Growth[] {
  const out: Growth[] = [];
  for (const pid in os.procs) if (container === undefined || os.procs[pid]!.container === container) out.push(os.procs[pid]!.load);
  return out;
}

const sum = (loads: readonly Growth[], now: number): number => loads.reduce((s, g) => s + growthAt(g, now), 0);

/** Sets, moves or takes back the moment at which a limit is passed. */
function watch(ctx: Context, key: string, loads: readonly Growth[], limit: number): void {
  const address = { to: ctx.ids.oom, key };
  const at = crossing(loads, limit, ctx.sim.now);
  if (at === null) ctx.sim.cancel(address, "oom");
  else if (ctx.sim.due(address, "oom") !== at) ctx.sim.send(address, { type: "oom" }, { delayMs: at - ctx.sim.now, timer: "oom" });
}

/** Called whenever processes of a sandbox use more or less than before. */
export function reviewLoad(ctx: Context, sandbox: string, containers: ReadonlySet<string>): void {
  const os = ctx.os.get(sandbox);
  if (!os) return;
  for (const id of containers) {
    const limit = ctx.containers.get(id)?.limits.memoryLimit;
    if (limit !== undefined && limit > 0) watch(ctx, `c/${id}`, loadsOf(os, id), limit);
  }
  const parent = ctx.sandboxes.get(sandbox)?.config.cgroupParent;
  const pod = parent ? ctx.machine.cgroups.get(parent)?.memoryLimit : undefined;
  if (pod !== undefined && pod > 0) watch(ctx, `p/${sandbox}`, loadsOf(os), pod);
  reviewMachine(ctx);
}

/** The machine's own limit: only looked at closely when it can be reached at all. */
export function reviewMachine(ctx: Context): void {
  const free = ctx.machine.memoryForPods();
  let peak = 0;
  for (const os of ctx.os.values()) peak += peakOf(os);
  if (peak <= free) ctx.sim.cancel({ to: ctx.ids.oom, key: "n" }, "oom");
  else watch(ctx, "n", [...ctx.os.values()].flatMap((os) => loadsOf(os)), free);
}

/** A limit was passed: the kernel kills the container that weighs most (with cgroup v2 all of its processes). */
export function outOfMemory(ctx: Context, key: string): void {
  const [kind, id = ""] = [key[0], key.slice(2)];
  if (kind === "c") return killForMemory(ctx, id, false, ctx.containers.get(id)?.limits.memoryLimit ?? 0);
  const sandboxes = kind === "p" ? [id] : [...ctx.sandboxes.keys()];
  let victim = "";
  let worst = -1;
  const { memoryBytes } = ctx.machine.info;
  for (const [container, row] of ctx.containers) {
    if (row.view.state !== "running" || !sandboxes.includes(row.view.sandboxId)) continue;
    const os = ctx.os.get(row.view.sandboxId);
    const score = os ? (sum(loadsOf(os, container), ctx.sim.now) / memoryBytes) * 1000 + row.config.cgroup.oomScoreAdj : -1;
    if (score > worst || victim === "") {
      worst = score;
      victim = container;
    }
  }
  if (victim !== "") killForMemory(ctx, victim, kind === "n", kind === "n" ? ctx.machine.memoryForPods() : 0);
}

function killForMemory(ctx: Context, id: string, system: boolean, limit: number): void {
  const row = ctx.containers.get(id);
  const os = row && ctx.os.get(row.view.sandboxId);
  if (!row || !os || row.view.state !== "running") return;
  const procs = Object.values(os.procs).filter((p) => p.container === id);
  const biggest = procs.reduce<Proc | undefined>((a, p) => (!a || growthAt(p.load, ctx.sim.now) > growthAt(a.load, ctx.sim.now) ? p : a), undefined);
  const { pod, name, attempt } = row.view;
  const processName = (biggest?.argv[0] ?? name).split("/").pop()!;
  const pid = 2000 + (biggest?.pid ?? 0);
  const cause = ctx.sim.record({
    from: ctx.ids.kernel,
    to: ctx.ids.container,
    type: "kernel.oom",
    object: podObject(pod, name),
    data: { pod: pod.name, namespace: pod.namespace, container: name, attempt, containerId: id, process: processName, pid, system, usageBytes: Math.round(sum(loadsOf(os, id), ctx.sim.now)), limitBytes: limit },
  });
  ctx.sim.under(cause, () => {
    patchContainer(ctx, id, { oomKilled: true });
    ctx.machine.reportOom({ pid, processName, containerId: id, podUid: pod.uid, system });
    enter(ctx, row.view.sandboxId, (inside) => inside.killContainer(id));
  });
  reviewMachine(ctx);
}

// --- measurements --------------------------------------------------------------------------------------------

function usageOf(ctx: Context, id: string, row: ContainerRow): ContainerUsage {
  const os = ctx.os.get(row.view.sandboxId);
  const inside = os?.containers[id];
  const { now } = ctx.sim;
  const bytes = os ? sum(loadsOf(os, id), now) : 0;
  const milli = inside && row.view.state === "running" ? granted(ctx, id, inside.cpuMilli) : 0;
  const layer = layerOf(ctx, id);
  const log = logFile(ctx, id);
  const logs = log ? treeUsage(nodeAt(ctx, log.slice(0, log.lastIndexOf("/")))) : { bytes: 0, inodes: 0 };
  const limit = row.limits.memoryLimit;
  return {
    containerId: id,
    cpu: { nanoCores: Math.round(milli * 1e6), coreNanoSeconds: Math.round((inside?.cpuNanos ?? 0) + (inside ? milli * (now - inside.cpuSince) * 1000 : 0)) },
    memory: { usageBytes: Math.round(bytes), workingSetBytes: Math.round(bytes), rssBytes: Math.round(bytes * 0.95), ...(limit ? { availableBytes: Math.max(0, Math.round(limit - bytes)) } : {}) },
    rootfs: { usedBytes: layer.bytes, inodesUsed: layer.inodes },
    logs: { usedBytes: logs.bytes, inodesUsed: logs.inodes },
    pids: os ? Object.values(os.procs).filter((p) => p.container === id).length : 0,
    startedAt: row.view.startedAt ?? row.view.createdAt,
  };
}

function nodeAt(ctx: Context, path: string): FsNode | undefined {
  const found = ctx.machine.fs.view.lookup(path);
  return found.ok ? found.value : undefined;
}

export function usageSource(ctx: Context): UsageSource {
  return {
    containers: (podUid) => {
      const out: ContainerUsage[] = [];
      for (const [id, row] of ctx.containers) if (row.view.state === "running" && (podUid === undefined || row.view.pod.uid === podUid)) out.push(usageOf(ctx, id, row));
      return out;
    },
    total: () => {
      let memoryBytes = 0;
      let cpuMilli = 0;
      let cpuNanos = 0;
      let processes = 0;
      for (const os of ctx.os.values()) {
        memoryBytes += sum(loadsOf(os), ctx.sim.now);
        processes += Object.keys(os.procs).length;
        for (const c of Object.values(os.containers)) {
          const milli = c.init === 0 ? 0 : granted(ctx, c.id, c.cpuMilli);
          cpuMilli += milli;
          cpuNanos += c.cpuNanos + milli * (ctx.sim.now - c.cpuSince) * 1000;
        }
      }
      return { memoryBytes: Math.round(memoryBytes), cpuMilli, cpuNanos: Math.round(cpuNanos), processes };
    },
    storage: () => storageOf(ctx),
  };
}
