/** Where paths lead: a tree, the mounts over it, and the symbolic links on the way. */
import { childOf, type DirNode, dir, type Errno, type FsNode, getNode, parentOf } from "./fs.ts";

/** A tree that can be replaced: a container's layer, or the node's disk. */
export interface Disk {
  /** The tree; with a path: good enough for what lies there and on the way to it. */
  root(path?: string): DirNode;
  /** `path` is what changed, for watchers. */
  replace(root: DirNode, path: string, op: "create" | "write" | "remove"): void;
  /** A file has another name now: who holds it open goes on writing to it there. */
  moved?(from: string, to: string): void;
  /** Bytes that can still be written. */
  free(): number;
  /** Almost full: even small writes are measured against what is left. */
  tight?(): boolean;
}

/** A directory or a file of another disk that lies over a path. `pin` stands in once it is gone there (an open inode). */
export interface MountPoint {
  readonly path: string;
  readonly source: string;
  readonly readonly: boolean;
  readonly pin?: FsNode;
  readonly tmpfs?: boolean;
  /** Most bytes that a mount of memory holds. */
  readonly limit?: number;
}

/** The disk that a path lies on, and its path there. */
export interface Place {
  readonly disk: Disk;
  readonly path: string;
  readonly readonly: boolean;
  readonly mount?: MountPoint;
}

/** Where a walk ended: the canonical path and what is there, if anything. */
export type Walk =
  | { readonly ok: true; readonly path: string; readonly node: FsNode | undefined }
  | { readonly ok: false; readonly errno: Errno };

/** Links that a walk follows before it gives up. */
const MOST_LINKS = 40;

const namesOf = (path: string): string[] => path.split("/").filter((p) => p !== "" && p !== ".");

const splits = new Map<string, readonly string[]>();

/** What stands between the slashes of a path; it is the same few that are walked again and again. */
function splitPath(path: string): readonly string[] {
  let names = splits.get(path);
  if (!names) {
    if (splits.size >= 4096) splits.clear();
    names = path.slice(1).split("/");
    splits.set(path, names);
  }
  return names;
}

interface Sorted {
  /** Longest path first. */
  readonly mounts: readonly MountPoint[];
  readonly paths: ReadonlySet<string>;
  /** Lengths of the paths: most paths are told apart from all mounts by that alone. */
  readonly lengths: ReadonlySet<number>;
}

const sorts = new WeakMap<readonly MountPoint[], Sorted>();
const NO_MOUNTS: readonly MountPoint[] = [];

function sorted(mounts: readonly MountPoint[]): Sorted {
  let known = sorts.get(mounts);
  if (!known) {
    const list = [...mounts].sort((a, b) => b.path.length - a.path.length);
    known = {
      mounts: list,
      paths: new Set(list.map((m) => m.path)),
      lengths: new Set(list.map((m) => m.path.length)),
    };
    sorts.set(mounts, known);
  }
  return known;
}

export class MountedTree {
  readonly #root: Disk;
  readonly #host: Disk;
  readonly #readonlyRoot: boolean;
  readonly mounts: readonly MountPoint[];
  readonly #sorted: Sorted;

  /** @param mounts over the root, their sources on `host` */
  constructor(root: Disk, host: Disk, mounts: readonly MountPoint[] = NO_MOUNTS, readonlyRoot = false) {
    this.#root = root;
    this.#host = host;
    this.#readonlyRoot = readonlyRoot;
    this.#sorted = sorted(mounts);
    this.mounts = this.#sorted.mounts;
  }

  isMountPoint(path: string): boolean {
    return this.#sorted.lengths.has(path.length) && this.#sorted.paths.has(path);
  }

  /** Which disk a canonical path lies on. */
  place(path: string): Place {
    for (const m of this.mounts) {
      if (path === m.path || path.startsWith(m.path === "/" ? "/" : `${m.path}/`)) {
        const rest = path === m.path ? "" : path.slice(m.path.length);
        return {
          disk: this.#host,
          path: rest === "" ? m.source : `${m.source === "/" ? "" : m.source}${rest}`,
          readonly: m.readonly,
          mount: m,
        };
      }
    }
    return { disk: this.#root, path, readonly: this.#readonlyRoot };
  }

  /** What is at a canonical path. */
  node(path: string): FsNode | undefined {
    return this.#nodeFor(path, path);
  }

  /** What is at a canonical path, by somebody on the way to `aim` below it. */
  #nodeFor(path: string, aim: string): FsNode | undefined {
    const place = this.place(path);
    const node = getNode(place.disk.root(place.path + aim.slice(path.length)), place.path);
    if (node || !place.mount?.pin) {
      // A mount point under a directory that the image does not have is there all the same.
      if (!node && !place.mount && this.mounts.some((m) => m.path.startsWith(`${path}/`))) return dir();
      return node;
    }
    const pin = place.mount.pin;
    if (place.path === place.mount.source) return pin;
    return pin.kind === "dir" ? getNode(pin, place.path.slice(place.mount.source.length)) : undefined;
  }

  /**
   * A walk that meets neither link nor mount nor anything missing: nearly all do. Undefined where it is not so simple.
   */
  #straight(path: string): FsNode | undefined {
    if (path.charCodeAt(0) !== 47) return undefined;
    for (const m of this.mounts) if (m.path === "/" || path.startsWith(m.path)) return undefined;
    let node: FsNode | undefined = this.#root.root(path);
    if (path === "/") return node;
    for (const name of splitPath(path)) {
      // Names that lead elsewhere, `.` and `..`, are in no directory, nor is the empty one.
      node = childOf(node, name);
      if (!node || node.kind === "link") return undefined;
    }
    return node;
  }

  /** Follows a path, the last link if `follow`. ENOENT only for a missing parent. */
  walk(path: string, follow: boolean): Walk {
    const straight = this.#straight(path);
    if (straight) return { ok: true, path, node: straight };
    let names = namesOf(path);
    let at = "/";
    let here = this.#nodeFor(at, path);
    for (let i = 0, hops = 0; i < names.length; ) {
      const name = names[i++]!;
      if (name === "..") {
        at = parentOf(at);
        here = this.node(at);
        continue;
      }
      if (here && here.kind !== "dir") return { ok: false, errno: "ENOTDIR" };
      const next = at === "/" ? `/${name}` : `${at}/${name}`;
      let node = this.isMountPoint(next) ? undefined : childOf(here, name);
      // Below a directory the tree says what there is; mounts have more than that.
      if (!node && this.mounts.length > 0) node = this.node(next);
      const last = i === names.length;
      if (!node) return last ? { ok: true, path: next, node } : { ok: false, errno: "ENOENT" };
      if (node.kind === "link" && (follow || !last)) {
        if (++hops > MOST_LINKS) return { ok: false, errno: "ELOOP" };
        if (node.target.startsWith("/")) at = "/";
        names = [...namesOf(node.target), ...names.slice(i)];
        i = 0;
        here = this.#nodeFor(at, at === "/" ? `/${names.join("/")}` : `${at}/${names.join("/")}`);
        continue;
      }
      at = next;
      here = node;
    }
    return { ok: true, path: at, node: here };
  }
}
