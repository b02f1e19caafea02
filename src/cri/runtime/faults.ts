/** What goes wrong on a node by somebody's order: the faults of scenario files that the runtime and the machine carry out. */
import { cutOff } from "./calls.ts";
import { type Context, containersOf, type ExecFault, type HttpFault, patchContainer, patchSandbox } from "./context.ts";
import { EMPTY_OS } from "../os/state.ts";
import { bytes } from "../programs/values.ts";
import { failDownloads } from "../images.ts";
import { reviewMachine } from "./load.ts";

type Fields = Readonly<Record<string, unknown>>;

const same = (a: { pod: string; container?: string; namespace?: string; path?: string }, b: Fields): boolean =>
  a.pod === b.pod && (b.container === undefined || a.container === b.container) && (b.namespace === undefined || a.namespace === b.namespace) && (b.path === undefined || a.path === b.path);

/** A share as `0.92` or `92%`. */
function share(value: unknown): number {
  const text = String(value ?? "0");
  return text.endsWith("%") ? Number(text.slice(0, -1)) / 100 : Number(text);
}

const target = (fields: Fields): { pod: string; namespace?: string; container?: string } => ({
  pod: String(fields.pod ?? ""),
  ...(fields.namespace !== undefined ? { namespace: String(fields.namespace) } : {}),
  ...(fields.container !== undefined ? { container: String(fields.container) } : {}),
});

export function setFault(ctx: Context, kind: string, fields: Fields): void {
  switch (kind) {
    case "runtime-down":
      return stopRuntime(ctx);
    case "cni-fail":
      return ctx.faults.update((f) => ({ ...f, cni: true }));
    case "http": {
      const fault: HttpFault = {
        ...target(fields),
        ...(fields.path !== undefined ? { path: String(fields.path) } : {}),
        ...(fields.status !== undefined ? { status: Number(fields.status) } : {}),
        ...(fields.latency !== undefined ? { latency: Number(fields.latency) } : {}),
      };
      return ctx.faults.update((f) => ({ ...f, http: [fault, ...f.http.filter((h) => !(h.pod === fault.pod && h.namespace === fault.namespace && h.container === fault.container && h.path === fault.path))] }));
    }
    case "exec": {
      const fault: ExecFault = {
        ...target(fields),
        ...(fields.exit !== undefined ? { exit: Number(fields.exit) } : {}),
        ...(fields.latency !== undefined ? { latency: Number(fields.latency) } : {}),
      };
      return ctx.faults.update((f) => ({ ...f, exec: [fault, ...f.exec.filter((e) => !(e.pod === fault.pod && e.namespace === fault.namespace && e.container === fault.container))] }));
    }
    case "memory-hog":
      ctx.machine.loads.set({ memoryHog: bytes(fields.use) });
      return reviewMachine(ctx);
    case "pid-hog":
      return ctx.machine.loads.set({ pidHog: Number(fields.count ?? 0) });
    case "disk-fill": {
      const fills = ctx.machine.loads.get().diskFill;
      return ctx.machine.loads.set({ diskFill: { ...fills, [fields.fs === "imagefs" ? "imagefs" : "nodefs"]: share(fields.to) } });
    }
    case "registry-down":
      ctx.registry.faults.set(kind, fields);
      return failDownloads(ctx);
    case "registry-slow":
    case "image-missing":
      return ctx.registry.faults.set(kind, fields);
  }
}

