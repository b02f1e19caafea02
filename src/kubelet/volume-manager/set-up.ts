/** Set-up of each kind of volume on the node (pkg/volume/*). */
import { wholeValueOf } from "../../api/quantity.ts";
import type { PersistentVolume, Volume } from "../../api/types.ts";
import { resourceConfigForPod } from "../cm/cgroup-values.ts";
import type { ResourceList } from "../cm/pod-resources.ts";
import type { Kubelet } from "../contract.ts";
import type { Lookup } from "../env/environment.ts";
import type { KubeletObjectStore } from "../env/object-store.ts";
import type { Pod } from "../types.ts";
import { writePayload } from "./atomic-writer.ts";
import { podDir, volumeDir } from "./paths.ts";
import {
  configMapPayload,
  downwardPayload,
  errorsText,
  orEmpty,
  type Payload,
  type PayloadResult,
  projectedPayload,
  secretPayload,
  validatePath,
} from "./payload.ts";

/** `later`: what the volume shows has not been listed yet. */
export type SetUpResult =
  | { readonly ok: true; readonly path: string; readonly payload?: Payload }
  | { readonly ok: false; readonly error: string }
  | { readonly later: true };

const PLUGINS: readonly (readonly [field: string, plugin: string])[] = [
  ["emptyDir", "kubernetes.io~empty-dir"],
  ["configMap", "kubernetes.io~configmap"],
  ["secret", "kubernetes.io~secret"],
  ["projected", "kubernetes.io~projected"],
  ["downwardAPI", "kubernetes.io~downward-api"],
  ["persistentVolumeClaim", "kubernetes.io~csi"],
  ["csi", "kubernetes.io~csi"],
  ["nfs", "kubernetes.io~nfs"],
  ["image", "kubernetes.io~image"],
];

/** Folder of a volume's plugin below `volumes/`; undefined for hostPath, which has none. */
export function pluginOf(volume: Volume): string | undefined {
  const fields = volume as unknown as Record<string, unknown>;
  if (fields["hostPath"]) return undefined;
  return PLUGINS.find(([field]) => fields[field])?.[1] ?? "kubernetes.io~empty-dir";
}

/** Volumes whose files come from objects and change with them. */
export const hasContent = (volume: Volume): boolean =>
  !!(volume.configMap || volume.secret || volume.projected || volume.downwardAPI);

/** User or group that a token file is made for: only where all containers run as the same. */
function fsUserOf(pod: Pod): number | undefined {
  const shared = pod.spec?.securityContext?.runAsUser;
  const users = new Set(
    [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].map(
      (c) => c.securityContext?.runAsUser ?? shared,
    ),
  );
  return users.size === 1 ? [...users][0] : undefined;
}

export interface ContentSources {
  token(index: number): Lookup<string>;
}

/** The files a volume should have now. */
export function contentOf(
  k: Kubelet,
  pod: Pod,
  volume: Volume,
  sources: ContentSources,
): PayloadResult | { readonly later: true } {
  const objects = k.objects as KubeletObjectStore;
  const namespace = pod.metadata?.namespace ?? "";
  const needs = neededObjects(volume);
  if (needs.some(([kind, name]) => objects.unsynced(kind, namespace, name))) return { later: true };
  const nodeAllocatable = (objects.node()?.status?.allocatable ?? {}) as ResourceList;
  if (volume.configMap) {
    const { name = "", items = [], defaultMode, optional = false } = volume.configMap;
    const found = orEmpty(objects.configMap(namespace, name), optional);
    return found.ok
      ? configMapPayload(found.value, items, defaultMode ?? 0o644, optional)
      : { ok: false, errors: [found.error] };
  }
  if (volume.secret) {
    const { secretName = "", items = [], defaultMode, optional = false } = volume.secret;
    const found = orEmpty(objects.secret(namespace, secretName), optional);
    return found.ok
      ? secretPayload(found.value, items, defaultMode ?? 0o644, optional)
      : { ok: false, errors: [found.error] };
  }
  if (volume.downwardAPI) {
    const { items = [], defaultMode } = volume.downwardAPI;
    return downwardPayload(items, pod, defaultMode ?? 0o644, nodeAllocatable);
  }
  const fsUser = fsUserOf(pod);
  const fsGroup = pod.spec?.securityContext?.fsGroup;
  let token = 0;
  const projected = { defaultMode: 0o644, ...volume.projected };
  return projectedPayload(projected, pod, {
    configMap: (name) => objects.configMap(namespace, name),
    secret: (name) => objects.secret(namespace, name),
    token: () => sources.token(token++),
    nodeAllocatable,
    ...(fsUser === undefined ? {} : { fsUser }),
    ...(fsGroup === undefined ? {} : { fsGroup }),
  });
}

/** Config maps and secrets that a volume shows. */
function neededObjects(volume: Volume): (readonly ["ConfigMap" | "Secret", string])[] {
  const needs: (readonly ["ConfigMap" | "Secret", string])[] = [];
  if (volume.configMap) needs.push(["ConfigMap", volume.configMap.name ?? ""]);
  if (volume.secret) needs.push(["Secret", volume.secret.secretName ?? ""]);
  for (const source of volume.projected?.sources ?? []) {
    if (source.configMap) needs.push(["ConfigMap", source.configMap.name ?? ""]);
    if (source.secret) needs.push(["Secret", source.secret.name ?? ""]);
  }
  return needs;
}

