/** Containers: created from an image and a config, started as a process, removed. */
import type { ContainerConfig, CriRpcs } from "../contract.ts";
import { baseOf, getNode, parentOf } from "../../node/fs.ts";
import type { MountPoint } from "../../node/view.ts";
import type { Fds } from "../os/contract.ts";
import { findExecutable, programOf } from "../os/host.ts";
import { answer, failed, later, ok } from "./calls.ts";
import { type ContainerRow, type Context, patchContainer, podObject, type SandboxRow, vary } from "./context.ts";
import { findImage } from "../images.ts";
import { logFile } from "./logs.ts";
import { processSpec } from "./process-spec.ts";
import { sandboxDirectory } from "./sandboxes.ts";
import { lookPathError } from "./sessions.ts";
import { enter, viewOf } from "./world.ts";

const RUNC = "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ";

export function createContainer(ctx: Context, call: string, request: CriRpcs["CreateContainer"]["request"]): void {
  const sandbox = ctx.sandboxes.get(request.sandboxId);
  if (!sandbox) return answer(ctx, call, failed("NotFound", `failed to find sandbox id "${request.sandboxId}": not found`));
  later(ctx, call, { type: "containerCreated", request }, vary(ctx, Math.max(0, ctx.latencies.create - ctx.latencies.call)));
}

/** Mounts with their sources settled: what is bound is the inode that the path leads to now. */
function mountPoints(ctx: Context, sandboxId: string, config: ContainerConfig): MountPoint[] | string {
  const { view, disk } = ctx.machine.fs;
  const out: MountPoint[] = [
    { path: "/etc/hostname", source: `${sandboxDirectory(sandboxId)}/hostname`, readonly: false },
    { path: "/etc/resolv.conf", source: `${sandboxDirectory(sandboxId)}/resolv.conf`, readonly: false },
  ];
  for (const m of config.mounts) {
    const at = view.resolve(m.hostPath);
    const node = at.ok ? getNode(disk.root(), at.value) : undefined;
    if (!at.ok || !node) return `failed to generate container spec: failed to generate spec: failed to stat "${m.hostPath}": stat ${m.hostPath}: no such file or directory`;
    const path = m.containerPath === "/" ? "/" : m.containerPath.replace(/\/+$/, "");
    const known = out.findIndex((o) => o.path === path);
    if (known >= 0) out.splice(known, 1);
    out.push({ path, source: at.value, readonly: m.readonly, pin: node, ...(node.kind === "dir" && node.tmpfs ? { tmpfs: true } : {}) });
  }
  return out;
}

export function containerCreated(ctx: Context, call: string, event: { readonly [field: string]: unknown }): void {
  const { sandboxId, config } = event.request as CriRpcs["CreateContainer"]["request"];
  const sandbox = ctx.sandboxes.get(sandboxId);
  if (!sandbox) return answer(ctx, call, failed("NotFound", `failed to find sandbox id "${sandboxId}": not found`));
  const { pod } = sandbox.view;
  for (const [id, other] of ctx.containers) {
    if (other.view.sandboxId !== sandboxId || other.view.name !== config.name || other.view.attempt !== config.attempt) continue;
    const name = `${config.name}_${pod.name}_${pod.namespace}_${pod.uid}_${config.attempt}`;
    return answer(ctx, call, failed("Unknown", `failed to reserve container name "${name}": name "${name}" is reserved for "${id}"`));
  }
  const image = findImage(ctx, config.imageId) ?? findImage(ctx, config.image);
  if (!image) return answer(ctx, call, failed("NotFound", `failed to get image from containerd "${config.imageId || config.image}": image not found`));
  const mounts = mountPoints(ctx, sandboxId, config);
  if (typeof mounts === "string") return answer(ctx, call, failed("Unknown", mounts));
  const settings = ctx.registry.config(image.source);
  const spec = processSpec(config, settings, sandbox, ctx.machine.info.hostname);
  if (!spec.ok) return answer(ctx, call, failed("Unknown", spec.error));
  const id = ctx.sim.drawHex("container.id", `${pod.uid}/${config.name}/${config.attempt}`, 64);
  const { uid, gid, groups } = spec.process;
  const { memoryLimit, cpuShares, cpuQuota } = config.cgroup;
  const row: ContainerRow = {
    view: {
      id,
      sandboxId,
      pod,
      name: config.name,
      attempt: config.attempt,
      image: image.view.repoTags[0] ?? config.image,
      imageRef: image.view.repoDigests[0] ?? image.view.id,
      imageId: image.view.id,
      state: "created",
      createdAt: ctx.sim.now,
      labels: config.labels,
      annotations: config.annotations,
      mounts: config.mounts,
      logPath: `${sandbox.config.logDirectory}/${config.logPath}`,
      user: { uid, gid, groups },
    },
    config,
    source: image.source,
    process: spec.process,
    limits: { cpuShares, ...(memoryLimit !== undefined ? { memoryLimit } : {}), ...(cpuQuota !== undefined ? { cpuQuota } : {}) },
    mounts,
    stopSignal: settings.stopSignal,
    oomKilled: false,
    signalled: false,
  };
  ctx.containers.set(id, row);
  ctx.layers.set(id, settings.root);
  patchContainer(ctx, id, {}, {});
  answer<"CreateContainer">(ctx, call, ok<"CreateContainer">({ containerId: id }));
}

