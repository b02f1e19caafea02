/** ls and stat. */
import type { FsNode } from "../../node/fs.ts";
import { strerror } from "../shell/texts.ts";
import { options, type Tool, type ToolIo } from "./contract.ts";
import { strftime } from "./time.ts";
import { groupName, userName } from "./users.ts";

export function why(io: ToolIo, errno: string): string {
  return strerror(errno, io.host.flavor);
}

/** Wall-clock ms of a time on the virtual clock. */
function wall(io: ToolIo, at: number): number {
  return io.host.wallClock() - io.host.now + at;
}

function modeString(node: FsNode): string {
  const mode = node.kind === "link" ? 0o777 : node.mode;
  const rwx = (n: number, special: boolean, letter: string): string =>
    `${n & 4 ? "r" : "-"}${n & 2 ? "w" : "-"}${special ? (n & 1 ? letter : letter.toUpperCase()) : n & 1 ? "x" : "-"}`;
  return (
    (node.kind === "dir" ? "d" : node.kind === "link" ? "l" : "-") +
    rwx((mode >> 6) & 7, (mode & 0o4000) !== 0, "s") +
    rwx((mode >> 3) & 7, (mode & 0o2000) !== 0, "s") +
    rwx(mode & 7, (mode & 0o1000) !== 0, "t")
  );
}

const sizeOf = (node: FsNode): number =>
  node.kind === "file" ? node.size : node.kind === "link" ? node.target.length : 4096;

export function human(n: number): string {
  const units = ["", "K", "M", "G", "T"];
  let v = n;
  let i = 0;
  while (v >= 1024 && i < units.length - 1) {
    v /= 1024;
    i++;
  }
  return i === 0 ? String(Math.round(v)) : `${v < 10 ? v.toFixed(1) : v.toFixed(1)}${units[i]}`;
}

