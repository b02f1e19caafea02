/** Tools on files and directories. */
import { parentOf } from "../../node/fs.ts";
import { options, type Tool } from "./contract.ts";
import { cp, ln, mv } from "./copying.ts";
import { dd, df, du, find, sizeText } from "./disk.ts";
import { ls, stat, why } from "./listing.ts";
import { chmod, chown } from "./modes.ts";

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
};
