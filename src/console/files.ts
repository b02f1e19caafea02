/** Files as a terminal sees them: a node's own, or those of the user's machine with the first node's mounted beside. */
import { type DirNode, type Disk, dir, FsView, type MountPoint, tree } from "../cluster/tools.ts";
import type { ConsoleHost, NodeConsole } from "./host.ts";
import { kernelFile } from "./node/procfs.ts";
import { HOME, type Session, WORK } from "./sessions.ts";

/** `/a/b` of a path as written, from the working directory. */
export function absolutePath(path: string, cwd: string): string {
  const out: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") out.pop();
    else out.push(part);
  }
  return `/${out.join("/")}`;
}

/** The node a session's node commands work on: its own, else the first. */
export function nodeOf(host: ConsoleHost, session: Session): NodeConsole | undefined {
  return host.node(session.node ?? host.nodeNames[0] ?? "");
}

/** What of the first node is also seen from the user's machine. */
const SEEN = [
  "/etc/kubernetes",
  "/etc/cni",
  "/etc/containerd",
  "/var",
  "/run",
  "/proc",
  "/sys",
  "/opt",
  "/usr",
];

function fresh(): DirNode {
  return tree({ [WORK]: dir(), [HOME]: dir(), "/tmp": dir({}, 0o1777), "/etc/hostname": "workstation\n" });
}

/** The file tree of a session. */
export function viewOf(host: ConsoleHost, session: Session): FsView {
  const node = nodeOf(host, session);
  const now = (): number => host.sim.now;
  const virtual = (path: string) => (node ? kernelFile(node, path, host.sim.now) : undefined);
  if (session.node !== null && node) return new FsView({ root: node.fs.disk, now, virtual });
  const cell = host.sim.cell<DirNode | null>("console/disk", null);
  const disk: Disk = {
    root: () => cell.get() ?? fresh(),
    replace: (root) => cell.set(root),
    free: () => 2 ** 40,
  };
  const mounts: MountPoint[] = node
    ? SEEN.filter((p) => node.fs.view.exists(p)).map((path) => ({ path, source: path, readonly: false }))
    : [];
  return new FsView({ root: disk, ...(node ? { host: node.fs.disk } : {}), mounts, now, virtual });
}

/** Text of a file, or undefined when there is none to read. */
export function readFile(host: ConsoleHost, session: Session, path: string): string | undefined {
  const found = viewOf(host, session).read(absolutePath(path, session.cwd));
  return found.ok ? found.value.content : undefined;
}

/** Writes a file and the directories above it. */
export function writeFile(host: ConsoleHost, session: Session, path: string, text: string): void {
  const view = viewOf(host, session);
  const target = absolutePath(path, session.cwd);
  const parts = target.split("/").slice(1, -1);
  parts.forEach((_, i) => {
    const parent = `/${parts.slice(0, i + 1).join("/")}`;
    if (!view.exists(parent)) view.mkdir(parent);
  });
  view.write(target, text);
}

export function isDirectory(host: ConsoleHost, session: Session, path: string): boolean {
  const found = viewOf(host, session).lookup(absolutePath(path, session.cwd));
  return found.ok && found.value.kind === "dir";
}