/** Types of host paths: what must be there, and its name in the error. */
const HOST_PATH_KIND: Readonly<Record<string, readonly [kind: "dir" | "file" | "other", text: string]>> = {
  Directory: ["dir", "a directory"],
  File: ["file", "a file"],
  Socket: ["other", "a socket file"],
  CharDevice: ["other", "a character device"],
  BlockDevice: ["other", "a block device"],
};

/** Files that are no files: every machine has these. */
const SPECIAL: Readonly<Record<string, RegExp>> = {
  CharDevice: /^\/dev\/(null|zero|full|u?random|tty|console|ptmx|kmsg|fuse)$/,
  Socket: /^(\/var)?\/run\/(containerd\/containerd|dbus\/system_bus_socket|systemd\/notify)(\.sock)?$/,
  BlockDevice: /^\/dev\/(sd|vd|xvd)[a-z]\d*$/,
};

function setUpHostPath(k: Kubelet, path: string, type: string): SetUpResult {
  const { fs } = k.host;
  if (SPECIAL[type]?.test(path)) return { ok: true, path };
  const there = fs.stat(path);
  if (type === "DirectoryOrCreate" && !there) fs.mkdir(path, { mode: 0o755 });
  // The directory above a file is not made.
  if (type === "FileOrCreate" && !there && fs.stat(path.slice(0, path.lastIndexOf("/")) || "/"))
    fs.write(path, "", { mode: 0o644 });
  const wanted = HOST_PATH_KIND[type.replace("OrCreate", "")];
  const now = fs.stat(path);
  if (!wanted || now?.kind === wanted[0]) return { ok: true, path };
  return { ok: false, error: `hostPath type check failed: ${path} is not ${wanted[1]}` };
}

/**
 * Bytes of a volume in memory: no more than pods may have at all, than the pod's cgroup, than its own limit
 * (pkg/volume/emptydir: calculateEmptyDirMemorySize).
 */
function memorySize(k: Kubelet, pod: Pod, volume: Volume): number {
  const allocatable = (k.objects.node()?.status?.allocatable ?? {}) as ResourceList;
  const own = wholeValueOf(volume.emptyDir?.sizeLimit ?? 0);
  const sizes = [
    wholeValueOf(allocatable["memory"] ?? k.host.info.memoryBytes),
    resourceConfigForPod(pod, false).memory ?? 0,
    own,
  ];
  return Math.min(...sizes.filter((size) => size > 0));
}

function setUpEmptyDir(k: Kubelet, pod: Pod, volume: Volume, path: string): SetUpResult {
  const memory = volume.emptyDir?.medium === "Memory";
  const fsGroup = pod.spec?.securityContext?.fsGroup;
  const { fs } = k.host;
  if (!fs.stat(path)) {
    const mode = memory ? 0o1777 : fsGroup === undefined ? 0o777 : 0o2777;
    fs.mkdir(path, {
      mode,
      ...(memory ? { tmpfs: true, limit: memorySize(k, pod, volume) } : {}),
      ...(fsGroup === undefined ? {} : { gid: fsGroup }),
    });
  }
  return { ok: true, path };
}

/** Where a claim's storage is found on this node. */
export function persistentVolumePath(uid: string, volume: PersistentVolume): string {
  const name = volume.metadata?.name ?? "";
  if (volume.spec?.hostPath) return volume.spec.hostPath.path;
  if (volume.spec?.local) return volumeDir(uid, "kubernetes.io~local-volume", name);
  if (volume.spec?.nfs) return volumeDir(uid, "kubernetes.io~nfs", name);
  return `${volumeDir(uid, "kubernetes.io~csi", name)}/mount`;
}

/** Sets a volume up, or brings its content up to date; `known`: the files it has. */
export function setUpVolume(
  k: Kubelet,
  pod: Pod,
  volume: Volume,
  known: Payload | undefined,
  sources: ContentSources,
): SetUpResult {
  const uid = pod.metadata?.uid ?? "";
  if (volume.hostPath) return setUpHostPath(k, volume.hostPath.path, volume.hostPath.type ?? "");
  // No driver has registered with this kubelet.
  if (volume.csi)
    return {
      ok: false,
      error: `kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name ${volume.csi.driver} not found in the list of registered CSI drivers`,
    };
  const path = volumeDir(uid, pluginOf(volume) ?? "", volume.name);
  k.host.fs.mkdir(podDir(uid), { mode: 0o750 });
  if (!hasContent(volume)) {
    if (volume.emptyDir || !volume.nfs) return setUpEmptyDir(k, pod, volume, path);
    k.host.fs.mkdir(path);
    return { ok: true, path };
  }
  const content = contentOf(k, pod, volume, sources);
  if ("later" in content) return content;
  if (!content.ok) return { ok: false, error: errorsText(content.errors) };
  for (const file of Object.keys(content.payload)) {
    const problem = validatePath(file);
    if (problem) return { ok: false, error: problem };
  }
  const fsGroup = pod.spec?.securityContext?.fsGroup;
  if (!k.host.fs.stat(path)) {
    const memory = volume.configMap ? {} : { tmpfs: true };
    k.host.fs.mkdir(path, {
      mode: fsGroup === undefined ? 0o777 : 0o2777,
      ...memory,
      ...(fsGroup === undefined ? {} : { gid: fsGroup }),
    });
  }
  if (!known || !samePayload(known, content.payload))
    writePayload(k.host.fs, path, content.payload, k.host.wallClock(), fsGroup);
  return { ok: true, path, payload: content.payload };
}

export function samePayload(a: Payload, b: Payload): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => {
      const [x, y] = [a[name], b[name]];
      return x?.data === y?.data && x?.mode === y?.mode && x?.fsUser === y?.fsUser;
    })
  );
}