export function startContainer(ctx: Context, call: string, request: CriRpcs["StartContainer"]["request"]): void {
  const row = ctx.containers.get(request.containerId);
  if (!row) return answer(ctx, call, failed("NotFound", `an error occurred when try to find container "${request.containerId}": not found`));
  if (row.view.state !== "created") return answer(ctx, call, failed("Unknown", `failed to set starting state for container "${request.containerId}": container is in CONTAINER_${row.view.state.toUpperCase()} state`));
  if (ctx.sandboxes.get(row.view.sandboxId)?.view.state !== "READY") return answer(ctx, call, failed("Unknown", `sandbox container "${row.view.sandboxId}" is not running`));
  later(ctx, call, { type: "containerStarted", containerId: request.containerId }, vary(ctx, Math.max(0, ctx.latencies.start - ctx.latencies.call)));
}

/** Why runc cannot start a container: its working directory, a mount of the wrong kind, its command. */
function startError(ctx: Context, row: ContainerRow, sandbox: SandboxRow): string | null {
  const os = ctx.os.get(row.view.sandboxId)!;
  const fs = viewOf(ctx, sandbox, row.view.id, { uid: 0, gid: 0, groups: [] }, os, 0);
  const root = ctx.layers.get(row.view.id)!;
  for (const m of row.mounts) {
    const target = getNode(root, m.path);
    if (!m.pin || !target || target.kind === "link" || m.pin.kind === "link" || target.kind === m.pin.kind) continue;
    return `error during container init: error mounting "${m.source}" to rootfs at "${m.path}": mount src=${m.source}, dst=${m.path}, dstFd=/proc/thread-self/fd/11, flags=MS_BIND|MS_REC: not a directory: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type`;
  }
  const { cwd, argv, env } = row.process;
  const there = fs.lookup(cwd);
  if (there.ok && there.value.kind !== "dir") return `error during container init: mkdir ${cwd}: not a directory`;
  if (!there.ok && there.errno === "ENOTDIR") return `error during container init: mkdir ${cwd}: not a directory`;
  if (!there.ok && row.config.readonlyRootfs) return `error during container init: mkdir ${cwd}: read-only file system`;
  const why = lookPathError(ctx, row, argv[0]!, env);
  return why === null ? null : `error during container init: ${why}`;
}

