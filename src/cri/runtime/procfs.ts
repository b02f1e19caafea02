/** What a container reads below /proc and /sys: made when somebody looks. */
import { type DirNode, dir, file, type FsNode, link } from "../../node/fs.ts";
import type { MountPoint } from "../../node/view.ts";
import { loadAt, type Proc } from "../os/contract.ts";
import type { OsState } from "../os/state.ts";
import { containerMemory } from "../os/os.ts";
import type { ContainerRow, Context, SandboxRow } from "./context.ts";

/** Capabilities of a container by default: CHOWN … AUDIT_WRITE (containerd's list). */
const DEFAULT_CAPABILITIES = 0xa80425fbn;
const ALL_CAPABILITIES = 0x1ffffffffffn;
const CAPABILITIES: Readonly<Record<string, number>> = {
  CHOWN: 0, DAC_OVERRIDE: 1, DAC_READ_SEARCH: 2, FOWNER: 3, FSETID: 4, KILL: 5, SETGID: 6, SETUID: 7, SETPCAP: 8, LINUX_IMMUTABLE: 9, NET_BIND_SERVICE: 10, NET_BROADCAST: 11, NET_ADMIN: 12, NET_RAW: 13, IPC_LOCK: 14, IPC_OWNER: 15,
  SYS_MODULE: 16, SYS_RAWIO: 17, SYS_CHROOT: 18, SYS_PTRACE: 19, SYS_PACCT: 20, SYS_ADMIN: 21, SYS_BOOT: 22, SYS_NICE: 23, SYS_RESOURCE: 24, SYS_TIME: 25, SYS_TTY_CONFIG: 26, MKNOD: 27, LEASE: 28, AUDIT_WRITE: 29, AUDIT_CONTROL: 30, SETFCAP: 31,
  MAC_OVERRIDE: 32, MAC_ADMIN: 33, SYSLOG: 34, WAKE_ALARM: 35, BLOCK_SUSPEND: 36, AUDIT_READ: 37, PERFMON: 38, BPF: 39, CHECKPOINT_RESTORE: 40,
};

function capabilities(row: ContainerRow): string {
  const { add = [], drop = [] } = row.config.capabilities ?? {};
  const bit = (name: string): bigint => 1n << BigInt(CAPABILITIES[name.replace(/^CAP_/, "")] ?? 63);
  let mask = row.config.privileged ? ALL_CAPABILITIES : DEFAULT_CAPABILITIES;
  if (drop.includes("ALL")) mask = 0n;
  if (add.includes("ALL")) mask = ALL_CAPABILITIES;
  for (const name of drop) if (name !== "ALL") mask &= ~bit(name);
  for (const name of add) if (name !== "ALL") mask |= bit(name);
  return (mask & ALL_CAPABILITIES).toString(16).padStart(16, "0");
}

function process(p: Proc, row: ContainerRow | undefined, now: number): DirNode {
  const name = (p.argv[0] ?? "").split("/").pop()!;
  const caps = row ? capabilities(row) : "0".repeat(16);
  const effective = p.uid === 0 ? caps : "0".repeat(16);
  const kb = Math.round(loadAt(p.load, now) / 1024);
  const status = `Name:\t${name}\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t${p.nspid}\nPid:\t${p.nspid}\nPPid:\t0\nUid:\t${p.uid}\t${p.uid}\t${p.uid}\t${p.uid}\nGid:\t${p.gid}\t${p.gid}\t${p.gid}\t${p.gid}\nGroups:\t${p.groups.join(" ")}\nVmRSS:\t${String(kb).padStart(8)} kB\nThreads:\t1\nCapInh:\t0000000000000000\nCapPrm:\t${effective}\nCapEff:\t${effective}\nCapBnd:\t${caps}\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t0\n`;
  return dir({
    cmdline: file(p.argv.map((a) => `${a}\0`).join(""), 0o444),
    comm: file(`${name.slice(0, 15)}\n`, 0o644),
    environ: { ...file(Object.entries(p.env).map(([k, v]) => `${k}=${v}\0`).join(""), 0o400), uid: p.uid, gid: p.gid },
    status: file(status, 0o444),
    cwd: link(p.cwd),
    root: link("/"),
    cgroup: file("0::/\n", 0o444),
    oom_score_adj: file(`${row?.config.cgroup.oomScoreAdj ?? 0}\n`),
  }, 0o555, p.uid, p.gid);
}

