/** How the three shells word their complaints. */
import type { Errno } from "../../node/fs.ts";
import type { ProgramHost } from "../os/contract.ts";

const STRERROR: Readonly<Record<string, string>> = {
  ENOENT: "No such file or directory",
  EACCES: "Permission denied",
  EROFS: "Read-only file system",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  EEXIST: "File exists",
  ENOTEMPTY: "Directory not empty",
  ENOSPC: "No space left on device",
  ELOOP: "Too many levels of symbolic links",
  EBUSY: "Resource busy",
  EPERM: "Operation not permitted",
  ENOEXEC: "Exec format error",
};

export function strerror(errno: string, flavor: "busybox" | "gnu" = "busybox"): string {
  if (errno === "ELOOP" && flavor === "busybox") return "Symbolic link loop";
  if (errno === "EBUSY" && flavor === "gnu") return "Device or resource busy";
  return STRERROR[errno] ?? errno;
}

/** Prefix of a message: `sh: `, `sh: 1: `, `bash: line 1: `. */
export function complain(host: ProgramHost, name: string, text: string): void {
  const prefix =
    host.shell === "dash" ? `${name}: 1: ` : host.shell === "bash" ? `${name}: line 1: ` : `${name}: `;
  host.write(2, `${prefix}${text}\n`);
}

export function notFound(
  host: ProgramHost,
  command: string,
  errno: Errno | "ENOEXEC",
): { text: string; status: number } {
  if (errno === "ENOENT" || errno === "ENOTDIR") {
    const path = command.includes("/");
    if (host.shell === "bash")
      return { text: `${command}: ${path ? "No such file or directory" : "command not found"}`, status: 127 };
    return { text: `${command}: not found`, status: 127 };
  }
  return { text: `${command}: ${strerror(errno)}`, status: 126 };
}

export function cannotOpen(host: ProgramHost, path: string, creating: boolean, errno: Errno): string {
  if (host.shell === "bash") return `${path}: ${strerror(errno)}`;
  const verb = host.shell === "dash" ? "cannot" : "can't";
  if (creating) {
    const why =
      errno === "ENOENT"
        ? host.shell === "dash"
          ? "Directory nonexistent"
          : "nonexistent directory"
        : strerror(errno);
    return `${verb} create ${path}: ${why}`;
  }
  const why =
    errno === "ENOENT" ? (host.shell === "dash" ? "No such file" : "no such file") : strerror(errno);
  return `${verb} open ${path}: ${why}`;
}

/** What the shell prints for a script that does not parse. */
export function syntaxError(
  host: ProgramHost,
  code: string,
  errors: readonly { readonly message: string; readonly pos: number }[],
): string {
  const error = errors[0] ?? { message: "", pos: 0 };
  const atEnd = code.slice(error.pos).trim() === "";
  const wanted = errors.map((e) => /expected '([^']+)' to/.exec(e.message)?.[1]).find((w) => w !== undefined);
  if (host.shell === "bash")
    return atEnd
      ? "syntax error: unexpected end of file"
      : `syntax error near unexpected token \`${token(code, error.pos)}'`;
  const prefix = host.shell === "dash" ? "Syntax error" : "syntax error";
  if (/quot/i.test(error.message))
    return host.shell === "dash"
      ? `${prefix}: Unterminated quoted string`
      : `${prefix}: unterminated quoted string`;
  if (atEnd)
    return `${prefix}: ${host.shell === "dash" ? "end of file unexpected" : "unexpected end of file"}${wanted ? ` (expecting "${wanted}")` : ""}`;
  return host.shell === "dash"
    ? `${prefix}: "${token(code, error.pos)}" unexpected`
    : `${prefix}: unexpected "${token(code, error.pos)}"`;
}

function token(code: string, pos: number): string {
  return /^\s*([;&|()<>]+|\S+)/.exec(code.slice(pos))?.[1] ?? "newline";
}