export function clearFault(ctx: Context, kind: string, fields: Fields = {}): void {
  switch (kind) {
    case "runtime-down":
      return startRuntime(ctx);
    case "cni-fail":
      return ctx.faults.update((f) => ({ ...f, cni: false }));
    case "http":
      return ctx.faults.update((f) => ({ ...f, http: fields.pod === undefined ? [] : f.http.filter((h) => !same(h, fields)) }));
    case "exec":
      return ctx.faults.update((f) => ({ ...f, exec: fields.pod === undefined ? [] : f.exec.filter((e) => !same(e, fields)) }));
    case "memory-hog":
      ctx.machine.loads.set({ memoryHog: 0 });
      return reviewMachine(ctx);
    case "pid-hog":
      return ctx.machine.loads.set({ pidHog: 0 });
    case "disk-fill": {
      const fills = ctx.machine.loads.get().diskFill;
      if (fields.fs === undefined) return ctx.machine.loads.set({ diskFill: { nodefs: 0, imagefs: 0 } });
      return ctx.machine.loads.set({ diskFill: { ...fills, [fields.fs === "imagefs" ? "imagefs" : "nodefs"]: 0 } });
    }
    case "registry-down":
    case "registry-slow":
    case "image-missing":
      return ctx.registry.faults.clear(kind, fields);
  }
}

/** containerd ends; the shims and what they keep running live on. */
export function stopRuntime(ctx: Context): void {
  if (ctx.faults.get().down) return;
  ctx.faults.update((f) => ({ ...f, down: true }));
  ctx.machine.setUnit("containerd", false);
  dropCalls(ctx, false);
}

export function startRuntime(ctx: Context): void {
  if (!ctx.faults.get().down || ctx.machine.loads.get().off) return;
  ctx.faults.update((f) => ({ ...f, down: false }));
  ctx.machine.setUnit("containerd", true);
}

function dropCalls(ctx: Context, silently: boolean): void {
  for (const [id, session] of [...ctx.sessions]) {
    if (session.stream && !silently) ctx.sim.reply(session.stream, { exec: { type: "exit", code: 137 } });
    ctx.sim.cancelAll({ to: ctx.ids.containerd, key: id });
    ctx.sessions.delete(id);
  }
  for (const call of [...ctx.stops.keys()]) ctx.stops.delete(call);
  cutOff(ctx, silently);
}

/** Everything that ran is gone at once; nobody is told. */
export function powerOff(ctx: Context): void {
  if (ctx.machine.loads.get().off) return;
  ctx.machine.loads.set({ off: true });
  dropCalls(ctx, true);
  for (const [sandbox, os] of [...ctx.os]) {
    for (const pid of Object.keys(os.procs)) ctx.sim.cancelAll({ to: ctx.ids.os, key: `${sandbox}/${pid}` });
    ctx.os.set(sandbox, { ...EMPTY_OS, nextPid: os.nextPid });
    ctx.sim.cancelAll({ to: ctx.ids.oom, key: `p/${sandbox}` });
    for (const [id, row] of containersOf(ctx, sandbox)) {
      ctx.sim.cancelAll({ to: ctx.ids.oom, key: `c/${id}` });
      ctx.attached.delete(id);
      if (row.view.state === "running") patchContainer(ctx, id, { lost: true });
    }
  }
  ctx.sim.cancelAll({ to: ctx.ids.oom, key: "n" });
  for (const id of [...ctx.requests.keys()]) ctx.requests.delete(id);
}

/** containerd recovers its state: tasks that are gone ended with 255, reason Unknown (containerd: loadContainer). */
export function powerOn(ctx: Context): void {
  if (!ctx.machine.loads.get().off) return;
  ctx.machine.loads.set({ off: false });
  const seq = ctx.sim.cause;
  const changedBy = seq === null ? {} : { changedBy: seq };
  for (const [id, row] of [...ctx.containers]) {
    if (!row.lost) continue;
    const { lost: _lost, ...rest } = row;
    ctx.containers.set(id, rest);
    patchContainer(ctx, id, {}, { state: "exited", exitCode: 255, reason: "Unknown", finishedAt: ctx.sim.now, ...changedBy });
  }
  for (const [id, row] of [...ctx.sandboxes]) if (row.view.state === "READY") patchSandbox(ctx, id, { pause: 0 }, { state: "NOTREADY", ...changedBy });
  if (ctx.faults.get().down) {
    ctx.faults.update((f) => ({ ...f, down: false }));
    ctx.machine.setUnit("containerd", true);
  }
}
