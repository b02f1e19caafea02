/** Files that the kernel makes up: the parts of /proc and /sys/fs/cgroup that programs and people read. */
import { commandName, type Proc } from "../os/contract.ts";
import type { OsState } from "../os/state.ts";
import type { Containerd } from "./containerd.ts";
import type { ContainerRow } from "./state.ts";

const CAPABILITIES = 0xa80425fbn;
const CAP_BITS: Readonly<Record<string, number>> = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  DAC_READ_SEARCH: 2,
  FOWNER: 3,
  FSETID: 4,
  KILL: 5,
  SETGID: 6,
  SETUID: 7,
  SETPCAP: 8,
  LINUX_IMMUTABLE: 9,
  NET_BIND_SERVICE: 10,
  NET_BROADCAST: 11,
  NET_ADMIN: 12,
  NET_RAW: 13,
  IPC_LOCK: 14,
  IPC_OWNER: 15,
  SYS_MODULE: 16,
  SYS_RAWIO: 17,
  SYS_CHROOT: 18,
  SYS_PTRACE: 19,
  SYS_PACCT: 20,
  SYS_ADMIN: 21,
  SYS_BOOT: 22,
  SYS_NICE: 23,
  SYS_RESOURCE: 24,
  SYS_TIME: 25,
  SYS_TTY_CONFIG: 26,
  MKNOD: 27,
  LEASE: 28,
  AUDIT_WRITE: 29,
  AUDIT_CONTROL: 30,
  SETFCAP: 31,
};

function capabilities(row: ContainerRow): string {
  let bits = row.config.privileged ? 0x1ffffffffffn : CAPABILITIES;
  const { add = [], drop = [] } = row.config.capabilities ?? {};
  for (const name of drop)
    bits = name === "ALL" ? 0n : bits & ~(1n << BigInt(CAP_BITS[name.replace(/^CAP_/, "")] ?? 63));
  for (const name of add)
    bits |= name === "ALL" ? 0x1ffffffffffn : 1n << BigInt(CAP_BITS[name.replace(/^CAP_/, "")] ?? 0);
  return bits.toString(16).padStart(16, "0");
}

/** A process by its name in /proc, as process `pid` sees it: a number of its namespace, or itself. */
export function processOf(os: OsState, pid: number, name: string): Proc | undefined {
  const self = os.procs[pid];
  if (name === "self" || name === "thread-self") return self;
  if (!/^\d+$/.test(name)) return undefined;
  return Object.values(os.procs).find((p) => p.ns === self?.ns && p.nspid === Number(name));
}

