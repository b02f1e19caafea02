/** Ends: of a container's first process, and of the pause process of a sandbox. */
import type { Signal } from "../os/contract.ts";
import { type Context, patchContainer, patchSandbox, podObject } from "./context.ts";
import { stopsAnswered } from "./stopping.ts";

/** The shim reports the exit of a container's first process. */
export function containerEnded(ctx: Context, id: string, code: number, signal?: Signal): void {
  const row = ctx.containers.get(id);
  if (!row || row.view.state !== "running") return;
  const reason = row.oomKilled ? "OOMKilled" : code === 0 ? "Completed" : "Error";
  const { pod, name, attempt } = row.view;
  const changedBy = ctx.sim.record({
    from: ctx.ids.container,
    to: ctx.ids.containerd,
    type: "container.exit",
    object: podObject(pod, name),
    data: { pod: pod.name, namespace: pod.namespace, container: name, attempt, containerId: id, exitCode: code, reason, ...(signal ? { signal } : {}) },
  });
  ctx.sim.under(changedBy, () => {
    const { pid: _gone, ...view } = row.view;
    ctx.containers.set(id, { ...row, view });
    patchContainer(ctx, id, {}, { state: "exited", finishedAt: ctx.sim.now, exitCode: code, reason, changedBy });
    for (const reply of ctx.attached.get(id) ?? []) ctx.sim.reply(reply, { exec: { type: "exit", code } });
    ctx.attached.delete(id);
    stopsAnswered(ctx, id);
  });
}

/** Without its pause process a sandbox is not ready; its network stays until it is stopped. */
export function pauseEnded(ctx: Context, id: string): void {
  const row = ctx.sandboxes.get(id);
  if (!row) return;
  const { pod, attempt } = row.view;
  if (row.view.state !== "READY") return patchSandbox(ctx, id, { pause: 0 });
  const changedBy = ctx.sim.record({
    from: ctx.ids.container,
    to: ctx.ids.containerd,
    type: "sandbox.exit",
    object: podObject(pod),
    data: { pod: pod.name, namespace: pod.namespace, attempt, sandboxId: id },
  });
  ctx.sim.under(changedBy, () => patchSandbox(ctx, id, { pause: 0 }, { state: "NOTREADY", changedBy }));
}
