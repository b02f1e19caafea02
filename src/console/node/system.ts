/** `df` and `free` of a node. */
import { nodeOf } from "../files.ts";
import type { ShellCommand } from "../shell/builtins.ts";

const UNITS = ["", "K", "M", "G", "T"];

function human(kib: number): string {
  let n = kib;
  let unit = 1;
  while (n >= 1024 && unit < UNITS.length - 1) {
    n /= 1024;
    unit++;
  }
  return `${n < 10 ? Math.ceil(n * 10) / 10 : Math.ceil(n)}${UNITS[unit]}`;
}

export const df: ShellCommand = (args, ctx) => {
  const node = nodeOf(ctx.host, ctx.session);
  if (!node) return 1;
  const flags = args.filter((a) => a.startsWith("-")).join("");
  const usage = ctx.once(() => node.usage());
  const inodes = flags.includes("i");
  const separate = usage.imagefs.capacityBytes !== usage.nodefs.capacityBytes;
  const disks = [
    { device: "/dev/sda1", mount: "/", fs: usage.nodefs },
    ...(separate ? [{ device: "/dev/sdb1", mount: "/var/lib/containerd", fs: usage.imagefs }] : []),
  ];
  const wanted = args.filter((a) => !a.startsWith("-"));
  const shown =
    wanted.length === 0
      ? disks
      : disks.filter((d) => wanted.some((w) => w.startsWith(d.mount)) || !separate).slice(-1);
  const size = (n: number): string => (flags.includes("h") ? human(n) : String(Math.ceil(n)));
  ctx.out(
    inodes
      ? "Filesystem      Inodes   IUsed   IFree IUse% Mounted on\n"
      : flags.includes("h")
        ? "Filesystem      Size  Used Avail Use% Mounted on\n"
        : "Filesystem     1K-blocks     Used Available Use% Mounted on\n",
  );
  for (const { device, mount, fs } of shown) {
    const [total, used, free] = inodes
      ? [fs.inodes, fs.inodesUsed, fs.inodesFree]
      : [fs.capacityBytes / 1024, fs.usedBytes / 1024, fs.availableBytes / 1024];
    const percent = `${Math.ceil((used / Math.max(1, used + free)) * 100)}%`;
    const [a, b, c] = inodes ? [12, 7, 7] : flags.includes("h") ? [5, 5, 5] : [9, 8, 9];
    const cell = (n: number, w: number): string => (inodes ? String(n) : size(n)).padStart(w);
    ctx.out(
      `${device.padEnd(inodes ? 10 : 15)}${inodes ? "" : ""}${cell(total, a)} ${cell(used, b)} ${cell(free, c)} ${percent.padStart(4)} ${mount}\n`,
    );
  }
  return 0;
};

export const free: ShellCommand = (args, ctx) => {
  const node = nodeOf(ctx.host, ctx.session);
  if (!node) return 1;
  const { memory } = ctx.once(() => node.usage());
  const flags = args.join("");
  const divisor = flags.includes("b")
    ? 1
    : flags.includes("g")
      ? 1024 ** 3
      : flags.includes("m")
        ? 1024 ** 2
        : 1024;
  const text = (bytes: number): string =>
    flags.includes("h") ? `${human(bytes / 1024)}i` : String(Math.floor(bytes / divisor));
  const total = node.memoryBytes;
  const used = memory.workingSetBytes;
  const cache = Math.max(0, memory.usageBytes - memory.workingSetBytes);
  const cells = [total, used, Math.max(0, total - used - cache), 0, cache, memory.availableBytes].map((n) =>
    text(n).padStart(12),
  );
  ctx.out("               total        used        free      shared  buff/cache   available\n");
  ctx.out(`Mem:    ${cells.join("")}\nSwap:   ${[0, 0, 0].map((n) => text(n).padStart(12)).join("")}\n`);
  return 0;
};
