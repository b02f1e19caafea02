/** dd, du, df, find. */
import { baseOf, treeUsage } from "../../node/fs.ts";
import { patternRegex } from "../shell/words.ts";
import { options, type Tool, type ToolIo } from "./contract.ts";
import { human, why } from "./listing.ts";

const BYTES: Readonly<Record<string, number>> = {
  "": 1,
  c: 1,
  k: 1024,
  K: 1024,
  M: 1 << 20,
  MB: 1e6,
  G: 1 << 30,
  GB: 1e9,
  kB: 1000,
  b: 512,
};

export function sizeText(text: string): number {
  const m = /^(\d+)([a-zA-Z]*?)i?B?$/.exec(text);
  return m ? Number(m[1]) * (BYTES[m[2]!] ?? BYTES[m[2]! + "B"] ?? 1) : Number.NaN;
}

/** Bytes that the process may have at most: its cgroup's limit, or what the machine has. */
function memoryFor(io: ToolIo): number {
  const number = (path: string, pattern: RegExp, unit: number): number => {
    const found = io.host.fs.read(path);
    const text = pattern.exec(found.ok ? found.value.content : "")?.[1];
    return text === undefined ? Number.POSITIVE_INFINITY : Number(text) * unit;
  };
  return Math.min(
    number("/sys/fs/cgroup/memory.max", /^(\d+)/, 1),
    number("/proc/meminfo", /MemTotal:\s+(\d+)/, 1024),
  );
}

export const dd: Tool = (args, io) => {
  const get = (k: string): string | undefined => args.find((a) => a.startsWith(`${k}=`))?.slice(k.length + 1);
  const bs = sizeText(get("bs") ?? "512");
  const from = get("if") ?? "/dev/stdin";
  const to = get("of");
  const endless = /^\/dev\/(zero|u?random)$/.test(io.host.path(from));
  const source = endless || from === "/dev/stdin" ? undefined : io.host.fs.read(io.host.path(from));
  if (source && !source.ok) {
    io.err(
      io.host.flavor === "gnu"
        ? `dd: failed to open '${from}': ${why(io, source.errno)}\n`
        : `dd: can't open '${from}': ${why(io, source.errno)}\n`,
    );
    return 1;
  }
  let count = get("count") === undefined ? undefined : sizeText(get("count")!);
  const skip = sizeText(get("skip") ?? "0") * bs;
  const left = source ? Math.max(0, source.value.size - skip) : 0;
  if (source) count = Math.min(count ?? Number.POSITIVE_INFINITY, Math.ceil(left / bs));
  // The buffer is what takes memory; without a count it reads for ever.
  io.host.memory(700 * 1024 + bs);
  if (to) {
    const opened = io.host.open(to, "w");
    if (!opened.ok) {
      io.err(
        io.host.flavor === "gnu"
          ? `dd: failed to open '${to}': ${why(io, opened.errno)}\n`
          : `dd: can't open '${to}': ${why(io, opened.errno)}\n`,
      );
      return 1;
    }
    io.host.setFds({ ...io.host.proc.fds, 1: opened.fd });
  }
  // A buffer that memory does not hold is never filled: the OOM killer comes first.
  if (count === undefined || bs > memoryFor(io)) return -1;
  const total = source ? Math.min(left, bs * count) : bs * count;
  let written = total;
  if (source && source.value.content !== "") io.out(source.value.content.slice(skip, skip + total));
  else if (io.host.writeZeros(1, total) === "full") {
    written = Math.max(0, total);
    io.err(
      io.host.flavor === "gnu"
        ? `dd: error writing '${to}': No space left on device\n`
        : `dd: error writing '${to}': No space left on device\n`,
    );
    return 1;
  }
  if (get("status") !== "none") {
    io.err(
      `${Math.floor(total / bs)}+${total % bs ? 1 : 0} records in\n${Math.floor(written / bs)}+${written % bs ? 1 : 0} records out\n`,
    );
    if (get("status") !== "noxfer")
      io.err(
        io.host.flavor === "gnu"
          ? `${written} bytes (${human(written)}B) copied, 0.01 s, ${human(written * 100)}B/s\n`
          : `${written} bytes (${human(written)}B) copied, 0.010000 seconds, ${human(written * 100)}B/s\n`,
      );
  }
  return 0;
};

