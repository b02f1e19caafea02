/** Containers: create, start, stop, exit, removal. */
import { absolute, parentOf } from "../../node/fs.ts";
import type { ContainerConfig, ContainerStatusCri, CriError } from "../contract.ts";
import { resolveName } from "../images/names.ts";
import type { Fds, Signal } from "../os/contract.ts";
import { signalOf } from "../os/contract.ts";
import type { Containerd } from "./containerd.ts";
import { viewOf } from "./files.ts";
import { findImage } from "./images.ts";
import {
  argvOf,
  envOf,
  initialRootfs,
  kernelGroups,
  makeSources,
  missingSubPath,
  mountError,
  mountPoints,
  resolveProgram,
  startError,
  userOf,
  workingDir,
} from "./start.ts";
import { type CallRow, type ContainerRow, CUT_OFF, notFound, objectOf, unknown } from "./state.ts";

type Outcome = { value: unknown } | { error: CriError };

export function create(c: Containerd, sandboxId: string, config: ContainerConfig): Outcome {
  const sandbox = c.sandboxes.get(sandboxId);
  if (!sandbox) return { error: notFound("sandbox", sandboxId) };
  if (sandbox.sandbox.state !== "READY")
    return { error: unknown(`failed to create container: sandbox container "${sandboxId}" is not running`) };
  const { pod } = sandbox.sandbox;
  const name = `${config.name}_${pod.name}_${pod.namespace}_${pod.uid}_${config.attempt}`;
  for (const [id, row] of c.containers) {
    if (
      row.status.pod.uid === pod.uid &&
      row.status.name === config.name &&
      row.status.attempt === config.attempt
    )
      return {
        error: unknown(`failed to reserve container name "${name}": name "${name}" is reserved for "${id}"`),
      };
  }
  const image = findImage(c, config.imageId) ?? findImage(c, config.image);
  const spec = image ? c.registry.spec(resolveName(image.name)) : undefined;
  if (!image || !spec)
    return { error: { code: "NotFound", desc: `failed to resolve image "${config.image}": not found` } };
  const id = c.sim.drawHex("container", `${c.node}/${name}`, 64);
  if (argvOf(spec, config).length === 0)
    return {
      error: unknown(
        `failed to generate container "${id}" spec: failed to generate spec: no command specified`,
      ),
    };
  const missing = missingSubPath(c, config);
  if (missing !== undefined)
    return { error: unknown(`failed to mount image volume: ${missing}: no such file or directory`) };
  makeSources(c, config);
  // No profiles but the runtime's own default are loaded on these machines.
  if (config.apparmorProfile && !config.privileged)
    return {
      error: unknown(
        `failed to get container spec opts: failed to generate apparmor spec opts: apparmor profile not found ${config.apparmorProfile}`,
      ),
    };
  if (typeof config.seccomp === "object" && !c.machine.fs.exists(config.seccomp.path)) {
    const { path } = config.seccomp;
    return {
      error: unknown(
        `failed to create containerd container: cannot load seccomp profile "${path}": open ${path}: no such file or directory`,
      ),
    };
  }
  const root = initialRootfs(c, spec, sandbox.config, config);
  const user = userOf(root, spec, config);
  if ("error" in user)
    return {
      error: unknown(
        `failed to generate container "${id}" spec: failed to generate spec: mount callback failed on /var/lib/containerd/tmpmounts/containerd-mount: ${user.error}`,
      ),
    };
  const status: ContainerStatusCri = {
    id,
    sandboxId,
    pod,
    name: config.name,
    attempt: config.attempt,
    image:
      config.image.includes("@") || /^sha256:/.test(config.image)
        ? config.image
        : resolveName(config.image).full,
    imageRef: image.image.repoDigests[0] ?? image.image.id,
    imageId: image.image.id,
    state: "created",
    createdAt: c.sim.now,
    labels: config.labels,
    annotations: config.annotations,
    mounts: config.mounts,
    logPath: `${sandbox.config.logDirectory}/${config.logPath}`,
    user: { uid: user.uid, gid: user.gid, groups: user.groups },
  };
  c.rootfs.set(id, root);
  c.machine.fs.mkdir(parentOf(status.logPath));
  c.putContainer({
    status,
    config,
    imageName: image.name,
    mounts: mountPoints(c, config),
    osPid: 0,
    oomKilled: false,
    stops: [],
    peak: 0,
  });
  return { value: { containerId: id } };
}

