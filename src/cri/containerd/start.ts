/** From a container's configuration to its first process; the errors of runc where that does not work. */
import { absolute, type DirNode, dir, file, getNode, putNode } from "../../node/fs.ts";
import type { Credentials, FsView, MountPoint } from "../../node/view.ts";
import type { ContainerConfig, CriError, PodSandboxConfig } from "../contract.ts";
import type { ImageSpec } from "../images/catalogue.ts";
import { resolveName } from "../images/names.ts";
import { rootfs } from "../images/rootfs.ts";
import { findExecutable, programOf } from "../os/executables.ts";
import type { Containerd } from "./containerd.ts";
import { findImage } from "./images.ts";
import { type ContainerRow, unknown } from "./state.ts";

/** Mounts with their sources resolved once, as a bind mount holds the inode. */
export function mountPoints(c: Containerd, config: ContainerConfig): MountPoint[] {
  return config.mounts.map((m) => {
    if (m.image) return imageMount(c, m.containerPath, m.image);
    const at = c.machine.fs.view.resolve(m.hostPath);
    const source = at.ok ? at.value : m.hostPath;
    const node =
      getNode(c.machine.fs.root(source), source) ?? (isSpecial(source) ? file("", 0o666) : undefined);
    // A single file out of a volume keeps showing what it was, when the volume is written anew.
    const pin = node && (source !== m.hostPath || isSpecial(source)) ? { pin: node } : {};
    return {
      path: absolute("/", m.containerPath),
      source,
      readonly: m.readonly,
      ...pin,
      ...(node?.kind === "dir" && node.tmpfs ? { tmpfs: true } : {}),
      ...(node?.kind === "dir" && node.limit !== undefined ? { limit: node.limit } : {}),
    };
  });
}

/** An image as a directory: nothing of it is on the node's own disk tree. */
function imageMount(
  c: Containerd,
  containerPath: string,
  image: { ref: string; subPath?: string },
): MountPoint {
  const found = findImage(c, image.ref);
  const spec = found ? c.registry.spec(resolveName(found.name)) : undefined;
  const node = spec ? getNode(imageRootfs(spec), absolute("/", image.subPath ?? "/")) : undefined;
  const source = `/var/lib/containerd/image-volumes/${image.ref}${image.subPath ? `/${image.subPath}` : ""}`;
  return { path: absolute("/", containerPath), source, readonly: true, pin: node ?? dir() };
}

/** Devices and sockets stand in no tree of files. */
const isSpecial = (path: string): boolean => /^\/dev\/\w+$|\.sock$/.test(path);

/** Host paths that are not there become directories (containerd: WithMounts). */
export function makeSources(c: Containerd, config: ContainerConfig): void {
  for (const m of config.mounts)
    if (!m.image && !isSpecial(m.hostPath) && c.machine.fs.stat(m.hostPath) === undefined)
      c.machine.fs.mkdir(m.hostPath);
}

/** First path below an image volume that its image does not have. */
export function missingSubPath(c: Containerd, config: ContainerConfig): string | undefined {
  return config.mounts.find(({ image }) => {
    const found = image?.subPath ? findImage(c, image.ref) : undefined;
    const spec = found ? c.registry.spec(resolveName(found.name)) : undefined;
    return spec && !getNode(imageRootfs(spec), absolute("/", image?.subPath ?? "/"));
  })?.image?.subPath;
}

/** A directory mounted over the image's file, or the other way round. */
export function mountError(c: Containerd, row: ContainerRow): string | null {
  const spec = c.registry.spec(resolveName(row.imageName));
  if (!spec) return null;
  const root = imageRootfs(spec);
  for (const m of row.mounts) {
    const target = getNode(root, m.path);
    const source = getNode(c.machine.fs.root(m.source), m.source) ?? m.pin;
    if (!target || !source || target.kind === "link" || source.kind === target.kind) continue;
    return `error during container init: error mounting "${m.source}" to rootfs at "${m.path}": mount src=${m.source}, dst=${m.path}, dstFd=/proc/thread-self/fd/11, flags=MS_BIND|MS_REC: not a directory: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type`;
  }
  return null;
}

/** The files a container begins with: its image's, and what the runtime puts in. */
export function initialRootfs(
  c: Containerd,
  spec: ImageSpec,
  sandbox: PodSandboxConfig,
  config: ContainerConfig,
): DirNode {
  let root = imageRootfs(spec);
  const now = c.sim.now;
  const { servers, searches, options } = sandbox.dns;
  const resolv = [
    ...(searches.length > 0 ? [`search ${searches.join(" ")}`] : []),
    ...servers.map((s) => `nameserver ${s}`),
    ...(options.length > 0 ? [`options ${options.join(" ")}`] : []),
  ].join("\n");
  root = putNode(
    root,
    "/etc/resolv.conf",
    file(resolv === "" ? (c.machine.fs.read("/etc/resolv.conf") ?? "") : `${resolv}\n`),
    now,
  );
  root = putNode(root, "/etc/hostname", file(`${sandbox.hostname || c.machine.info.hostname}\n`), now);
  for (const m of config.mounts) {
    const at = absolute("/", m.containerPath);
    if (getNode(root, at)) continue;
    const source = c.machine.fs.stat(m.hostPath);
    root = putNode(root, at, source && source.kind === "file" ? file("") : dir(), now);
  }
  return root;
}