export const find: Tool = (args, io) => {
  const split = args.findIndex((a) => /^[-!(]/.test(a));
  const roots = split === 0 ? ["."] : split < 0 ? args : args.slice(0, split);
  const tests = split < 0 ? [] : args.slice(split);
  const option = (name: string): string | undefined =>
    tests.includes(name) ? tests[tests.indexOf(name) + 1] : undefined;
  const name = option("-name");
  const type = option("-type");
  const depth = Number(option("-maxdepth") ?? "99");
  const least = Number(option("-mindepth") ?? "0");
  const remove = tests.includes("-delete");
  let status = 0;
  const walk = (path: string, shown: string, level: number): void => {
    const found = io.host.fs.lookup(path, false);
    if (!found.ok) {
      io.err(`find: ${io.host.flavor === "gnu" ? `'${shown}'` : shown}: ${why(io, found.errno)}\n`);
      status = 1;
      return;
    }
    const node = found.value;
    const self = (): void => {
      if (
        level < least ||
        (name && !patternRegex(name, false).test(baseOf(path))) ||
        (type &&
          !(
            (type === "f" && node.kind === "file") ||
            (type === "d" && node.kind === "dir") ||
            (type === "l" && node.kind === "link")
          ))
      )
        return;
      if (remove) io.host.fs.remove(path);
      else io.out(`${shown}${tests.includes("-print0") ? "\0" : "\n"}`);
    };
    if (!remove) self();
    if (node.kind === "dir" && level < depth) {
      const names = io.host.fs.list(path);
      if (names.ok)
        for (const n of names.value)
          walk(`${path === "/" ? "" : path}/${n}`, `${shown === "/" ? "" : shown}/${n}`, level + 1);
    }
    if (remove) self();
  };
  for (const r of roots.length > 0 ? roots : ["."]) walk(io.host.path(r), r, 0);
  return status;
};

export const du: Tool = (args, io) => {
  const { flags, rest } = options(args, "d");
  const show = (bytes: number): string =>
    flags.h
      ? human(bytes)
      : flags.b
        ? String(bytes)
        : flags.m
          ? String(Math.ceil(bytes / 1048576))
          : String(Math.ceil(bytes / 1024));
  let status = 0;
  for (const t of rest.length > 0 ? rest : ["."]) {
    const found = io.host.fs.lookup(io.host.path(t));
    if (!found.ok) {
      io.err(`du: ${io.host.flavor === "gnu" ? `cannot access '${t}'` : t}: ${why(io, found.errno)}\n`);
      status = 1;
      continue;
    }
    io.out(`${show(treeUsage(found.value).bytes)}\t${t}\n`);
  }
  return status;
};

export const df: Tool = (args, io) => {
  const { flags, rest } = options(args, "Bt");
  const mounts = io.host.fs.read("/proc/mounts");
  const stat = io.host.fs.read("/proc/diskstat");
  const [total = 0, free = 0] = (stat.ok ? stat.value.content : "").split(" ").map(Number);
  const n = (bytes: number): string =>
    flags.h ? human(bytes) : String(Math.floor(bytes / (flags.m ? 1048576 : 1024)));
  io.out(
    flags.h
      ? "Filesystem                Size      Used Available Use% Mounted on\n"
      : "Filesystem           1K-blocks      Used Available Use% Mounted on\n",
  );
  const lines = (mounts.ok ? mounts.value.content : "").split("\n");
  const over = (path: string): string =>
    lines
      .map((line) => line.split(" ")[1] ?? "")
      .filter((at) => at !== "" && (at === "/" || path === at || path.startsWith(`${at}/`)))
      .sort((a, b) => a.length - b.length)
      .at(-1) ?? "/";
  const missing = rest.filter((path) => !io.host.fs.exists(io.host.path(path)));
  for (const path of missing) io.err(`df: ${path}: can't find mount point\n`);
  const shown = rest.filter((path) => !missing.includes(path)).map((path) => over(io.host.path(path)));
  for (const line of lines) {
    if (rest.length > 0 && !shown.includes(line.split(" ")[1] ?? "")) continue;
    const [device = "", path = "", kind = "", options = ""] = line.split(" ");
    if (!/^(overlay|ext4|tmpfs)$/.test(kind)) continue;
    const memory = kind === "tmpfs" ? io.host.fs.lookup(path) : undefined;
    const used = memory ? (memory.ok ? treeUsage(memory.value).bytes : 0) : total - free;
    const size = memory ? Number(/size=(\d+)k/.exec(options)?.[1] ?? 65536) * 1024 : total;
    io.out(
      `${device.padEnd(20)} ${n(size).padStart(9)} ${n(used).padStart(9)} ${n(size - used).padStart(9)} ${`${size > 0 ? Math.ceil((used / size) * 100) : 0}%`.padStart(4)} ${path}\n`,
    );
  }
  return missing.length > 0 ? 1 : 0;
};
