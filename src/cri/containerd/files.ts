/** The files of a container. */
import type { DirNode } from "../../node/fs.ts";
import { type Credentials, type Disk, FsView } from "../../node/view.ts";
import type { OsState } from "../os/state.ts";
import type { Containerd } from "./containerd.ts";
import { virtualFile } from "./procfs.ts";
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
    ...(os ? { virtual: (path: string) => virtualFile(c, row, os, pid, path) } : {}),
  });
}
