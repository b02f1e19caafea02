/**
 * Trees of files as immutable values: a change copies the directories on its way and shares the rest, so that a
 * keyframe holds a whole disk by reference and two trees are compared by identity. Paths here are absolute,
 * normalised and free of symbolic links; `view.ts` resolves them.
 */
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
  /** A mount of memory. */
  readonly tmpfs?: boolean;
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

/** What a file keeps of its content at most, and what is left after a cut. */
const KEEP_MOST = 512 * 1024;
const KEEP_LEAST = 256 * 1024;

export function dir(entries: Readonly<Record<string, FsNode>> = {}, mode = 0o755, uid = 0, gid = 0): DirNode {
  return { kind: "dir", entries, mode, uid, gid, mtimeMs: 0 };
}

export function file(content: string, mode = 0o644, size = byteLength(content)): FileNode {
  return { kind: "file", content, size, mode, uid: 0, gid: 0, mtimeMs: 0 };
}

export function link(target: string): LinkNode {
  return { kind: "link", target, uid: 0, gid: 0, mtimeMs: 0 };
}

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  let n = text.length;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x80) continue;
    if (c < 0x800) n += 1;
    else if (c >= 0xd800 && c < 0xdc00) {
      n += 2;
      i++;
    } else n += 2;
  }
  return n;
}

/** `/a//b/../c/` → `/a/c`. */
export function normalize(path: string): string {
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

/** The node at a path, links not followed. */
export function getNode(root: DirNode, path: string): FsNode | undefined {
  let node: FsNode = root;
  for (const part of partsOf(path)) {
    if (node.kind !== "dir") return undefined;
    const next: FsNode | undefined = Object.hasOwn(node.entries, part) ? node.entries[part] : undefined;
    if (!next) return undefined;
    node = next;
  }
  return node;
}

/** Puts a node at a path; missing directories on the way are made. A file in the way is replaced by a directory. */
export function putNode(root: DirNode, path: string, node: FsNode, now: Ms): DirNode {
  const put = (at: DirNode, parts: readonly string[], i: number): DirNode => {
    const name = parts[i]!;
    const last = i === parts.length - 1;
    const known = Object.hasOwn(at.entries, name) ? at.entries[name] : undefined;
    const child = last ? node : put(known?.kind === "dir" ? known : { ...dir(), mtimeMs: now }, parts, i + 1);
    return { ...at, entries: { ...at.entries, [name]: child }, ...(known ? {} : { mtimeMs: now }) };
  };
  const parts = partsOf(path);
  if (parts.length === 0) return node.kind === "dir" ? node : root;
  return put(root, parts, 0);
}

/** Takes a node away with all below it. */
export function dropNode(root: DirNode, path: string, now: Ms): DirNode {
  const parent = getNode(root, parentOf(path));
  const name = baseOf(path);
  if (parent?.kind !== "dir" || !Object.hasOwn(parent.entries, name)) return root;
  const { [name]: _gone, ...entries } = parent.entries;
  return putNode(root, parentOf(path), { ...parent, entries, mtimeMs: now }, now);
}

/** A file with text added. Of long files only the end is kept; `size` goes on counting. */
export function appended(node: FileNode, text: string, now: Ms): FileNode {
  let content = node.content + text;
  if (content.length > KEEP_MOST) {
    const cut = content.indexOf("\n", content.length - KEEP_LEAST);
    content = content.slice(cut < 0 ? content.length - KEEP_LEAST : cut + 1);
  }
  return { ...node, content, size: node.size + byteLength(text), mtimeMs: now };
}

const usages = new WeakMap<DirNode, { bytes: number; inodes: number }>();

/** Bytes (in blocks of 4 KiB) and inodes of a tree; mounts of memory are left out unless the root is one. */
export function treeUsage(node: FsNode | undefined, top = true): { bytes: number; inodes: number } {
  if (!node) return { bytes: 0, inodes: 0 };
  if (node.kind === "link") return { bytes: 0, inodes: 1 };
  if (node.kind === "file") return { bytes: Math.ceil(node.size / 4096) * 4096, inodes: 1 };
  if (node.tmpfs && !top) return { bytes: 0, inodes: 0 };
  const known = usages.get(node);
  if (known) return known;
  let bytes = 4096;
  let inodes = 1;
  for (const name in node.entries) {
    const u = treeUsage(node.entries[name], false);
    bytes += u.bytes;
    inodes += u.inodes;
  }
  const sum = { bytes, inodes };
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