export function start(c: Containerd, id: string): Outcome {
  const row = c.containers.get(id);
  if (!row) return { error: notFound("container", id) };
  if (row.status.state !== "created")
    return {
      error: unknown(
        `failed to set starting state for container "${id}": container is in CONTAINER_${row.status.state.toUpperCase()} state`,
      ),
    };
  const sandbox = c.sandboxes.get(row.status.sandboxId);
  if (sandbox?.sandbox.state !== "READY")
    return { error: unknown(`sandbox container "${row.status.sandboxId}" is not running`) };
  const spec = c.registry.spec(resolveName(row.imageName))!;
  const user = userOf(c.rootfs.get(id)!, spec, row.config);
  if ("error" in user) return failStart(c, row, user.error);
  const cwd = absolute("/", row.config.workingDir || spec.workingDir || "/");
  const env = envOf(spec, row.config, sandbox.config.hostname || c.machine.info.hostname, user.home);
  const rootView = viewOf(c, row);
  const inTheWay = workingDir(rootView, cwd);
  if (inTheWay) return failStart(c, row, inTheWay);
  if (
    row.config.cgroup.memoryLimit !== undefined &&
    row.config.cgroup.memoryLimit > 0 &&
    row.config.cgroup.memoryLimit < 1024 * 1024
  )
    return failStart(c, row, "container init was OOM-killed (memory limit too low?)");
  const misfit = mountError(c, row);
  if (misfit) return failStart(c, row, misfit);
  const program = resolveProgram(viewOf(c, row, user), cwd, argvOf(spec, row.config), env);
  if (!program.ok) return failStart(c, row, `error during container init: ${program.text}`);
  const target = row.config.targetId ? c.containers.get(row.config.targetId) : undefined;
  const ns = sandbox.config.sharePid
    ? "pod"
    : target
      ? (c.os.get(row.status.sandboxId)?.containers[target.status.id]?.ns ?? id)
      : id;
  const fds: Fds = {
    0: row.config.stdin ? { k: "exec", id: `stdin/${id}`, stream: "stdin" } : { k: "null" },
    1: { k: "log", stream: "stdout" },
    2: { k: "log", stream: row.config.tty ? "stdout" : "stderr" },
  };
  const changedBy = c.record({
    to: `${c.node}/container`,
    type: "container.start",
    object: objectOf(row.status.pod, row.status.name),
    data: about(row),
  });
  const status: ContainerStatusCri = { ...row.status, state: "running", startedAt: c.sim.now, changedBy };
  c.putContainer({ ...row, status });
  c.machine.fs.openLog(row.status.logPath);
  c.sim.under(changedBy, () =>
    c.runOs(row.status.sandboxId, (os) => {
      const pid = os.start(
        {
          container: id,
          argv: program.argv,
          program: program.program,
          env,
          cwd,
          uid: user.uid,
          gid: user.gid,
          groups: kernelGroups(user.groups),
          fds,
          delayMs: c.jittered(c.latencies.spawn, `spawn/${id}`),
        },
        ns,
      );
      if (row.config.stdin) os.openInput(`stdin/${id}`);
      const now = c.containers.get(id)!;
      c.putContainer({ ...now, osPid: pid, status: { ...now.status, pid: 20_000 + (hash(id) % 30_000) } });
    }),
  );
  return { value: {} };
}

function hash(id: string): number {
  return Number.parseInt(id.slice(0, 7), 16);
}

/** The task could not be made: the container has exited before it ran. */
function failStart(c: Containerd, row: ContainerRow, what: string): Outcome {
  const error = startError(what);
  const changedBy = c.record({
    from: `${c.node}/container`,
    to: c.id,
    type: "container.exit",
    object: objectOf(row.status.pod, row.status.name),
    data: { ...about(row), exitCode: 128, reason: "StartError", error: error.desc },
  });
  c.putContainer({
    ...row,
    status: {
      ...row.status,
      changedBy,
      state: "exited",
      finishedAt: c.sim.now,
      exitCode: 128,
      reason: "StartError",
      message: error.desc,
    },
  });
  return { error };
}

/** The stop signal, then SIGKILL when the time is over; answered once the container has ended. */
export function stop(c: Containerd, call: CallRow): void {
  const { containerId, timeoutMs } = call.request as { containerId: string; timeoutMs: number };
  const row = c.containers.get(containerId);
  if (row?.status.state !== "running") {
    c.answer(call, { value: {} });
    return;
  }
  c.containers.set(containerId, { ...row, stops: [...row.stops, call] });
  if (timeoutMs <= 0) {
    signal(c, containerId, "KILL");
    return;
  }
  const due = c.sim.due({ to: c.id, key: containerId }, "kill");
  if (due === undefined || due > c.sim.now + timeoutMs)
    c.sim.send(
      { to: c.id, key: containerId },
      { type: "kill" },
      { delayMs: timeoutMs, timer: "kill", cause: call.seq },
    );
  // Somebody else waits already: the stop signal is not sent twice.
  if (row.stops.length > 0) return;
  const spec = c.registry.spec(resolveName(row.imageName));
  const wanted = row.config.stopSignal ? signalOf(row.config.stopSignal) : undefined;
  signal(c, containerId, (wanted || spec?.stopSignal) ?? "TERM");
}

/** The time of StopContainer is over. Nobody is left to kill when containerd itself has gone. */
export function killNow(c: Containerd, id: string): void {
  if (!c.down()) signal(c, id, "KILL");
}

