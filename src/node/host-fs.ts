/** The node's disk: a tree in a kernel cell, with watchers. */
import { byteLength } from "../sim/bytes.ts";
import type { Simulation } from "../sim/index.ts";
import type { Ms, ReplyTo } from "../sim/types.ts";
import { appended } from "./appended.ts";
import type { FileOp, FileStat, NodeFs } from "./contract.ts";
import {
  blocksOf,
  type DirNode,
  dir,
  type FsNode,
  file,
  getNode,
  normalize,
  type Put,
  parentOf,
  putNode,
  putNodes,
  treeUsage,
} from "./fs.ts";
import { type Disk, FsView } from "./view.ts";

interface Watcher {
  readonly prefix: string;
  readonly reply: ReplyTo;
}

/** Where the runtime writes logs. */
const LOGS = "/var/log/pods";
const BELOW_LOGS = `${LOGS}/`;
const NEW_FILE = file("");

/** A path that says by itself where it leads. */
const isPlain = (path: string): boolean => !/\/(?:\/|\.\.?(?:\/|$)|$)/.test(path);

/** Logs lie there, above or below. */
const isNearLogs = (path: string): boolean => LOGS.startsWith(path) || path.startsWith("/var/log");

/** Lines on their way into a file that is there. */
interface Pending {
  readonly text: string;
  readonly at: Ms;
  /** Of the file, without them and with them. */
  readonly before: number;
  readonly size: number;
}

/** Text that waits at most for one log. */
const MOST_PENDING = 4 * 1024;

export interface HostFs extends NodeFs {
  /** Opens a log to be appended to, and makes it where it is missing; false where its directory is. */
  openLog(path: string): boolean;
  /**
   * Appends to a log that was opened at that path, cheaply: the tree gets the lines when somebody next looks at it.
   * The file stays the same when it is renamed; what is written to one that was removed is lost.
   */
  appendLog(path: string, text: string): void;
  readonly disk: Disk;
  readonly view: FsView;
  /** The tree; with a path: good enough for what lies there and on the way to it. */
  root(path?: string): DirNode;
  /** Bytes (in blocks) and inodes of all of it, without a look at any file. */
  whole(): { readonly bytes: number; readonly inodes: number };
}

