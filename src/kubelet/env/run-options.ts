/** Environment and mounts of a container (pkg/kubelet/kubelet_pods.go: GenerateRunContainerOptions, makeMounts). */
import type { Container, EphemeralContainer } from "../../api/types.ts";
import { goQuote } from "../../api/validation/field-error.ts";
import type { Mount } from "../../cri/contract.ts";
import type { ResourceList } from "../cm/pod-resources.ts";
import type { Kubelet, RunContainerOptionsResult } from "../contract.ts";
import { generatePodHostNameAndDomain } from "../kuberuntime/pod-hostname.ts";
import type { Pod } from "../types.ts";
import { podDir } from "../volume-manager/paths.ts";
import { makeEnvironmentVariables } from "./environment.ts";
import { expand } from "./expand.ts";
import { managedHostsFileContent, nodeHostsFileContent } from "./hosts-file.ts";
import type { KubeletObjectStore } from "./object-store.ts";

type AnyContainer = Container | EphemeralContainer;
type VolumeMount = NonNullable<Container["volumeMounts"]>[number];
type MountResult =
  | { readonly ok: true; readonly mount: Mount }
  | { readonly ok: false; readonly error: string };

const HOSTS = "/etc/hosts";
/** Volumes whose files are replaced as a whole; a mount of one file keeps the file it began with. */
const ATOMIC = ["configMap", "secret", "projected", "downwardAPI"] as const;

/** Expands `subPathExpr`; a variable without a value is an error. */
function expandSubPath(
  text: string,
  env: ReadonlyMap<string, string>,
): { readonly path: string } | { readonly error: string } {
  let missing: string | undefined;
  const path = expand(text, (name) => {
    const value = env.get(name);
    if (value === undefined) missing ??= name;
    return value ?? "";
  });
  return missing === undefined ? { path } : { error: `missing value for ${missing}` };
}

function subPathOf(
  mount: VolumeMount,
  env: ReadonlyMap<string, string>,
): { readonly path: string } | { readonly error: string } {
  let path = mount.subPath ?? "";
  if (mount.subPathExpr) {
    const expanded = expandSubPath(mount.subPathExpr, env);
    if ("error" in expanded) return expanded;
    path = expanded.path;
  }
  if (path.startsWith("/")) return { error: `error SubPath \`${path}\` must not be an absolute path` };
  if (path.split("/").includes(".."))
    return { error: `unable to provision SubPath \`${path}\`: must not contain '..'` };
  return { path };
}

/** Path on the node of what a mount shows; makes a missing directory below a volume. */
function hostPathOf(
  k: Kubelet,
  pod: Pod,
  container: AnyContainer,
  mount: VolumeMount,
  index: number,
  volumePath: string,
  subPath: string,
): string {
  if (subPath === "") return volumePath;
  const { fs } = k.host;
  const path = `${volumePath}/${subPath}`;
  const found = fs.stat(path);
  if (!found) fs.mkdir(path, { mode: fs.stat(volumePath)?.mode ?? 0o755 });
  const volume = pod.spec?.volumes?.find(({ name }) => name === mount.name) as
    | Record<string, unknown>
    | undefined;
  if (found?.kind !== "file" || !ATOMIC.some((kind) => volume?.[kind])) return path;
  // A bind of a file holds on to that file, whatever the volume shows later.
  const kept = `${podDir(pod.metadata?.uid ?? "")}/volume-subpaths/${mount.name}/${container.name}/${index}`;
  fs.write(kept, fs.read(path) ?? "", { mode: found.mode, uid: found.uid, gid: found.gid });
  return kept;
}

const containerPathOf = ({ mountPath }: VolumeMount): string =>
  mountPath.startsWith("/") ? mountPath : `/${mountPath}`;

