/** cp, mv, ln. */
import { baseOf } from "../../node/fs.ts";
import { options, type Tool, type ToolIo } from "./contract.ts";
import { why } from "./listing.ts";

/** Where a copy goes: into a directory, or to the name given. */
function destination(io: ToolIo, source: string, target: string): string {
  const at = io.host.path(target);
  const found = io.host.fs.lookup(at);
  return found.ok && found.value.kind === "dir"
    ? `${at === "/" ? "" : at}/${baseOf(io.host.path(source))}`
    : at;
}

export const cp: Tool = (args, io) => {
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
    if (!found.ok) {
      say(`${io.host.flavor === "gnu" ? "cannot" : "can't"} stat '${from}': ${why(io, found.errno)}`);
      return;
    }
    if (found.value.kind === "dir") {
      if (!deep) {
        say(`${io.host.flavor === "gnu" ? "-r not specified; " : ""}omitting directory '${from}'`);
        return;
      }
      const made = io.host.fs.mkdir(to, found.value.mode);
      if (!made.ok && made.errno !== "EEXIST") {
        say(`can't create directory '${to}': ${why(io, made.errno)}`);
        return;
      }
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

export const mv: Tool = (args, io) => {
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

export const ln: Tool = (args, io) => {
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