/** containerd ends: whoever waits for a container to stop is cut off. */
export function cutOff(c: Containerd): void {
  for (const [id, row] of [...c.containers]) {
    if (row.stops.length === 0) continue;
    c.sim.cancel({ to: c.id, key: id }, "kill");
    c.containers.set(id, { ...row, stops: [] });
    for (const call of row.stops) c.answer(call, { error: CUT_OFF });
  }
}

/** What the records of a container's life say of it. */
function about({ status, config }: ContainerRow): Record<string, unknown> {
  return {
    pod: status.pod.name,
    namespace: status.pod.namespace,
    container: status.name,
    attempt: status.attempt,
    containerId: status.id,
    kind: config.kind,
  };
}

/** A signal to the first process, from outside its namespace. */
export function signal(c: Containerd, id: string, name: string): boolean {
  const row = c.containers.get(id);
  const which = signalOf(name);
  if (row?.status.state !== "running" || !which) return false;
  c.sim.under(
    c.record({
      to: `${c.node}/container`,
      type: "container.signal",
      object: objectOf(row.status.pod, row.status.name),
      data: { pod: row.status.pod.name, container: row.status.name, signal: `SIG${which}` },
    }),
    () => {
      c.runOs(row.status.sandboxId, (os) => {
        const now = c.containers.get(id)!;
        os.signalFromOutside(now.osPid, which as Signal);
        // A shared namespace is not torn down with its first process: runc kills what is left of the cgroup.
        if (which === "KILL") os.killContainer(id);
      });
    },
  );
  return true;
}

/** Its first process has ended. */
export function exited(c: Containerd, id: string, code: number, by?: Signal): void {
  const row = c.containers.get(id);
  if (row?.status.state !== "running") return;
  const reason = row.oomKilled ? "OOMKilled" : code === 0 ? "Completed" : "Error";
  c.sim.cancel({ to: c.id, key: id }, "kill");
  c.sim.cancel({ to: c.id, key: id }, "oom");
  const seq = c.record({
    from: `${c.node}/container`,
    to: c.id,
    type: "container.exit",
    object: objectOf(row.status.pod, row.status.name),
    data: {
      ...about(row),
      exitCode: code,
      reason,
      ...(by ? { signal: `SIG${by}` } : {}),
    },
  });
  const { pid: _gone, ...status } = row.status;
  c.putContainer({
    ...row,
    osPid: 0,
    stops: [],
    peak: 0,
    status: { ...status, state: "exited", finishedAt: c.sim.now, exitCode: code, reason, changedBy: seq },
  });
  c.sim.under(seq, () => {
    for (const call of row.stops) c.answer(call, { value: {} }, c.latencies.cri);
  });
}

/** The machine was off while it ran. */
export function lost(c: Containerd, id: string): void {
  const row = c.containers.get(id)!;
  const { pid: _gone, ...status } = row.status;
  c.sim.cancel({ to: c.id, key: id }, "kill");
  c.sim.cancel({ to: c.id, key: id }, "oom");
  c.putContainer({
    ...row,
    osPid: 0,
    stops: [],
    peak: 0,
    status: {
      ...status,
      state: "exited",
      finishedAt: c.sim.now,
      exitCode: 255,
      reason: "Unknown",
      ...(c.sim.cause === null ? {} : { changedBy: c.sim.cause }),
    },
  });
}

export function remove(c: Containerd, id: string): Outcome {
  const row = c.containers.get(id);
  if (!row) return { value: {} };
  if (row.status.state === "running") signal(c, id, "KILL");
  c.containers.delete(id);
  c.logged.delete(id);
  c.rootfs.delete(id);
  const os = c.os.get(row.status.sandboxId);
  if (os) c.runOs(row.status.sandboxId, (o) => o.forget(id));
  c.changed(row.status.pod.uid);
  return { value: {} };
}

/** Goes on in a new file at the log's path, or in the one that is there. */
export function reopenLog(c: Containerd, id: string): Outcome {
  const row = c.containers.get(id);
  if (!row) return { error: notFound("container", id) };
  if (row.status.state !== "running") return { error: unknown("container is not running") };
  const { logPath } = row.status;
  if (!c.machine.fs.openLog(logPath))
    return {
      error: unknown(`failed to create and open log file: open ${logPath}: no such file or directory`),
    };
  return { value: {} };
}

export function updateResources(
  c: Containerd,
  request: { containerId: string; memoryLimit?: number; cpuShares?: number; cpuQuota?: number },
): Outcome {
  const row = c.containers.get(request.containerId);
  if (!row) return { error: notFound("container", request.containerId) };
  if (row.status.state !== "running" && row.status.state !== "created")
    return {
      error: unknown(
        `failed to update resources: container is in CONTAINER_${row.status.state.toUpperCase()} state`,
      ),
    };
  const { containerId: _id, ...change } = request;
  c.containers.set(row.status.id, {
    ...row,
    config: { ...row.config, cgroup: { ...row.config.cgroup, ...change } },
  });
  c.runOs(row.status.sandboxId, (os) => os.touch(row.status.id));
  return { value: {} };
}