export function containerStarted(ctx: Context, call: string, event: { readonly [field: string]: unknown }): void {
  const id = event.containerId as string;
  const row = ctx.containers.get(id);
  const sandbox = row && ctx.sandboxes.get(row.view.sandboxId);
  if (!row || !sandbox) return answer(ctx, call, failed("NotFound", `an error occurred when try to find container "${id}": not found`));
  const path = logFile(ctx, id);
  if (path && ctx.machine.fs.stat(path) === undefined) ctx.machine.fs.write(path, "", { mode: 0o640 });
  const { pod, name, attempt } = row.view;
  const data = { pod: pod.name, namespace: pod.namespace, container: name, attempt, containerId: id, kind: row.config.kind };
  const why = startError(ctx, row, sandbox);
  if (why !== null) {
    const message = RUNC + why;
    const changedBy = ctx.sim.record({ from: ctx.ids.container, to: ctx.ids.containerd, type: "container.startError", object: podObject(pod, name), data: { ...data, exitCode: 128, error: message } });
    ctx.sim.under(changedBy, () => {
      patchContainer(ctx, id, {}, { state: "exited", exitCode: 128, reason: "StartError", message, finishedAt: ctx.sim.now, changedBy });
      answer(ctx, call, failed("Unknown", message));
    });
    return;
  }
  const changedBy = ctx.sim.record({ from: ctx.ids.containerd, to: ctx.ids.container, type: "container.start", object: podObject(pod, name), data });
  ctx.sim.under(changedBy, () => {
    patchContainer(ctx, id, {}, { state: "running", startedAt: ctx.sim.now, changedBy });
    makeWorkingDirectory(ctx, row, sandbox);
    launch(ctx, id, row, sandbox);
    answer<"StartContainer">(ctx, call, ok<"StartContainer">({}));
  });
}

function makeWorkingDirectory(ctx: Context, row: ContainerRow, sandbox: SandboxRow): void {
  const fs = viewOf(ctx, sandbox, row.view.id, { uid: 0, gid: 0, groups: [] }, ctx.os.get(row.view.sandboxId)!, 0);
  const make = (path: string): void => {
    if (path === "/" || baseOf(path) === "" || fs.exists(path)) return;
    make(parentOf(path));
    fs.mkdir(path);
  };
  make(row.process.cwd);
}

function launch(ctx: Context, id: string, row: ContainerRow, sandbox: SandboxRow): void {
  const { argv, env, cwd, uid, gid, groups } = row.process;
  const stdin = row.config.stdin === true;
  const session = `attach/${id}`;
  if (stdin) {
    const state = ctx.os.get(row.view.sandboxId)!;
    ctx.os.set(row.view.sandboxId, { ...state, sessions: { ...state.sessions, [session]: { stdin: "", closed: false } } });
  }
  enter(ctx, row.view.sandboxId, (os) => {
    const target = row.config.targetId ? os.state.containers[row.config.targetId]?.ns : undefined;
    const ns = sandbox.config.sharePid ? "pod" : (target ?? id);
    const fs = viewOf(ctx, sandbox, id, row.process, os.state, 0);
    const found = findExecutable(fs, cwd, argv[0]!, env.PATH);
    const program = found.ok ? programOf(found.node, found.path, argv, (path) => findExecutable(fs, cwd, path, env.PATH)) : found;
    const fds: Fds = { 0: stdin ? { k: "exec", id: session, stream: "stdin" } : { k: "null" }, 1: { k: "log", stream: "stdout" }, 2: { k: "log", stream: row.config.tty ? "stdout" : "stderr" } };
    const options = { container: id, argv: program.ok ? program.argv : argv, env, cwd, uid, gid, groups, fds };
    if (program.ok) os.start({ ...options, program: program.program }, ns);
    else {
      // runc's own process has started by then: what is wrong shows as its output and its end.
      const text = `exec ${argv[0]}: ${program.errno === "ENOEXEC" ? "exec format error" : "no such file or directory"}`;
      os.start({ ...options, program: "sh", argv: ["sh", "-c", `echo '${text}' >&2; exit 255`] }, ns);
    }
  });
}

export function removeContainer(ctx: Context, call: string, { containerId }: CriRpcs["RemoveContainer"]["request"]): void {
  const row = ctx.containers.get(containerId);
  if (row?.view.state === "running") enter(ctx, row.view.sandboxId, (os) => os.killContainer(containerId));
  removeContainerRow(ctx, containerId);
  answer<"RemoveContainer">(ctx, call, ok<"RemoveContainer">({}));
}

export function removeContainerRow(ctx: Context, id: string): void {
  const row = ctx.containers.get(id);
  if (!row) return;
  enter(ctx, row.view.sandboxId, (os) => os.forget(id));
  ctx.containers.delete(id);
  ctx.layers.delete(id);
  for (const reply of ctx.watchers.get()) ctx.sim.reply(reply, { podUid: row.view.pod.uid });
}