/** @param free bytes that can still be written; `tight`: that is worth a look at every write */
export function createHostFs(
  sim: Simulation,
  node: string,
  initial: DirNode,
  space: { readonly free: () => number; readonly tight: () => boolean },
): HostFs {
  const cell = sim.cell<DirNode>(`${node}/disk`, initial);
  const watchers = sim.cell<readonly Watcher[]>(`${node}/disk/watchers`, []);
  const notify = (path: string, op: FileOp): void => {
    for (const { prefix, reply } of watchers.get()) {
      const below = prefix === "/" || path.length === prefix.length || path.charAt(prefix.length) === "/";
      if (below && path.startsWith(prefix)) sim.reply(reply, { path, op });
    }
  };
  const pending = sim.table<Pending>(`${node}/disk/pending`);
  /** Where open logs are that were renamed, by the path at which they were opened. */
  const moved = sim.table<string>(`${node}/disk/moved-logs`);
  const current = (path?: string): DirNode => {
    const before = cell.get();
    if (pending.size === 0) return before;
    const plain = path !== undefined && isPlain(path);
    if (plain && !isNearLogs(path)) return before;
    const puts: Put[] = [];
    for (const [log, { text, at }] of pending) {
      // Elsewhere lines that wait make no difference.
      if (plain && log !== path && !log.startsWith(`${path}/`)) continue;
      const known = getNode(before, log);
      puts.push({ path: log, node: appended(known?.kind === "file" ? known : NEW_FILE, text, at), at });
    }
    if (puts.length === 0) return before;
    const root = putNodes(before, puts);
    for (const put of puts) pending.delete(put.path);
    cell.set(root);
    return root;
  };
  const disk: Disk = {
    root: current,
    replace: (root, path, op) => {
      cell.set(root);
      notify(path, op);
    },
    moved: (from, to) => {
      for (const [opened, at] of [...moved]) {
        if (at !== from) continue;
        if (opened === to) moved.delete(opened);
        else moved.set(opened, to);
        return;
      }
      if (from.startsWith(BELOW_LOGS) && from !== to && getNode(cell.get(), to)?.kind === "file")
        moved.set(from, to);
    },
    free: space.free,
    tight: space.tight,
  };
  const view = new FsView({ root: disk, now: () => sim.now });
  /** For looks at names alone: all files that lines wait for are there already. */
  const names = new FsView({ root: { ...disk, root: () => cell.get() }, now: () => sim.now });
  const ensure = (path: string): void => {
    if (path === "/" || names.exists(path)) return;
    ensure(parentOf(path));
    view.mkdir(path);
  };
  const statOf = (found: FsNode): FileStat => ({
    kind: found.kind,
    size: found.kind === "file" ? found.size : found.kind === "link" ? found.target.length : 4096,
    mode: found.kind === "link" ? 0o777 : found.mode,
    uid: found.uid,
    gid: found.gid,
    mtimeMs: found.mtimeMs,
    ...(found.kind === "link" ? { target: found.target } : {}),
  });
  const node_ = (path: string, follow: boolean): FsNode | undefined => {
    const found = view.lookup(normalize(path), follow);
    return found.ok ? found.value : undefined;
  };
  return {
    disk,
    view,
    root: current,
    openLog: (path) => {
      if (moved.size > 0) moved.delete(path);
      if (getNode(cell.get(), path)?.kind === "file") return true;
      if (getNode(cell.get(), parentOf(path))?.kind !== "dir") return false;
      cell.set(putNode(cell.get(), path, appended(NEW_FILE, "", sim.now), sim.now));
      notify(path, "write");
      return true;
    },
    appendLog: (opened, text) => {
      const path = moved.size > 0 ? (moved.get(opened) ?? opened) : opened;
      const known = pending.get(path);
      const file = known ? undefined : getNode(cell.get(), path);
      const before = known ? known.before : file?.kind === "file" ? file.size : undefined;
      if (before === undefined) return;
      if (!path.startsWith(BELOW_LOGS)) return void view.append(path, text);
      const size = (known?.size ?? before) + byteLength(text);
      pending.set(path, { text: known ? known.text + text : text, at: sim.now, before, size });
      notify(path, "write");
      // Keyframes hold what waits as it is, what is in the file packed.
      if ((known?.text.length ?? 0) > MOST_PENDING) current(path);
    },
    whole: () => {
      const { bytes, inodes } = treeUsage(cell.get());
      let more = 0;
      for (const { before, size } of pending.values()) more += blocksOf(size) - blocksOf(before);
      return { bytes: bytes + more, inodes };
    },
    read: (path) => {
      const found = view.read(normalize(path));
      return found.ok ? found.value.content : undefined;
    },
    write: (path, content, options = {}) => {
      const at = normalize(path);
      ensure(parentOf(at));
      const { mode, size } = options;
      view.write(at, content, {
        ...(mode === undefined ? {} : { mode }),
        ...(size === undefined ? {} : { size }),
      });
      if (options.mode !== undefined || options.uid !== undefined || options.gid !== undefined)
        view.amend(at, options);
    },
    append: (path, text) => {
      const at = normalize(path);
      ensure(parentOf(at));
      view.append(at, text);
    },
    mkdir: (path, options = {}) => {
      const at = normalize(path);
      ensure(parentOf(at));
      if (names.exists(at)) {
        if (options.mode !== undefined || options.uid !== undefined || options.gid !== undefined)
          view.amend(at, {
            ...(options.mode !== undefined ? { mode: options.mode } : {}),
            ...(options.uid !== undefined ? { uid: options.uid } : {}),
            ...(options.gid !== undefined ? { gid: options.gid } : {}),
          });
        return;
      }
      view.place(at, {
        ...dir({}, options.mode ?? 0o755, options.uid ?? 0, options.gid ?? 0),
        mtimeMs: sim.now,
        ...(options.tmpfs ? { tmpfs: true } : {}),
        ...(options.limit === undefined ? {} : { limit: options.limit }),
      });
    },
    symlink: (path, target) => {
      const at = normalize(path);
      ensure(parentOf(at));
      view.remove(at);
      view.symlink(target, at);
    },
    rename: (from, to) => {
      ensure(parentOf(normalize(to)));
      view.rename(normalize(from), normalize(to));
    },
    remove: (path) => {
      view.remove(normalize(path));
    },
    list: (path) => {
      const found = names.list(normalize(path));
      return found.ok ? found.value : undefined;
    },
    exists: (path) => names.exists(normalize(path)),
    stat: (path) => {
      const found = node_(path, true);
      return found ? statOf(found) : undefined;
    },
    lstat: (path) => {
      const found = node_(path, false);
      return found ? statOf(found) : undefined;
    },
    size: (path) => {
      const known = pending.get(path);
      if (known) return known.size;
      const found = getNode(cell.get(), path);
      return found?.kind === "file" ? found.size : undefined;
    },
    chmod: (path, mode) => {
      view.amend(normalize(path), { mode });
    },
    chown: (path, uid, gid) => {
      view.amend(normalize(path), { uid, gid });
    },
    usage: (path) => treeUsage(node_(path, true)),
    watch: (prefix, reply) => {
      watchers.update((list) => [...list, { prefix: normalize(prefix), reply }]);
    },
    unwatch: (prefix, to) => {
      watchers.update((list) => list.filter((w) => w.prefix !== normalize(prefix) || w.reply.to !== to));
    },
  };
}
