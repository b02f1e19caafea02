/** The files of a container. */
import { type Credentials, type Disk, FsView } from "../../node/view.ts";
import type { OsState } from "../os/state.ts";
import type { Containerd } from "./containerd.ts";
import { virtualFile } from "./procfs.ts";
import type { ContainerRow } from "./state.ts";

/** A container's files as somebody in it sees them. */
export function viewOf(c: Containerd, row: ContainerRow, who?: Credentials, os?: OsState, pid = 0): FsView {
  const id = row.status.id;
  const layer: Disk = {
    root: () => c.rootfs.get(id)!,
    replace: (root) => c.rootfs.set(id, root),
    free: () => c.machine.fs.disk.free(),
    tight: () => c.machine.fs.disk.tight?.() ?? false,
  };
  return new FsView({
    root: layer,
    host: c.machine.fs.disk,
    mounts: row.mounts,
    readonlyRoot: row.config.readonlyRootfs === true,
    now: () => c.sim.now,
    ...(who ? { who } : {}),
    ...(os ? { virtual: (path: string) => virtualFile(c, row, os, pid, path) } : {}),
  });
}
