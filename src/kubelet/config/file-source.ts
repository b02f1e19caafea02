/** The static pod directory (pkg/kubelet/config/file.go, file_linux.go). */

import type { FileOp } from "../../node/contract.ts";
import type { Kubelet } from "../contract.ts";
import { type Pod, podFullName } from "../types.ts";
import { decodeSinglePod, type PodRules } from "./manifest.ts";

interface FileRow {
  readonly content: string;
  readonly pod: Pod;
}

export interface FileSource {
  /** Lists the directory anew; answers the pods if they are to be sent. */
  list(): readonly Pod[];
  /** Takes one change of a file; undefined: nothing to send. */
  changed(path: string, op: FileOp): readonly Pod[] | undefined;
  clear(): void;
}

export function createFileSource(k: Kubelet, directory: string, rules: PodRules): FileSource {
  const { sim, nodeName, host } = k;
  /** Path to what was read there last. */
  const files = sim.table<FileRow>(`${nodeName}/config/files`);

  function read(path: string): FileRow | undefined {
    const content = host.fs.read(path);
    if (content === undefined) return undefined;
    const known = files.get(path);
    if (known?.content === content) return known;
    const decoded = decodeSinglePod(content, { from: "file", source: path, nodeName }, rules);
    if (decoded.ok) return { content, pod: decoded.pod };
    const error = decoded.parsed
      ? decoded.error
      : `${path}: couldn't parse as pod(${decoded.error}), please check config file`;
    sim.record({
      from: k.id("pod-config"),
      to: k.id("pod-config"),
      type: "config.BadManifest",
      object: `node/${nodeName}`,
      data: { path, error },
    });
    return undefined;
  }

  /** The store's key is namespace and name: of two files with one pod the later wins. */
  function pods(): readonly Pod[] {
    const byName = new Map<string, Pod>();
    for (const path of [...files.keys()].sort()) {
      const pod = files.get(path)?.pod;
      if (pod) byName.set(podFullName(pod), pod);
    }
    return [...byName.values()];
  }

  const isManifest = (name: string): boolean => name !== "" && !name.startsWith(".") && !name.includes("/");

  return {
    list() {
      const names = (host.fs.list(directory) ?? []).filter(isManifest);
      const found = new Set<string>();
      for (const name of names) {
        const path = `${directory}/${name}`;
        if (host.fs.stat(path)?.kind !== "file") continue;
        const row = read(path);
        if (!row) continue;
        found.add(path);
        if (files.get(path) !== row) files.set(path, row);
      }
      for (const path of [...files.keys()]) if (!found.has(path)) files.delete(path);
      return pods();
    },
    changed(path, op) {
      if (!path.startsWith(`${directory}/`) || !isManifest(path.slice(directory.length + 1)))
        return undefined;
      if (op === "remove") return files.delete(path) ? pods() : undefined;
      // A manifest that cannot be read leaves the old pod; the next list drops it.
      const row = read(path);
      if (!row || files.get(path) === row) return undefined;
      files.set(path, row);
      return pods();
    },
    clear() {
      for (const path of [...files.keys()]) files.delete(path);
    },
  };
}
