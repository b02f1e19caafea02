/**
 * A file system as one process sees it: a root, mounts over it, symbolic links, permissions. The trees behind it are
 * read and replaced through `Disk`, so that the same code serves a container (its writable layer and the node's disk
 * below its mounts) and the node itself.
 */
import { byteLength } from "../sim/bytes.ts";
import type { Ms } from "../sim/types.ts";
import { appended } from "./appended.ts";
import {
  absolute,
  blocksOf,
  dir,
  dropNode,
  type Errno,
  type FileNode,
  type FsNode,
  getNode,
  namesIn,
  parentOf,
  putNode,
  treeUsage,
} from "./fs.ts";
import { type Disk, MountedTree, type MountPoint, type Place } from "./mounts.ts";

export type { Disk, MountPoint };

/** Smaller writes are not measured against the disk while it has room. */
const LOOK_AT_DISK = 64 * 1024;

export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

export const ROOT_USER: Credentials = { uid: 0, gid: 0, groups: [] };

export type FsResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errno: Errno };

const fail = (errno: Errno): { ok: false; errno: Errno } => ({ ok: false, errno });
const done = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });

/** Whether a file cannot grow so far: its disk is full, or the mount of memory that it lies in. */
function noSpace({ disk, mount }: Place, from: number, to: number): boolean {
  const more = to - from;
  if (more <= 0) return false;
  if (!mount?.tmpfs) return (more >= LOOK_AT_DISK || disk.tight?.() === true) && more > disk.free();
  if (mount.limit === undefined) return false;
  const { bytes } = treeUsage(getNode(disk.root(mount.source), mount.source));
  return bytes + blocksOf(to) - blocksOf(from) > mount.limit;
}

export class FsView {
  readonly #tree: MountedTree;
  readonly #now: () => Ms;
  readonly #who: Credentials;
  readonly #virtual: ((path: string) => FsNode | undefined) | undefined;

