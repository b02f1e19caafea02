/** `agnhost mounttest`: makes files, and prints what volumes look like from inside. */
import type { Errno, FsNode } from "../../node/fs.ts";
import type { Program, ProgramHost } from "../os/contract.ts";
import { flag, type State } from "./server.ts";

const CONTENT = "mount-tester new file\n";
/** Time between two looks at a file. */
const LOOK_MS = 2000;
const TMPFS = "tmpfs";
/** Magic numbers of statfs. */
const OVERLAY = "2035054128";
const EXT4 = "61267";

/** Go's words for an errno. */
const WORDS: Readonly<Record<Errno, string>> = {
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  EROFS: "read-only file system",
  ENOTDIR: "not a directory",
  EISDIR: "is a directory",
  EEXIST: "file exists",
  ENOTEMPTY: "directory not empty",
  ENOSPC: "no space left on device",
  ELOOP: "too many levels of symbolic links",
  EBUSY: "device or resource busy",
  EPERM: "operation not permitted",
};

/** `-rw-r--r--`, as Go prints permissions; `full`: with the kind and the special bits. */
function modeText(node: FsNode, full: boolean): string {
  const mode = node.kind === "link" ? 0o777 : node.mode;
  const bits = [..."rwxrwxrwx"].map((c, i) => ((mode >> (8 - i)) & 1 ? c : "-")).join("");
  if (!full) return `-${bits}`;
  const kinds = [
    node.kind === "dir" ? "d" : "",
    mode & 0o4000 ? "u" : "",
    mode & 0o2000 ? "g" : "",
    mode & 0o1000 ? "t" : "",
  ].join("");
  return `${kinds || "-"}${bits}`;
}

function fsType(host: ProgramHost, path: string): string {
  const mounts = host.fs.read("/proc/mounts");
  const lines = (mounts.ok ? mounts.value.content : "").split("\n").map((line) => line.split(" "));
  const over = lines
    .filter(([, at = ""]) => at !== "" && (path === at || path.startsWith(at === "/" ? "/" : `${at}/`)))
    .sort((a, b) => (a[1] ?? "").length - (b[1] ?? "").length)
    .at(-1);
  return over?.[2] === TMPFS ? TMPFS : over?.[2] === "ext4" ? EXT4 : OVERLAY;
}

/** What was asked for, in the program's own order; false where something went wrong. */
function look(host: ProgramHost): boolean {
  const asked = (name: string): string => flag(host.proc.argv, name);
  const say = (text: string): void => void host.write(1, `${text}\n`);
  let well = true;
  const failed = (text: string): void => {
    well = false;
    say(text);
  };
  const content = (path: string): void => {
    const found = host.fs.read(host.path(path));
    if (found.ok) say(`content of file "${path}": ${found.value.content}`);
    else failed(`error reading file content for "${path}": open ${path}: ${WORDS[found.errno]}`);
  };
  const stat = (call: string, path: string, print: (node: FsNode) => void): void => {
    const found = host.fs.lookup(host.path(path));
    if (found.ok) print(found.value);
    else {
      const words = WORDS[found.errno];
      failed(`error from ${call}("${path}"): ${call === "Stat" ? `stat ${path}: ${words}` : words}`);
    }
  };

  const type = asked("fs_type");
  if (type) stat("statfs", type, () => say(`mount type of "${type}": ${fsType(host, host.path(type))}`));
  for (const mode of [0o644, 0o666, 0o660, 0o777]) {
    const path = asked(`new_file_0${mode.toString(8)}`);
    if (!path) continue;
    const written = host.fs.write(host.path(path), CONTENT, { mode });
    if (written.ok) content(path);
    else failed(`error writing new file "${path}": open ${path}: ${WORDS[written.errno]}`);
  }
  const mode = asked("file_mode");
  if (mode) stat("Stat", mode, (node) => say(`mode of file "${mode}": ${modeText(node, true)}`));
  const perm = asked("file_perm");
  if (perm) stat("Stat", perm, (node) => say(`perms of file "${perm}": ${modeText(node, false)}`));
  const owner = asked("file_owner");
  if (owner)
    stat("stat", owner, (node) =>
      say(`owner UID of "${owner}": ${node.uid}\nowner GID of "${owner}": ${node.gid}`),
    );
  const read = asked("file_content");
  if (read) content(read);
  return well;
}

/** One look of the loop; true where it is over. */
function turn(host: ProgramHost, path: string): { over: boolean; failed: boolean } {
  const found = host.fs.read(host.path(path));
  if (!found.ok) {
    host.write(1, `Error reading file ${path}: open ${path}: ${WORDS[found.errno]}, retrying\n`);
    return { over: false, failed: true };
  }
  const { content } = found.value;
  host.write(1, `content of file "${path}": ${content}\n`);
  if (flag(host.proc.argv, "break_on_expected_content", "true") === "false")
    return { over: false, failed: false };
  if (content === CONTENT) return { over: true, failed: false };
  host.write(1, `Unexpected content. Expected: ${CONTENT}. Retrying\n`);
  return { over: false, failed: false };
}

export const mounttest: Program = {
  start: (host) => {
    const well = look(host);
    if (flag(host.proc.argv, "file_content_in_loop") === "") {
      host.exit(well ? 0 : 1);
      return null;
    }
    host.wake(0, "look");
    return { well, started: host.now };
  },
  step: (state: State, event, host) => {
    if (event.type !== "wake") return state;
    const { over, failed } = turn(host, flag(host.proc.argv, "file_content_in_loop"));
    const endMs = Number(flag(host.proc.argv, "retry_time", "180")) * 1000;
    if (over || host.now + LOOK_MS - state.started >= endMs) host.exit(state.well && !failed ? 0 : 1);
    else host.wake(LOOK_MS, "look");
    return state;
  },
};
