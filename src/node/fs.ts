/**
 * Trees of files as immutable values: a change copies the directories on its way and shares the rest, so that a
 * keyframe holds a whole disk by reference and two trees are compared by identity. Paths here are absolute,
 * normalised and free of symbolic links; `view.ts` resolves them.
 */
import { byteLength } from "../sim/bytes.ts";
import type { Ms } from "../sim/types.ts";

export interface FileNode {
  readonly kind: "file";
  /** The last `content.length` bytes of the file; a file of zeros keeps none, a long log only its end. */
  readonly content: string;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: Ms;
}

export interface DirNode {
  readonly kind: "dir";
  readonly entries: Readonly<Record<string, FsNode>>;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: Ms;
  /** A mount of memory, and the most bytes that it holds. */
  readonly tmpfs?: boolean;
  readonly limit?: number;
}

export interface LinkNode {
  readonly kind: "link";
  readonly target: string;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: Ms;
}

export type FsNode = FileNode | DirNode | LinkNode;

/** Errno names that the tools turn into their texts. */
export type Errno =
  | "ENOENT"
  | "EACCES"
  | "EROFS"
  | "ENOTDIR"
  | "EISDIR"
  | "EEXIST"
  | "ENOTEMPTY"
  | "ENOSPC"
  | "ELOOP"
  | "EBUSY"
  | "EPERM";

export function dir(entries: Readonly<Record<string, FsNode>> = {}, mode = 0o755, uid = 0, gid = 0): DirNode {
  return { kind: "dir", entries, mode, uid, gid, mtimeMs: 0 };
}

export function file(content: string, mode = 0o644, size = byteLength(content)): FileNode {
  return { kind: "file", content, size, mode, uid: 0, gid: 0, mtimeMs: 0 };
}

export function link(target: string): LinkNode {
  return { kind: "link", target, uid: 0, gid: 0, mtimeMs: 0 };
}

/** `/a//b/../c/` → `/a/c`. */
export function normalize(path: string): string {
  if (path.charCodeAt(0) === 47 && !/\/(?:\/|\.|$)/.test(path)) return path;
  const out: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") out.pop();
    else out.push(part);
  }
  return `/${out.join("/")}`;
}

/** A path as seen from a working directory. */
export function absolute(cwd: string, path: string): string {
  return normalize(path.startsWith("/") ? path : `${cwd}/${path}`);
}

export function parentOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at <= 0 ? "/" : path.slice(0, at);
}

export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

const partsOf = (path: string): string[] => (path === "/" ? [] : path.slice(1).split("/"));

/** What a directory has under a name; undefined also where `node` is no directory. */
export function childOf(node: FsNode | undefined, name: string): FsNode | undefined {
  if (node?.kind !== "dir") return undefined;
  const child = node.entries[name];
  // A name like `constructor` finds what every object has, functions and the prototype: those are no entries.
  return typeof child === "object" && child !== Object.prototype ? child : undefined;
}

const sortedNames = new WeakMap<DirNode["entries"], readonly string[]>();

/** Names in a directory, sorted. */
export function namesIn(node: DirNode): readonly string[] {
  let names = sortedNames.get(node.entries);
  if (!names) {
    names = Object.keys(node.entries).sort();
    sortedNames.set(node.entries, names);
  }
  return names;
}

/** The node at a path, links not followed. */
export function getNode(root: DirNode, path: string): FsNode | undefined {
  let node: FsNode | undefined = root;
  if (path === "/") return node;
  for (let from = 1; node !== undefined; ) {
    const to = path.indexOf("/", from);
    if (to < 0) return childOf(node, path.slice(from));
    node = childOf(node, path.slice(from, to));
    from = to + 1;
  }
  return undefined;
}

/** Puts a node at a path; missing directories on the way are made. A file in the way is replaced by a directory. */
export function putNode(root: DirNode, path: string, node: FsNode, now: Ms): DirNode {
  const parts = partsOf(path);
  if (parts.length === 0) return node.kind === "dir" ? node : root;
  return putBelow(root, parts, 0, node, now);
}

function putBelow(at: DirNode, parts: readonly string[], i: number, node: FsNode, now: Ms): DirNode {
  const name = parts[i]!;
  const known = childOf(at, name);
  const child =
    i === parts.length - 1
      ? node
      : putBelow(known?.kind === "dir" ? known : { ...dir(), mtimeMs: now }, parts, i + 1, node, now);
  const entries = { ...at.entries, [name]: child };
  return known ? { ...at, entries } : { ...at, entries, mtimeMs: now };
}

/** What is put at a path, and when. */
export interface Put {
  readonly path: string;
  readonly node: FsNode;
  readonly at: Ms;
}