/** @param self process that looks, as its namespace numbers it */
function procTree(ctx: Context, sandbox: SandboxRow, row: ContainerRow | undefined, os: OsState, pid: number, mounts: readonly MountPoint[]): DirNode {
  const { info } = ctx.machine;
  const self = os.procs[pid];
  const entries: Record<string, FsNode> = {};
  for (const p of Object.values(os.procs)) if (!self || p.ns === self.ns) entries[String(p.nspid)] = process(p, ctx.containers.get(p.container), ctx.sim.now);
  if (self) {
    entries.self = link(`/proc/${self.nspid}`);
    entries["thread-self"] = link(`/proc/${self.nspid}`);
  }
  const usage = ctx.machine.stats.node();
  const available = usage.memory.availableBytes;
  const disk = usage.imagefs;
  const up = (ctx.sim.now - info.bootedAt) / 1000;
  entries.mounts = file(
    `overlay / overlay ${row?.config.readonlyRootfs ? "ro" : "rw"},relatime 0 0\nproc /proc proc rw,nosuid,nodev,noexec,relatime 0 0\ntmpfs /dev tmpfs rw,nosuid,size=65536k,mode=755 0 0\nsysfs /sys sysfs ro,nosuid,nodev,noexec,relatime 0 0\ncgroup /sys/fs/cgroup cgroup2 ro,nosuid,nodev,noexec,relatime 0 0\n` +
      mounts.filter((m) => !m.path.startsWith("/proc") && !m.path.startsWith("/sys")).map((m) => `${m.tmpfs ? "tmpfs" : "/dev/sda1"} ${m.path} ${m.tmpfs ? "tmpfs" : "ext4"} ${m.readonly ? "ro" : "rw"},relatime 0 0\n`).join("") +
      "shm /dev/shm tmpfs rw,nosuid,nodev,noexec,relatime,size=65536k 0 0\n",
    0o444,
  );
  entries.diskstat = file(`${disk.capacityBytes} ${disk.availableBytes}\n`, 0o444);
  entries.meminfo = file(`MemTotal:       ${Math.floor(info.memoryBytes / 1024)} kB\nMemFree:        ${Math.floor((available * 0.7) / 1024)} kB\nMemAvailable:   ${Math.floor(available / 1024)} kB\nSwapTotal:      0 kB\nSwapFree:       0 kB\n`, 0o444);
  entries.cpuinfo = file(Array.from({ length: info.cores }, (_, i) => `processor\t: ${i}\nvendor_id\t: GenuineIntel\nmodel name\t: Virtual CPU\ncpu MHz\t\t: 2600.000\n\n`).join(""), 0o444);
  entries.uptime = file(`${up.toFixed(2)} ${(up * info.cores * 0.9).toFixed(2)}\n`, 0o444);
  entries.loadavg = file(`0.10 0.10 0.10 1/${Object.keys(os.procs).length} ${pid}\n`, 0o444);
  entries.version = file(`Linux version ${info.kernelVersion} (gcc 12.2.0) #1 SMP\n`, 0o444);
  entries.sys = dir({
    kernel: dir({ osrelease: file(`${info.kernelVersion}\n`), hostname: file(`${sandbox.config.hostname}\n`), ostype: file("Linux\n"), pid_max: file(`${info.maxPids}\n`), ...group("kernel.", sandbox) }),
    net: dir({ ipv4: dir({ ip_forward: file("1\n") }), core: dir({ somaxconn: file("4096\n") }) }),
    vm: dir({ overcommit_memory: file("1\n"), swappiness: file("60\n") }),
  });
  return dir(entries, 0o555);
}

/** Sysctls of the pod below one prefix with a single name part left. */
function group(prefix: string, sandbox: SandboxRow): Record<string, FsNode> {
  const out: Record<string, FsNode> = {};
  for (const [name, value] of Object.entries(sandbox.config.sysctls ?? {})) if (name.startsWith(prefix) && !name.slice(prefix.length).includes(".")) out[name.slice(prefix.length)] = file(`${value}\n`);
  return out;
}

function sysTree(ctx: Context, row: ContainerRow | undefined, os: OsState): DirNode {
  const limits = row?.limits;
  const id = row?.view.id ?? "";
  return dir({
    fs: dir({
      cgroup: dir({
        "memory.max": file(`${limits?.memoryLimit ?? "max"}\n`),
        "memory.current": file(`${Math.round(containerMemory(os, id, ctx.sim.now))}\n`),
        "cpu.max": file(`${limits?.cpuQuota && limits.cpuQuota > 0 ? limits.cpuQuota : "max"} 100000\n`),
        "cpu.weight": file(`${Math.max(1, Math.round(1 + ((limits?.cpuShares ?? 2) - 2) * 9999 / 262142))}\n`),
        "pids.current": file(`${Object.values(os.procs).filter((p) => p.container === id).length}\n`),
        "cgroup.procs": file(Object.values(os.procs).filter((p) => p.container === id).map((p) => `${p.nspid}\n`).join("")),
      }, 0o555),
    }, 0o555),
    kernel: dir({}, 0o555),
    class: dir({}, 0o555),
  }, 0o555);
}

/** /proc and /sys as mounts whose tree is made at the first look. */
export function pseudoMounts(ctx: Context, sandbox: SandboxRow, row: ContainerRow | undefined, os: OsState, pid: number, mounts: readonly MountPoint[]): MountPoint[] {
  let proc: DirNode | undefined;
  let sys: DirNode | undefined;
  const readonly = !row?.config.privileged;
  return [
    { path: "/proc", source: "/proc/.container", readonly, get pin() { return (proc ??= procTree(ctx, sandbox, row, os, pid, mounts)); } },
    { path: "/sys", source: "/sys/.container", readonly: true, get pin() { return (sys ??= sysTree(ctx, row, os)); } },
  ];
}
