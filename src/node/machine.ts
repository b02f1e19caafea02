/** One fake machine: what it is, its disk, its load, its units and its clock. */
import type { Simulation } from "../sim/index.ts";
import { hashHex } from "../sim/random.ts";
import type { Ms, ReplyTo } from "../sim/types.ts";
import type {
  CgroupLimits,
  ContainerUsage,
  FsUsage,
  MachineInfo,
  NodeCgroups,
  NodeHost,
  NodeNetwork,
  NodeUsage,
  OomRecord,
  Unit,
  UnitName,
} from "./contract.ts";
import { dir, tree } from "./fs.ts";
import { createHostFs, type HostFs } from "./host-fs.ts";
import type { ClusterNetwork } from "./network.ts";

export interface MachineOptions {
  readonly name: string;
  /** Which machine of the cluster: 1, 2, … decides its addresses. */
  readonly index: number;
  readonly cores?: number;
  readonly memoryBytes?: number;
  readonly diskBytes?: number;
  readonly imageDiskBytes?: number;
  readonly maxPids?: number;
  /** Wall clock at 0 s, ms since the epoch. */
  readonly epochMs: number;
  readonly bootedAt?: Ms;
}

/** What the runtime knows of the load; it hands this to the machine once. */
export interface UsageSource {
  containers(podUid?: string): readonly ContainerUsage[];
  /** Bytes that a pod's running containers use. */
  memory(podUid: string): number;
  /** Memory and milli-CPU of all containers and sandboxes together. */
  total(): {
    readonly memoryBytes: number;
    readonly cpuMilli: number;
    readonly cpuNanos: number;
    readonly processes: number;
  };
  /** Bytes and inodes of images and of writable layers. */
  storage(): {
    readonly images: { bytes: number; inodes: number };
    readonly layers: { bytes: number; inodes: number };
  };
}

/** Load that a fault or the machine itself puts on: set by the scenario. */
export interface MachineLoad {
  /** Bytes that something outside the pods takes (memory-hog). */
  readonly memoryHog: number;
  readonly pidHog: number;
  /** Share of nodefs and imagefs that is full, 0…1; 0 means as used. */
  readonly diskFill: { readonly nodefs: number; readonly imagefs: number };
  /** ms that clock-jump added. */
  readonly clockOffset: number;
  /** The machine is switched off (node-down). */
  readonly off: boolean;
}

export const IDLE: MachineLoad = {
  memoryHog: 0,
  pidHog: 0,
  diskFill: { nodefs: 0, imagefs: 0 },
  clockOffset: 0,
  off: false,
};

/** What a machine uses with nothing on it: kernel, systemd, kubelet, containerd. */
const BASE_MEMORY = 420 * 1024 * 1024;
const KUBELET_MEMORY = 60 * 1024 * 1024;
const RUNTIME_MEMORY = 50 * 1024 * 1024;
const BASE_CPU_MILLI = 60;
const BASE_DISK = 3 * 1024 * 1024 * 1024;
const BASE_INODES = 60_000;
const BASE_PROCESSES = 110;

export interface Machine extends NodeHost {
  readonly fs: HostFs;
  readonly loads: { get(): MachineLoad; set(change: Partial<MachineLoad>): void };
  attachUsage(source: UsageSource): void;
  setUnit(name: UnitName, active: boolean): void;
  /** The machine has come up again, under a new boot ID. */
  booted(): void;
  reportOom(oom: OomRecord): void;
  /** Bytes that pods and hog may still take before the machine is out of memory. */
  memoryForPods(): number;
}

const Gi = 1024 ** 3;

function machineInfo(sim: Simulation, o: MachineOptions, ip: string, podCidr: string): MachineInfo {
  const uuid = (purpose: string): string =>
    hashHex(sim.seed, purpose, o.name, 0, 32).replace(
      /^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/,
      "$1-$2-4$3-a$4-$5",
    );
  const capacity = o.diskBytes ?? 40 * Gi;
  return {
    name: o.name,
    hostname: o.name,
    machineId: hashHex(sim.seed, "machine-id", o.name, 0, 32),
    systemUuid: uuid("system-uuid"),
    bootId: uuid("boot-id"),
    kernelVersion: "6.1.0-40-amd64",
    osImage: "Debian GNU/Linux 12 (bookworm)",
    operatingSystem: "linux",
    architecture: "amd64",
    containerRuntimeVersion: "containerd://2.1.9",
    internalIp: ip,
    podCidr,
    cores: o.cores ?? 4,
    memoryBytes: o.memoryBytes ?? 8 * Gi,
    swapBytes: 0,
    nodefs: { capacityBytes: capacity, inodes: Math.floor(capacity / 16384) },
    ...(o.imageDiskBytes
      ? { imagefs: { capacityBytes: o.imageDiskBytes, inodes: Math.floor(o.imageDiskBytes / 16384) } }
      : {}),
    maxPids: o.maxPids ?? 32768,
    hugepages: [
      { pageSize: 1 << 30, count: 0 },
      { pageSize: 2 << 20, count: 0 },
    ],
    bootedAt: o.bootedAt ?? -600_000,
  };
}