/** The image's own tree: what a container's layer is measured against. */
export function imageRootfs(spec: ImageSpec): DirNode {
  const known = roots.get(spec);
  if (known) return known;
  const made = rootfs(
    `${spec.repository}|${spec.base}|${spec.shell}|${Object.keys(spec.files).join(",")}`,
    spec.base,
    spec.shell,
    spec.files,
  );
  roots.set(spec, made);
  return made;
}

const roots = new WeakMap<ImageSpec, DirNode>();

export interface User extends Credentials {
  readonly home: string;
}

/** Who the first process is: the pod's wish, else the image's user. */
export function userOf(
  root: DirNode,
  spec: ImageSpec,
  config: ContainerConfig,
): User | { readonly error: string } {
  const passwd = getNode(root, "/etc/passwd");
  const lines = passwd?.kind === "file" ? passwd.content.split("\n").map((l) => l.split(":")) : [];
  const wanted =
    config.user.uid !== undefined
      ? String(config.user.uid)
      : (config.user.username ?? spec.user.split(":")[0]!);
  const name = wanted === "" ? "0" : wanted;
  const line = lines.find((l) => l[0] === name || l[2] === name);
  if (!line && !/^\d+$/.test(name))
    return { error: `unable to find user ${name}: no matching entries in passwd file` };
  const uid = line ? Number(line[2]) : Number(name);
  const gid = config.user.gid ?? (line ? Number(line[3]) : 0);
  const group = getNode(root, "/etc/group");
  const own =
    group?.kind === "file" && line
      ? group.content
          .split("\n")
          .map((l) => l.split(":"))
          .filter((g) => (g[3] ?? "").split(",").includes(line[0]!))
          .map((g) => Number(g[2]))
      : [];
  return {
    uid,
    gid,
    groups: [...new Set([gid, ...(config.user.groups ?? []), ...own])],
    home: line?.[5] ?? "/",
  };
}

/** Supplementary groups as the kernel keeps them: sorted (kernel/groups.c). */
export const kernelGroups = (groups: readonly number[]): number[] => [...groups].sort((a, b) => a - b);

export function argvOf(
  spec: ImageSpec,
  config: Pick<ContainerConfig, "command" | "args">,
): readonly string[] {
  if (config.command.length > 0) return [...config.command, ...config.args];
  return [...spec.entrypoint, ...(config.args.length > 0 ? config.args : spec.cmd)];
}

export function envOf(
  spec: ImageSpec,
  config: ContainerConfig,
  hostname: string,
  home: string,
): Record<string, string> {
  const env: Record<string, string> = {
    ...spec.env,
    HOSTNAME: hostname,
    ...(config.tty ? { TERM: "xterm" } : {}),
  };
  for (const [name, value] of config.env) env[name] = value;
  env.HOME ??= home;
  return env;
}

const RUNC =
  "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ";

/** What runc could not do, as the whole text of the failed start. */
export function startError(what: string): CriError {
  return unknown(`${RUNC}${what}`);
}

/** Text of a command that cannot be executed, without what stands before it. */
export function execFailure(command: string, errno: string): string {
  if (errno === "ENOENT" && !command.includes("/"))
    return `exec: "${command}": executable file not found in $PATH`;
  if (errno === "EACCES") return `exec: "${command}": permission denied`;
  if (errno === "ENOTDIR") return `exec: "${command}": stat ${command}: not a directory`;
  if (errno === "ENOEXEC") return `exec ${command}: exec format error`;
  return `exec: "${command}": stat ${command}: no such file or directory`;
}

/** The program that a command starts in a container. */
export function resolveProgram(
  fs: FsView,
  cwd: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): { ok: true; program: string; argv: readonly string[] } | { ok: false; text: string } {
  const found = findExecutable(fs, cwd, argv[0] ?? "", env.PATH);
  if (!found.ok) return { ok: false, text: execFailure(argv[0] ?? "", found.errno) };
  const program = programOf(found.node, found.path, argv, (path) => findExecutable(fs, cwd, path, env.PATH));
  if (!program.ok)
    return {
      ok: false,
      text:
        program.errno === "ENOEXEC"
          ? execFailure(found.path, "ENOEXEC")
          : execFailure(argv[0] ?? "", program.errno),
    };
  return { ok: true, program: program.program, argv: program.argv };
}

/** Makes the working directory when it is missing; the text of what is in the way. */
export function workingDir(fs: FsView, path: string): string | null {
  const found = fs.lookup(path);
  if (found.ok && found.value.kind === "dir") return null;
  if (found.ok || found.errno === "ENOTDIR")
    return `error during container init: mkdir ${path}: not a directory`;
  const parts = path.split("/").slice(1);
  for (let i = 1; i <= parts.length; i++) fs.mkdir(`/${parts.slice(0, i).join("/")}`);
  return null;
}