export const ls: Tool = (args, io) => {
  const { flags, rest } = options(args, "");
  const { fs } = io.host;
  let status = 0;
  const hidden = flags.a === true || flags.A === true || flags.f === true;
  const entry = (path: string, name: string): { name: string; node: FsNode } | null => {
    const found = fs.lookup(path, false);
    return found.ok ? { name, node: found.value } : null;
  };
  const show = (items: readonly { name: string; node: FsNode; path: string }[]): void => {
    const sorted = [...items].sort(
      (a, b) =>
        (flags.t ? b.node.mtimeMs - a.node.mtimeMs : flags.S ? sizeOf(b.node) - sizeOf(a.node) : 0) ||
        (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
    );
    if (flags.r) sorted.reverse();
    const mark = (n: FsNode): string =>
      flags.F || flags.p
        ? n.kind === "dir"
          ? "/"
          : flags.F && n.kind === "link"
            ? "@"
            : flags.F && n.kind === "file" && n.mode & 0o111
              ? "*"
              : ""
        : "";
    if (!flags.l && !flags.n) {
      if (sorted.length > 0)
        io.out(`${sorted.map((i) => i.name + mark(i.node)).join(flags.m ? ", " : "\n")}\n`);
      return;
    }
    const rows = sorted.map((i) => ({
      ...i,
      links: i.node.kind === "dir" ? 2 : 1,
      user: flags.n ? String(i.node.uid) : (userName(io, i.node.uid) ?? String(i.node.uid)),
      group: flags.n ? String(i.node.gid) : (groupName(io, i.node.gid) ?? String(i.node.gid)),
      size: flags.h ? human(sizeOf(i.node)) : String(sizeOf(i.node)),
    }));
    const width = (k: "user" | "group" | "size"): number => Math.max(0, ...rows.map((r) => r[k].length));
    const busybox = io.host.flavor === "busybox";
    for (const r of rows) {
      const when = strftime("%b %e %H:%M", wall(io, r.node.mtimeMs));
      const user = busybox ? r.user.padEnd(8) : r.user.padEnd(width("user"));
      const group = busybox ? r.group.padEnd(8) : r.group.padEnd(width("group"));
      const size = busybox ? r.size.padStart(9) : r.size.padStart(width("size"));
      const target = r.node.kind === "link" ? ` -> ${r.node.target}` : mark(r.node);
      io.out(
        busybox
          ? `${modeString(r.node)} ${String(r.links).padStart(4)} ${user} ${group} ${size} ${when} ${r.name}${target}\n`
          : `${modeString(r.node)} ${r.links} ${user} ${group} ${size} ${when} ${r.name}${target}\n`,
      );
    }
  };
  const targets = rest.length > 0 ? rest : ["."];
  const plain: { name: string; node: FsNode; path: string }[] = [];
  const dirs: string[] = [];
  for (const t of targets) {
    const path = io.host.path(t);
    const found = fs.lookup(path, !(flags.l || flags.d));
    if (!found.ok) {
      io.err(
        io.host.flavor === "busybox"
          ? `ls: ${t}: ${why(io, found.errno)}\n`
          : `ls: cannot access '${t}': ${why(io, found.errno)}\n`,
      );
      status = io.host.flavor === "busybox" ? 1 : 2;
      continue;
    }
    const real = fs.lookup(path);
    if ((real.ok ? real.value.kind : found.value.kind) === "dir" && !flags.d) dirs.push(t);
    else plain.push({ name: t, node: found.value, path });
  }
  show(plain);
  const listDir = (t: string, first: boolean): void => {
    const names = fs.list(io.host.path(t));
    if (!names.ok) {
      io.err(
        io.host.flavor === "busybox"
          ? `ls: can't open '${t}': ${why(io, names.errno)}\n`
          : `ls: cannot open directory '${t}': ${why(io, names.errno)}\n`,
      );
      status = io.host.flavor === "busybox" ? 1 : 2;
      return;
    }
    if (targets.length > 1 || flags.R) io.out(`${first && plain.length === 0 ? "" : "\n"}${t}:\n`);
    const shown = names.value.filter((n) => hidden || !n.startsWith("."));
    const items = shown.flatMap((n) => {
      const e = entry(`${io.host.path(t)}/${n}`, n);
      return e ? [{ ...e, path: `${t}/${n}` }] : [];
    });
    if (flags.a)
      for (const dot of ["..", "."]) {
        const e = entry(io.host.path(`${t}/${dot}`), dot);
        if (e) items.unshift({ ...e, path: dot });
      }
    if (flags.l && !flags.R)
      io.out(`total ${items.reduce((s, i) => s + Math.ceil(sizeOf(i.node) / 4096) * 4, 0)}\n`);
    show(items);
    if (flags.R)
      for (const i of items)
        if (i.node.kind === "dir" && !i.name.startsWith(".")) listDir(`${t}/${i.name}`, false);
  };
  for (const [i, t] of dirs.sort().entries()) listDir(t, i === 0);
  return status;
};

export const stat: Tool = (args, io) => {
  const { flags, rest } = options(args, "c", ["format", "printf"]);
  let status = 0;
  for (const t of rest) {
    const path = io.host.path(t);
    const found = io.host.fs.lookup(path, flags.L === true);
    if (!found.ok) {
      io.err(
        io.host.flavor === "gnu"
          ? `stat: cannot statx '${t}': ${why(io, found.errno)}\n`
          : `stat: can't stat '${t}': ${why(io, found.errno)}\n`,
      );
      status = 1;
      continue;
    }
    const node = found.value;
    const mode = node.kind === "link" ? 0o777 : node.mode;
    const type =
      node.kind === "dir"
        ? "directory"
        : node.kind === "link"
          ? "symbolic link"
          : node.size === 0
            ? "regular empty file"
            : "regular file";
    const at = wall(io, node.mtimeMs);
    const values: Readonly<Record<string, string>> = {
      a: mode.toString(8),
      A: modeString(node),
      u: String(node.uid),
      g: String(node.gid),
      U: userName(io, node.uid) ?? "UNKNOWN",
      G: groupName(io, node.gid) ?? "UNKNOWN",
      s: String(sizeOf(node)),
      n: t,
      N: node.kind === "link" ? `'${t}' -> '${node.target}'` : t,
      F: type,
      Y: String(Math.floor(at / 1000)),
      y: strftime("%F %T.%N +0000", at),
      h: node.kind === "dir" ? "2" : "1",
      i: "1",
      b: String(Math.ceil(sizeOf(node) / 512)),
      f: mode.toString(16),
    };
    const format = flags.c ?? flags.format ?? flags.printf;
    if (typeof format === "string")
      io.out(format.replace(/%(\w)/g, (_, c: string) => values[c] ?? "?") + (flags.printf ? "" : "\n"));
    else
      io.out(
        `  File: ${values.N}\n  Size: ${values.s}\tBlocks: ${values.b}\tIO Block: 4096   ${type}\nAccess: (0${values.a}/${values.A})  Uid: (${values.u!.padStart(5)}/${values.U!.padStart(8)})   Gid: (${values.g!.padStart(5)}/${values.G!.padStart(8)})\nModify: ${values.y}\n`,
      );
  }
  return status;
};
