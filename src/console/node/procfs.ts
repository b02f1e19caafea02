/** Files that a node's kernel makes up, as far as people look into them: /proc and the kubelet's part of /sys/fs/cgroup. */
import { type DirNode, dir, type FsNode, file } from "../../cluster/tools.ts";
import type { NodeConsole } from "../host.ts";

const CGROUPS = "/sys/fs/cgroup";

/** Weight of cgroup v2 that stands for shares of v1, as runc has turned it since 1.3. */
function weightOf(shares: number): number {
  if (shares <= 2) return 1;
  if (shares >= 262_144) return 10_000;
  const l = Math.log2(shares);
  return Math.ceil(10 ** ((l * l + 125 * l) / 612 - 7 / 34));
}

function procFile(node: NodeConsole, path: string, now: number): string | undefined {
  switch (path) {
    case "/proc/cpuinfo":
      return Array.from(
        { length: node.cores },
        (_, i) => `processor\t: ${i}\nmodel name\t: Virtual CPU\n\n`,
      ).join("");
    case "/proc/meminfo": {
      const { availableBytes, usageBytes, workingSetBytes } = node.usage().memory;
      const line = (name: string, bytes: number): string =>
        `${`${name}:`.padEnd(16)}${String(Math.floor(bytes / 1024)).padStart(8)} kB\n`;
      return [
        line("MemTotal", node.memoryBytes),
        line("MemFree", Math.max(0, node.memoryBytes - usageBytes)),
        line("MemAvailable", availableBytes),
        line("Cached", Math.max(0, usageBytes - workingSetBytes)),
        line("SwapTotal", 0),
        line("SwapFree", 0),
      ].join("");
    }
    case "/proc/uptime":
      return `${((now - node.bootedAt) / 1000).toFixed(2)} 0.00\n`;
    case "/proc/loadavg":
      return "0.10 0.10 0.10 1/200 4711\n";
    case "/proc/version":
      return `Linux version ${node.kernelVersion}\n`;
    case "/proc/swaps":
      return "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
    case "/proc/sys/kernel/osrelease":
      return `${node.kernelVersion}\n`;
    case "/proc/sys/kernel/hostname":
      return `${node.hostname}\n`;
    case "/proc/sys/kernel/pid_max":
      return "4194304\n";
    case "/proc/mounts":
      return [
        "/dev/sda1 / ext4 rw,relatime 0 0",
        "proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0",
        "sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0",
        `cgroup2 ${CGROUPS} cgroup2 rw,nosuid,nodev,noexec,relatime 0 0`,
        "tmpfs /run tmpfs rw,nosuid,nodev,size=819200k,mode=755 0 0",
        "",
      ].join("\n");
    default:
      return undefined;
  }
}

/** Directory or file below /sys/fs/cgroup: the cgroups that the kubelet made, with what it set there. */
function cgroupNode(node: NodeConsole, path: string): FsNode | undefined {
  const group = path.slice(CGROUPS.length) || "/";
  const slash = group.lastIndexOf("/");
  const limits = node.cgroups.get(group);
  const children = node.cgroups.children(group);
  if (limits || group === "/" || children.length > 0) {
    const names = children.map((c) => [c.slice(c.lastIndexOf("/") + 1), dir()] as const);
    const files =
      group === "/" ? [] : ["cpu.max", "cpu.weight", "memory.max"].map((n) => [n, file("")] as const);
    return dir(Object.fromEntries<FsNode>([...names, ...files]), 0o755);
  }
  const parent = node.cgroups.get(group.slice(0, slash));
  if (!parent) return undefined;
  switch (group.slice(slash + 1)) {
    case "cpu.max":
      return file(`${parent.cpuQuota ?? "max"} 100000\n`);
    case "cpu.weight":
      return file(`${weightOf(parent.cpuShares)}\n`);
    case "memory.max":
      return file(`${parent.memoryLimit ?? "max"}\n`);
    default:
      return undefined;
  }
}

const PROC = ["cpuinfo", "loadavg", "meminfo", "mounts", "swaps", "uptime", "version"];

/** What is at a path below /proc or /sys; undefined: what the disk has there. */
export function kernelFile(node: NodeConsole, path: string, now: number): FsNode | undefined {
  if (path === CGROUPS || path.startsWith(`${CGROUPS}/`)) return cgroupNode(node, path);
  if (path === "/proc") {
    const pids = node.processes().map((p) => [String(p.pid), dir()] as const);
    const files = PROC.map((name) => [name, file("")] as const);
    return dir(Object.fromEntries<DirNode | FsNode>([...pids, ...files]), 0o555);
  }
  const text = procFile(node, path, now);
  return text === undefined ? undefined : file(text, 0o444, 0);
}