/** Puts many nodes, none below another: as `putNode` one by one, but a directory on the way of several is copied once. */
export function putNodes(root: DirNode, puts: readonly Put[]): DirNode {
  return putGroup(
    root,
    puts.map((put) => ({ put, parts: partsOf(put.path) })),
    0,
  );
}

type Parted = { readonly put: Put; readonly parts: readonly string[] };

function putGroup(at: DirNode, group: readonly Parted[], depth: number): DirNode {
  const byName = new Map<string, Parted[]>();
  for (const item of group) {
    const name = item.parts[depth]!;
    const same = byName.get(name);
    if (same) same.push(item);
    else byName.set(name, [item]);
  }
  const entries: Record<string, FsNode> = { ...at.entries };
  let { mtimeMs } = at;
  for (const [name, items] of byName) {
    const { put, parts } = items[0]!;
    const known = childOf(at, name);
    entries[name] =
      depth === parts.length - 1
        ? put.node
        : putGroup(known?.kind === "dir" ? known : { ...dir(), mtimeMs: put.at }, items, depth + 1);
    if (!known) mtimeMs = put.at;
  }
  return { ...at, entries, mtimeMs };
}

/** Takes a node away with all below it. */
export function dropNode(root: DirNode, path: string, now: Ms): DirNode {
  const parent = getNode(root, parentOf(path));
  const name = baseOf(path);
  if (parent?.kind !== "dir" || !Object.hasOwn(parent.entries, name)) return root;
  const { [name]: _gone, ...entries } = parent.entries;
  return putNode(root, parentOf(path), { ...parent, entries, mtimeMs: now }, now);
}

/** Bytes that a file of that size takes on a disk, in blocks of 4 KiB. */
export function blocksOf(size: number): number {
  return Math.ceil(size / 4096) * 4096;
}

interface Usage {
  readonly bytes: number;
  readonly inodes: number;
}

const usages = new WeakMap<DirNode, Usage & { readonly dirs: number }>();

/**
 * Bytes (in blocks of 4 KiB) and inodes of a tree; mounts of memory are left out unless the root is one. Directories of
 * a mount of memory take no blocks.
 */
export function treeUsage(node: FsNode | undefined): Usage {
  const { bytes, inodes, dirs } = usageOf(node);
  return { bytes: node?.kind === "dir" && node.tmpfs ? bytes - dirs * 4096 : bytes, inodes };
}

function usageOf(node: FsNode | undefined): Usage & { readonly dirs: number } {
  if (!node) return { bytes: 0, inodes: 0, dirs: 0 };
  if (node.kind === "link") return { bytes: 0, inodes: 1, dirs: 0 };
  if (node.kind === "file") return { bytes: blocksOf(node.size), inodes: 1, dirs: 0 };
  const known = usages.get(node);
  if (known) return known;
  let bytes = 4096;
  let inodes = 1;
  let dirs = 1;
  for (const name in node.entries) {
    const entry = node.entries[name];
    if (entry?.kind === "dir" && entry.tmpfs) continue;
    const u = usageOf(entry);
    bytes += u.bytes;
    inodes += u.inodes;
    dirs += u.dirs;
  }
  const sum = { bytes, inodes, dirs };
  usages.set(node, sum);
  return sum;
}

const layers = new WeakMap<DirNode, { base: FsNode | undefined; bytes: number; inodes: number }>();

/** Bytes and inodes that `now` has beyond what it shares with `base`: a container's writable layer over its image. */
export function layerUsage(now: FsNode, base: FsNode | undefined): { bytes: number; inodes: number } {
  if (now === base) return { bytes: 0, inodes: 0 };
  if (now.kind !== "dir") return treeUsage(now);
  const known = layers.get(now);
  if (known && known.base === base) return known;
  let bytes = 0;
  let inodes = 0;
  const under = base?.kind === "dir" ? base.entries : {};
  for (const name in now.entries) {
    const u = layerUsage(now.entries[name]!, Object.hasOwn(under, name) ? under[name] : undefined);
    bytes += u.bytes;
    inodes += u.inodes;
  }
  // A directory of the image that was written into is copied up, with its own block.
  const sum = { base, bytes: bytes + 4096, inodes: inodes + 1 };
  layers.set(now, sum);
  return sum;
}

/** A tree from a flat list: `{"/etc/passwd": "…", "/bin/sh": {link}, "/tmp": dir}`; text becomes a file of mode 0644. */
export function tree(paths: Readonly<Record<string, string | FsNode>>): DirNode {
  let root = dir();
  for (const path of Object.keys(paths)) {
    const node = paths[path]!;
    root = putNode(root, path, typeof node === "string" ? file(node) : node, 0);
  }
  return root;
}