function makeMount(
  k: Kubelet,
  pod: Pod,
  container: AnyContainer,
  mount: VolumeMount,
  index: number,
  env: ReadonlyMap<string, string>,
  imageVolumes: Readonly<Record<string, string>>,
): MountResult {
  const imageRef = imageVolumes[mount.name];
  if (imageRef !== undefined) {
    const subPath = subPathOf(mount, env);
    if ("error" in subPath) return { ok: false, error: subPath.error };
    const image = { ref: imageRef, ...(subPath.path ? { subPath: subPath.path } : {}) };
    return {
      ok: true,
      mount: { containerPath: containerPathOf(mount), hostPath: "", readonly: true, image },
    };
  }
  const volumePath = k.volumes.volumePath(pod.metadata?.uid ?? "", mount.name);
  if (volumePath === undefined) {
    return {
      ok: false,
      error: `cannot find volume ${goQuote(mount.name)} to mount into container ${goQuote(container.name)}`,
    };
  }
  const subPath = subPathOf(mount, env);
  if ("error" in subPath) return { ok: false, error: subPath.error };
  const volume = pod.spec?.volumes?.find(({ name }) => name === mount.name) as
    | Record<string, unknown>
    | undefined;
  const readonlyVolume = ATOMIC.some((kind) => volume?.[kind]);
  return {
    ok: true,
    mount: {
      containerPath: containerPathOf(mount),
      hostPath: hostPathOf(k, pod, container, mount, index, volumePath, subPath.path),
      readonly: (mount.readOnly ?? false) || readonlyVolume,
    },
  };
}

/** Writes the pod's hosts file and mounts it, unless the container has a mount of its own there. */
function hostsMount(
  k: Kubelet,
  pod: Pod,
  container: AnyContainer,
  podIps: readonly string[],
  hostname: string,
  domain: string,
): Mount | undefined {
  const shared = pod.spec?.hostNetwork === true;
  if (podIps.length === 0 && !shared) return undefined;
  if ((container.volumeMounts ?? []).some(({ mountPath }) => mountPath === HOSTS)) return undefined;
  const hostPath = `${podDir(pod.metadata?.uid ?? "")}/etc-hosts`;
  const aliases = pod.spec?.hostAliases;
  const content = shared
    ? nodeHostsFileContent(k.host.fs.read(HOSTS) ?? "127.0.0.1\tlocalhost\n", aliases)
    : managedHostsFileContent(podIps, hostname, domain, aliases);
  k.host.fs.write(hostPath, content, { mode: 0o644 });
  return { containerPath: HOSTS, hostPath, readonly: false };
}

/** An empty file of this instance's own, mounted where its last message is to be written (makeMounts). */
function terminationLogMount(k: Kubelet, pod: Pod, container: AnyContainer): Mount | undefined {
  const containerPath = container.terminationMessagePath;
  if (!containerPath) return undefined;
  const dir = `${podDir(pod.metadata?.uid ?? "")}/containers/${container.name}`;
  const hostPath = `${dir}/${k.sim.drawHex("termination-log", dir, 8)}`;
  k.host.fs.write(hostPath, "", { mode: 0o666 });
  return { containerPath, hostPath, readonly: false };
}

/** What a container is created with, or the text of CreateContainerConfigError. */
export function generateRunContainerOptions(
  k: Kubelet,
  pod: Pod,
  container: AnyContainer,
  podIps: readonly string[],
  imageVolumes: Readonly<Record<string, string>> = {},
): RunContainerOptionsResult {
  const namespace = pod.metadata?.namespace ?? "";
  const objects = k.objects as KubeletObjectStore;
  const made = makeEnvironmentVariables(pod, container, {
    servicesSynced: objects.servicesSynced(),
    services: objects.services(namespace),
    configMap: (name) => objects.configMap(namespace, name),
    secret: (name) => objects.secret(namespace, name),
    nodeAllocatable: (objects.node()?.status?.allocatable ?? {}) as ResourceList,
    podIps: pod.spec?.hostNetwork && podIps.length === 0 ? [k.host.network.nodeIp] : podIps,
    hostIps: [k.host.network.nodeIp],
    volumePath: (volume) => k.volumes.volumePath(pod.metadata?.uid ?? "", volume),
    readFile: (path) => k.host.fs.read(path),
  });
  if (!made.ok) return made;
  const env = new Map(made.env);
  const mounts: Mount[] = [];
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const result = makeMount(k, pod, container, mount, index, env, imageVolumes);
    if (!result.ok) return result;
    mounts.push(result.mount);
  }
  const { hostname, domain } = generatePodHostNameAndDomain(pod, k.config.clusterDomain);
  const hosts = hostsMount(k, pod, container, podIps, hostname, domain);
  if (hosts) mounts.push(hosts);
  const terminationLog = terminationLogMount(k, pod, container);
  if (terminationLog) mounts.push(terminationLog);
  return { ok: true, options: { env: made.env, mounts, hostname } };
}