  /** @param mounts over the root, their sources on `host` */
  constructor(options: {
    root: Disk;
    host?: Disk;
    mounts?: readonly MountPoint[];
    readonlyRoot?: boolean;
    who?: Credentials;
    virtual?: (path: string) => FsNode | undefined;
    now: () => Ms;
  }) {
    this.#tree = new MountedTree(
      options.root,
      options.host ?? options.root,
      options.mounts,
      options.readonlyRoot,
    );
    this.#who = options.who ?? ROOT_USER;
    this.#virtual = options.virtual;
    this.#now = options.now;
  }

  get mounts(): readonly MountPoint[] {
    return this.#tree.mounts;
  }

  /** Canonical path of a path, links on the way followed, the last one if `follow`. ENOENT only for a missing parent. */
  resolve(path: string, follow = true): FsResult<string> {
    const at = this.#tree.walk(path, follow);
    return at.ok ? done(at.path) : at;
  }

  #may(node: FsNode, want: 1 | 2 | 4): boolean {
    const { uid, gid, groups } = this.#who;
    if (uid === 0 || node.kind === "link") return true;
    const shift = node.uid === uid ? 6 : node.gid === gid || groups.includes(node.gid) ? 3 : 0;
    return ((node.mode >> shift) & want) !== 0;
  }

  /** What the kernel makes up at a path. */
  #made(path: string): FsNode | undefined {
    if (!this.#virtual || !(path.startsWith("/proc") || path.startsWith("/sys/"))) return undefined;
    return this.#virtual(path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path);
  }

  /** The node a path leads to. */
  lookup(path: string, follow = true): FsResult<FsNode> {
    const made = this.#made(path);
    if (made) return done(made);
    const at = this.#tree.walk(path, follow);
    if (!at.ok) return at;
    return at.node ? done(at.node) : fail("ENOENT");
  }

  exists(path: string): boolean {
    return this.lookup(path).ok;
  }

  /** Files that the kernel makes up (below /proc and /sys) are read like any other. */
  read(path: string): FsResult<FileNode> {
    const found = this.lookup(path);
    if (!found.ok) return found;
    if (found.value.kind === "dir") return fail("EISDIR");
    if (!this.#may(found.value, 4)) return fail("EACCES");
    return done(found.value as FileNode);
  }

  mayExecute(node: FsNode): boolean {
    return node.kind === "file" && (node.mode & 0o111) !== 0 && (this.#who.uid === 0 || this.#may(node, 1));
  }

  mayRead(node: FsNode): boolean {
    return this.#may(node, 4);
  }

  mayWrite(path: string): boolean {
    const at = this.#tree.walk(path, true);
    if (!at.ok || this.#tree.place(at.path).readonly) return false;
    return at.node !== undefined && this.#may(at.node, 2);
  }

  /** Names in a directory, sorted; mount points that the tree below does not have are among them. */
  list(path: string): FsResult<readonly string[]> {
    const made = this.#made(path);
    if (made) return made.kind === "dir" ? done(Object.keys(made.entries).sort()) : fail("ENOTDIR");
    const at = this.#tree.walk(path, true);
    if (!at.ok) return at;
    const { node } = at;
    if (!node) return fail("ENOENT");
    if (node.kind !== "dir") return fail("ENOTDIR");
    if (!this.#may(node, 4)) return fail("EACCES");
    const own = namesIn(node);
    if (this.mounts.length === 0) return done(own);
    const names = new Set(own);
    const prefix = at.path === "/" ? "/" : `${at.path}/`;
    for (const m of this.mounts) {
      if (m.path.startsWith(prefix) && m.path !== prefix)
        names.add(m.path.slice(prefix.length).split("/")[0]!);
    }
    return done([...names].sort());
  }

  /** Creates or replaces the content of a file. `size` over the content's length: a file of zeros. */
  write(path: string, content: string, options: { mode?: number; size?: number } = {}): FsResult<void> {
    return this.#change(path, (known) => {
      const size = options.size ?? byteLength(content);
      const base = known ?? {
        kind: "file" as const,
        mode: options.mode ?? 0o644,
        uid: this.#who.uid,
        gid: this.#who.gid,
      };
      return { ...base, content, size, mtimeMs: this.#now() } as FileNode;
    });
  }

  append(path: string, text: string, zeros = 0): FsResult<void> {
    return this.#change(path, (known) => {
      const base: FileNode = known ?? {
        kind: "file",
        content: "",
        size: 0,
        mode: 0o644,
        uid: this.#who.uid,
        gid: this.#who.gid,
        mtimeMs: 0,
      };
      const next = appended(base, text, this.#now());
      return zeros > 0 ? { ...next, size: next.size + zeros } : next;
    });
  }

  #change(path: string, make: (known: FileNode | undefined) => FileNode): FsResult<void> {
    const at = this.#tree.walk(path, true);
    if (!at.ok) return at;
    const known = at.node;
    if (known?.kind === "dir") return fail("EISDIR");
    const place = this.#tree.place(at.path);
    if (place.readonly) return fail("EROFS");
    const parent = known ? undefined : this.#tree.node(parentOf(at.path));
    if (!known) {
      if (!parent) return fail("ENOENT");
      if (parent.kind !== "dir") return fail("ENOTDIR");
      if (!this.#may(parent, 2)) return fail("EACCES");
    } else if (!this.#may(known, 2)) return fail("EACCES");
    let next = make(known as FileNode | undefined);
    if (parent?.kind === "dir" && (parent.mode & 0o2000) !== 0) next = { ...next, gid: parent.gid };
    if (noSpace(place, (known as FileNode | undefined)?.size ?? 0, next.size)) return fail("ENOSPC");
    place.disk.replace(
      putNode(place.disk.root(place.path), place.path, next, this.#now()),
      place.path,
      known ? "write" : "create",
    );
    return done(undefined);
  }

  mkdir(path: string, mode = 0o755): FsResult<void> {
    const at = this.#tree.walk(path, false);
    if (!at.ok) return at;
    if (at.node) return fail("EEXIST");
    return this.#put(at.path, { ...dir({}, mode, this.#who.uid, this.#who.gid), mtimeMs: this.#now() });
  }

  symlink(target: string, path: string): FsResult<void> {
    const at = this.#tree.walk(path, false);
    if (!at.ok) return at;
    if (at.node) return fail("EEXIST");
    return this.#put(at.path, {
      kind: "link",
      target,
      uid: this.#who.uid,
      gid: this.#who.gid,
      mtimeMs: this.#now(),
    });
  }

  #put(canonical: string, node: FsNode): FsResult<void> {
    const parent = this.#tree.node(parentOf(canonical));
    if (!parent) return fail("ENOENT");
    if (parent.kind !== "dir") return fail("ENOTDIR");
    const place = this.#tree.place(canonical);
    if (place.readonly) return fail("EROFS");
    if (!this.#may(parent, 2)) return fail("EACCES");
    const known = getNode(place.disk.root(place.path), place.path);
    const owned =
      (parent.mode & 0o2000) !== 0 && node.kind !== "link" && !known ? { ...node, gid: parent.gid } : node;
    place.disk.replace(
      putNode(place.disk.root(place.path), place.path, owned, this.#now()),
      place.path,
      known ? "write" : "create",
    );
    return done(undefined);
  }

  /** Removes a file, a link or a whole directory; a mount point is busy. */
  remove(path: string): FsResult<void> {
    const at = this.#tree.walk(path, false);
    if (!at.ok) return at;
    if (!at.node) return fail("ENOENT");
    if (this.#tree.isMountPoint(at.path)) return fail("EBUSY");
    const place = this.#tree.place(at.path);
    if (place.readonly) return fail("EROFS");
    const parent = this.#tree.node(parentOf(at.path));
    if (parent && !this.#may(parent, 2)) return fail("EACCES");
    place.disk.replace(dropNode(place.disk.root(place.path), place.path, this.#now()), place.path, "remove");
    return done(undefined);
  }

  rename(from: string, to: string): FsResult<void> {
    const source = this.#tree.walk(from, false);
    const found = this.lookup(from, false);
    if (!found.ok) return found;
    const target = this.resolve(to, false);
    if (!target.ok) return target;
    const gone = this.remove(from);
    if (!gone.ok) return gone;
    const put = this.#put(target.value, found.value);
    if (put.ok && source.ok) {
      const [was, is] = [this.#tree.place(source.path), this.#tree.place(target.value)];
      if (was.disk === is.disk) is.disk.moved?.(was.path, is.path);
    }
    return put;
  }

  /** Puts a node with its mode and owner as given (cp -r, mv). */
  place(path: string, node: FsNode): FsResult<void> {
    const at = this.resolve(path, false);
    return at.ok ? this.#put(at.value, node) : at;
  }

  /** Changes mode, owner or time of what a path leads to. */
  amend(path: string, change: { mode?: number; uid?: number; gid?: number; mtimeMs?: Ms }): FsResult<void> {
    const at = this.#tree.walk(path, true);
    if (!at.ok) return at;
    const { node } = at;
    if (!node) return fail("ENOENT");
    const place = this.#tree.place(at.path);
    if (place.readonly) return fail("EROFS");
    if (this.#who.uid !== 0 && this.#who.uid !== node.uid) return fail("EPERM");
    place.disk.replace(
      putNode(place.disk.root(place.path), place.path, { ...node, ...change } as FsNode, this.#now()),
      place.path,
      "write",
    );
    return done(undefined);
  }

  absolute(cwd: string, path: string): string {
    return absolute(cwd, path);
  }
}
