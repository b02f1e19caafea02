/** chmod and chown. */
import type { FsNode } from "../../node/fs.ts";
import { options, type Tool, type ToolIo } from "./contract.ts";
import { why } from "./listing.ts";
import { may } from "./privileges.ts";

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

export const chmod: Tool = (args, io) => {
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

export const chown: Tool = (args, io) => {
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
    if (io.host.proc.uid !== 0 || !may(io, "CHOWN")) return "EPERM";
    const done = io.host.fs.amend(path, {
      ...(uid !== undefined ? { uid } : {}),
      ...(gid !== undefined ? { gid } : {}),
    });
    return done.ok ? null : done.errno;
  });
};