/** Content of a made-up file, or undefined when there is none of that name. */
export function virtualFile(
  c: Containerd,
  row: ContainerRow,
  os: OsState,
  pid: number,
  path: string,
): string | undefined {
  const { info } = c.machine;
  if (path.startsWith("/sys/fs/cgroup")) return cgroupFile(c, row, path.slice("/sys/fs/cgroup/".length));
  const own = /^\/proc\/(self|thread-self|\d+)\/(\w+)$/.exec(path);
  if (own) {
    const proc = processOf(os, pid, own[1] ?? "");
    if (!proc) return undefined;
    const name = commandName(proc);
    switch (own[2]) {
      case "status": {
        const caps = proc.uid === 0 ? capabilities(row) : "0000000000000000";
        return `Name:\t${name}\nState:\tS (sleeping)\nPid:\t${proc.nspid}\nPPid:\t0\nUid:\t${proc.uid}\t${proc.uid}\t${proc.uid}\t${proc.uid}\nGid:\t${proc.gid}\t${proc.gid}\t${proc.gid}\t${proc.gid}\nGroups:\t${proc.groups.join(" ")} \nCapInh:\t0000000000000000\nCapPrm:\t${caps}\nCapEff:\t${caps}\nCapBnd:\t${capabilities(row)}\nCapAmb:\t0000000000000000\nNoNewPrivs:\t${row.config.noNewPrivs ? 1 : 0}\nSeccomp:\t${row.config.seccomp ? 2 : 0}\n`;
      }
      case "cmdline":
        return `${proc.argv.join("\0")}\0`;
      case "comm":
        return `${name}\n`;
      case "environ":
        return Object.keys(proc.env)
          .map((k) => `${k}=${proc.env[k]}\0`)
          .join("");
      case "uid_map":
      case "gid_map":
        return "         0          0 4294967295\n";
      case "oom_score_adj":
        return `${row.config.cgroup.oomScoreAdj}\n`;
      case "cgroup":
        return "0::/\n";
      case "mounts":
      case "mountinfo":
        return mounts(row);
      default:
        return undefined;
    }
  }
  switch (path) {
    case "/proc/mounts":
      return mounts(row);
    case "/proc/cpuinfo":
      return Array.from(
        { length: info.cores },
        (_, i) => `processor\t: ${i}\nmodel name\t: Virtual CPU\n\n`,
      ).join("");
    case "/proc/meminfo": {
      const m = c.machine.stats.node().memory;
      return `MemTotal:       ${Math.floor(info.memoryBytes / 1024)} kB\nMemFree:        ${Math.floor(m.availableBytes / 1024)} kB\nMemAvailable:   ${Math.floor(m.availableBytes / 1024)} kB\nSwapTotal:      0 kB\nSwapFree:       0 kB\n`;
    }
    case "/proc/uptime":
      return `${((c.sim.now - info.bootedAt) / 1000).toFixed(2)} 0.00\n`;
    case "/proc/loadavg":
      return "0.10 0.10 0.10 1/200 100\n";
    case "/proc/version":
      return `Linux version ${info.kernelVersion}\n`;
    case "/proc/diskstat": {
      const fs = c.machine.stats.node().imagefs;
      return `${fs.capacityBytes} ${fs.availableBytes}`;
    }
  }
  if (path.startsWith("/proc/sys/")) {
    const name = path.slice("/proc/sys/".length).replace(/\//g, ".");
    const set = c.sandboxes.get(row.status.sandboxId)?.config.sysctls?.[name];
    const known: Readonly<Record<string, string>> = {
      "kernel.osrelease": info.kernelVersion,
      "kernel.hostname": info.hostname,
      "kernel.msgmax": "8192",
      "kernel.shm_rmid_forced": "0",
      "net.ipv4.ip_unprivileged_port_start": "0",
      "net.ipv4.ip_local_port_range": "32768\t60999",
      "net.ipv4.ping_group_range": "0\t2147483647",
      "net.ipv4.ip_forward": "0",
      "net.core.somaxconn": "4096",
      "net.ipv4.tcp_syncookies": "1",
      "vm.overcommit_memory": "1",
      "vm.max_map_count": "65530",
      "fs.file-max": "9223372036854775807",
      "kernel.domainname": "(none)",
      "kernel.shmmax": "18446744073692774399",
      "kernel.shmall": "18446744073692774399",
      "kernel.shmmni": "4096",
      "kernel.pid_max": "4194304",
    };
    const value = set ?? known[name];
    return value === undefined ? undefined : `${value}\n`;
  }
  return undefined;
}

function mounts(row: ContainerRow): string {
  const ro = row.config.readonlyRootfs ? "ro" : "rw";
  const lines = [
    `overlay / overlay ${ro},relatime 0 0`,
    "proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0",
    "tmpfs /dev tmpfs rw,nosuid,size=65536k,mode=755 0 0",
    "cgroup /sys/fs/cgroup cgroup2 ro,nosuid,nodev,noexec,relatime 0 0",
  ];
  for (const m of row.mounts)
    lines.push(
      `${m.tmpfs ? "tmpfs" : "/dev/sda1"} ${m.path} ${m.tmpfs ? "tmpfs" : "ext4"} ${m.readonly ? "ro" : "rw"},relatime${m.limit === undefined ? "" : `,size=${Math.floor(m.limit / 1024)}k`} 0 0`,
    );
  return `${lines.join("\n")}\n`;
}

/** The limit is its pod's. */
const podPids = (c: Containerd, row: ContainerRow): number | undefined =>
  c.machine.cgroups.get(c.sandboxes.get(row.status.sandboxId)?.config.cgroupParent ?? "")?.pidsLimit;

function cgroupFile(c: Containerd, row: ContainerRow, name: string): string | undefined {
  const { memoryLimit, cpuQuota, cpuShares } = row.config.cgroup;
  switch (name) {
    case "memory.max":
      return `${memoryLimit ?? "max"}\n`;
    case "memory.current":
      return `${Math.round(c.memoryOf(row.status.id))}\n`;
    case "memory.events":
      return `low 0\nhigh 0\nmax 0\noom 0\noom_kill ${row.oomKilled ? 1 : 0}\n`;
    case "cpu.max":
      return `${cpuQuota ?? "max"} 100000\n`;
    case "cpu.weight": {
      const l = Math.log2(Math.max(2, cpuShares));
      return `${cpuShares <= 2 ? 1 : cpuShares >= 262144 ? 10000 : Math.ceil(10 ** ((l * l + 125 * l) / 612 - 7 / 34))}\n`;
    }
    case "pids.max":
    case "pids/pids.max":
      return `${podPids(c, row) ?? "max"}\n`;
    // What cgroup v1 called them.
    case "memory/memory.usage_in_bytes":
      return `${Math.round(c.memoryOf(row.status.id))}\n`;
    case "cpu/cpu.shares":
      return `${cpuShares}\n`;
    case "cpu/cpu.cfs_quota_us":
      return `${cpuQuota ?? -1}\n`;
    case "cpu/cpu.cfs_period_us":
      return "100000\n";
    case "memory/memory.limit_in_bytes":
      return `${memoryLimit ?? "9223372036854771712"}\n`;
    default:
      return undefined;
  }
}
