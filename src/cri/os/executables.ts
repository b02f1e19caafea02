/** From the name of a command to the program that its file stands for. */
import { absolute, type Errno, type FsNode } from "../../node/fs.ts";
import type { FsView } from "../../node/view.ts";

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** First bytes of a program file; the name of the program follows. */
export const BINARY = "\x7fELF ";

/** Looks a command up as execvp does: a path as it is, a name along PATH. */
export function findExecutable(
  fs: FsView,
  cwd: string,
  name: string,
  path: string | undefined,
): { ok: true; path: string; node: FsNode } | { ok: false; errno: Errno } {
  if (name === "") return { ok: false, errno: "ENOENT" };
  const candidates = name.includes("/")
    ? [absolute(cwd, name)]
    : (path ?? DEFAULT_PATH).split(":").map((d) => absolute(d === "" ? cwd : d, name));
  let errno: Errno = "ENOENT";
  for (const candidate of candidates) {
    const found = fs.lookup(candidate);
    if (!found.ok) {
      if (found.errno === "ENOTDIR" && name.includes("/")) errno = "ENOTDIR";
      continue;
    }
    if (found.value.kind === "dir" || !fs.mayExecute(found.value)) {
      errno = "EACCES";
      continue;
    }
    return { ok: true, path: candidate, node: found.value };
  }
  return { ok: false, errno };
}

/** The program that an executable file stands for; a script's interpreter is looked up in turn. */
export function programOf(
  node: FsNode,
  path: string,
  argv: readonly string[],
  which: (path: string) => { ok: true; path: string; node: FsNode } | { ok: false; errno: Errno },
): { ok: true; program: string; argv: readonly string[] } | { ok: false; errno: Errno | "ENOEXEC" } {
  const text = node.kind === "file" ? node.content : "";
  if (text.startsWith(BINARY)) return { ok: true, program: text.slice(BINARY.length).split("\n")[0]!, argv };
  const shebang = /^#![ \t]*(\S+)(?:[ \t]+(\S+))?/.exec(text);
  if (!shebang) return { ok: false, errno: "ENOEXEC" };
  const viaEnv = /\/env$/.test(shebang[1]!) && shebang[2];
  const interpreter = which(viaEnv ? shebang[2]! : shebang[1]!);
  if (!interpreter.ok) return interpreter;
  const args = [
    viaEnv ? shebang[2]! : shebang[1]!,
    ...(!viaEnv && shebang[2] ? [shebang[2]] : []),
    path,
    ...argv.slice(1),
  ];
  return programOf(interpreter.node, interpreter.path, args, which);
}
