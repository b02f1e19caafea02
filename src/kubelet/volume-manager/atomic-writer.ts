/** Files of a volume replaced as a whole (pkg/volume/util/atomic_writer.go, pkg/volume/volume_linux.go). */
import type { NodeFs } from "../../node/contract.ts";
import { cleanPath, type Payload } from "./payload.ts";

const DATA = "..data";
const DATA_TMP = "..data_tmp";
const SET_GID = 0o2000;

/** `..2026_01_05_09_00_00.123456789`: the directory one version of the files lies in. */
export function versionDir(unixMs: number): string {
  const [date = "", time = ""] = new Date(unixMs).toISOString().split("T");
  const [seconds = "", millis = "000"] = time.replace("Z", "").split(".");
  return `..${date.replaceAll("-", "_")}_${seconds.replaceAll(":", "_")}.${millis}000000`;
}

const topOf = (path: string): string => path.split("/")[0] ?? path;

/** Writes a version of the payload beside the present one and turns `..data` over to it. */
export function writePayload(
  fs: NodeFs,
  directory: string,
  payload: Payload,
  unixMs: number,
  fsGroup: number | undefined,
): void {
  const previous = fs.lstat(`${directory}/${DATA}`)?.target;
  const version = versionDir(unixMs);
  const group = fsGroup === undefined ? {} : { gid: fsGroup };
  const dirMode = fsGroup === undefined ? 0o755 : 0o755 | SET_GID;
  fs.mkdir(`${directory}/${version}`, { mode: dirMode, ...group });
  const tops = new Set<string>();
  for (const [raw, file] of Object.entries(payload)) {
    const path = cleanPath(raw);
    tops.add(topOf(path));
    const parents = path.split("/").slice(0, -1);
    for (let i = 1; i <= parents.length; i++) {
      fs.mkdir(`${directory}/${version}/${parents.slice(0, i).join("/")}`, { mode: dirMode, ...group });
    }
    // The group may read what the volume's owner may.
    const mode = fsGroup === undefined ? file.mode : file.mode | 0o440;
    const owner = file.fsUser === undefined ? {} : { uid: file.fsUser };
    fs.write(`${directory}/${version}/${path}`, file.data, { mode, ...owner, ...group });
  }
  fs.symlink(`${directory}/${DATA_TMP}`, version);
  fs.rename(`${directory}/${DATA_TMP}`, `${directory}/${DATA}`);
  for (const name of fs.list(directory) ?? [])
    if (!name.startsWith("..") && !tops.has(name)) fs.remove(`${directory}/${name}`);
  for (const top of tops)
    if (!fs.lstat(`${directory}/${top}`)) fs.symlink(`${directory}/${top}`, `${DATA}/${top}`);
  if (previous && previous !== version) fs.remove(`${directory}/${previous}`);
}