export function createMachine(sim: Simulation, network: ClusterNetwork, o: MachineOptions): Machine {
  const ip = `192.168.1.${10 + o.index}`;
  const podCidr = `10.244.${o.index - 1}.0/24`;
  const info = machineInfo(sim, o, ip, podCidr);
  const net: NodeNetwork = network.node(o.name, ip, podCidr);
  const load = sim.cell<MachineLoad>(`${o.name}/load`, IDLE);
  const units = sim.table<Unit>(`${o.name}/units`);
  const groups = sim.table<CgroupLimits>(`${o.name}/cgroups`);
  const boot = sim.cell<Pick<MachineInfo, "bootId" | "bootedAt"> | null>(`${o.name}/boot`, null);
  const oomWatchers = sim.cell<readonly ReplyTo[]>(`${o.name}/oom-watchers`, []);
  let source: UsageSource | undefined;
  const storage = (): ReturnType<UsageSource["storage"]> =>
    source?.storage() ?? { images: { bytes: 0, inodes: 0 }, layers: { bytes: 0, inodes: 0 } };

  const fsUsage = (which: "nodefs" | "imagefs", { images, layers } = storage()): FsUsage => {
    const one = !info.imagefs;
    const { capacityBytes, inodes } = which === "imagefs" && info.imagefs ? info.imagefs : info.nodefs;
    const own = fs.whole();
    const store = { bytes: images.bytes + layers.bytes, inodes: images.inodes + layers.inodes };
    const used = which === "imagefs" && !one ? store.bytes : BASE_DISK + own.bytes + (one ? store.bytes : 0);
    const usedInodes =
      which === "imagefs" && !one ? store.inodes : BASE_INODES + own.inodes + (one ? store.inodes : 0);
    const fills = load.get().diskFill;
    const fill = one ? Math.max(fills.nodefs, fills.imagefs) : fills[which];
    // A fill is a file of that size that somebody else wrote: what pods write comes on top.
    const total = Math.min(capacityBytes, Math.max(used, Math.round(capacityBytes * fill)));
    return {
      capacityBytes,
      usedBytes: total,
      availableBytes: capacityBytes - total,
      inodes,
      inodesUsed: usedInodes,
      inodesFree: Math.max(0, inodes - usedInodes),
    };
  };
  const fs = createHostFs(sim, o.name, initialTree(info), {
    free: () => fsUsage("nodefs").availableBytes,
    tight: () => load.get().diskFill.nodefs > 0,
  });

  const node = (): NodeUsage => {
    const total = source?.total() ?? { memoryBytes: 0, cpuMilli: 0, cpuNanos: 0, processes: 0 };
    const { memoryHog, pidHog } = load.get();
    const working = Math.min(
      info.memoryBytes,
      BASE_MEMORY + KUBELET_MEMORY + RUNTIME_MEMORY + total.memoryBytes + memoryHog,
    );
    const up = sim.now - info.bootedAt;
    const stored = storage();
    const nodefs = fsUsage("nodefs", stored);
    return {
      cpu: {
        nanoCores: Math.min(info.cores * 1e9, (BASE_CPU_MILLI + total.cpuMilli) * 1e6),
        coreNanoSeconds: up * BASE_CPU_MILLI * 1000 + total.cpuNanos,
      },
      memory: {
        usageBytes: Math.min(info.memoryBytes, working + 350 * 1024 * 1024),
        workingSetBytes: working,
        rssBytes: Math.round(working * 0.8),
        availableBytes: info.memoryBytes - working,
      },
      nodefs,
      // Without a disk of their own images lie on the node's.
      imagefs: info.imagefs ? fsUsage("imagefs", stored) : nodefs,
      pids: { max: info.maxPids, current: BASE_PROCESSES + total.processes + pidHog },
    };
  };

  const cgroups: NodeCgroups = {
    set: (path, limits) => groups.set(path, limits),
    get: (path) => groups.get(path),
    remove: (path) => {
      for (const key of [...groups.keys()])
        if (key === path || key.startsWith(`${path}/`)) groups.delete(key);
    },
    children: (path) => {
      const prefix = path === "/" ? "/" : `${path}/`;
      const out = new Set<string>();
      for (const key of groups.keys())
        if (key.startsWith(prefix)) out.add(prefix + key.slice(prefix.length).split("/")[0]!);
      return [...out].sort();
    },
  };

  return {
    get info() {
      const again = boot.get();
      return again ? { ...info, ...again } : info;
    },
    network: net,
    fs,
    cgroups,
    stats: {
      node,
      pod: (uid) => source?.containers(uid) ?? [],
      podMemory: (uid) => source?.memory(uid) ?? 0,
      container: (id) => source?.containers().find((c) => c.containerId === id),
      system: () => ({
        kubelet: { memoryBytes: KUBELET_MEMORY, nanoCores: 20e6 },
        runtime: { memoryBytes: RUNTIME_MEMORY, nanoCores: 10e6 },
      }),
    },
    unit: (name) =>
      units.get(name) ?? { name, active: true, since: info.bootedAt, pid: name === "kubelet" ? 812 : 640 },
    setUnit: (name, active) => {
      const known = units.get(name);
      if ((known?.active ?? true) === active) return;
      units.set(name, {
        name,
        active,
        since: sim.now,
        pid: active ? 1000 + Math.floor(sim.draw("pid", `${o.name}/${name}`) * 30_000) : 0,
      });
    },
    booted: () =>
      boot.set({
        bootId: hashHex(sim.seed, "boot-id", o.name, sim.now, 32).replace(
          /^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/,
          "$1-$2-4$3-a$4-$5",
        ),
        bootedAt: sim.now,
      }),
    wallClock: () => o.epochMs + sim.now + load.get().clockOffset,
    watchOom: (reply) => oomWatchers.update((list) => [...list, reply]),
    reportOom: (oom) => {
      for (const reply of oomWatchers.get()) sim.reply(reply, { oom });
    },
    loads: { get: () => load.get(), set: (change) => load.update((l) => ({ ...l, ...change })) },
    attachUsage: (s) => {
      source = s;
    },
    memoryForPods: () =>
      info.memoryBytes - BASE_MEMORY - KUBELET_MEMORY - RUNTIME_MEMORY - load.get().memoryHog,
  };
}

