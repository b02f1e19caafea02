/** The files of a container. */
import { type DirNode, dir, type FileNode, type FsNode } from "../../node/fs.ts";
import { type Credentials, type Disk, FsView } from "../../node/view.ts";
import type { OsState } from "../os/state.ts";
import type { Containerd } from "./containerd.ts";
import { processOf, virtualFile } from "./procfs.ts";
import type { ContainerRow } from "./state.ts";

/** A container's writable layer. */
class Layer implements Disk {
  readonly #c: Containerd;
  readonly #id: string;
  constructor(c: Containerd, id: string) {
    this.#c = c;
    this.#id = id;
  }
  root(): DirNode {
    return this.#c.rootfs.get(this.#id)!;
  }
  replace(root: DirNode): void {
    this.#c.rootfs.set(this.#id, root);
  }
  free(): number {
    return this.#c.machine.fs.disk.free();
  }
  tight(): boolean {
    return this.#c.machine.fs.disk.tight?.() ?? false;
  }
}

/** A container's files as somebody in it sees them. */
export function viewOf(c: Containerd, row: ContainerRow, who?: Credentials, os?: OsState, pid = 0): FsView {
  return new FsView({
    root: new Layer(c, row.status.id),
    host: c.machine.fs.disk,
    mounts: row.mounts,
    readonlyRoot: row.config.readonlyRootfs === true,
    now: () => c.sim.now,
    ...(who ? { who } : {}),
    ...(os ? { virtual: (path: string) => virtualNode(c, row, os, pid, path) } : {}),
  });
}

const madeFile = (content: string): FileNode => ({
  kind: "file",
  content,
  size: content.length,
  mode: 0o444,
  uid: 0,
  gid: 0,
  mtimeMs: 0,
});

/** Names below /proc/PID. */
const PROCESS_FILES = [
  "cgroup",
  "cmdline",
  "comm",
  "environ",
  "mountinfo",
  "mounts",
  "oom_score_adj",
  "status",
];
/** Names below /proc besides the processes. */
const PROC_FILES = ["cpuinfo", "loadavg", "meminfo", "mounts", "uptime", "version"];
const named = (names: readonly string[]): Record<string, FsNode> =>
  Object.fromEntries(names.map((name) => [name, madeFile("")]));

/** What the kernel makes up at a path: files, the processes of the namespace, and the files as each of them sees them. */
function virtualNode(
  c: Containerd,
  row: ContainerRow,
  os: OsState,
  pid: number,
  path: string,
): FsNode | undefined {
  const content = virtualFile(c, row, os, pid, path);
  if (content !== undefined) return madeFile(content);
  if (path === "/proc") {
    const ns = os.procs[pid]?.ns;
    const pids = Object.values(os.procs).flatMap((p) => (p.ns === ns ? [String(p.nspid)] : []));
    return dir({ ...named(PROC_FILES), ...Object.fromEntries(pids.map((p) => [p, dir({}, 0o555)])) }, 0o555);
  }
  const found = /^\/proc\/([^/]+)(\/root(?=\/|$))?(.*)$/.exec(path);
  const proc = found ? processOf(os, pid, found[1] ?? "") : undefined;
  if (!found || !proc) return undefined;
  if (!found[2]) return found[3] === "" ? dir({ ...named(PROCESS_FILES), root: dir() }, 0o555) : undefined;
  const own = os.procs[pid];
  const other = c.containers.get(proc.container);
  // Looking into another's files takes being root or the same user (ptrace access).
  if (!other || !own || (own.uid !== 0 && own.uid !== proc.uid)) return undefined;
  const seen = viewOf(c, other).lookup(found[3] || "/");
  return seen.ok ? seen.value : undefined;
}
