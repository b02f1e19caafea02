/** Tools on files and directories. */
import { baseOf, type FsNode, layerUsage, parentOf, treeUsage } from "../../node/fs.ts";
import { strerror } from "../shell/texts.ts";
import { patternRegex } from "../shell/words.ts";
import { groupName, strftime, userName } from "./basics.ts";
import { options, type Tool, type ToolIo } from "./contract.ts";

function why(io: ToolIo, errno: string): string {
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

const ls: Tool = (args, io) => {
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
  dirs.sort().forEach((t, i) => listDir(t, i === 0));
  return status;
};

const rm: Tool = (args, io) => {
  const { flags, rest } = options(args, "");
  const { fs } = io.host;
  let status = 0;
  const gnu = io.host.flavor === "gnu";
  if (rest.length === 0 && !flags.f) {
    io.err("rm: missing operand\n");
    return 1;
  }
  for (const t of rest) {
    const path = io.host.path(t);
    const found = fs.lookup(path, false);
    const say = (text: string): void => {
      io.err(gnu ? `rm: cannot remove '${t}': ${text}\n` : `rm: can't remove '${t}': ${text}\n`);
      status = 1;
    };
    if (!found.ok) {
      if (!flags.f || found.errno !== "ENOENT") say(why(io, found.errno));
      continue;
    }
    if (found.value.kind === "dir" && !(flags.r || flags.R || flags.recursive)) {
      if (gnu) say("Is a directory");
      else {
        io.err(`rm: '${t}' is a directory\n`);
        status = 1;
      }
      continue;
    }
    const gone = fs.remove(path);
    if (!gone.ok) say(why(io, gone.errno));
  }
  return status;
};

const touch: Tool = (args, io) => {
  const { flags, rest } = options(args, "dtr");
  let status = 0;
  for (const t of rest) {
    const path = io.host.path(t);
    const known = io.host.fs.lookup(path);
    const made = known.ok
      ? io.host.fs.amend(path, { mtimeMs: io.host.now })
      : flags.c
        ? { ok: true as const, value: undefined }
        : io.host.fs.write(path, "");
    if (!made.ok) {
      io.err(
        io.host.flavor === "gnu"
          ? `touch: cannot touch '${t}': ${why(io, made.errno)}\n`
          : `touch: ${t}: ${why(io, made.errno)}\n`,
      );
      status = 1;
    }
  }
  return status;
};

const mkdir: Tool = (args, io) => {
  const { flags, rest } = options(args, "m");
  let status = 0;
  const mode = typeof flags.m === "string" ? Number.parseInt(flags.m, 8) : 0o755;
  for (const t of rest) {
    const path = io.host.path(t);
    const make = (p: string): ReturnType<typeof io.host.fs.mkdir> => io.host.fs.mkdir(p, mode);
    let made = make(path);
    if (flags.p) {
      const parts = path.split("/").slice(1);
      for (let i = 1; i <= parts.length; i++) {
        made = make(`/${parts.slice(0, i).join("/")}`);
        if (!made.ok && made.errno !== "EEXIST") break;
      }
      const there = io.host.fs.lookup(path);
      if (there.ok && there.value.kind === "dir") continue;
    }
    if (!made.ok) {
      io.err(
        io.host.flavor === "gnu"
          ? `mkdir: cannot create directory '${t}': ${why(io, made.errno)}\n`
          : `mkdir: can't create directory '${t}': ${why(io, made.errno)}\n`,
      );
      status = 1;
    }
  }
  return status;
};

const rmdir: Tool = (args, io) => {
  let status = 0;
  for (const t of options(args, "").rest) {
    const names = io.host.fs.list(io.host.path(t));
    const failure = !names.ok ? names.errno : names.value.length > 0 ? "ENOTEMPTY" : null;
    const gone = failure ? null : io.host.fs.remove(io.host.path(t));
    const text = failure ?? (gone && !gone.ok ? gone.errno : null);
    if (text) {
      io.err(
        io.host.flavor === "gnu"
          ? `rmdir: failed to remove '${t}': ${why(io, text)}\n`
          : `rmdir: '${t}': ${why(io, text)}\n`,
      );
      status = 1;
    }
  }
  return status;
};

/** Where a copy goes: into a directory, or to the name given. */
function destination(io: ToolIo, source: string, target: string): string {
  const at = io.host.path(target);
  const found = io.host.fs.lookup(at);
  return found.ok && found.value.kind === "dir"
    ? `${at === "/" ? "" : at}/${baseOf(io.host.path(source))}`
    : at;
}

const cp: Tool = (args, io) => {
  const { flags, rest } = options(args, "t");
  const target = typeof flags.t === "string" ? flags.t : rest.pop();
  if (target === undefined || rest.length === 0) {
    io.err("cp: missing operand\n");
    return 1;
  }
  let status = 0;
  const deep = flags.r === true || flags.R === true || flags.a === true;
  const say = (text: string): void => {
    io.err(`cp: ${text}\n`);
    status = 1;
  };
  const copy = (from: string, to: string): void => {
    const found = io.host.fs.lookup(from, !(flags.a || flags.d || flags.P));
    if (!found.ok)
      return say(
        io.host.flavor === "gnu"
          ? `cannot stat '${from}': ${why(io, found.errno)}`
          : `can't stat '${from}': ${why(io, found.errno)}`,
      );
    if (found.value.kind === "dir") {
      if (!deep)
        return say(
          io.host.flavor === "gnu"
            ? `-r not specified; omitting directory '${from}'`
            : `omitting directory '${from}'`,
        );
      const made = io.host.fs.mkdir(to, found.value.mode);
      if (!made.ok && made.errno !== "EEXIST")
        return say(`can't create directory '${to}': ${why(io, made.errno)}`);
      const names = io.host.fs.list(from);
      if (names.ok) for (const n of names.value) copy(`${from}/${n}`, `${to}/${n}`);
      return;
    }
    const own =
      flags.a || flags.p
        ? found.value
        : { ...found.value, uid: io.host.proc.uid, gid: io.host.proc.gid, mtimeMs: io.host.now };
    const put = io.host.fs.place(to, own);
    if (!put.ok)
      say(
        io.host.flavor === "gnu"
          ? `cannot create regular file '${to}': ${why(io, put.errno)}`
          : `can't create '${to}': ${why(io, put.errno)}`,
      );
  };
  for (const source of rest) copy(io.host.path(source), destination(io, source, target));
  return status;
};

const mv: Tool = (args, io) => {
  const { rest } = options(args, "");
  const target = rest.pop() ?? "";
  let status = 0;
  for (const source of rest) {
    const moved = io.host.fs.rename(io.host.path(source), destination(io, source, target));
    if (!moved.ok) {
      io.err(
        io.host.flavor === "gnu"
          ? `mv: cannot stat '${source}': ${why(io, moved.errno)}\n`
          : `mv: can't rename '${source}': ${why(io, moved.errno)}\n`,
      );
      status = 1;
    }
  }
  return status;
};

const ln: Tool = (args, io) => {
  const { flags, rest } = options(args, "");
  const target = rest[0] ?? "";
  const to = rest.length > 1 ? destination(io, target, rest[1]!) : io.host.path(baseOf(target));
  if (flags.f) io.host.fs.remove(to);
  let made: ReturnType<typeof io.host.fs.symlink>;
  if (flags.s) made = io.host.fs.symlink(target, to);
  else {
    const found = io.host.fs.lookup(io.host.path(target));
    made = found.ok
      ? io.host.fs.exists(to)
        ? { ok: false, errno: "EEXIST" }
        : io.host.fs.place(to, found.value)
      : found;
  }
  if (made.ok) return 0;
  io.err(
    `ln: ${io.host.flavor === "gnu" ? `failed to create ${flags.s ? "symbolic" : "hard"} link '${rest[1] ?? target}'` : (rest[1] ?? target)}: ${why(io, made.errno)}\n`,
  );
  return 1;
};

/** `755`, `u+x`, `a-w`, `+x`. */
export function applyMode(mode: number, spec: string, isDir: boolean): number | null {
  if (/^[0-7]{1,4}$/.test(spec)) return Number.parseInt(spec, 8);
  let out = mode;
  for (const clause of spec.split(",")) {
    const m = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(clause);
    if (!m) return null;
    const who = m[1] === "" || m[1]!.includes("a") ? "ugo" : m[1]!;
    let bits = 0;
    for (const c of m[3]!) {
      const n =
        c === "r" ? 4 : c === "w" ? 2 : c === "x" || (c === "X" && (isDir || (mode & 0o111) !== 0)) ? 1 : 0;
      if (who.includes("u")) bits |= n << 6;
      if (who.includes("g")) bits |= n << 3;
      if (who.includes("o")) bits |= n;
      if (c === "t") bits |= 0o1000;
      if (c === "s") bits |= (who.includes("u") ? 0o4000 : 0) | (who.includes("g") ? 0o2000 : 0);
    }
    const mask =
      (who.includes("u") ? 0o700 : 0) | (who.includes("g") ? 0o70 : 0) | (who.includes("o") ? 0o7 : 0);
    out = m[2] === "+" ? out | bits : m[2] === "-" ? out & ~bits : (out & ~mask) | bits;
  }
  return out;
}

function amendAll(
  io: ToolIo,
  paths: readonly string[],
  deep: boolean,
  change: (node: FsNode, path: string) => string | null,
): number {
  let status = 0;
  const go = (path: string, shown: string): void => {
    const found = io.host.fs.lookup(path);
    const text = found.ok ? change(found.value, path) : found.errno;
    if (text) {
      io.err(
        io.host.flavor === "gnu" && !found.ok
          ? `${io.name}: cannot access '${shown}': ${why(io, text)}\n`
          : `${io.name}: ${shown}: ${why(io, text)}\n`,
      );
      status = 1;
    }
    if (deep && found.ok && found.value.kind === "dir") {
      const names = io.host.fs.list(path);
      if (names.ok) for (const n of names.value) go(`${path}/${n}`, `${shown}/${n}`);
    }
  };
  for (const p of paths) go(io.host.path(p), p);
  return status;
}

const chmod: Tool = (args, io) => {
  const deep = args.includes("-R");
  const rest = args.filter((a) => a !== "-R" && a !== "-v" && a !== "-f");
  const [spec = "", ...paths] = rest;
  if (applyMode(0, spec, false) === null) {
    io.err(`chmod: invalid mode '${spec}'\n`);
    return 1;
  }
  return amendAll(io, paths, deep, (node, path) => {
    const done = io.host.fs.amend(path, {
      mode: applyMode(node.kind === "link" ? 0o777 : node.mode, spec, node.kind === "dir")!,
    });
    return done.ok ? null : done.errno;
  });
};

const chown: Tool = (args, io) => {
  const { flags, rest } = options(args, "");
  const [spec = "", ...paths] = rest;
  const [user, group] = io.name === "chgrp" ? ["", spec] : spec.split(/[:.]/);
  const idOf = (text: string | undefined, file: string): number | undefined => {
    if (!text) return undefined;
    if (/^\d+$/.test(text)) return Number(text);
    const found = io.host.fs.read(file);
    const line = found.ok ? found.value.content.split("\n").find((l) => l.split(":")[0] === text) : undefined;
    return line ? Number(line.split(":")[2]) : Number.NaN;
  };
  const uid = idOf(user, "/etc/passwd");
  const gid = idOf(group, "/etc/group");
  if (Number.isNaN(uid) || Number.isNaN(gid)) {
    io.err(`${io.name}: unknown user ${spec}\n`);
    return 1;
  }
  return amendAll(io, paths, flags.R === true, (_node, path) => {
    if (io.host.proc.uid !== 0) return "EPERM";
    const done = io.host.fs.amend(path, {
      ...(uid !== undefined ? { uid } : {}),
      ...(gid !== undefined ? { gid } : {}),
    });
    return done.ok ? null : done.errno;
  });
};

const stat: Tool = (args, io) => {
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

const dd: Tool = (args, io) => {
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
  if (source) count = Math.min(count ?? Number.POSITIVE_INFINITY, Math.ceil(source.value.size / bs));
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
  if (count === undefined) return -1;
  const total = source ? source.value.size : bs * count;
  let written = total;
  if (source && source.value.content !== "") io.out(source.value.content);
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

const find: Tool = (args, io) => {
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

const du: Tool = (args, io) => {
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

const df: Tool = (args, io) => {
  const { flags } = options(args, "");
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
  for (const line of (mounts.ok ? mounts.value.content : "").split("\n")) {
    const [device = "", path = "", kind = ""] = line.split(" ");
    if (!/^(overlay|ext4|tmpfs)$/.test(kind)) continue;
    const used = kind === "tmpfs" ? 0 : total - free;
    const size = kind === "tmpfs" ? 67108864 : total;
    io.out(
      `${device.padEnd(20)} ${n(size).padStart(9)} ${n(used).padStart(9)} ${n(size - used).padStart(9)} ${`${size > 0 ? Math.ceil((used / size) * 100) : 0}%`.padStart(4)} ${path}\n`,
    );
  }
  return 0;
};

export const files: Readonly<Record<string, Tool>> = {
  ls,
  rm,
  touch,
  mkdir,
  rmdir,
  cp,
  mv,
  ln,
  chmod,
  chown,
  chgrp: chown,
  stat,
  dd,
  find,
  du,
  df,
  install: cp,
  unlink: (args, io) => rm(args, io),
  readlink: (args, io) => {
    const { flags, rest } = options(args, "");
    const path = io.host.path(rest[0] ?? "");
    if (flags.f) {
      const at = io.host.fs.resolve(path);
      if (at.ok) io.out(`${at.value}\n`);
      return at.ok ? 0 : 1;
    }
    const found = io.host.fs.lookup(path, false);
    if (!found.ok || found.value.kind !== "link") return 1;
    io.out(`${found.value.target}\n`);
    return 0;
  },
  realpath: (args, io) => {
    const at = io.host.fs.resolve(io.host.path(options(args, "").rest[0] ?? ""));
    if (at.ok) io.out(`${at.value}\n`);
    return at.ok ? 0 : 1;
  },
  mktemp: (args, io) => {
    const { flags, rest } = options(args, "p");
    const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const name = (rest[0] ?? "/tmp/tmp.XXXXXX").replace(/X+$/, (x) =>
      [...x].map(() => letters[Math.floor(io.host.random() * letters.length)]).join(""),
    );
    const path = io.host.path(name);
    const made = flags.d ? io.host.fs.mkdir(path, 0o700) : io.host.fs.write(path, "", { mode: 0o600 });
    if (!made.ok) {
      io.err(`mktemp: ${parentOf(path)}: ${why(io, made.errno)}\n`);
      return 1;
    }
    io.out(`${name}\n`);
    return 0;
  },
  truncate: (args, io) => {
    const { flags, rest } = options(args, "s");
    for (const t of rest) io.host.fs.write(io.host.path(t), "", { size: sizeText(String(flags.s ?? "0")) });
    return 0;
  },
  fallocate: (args, io) => {
    const { flags, rest } = options(args, "lo");
    for (const t of rest) {
      const made = io.host.fs.write(io.host.path(t), "", { size: sizeText(String(flags.l ?? "0")) });
      if (!made.ok) {
        io.err(
          `fallocate: ${io.host.flavor === "gnu" ? `fallocate failed: ` : ""}${t}: ${why(io, made.errno)}\n`,
        );
        return 1;
      }
    }
    return 0;
  },
  mount: (_args, io) => {
    const mounts = io.host.fs.read("/proc/mounts");
    for (const line of (mounts.ok ? mounts.value.content : "").trim().split("\n")) {
      const [device, path, kind, opts] = line.split(" ");
      io.out(`${device} on ${path} type ${kind} (${opts})\n`);
    }
    return 0;
  },
};
void layerUsage;