function initialTree(info: MachineInfo): ReturnType<typeof tree> {
  return tree({
    "/bin": dir(),
    "/boot": dir(),
    "/dev": dir(),
    "/home": dir(),
    "/lib": dir(),
    "/mnt": dir(),
    "/opt": dir(),
    "/proc": dir(),
    "/root": dir({}, 0o700),
    "/run": dir(),
    "/srv": dir(),
    "/sys": dir(),
    "/tmp": dir({}, 0o1777),
    "/usr": dir(),
    "/etc/hostname": `${info.hostname}\n`,
    "/etc/hosts": `127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n${info.internalIp}\t${info.hostname}\n`,
    "/etc/machine-id": `${info.machineId}\n`,
    "/etc/resolv.conf": "nameserver 192.168.1.1\n",
    "/etc/os-release":
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nID=debian\n',
    "/etc/containerd/config.toml":
      'version = 3\n\n[plugins."io.containerd.cri.v1.runtime".containerd]\n  default_runtime_name = "runc"\n',
    "/etc/cni/net.d/10-containerd-net.conflist": `{\n  "cniVersion": "1.0.0",\n  "name": "containerd-net",\n  "plugins": [\n    {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "ipam": {"type": "host-local", "ranges": [[{"subnet": "${info.podCidr}"}]]}},\n    {"type": "portmap", "capabilities": {"portMappings": true}}\n  ]\n}\n`,
    "/etc/kubernetes/manifests": dir(),
    "/var/lib/containerd": dir({}, 0o711),
    "/var/lib/kubelet": dir({}, 0o750),
    "/var/lib/kubelet/pods": dir({}, 0o750),
    "/var/log/containers": dir(),
    "/var/log/pods": dir({}, 0o750),
    "/var/tmp": dir({}, 0o1777),
  });
}
