/** StopContainer: the stop signal, the wait, SIGKILL. */
import type { CriRpcs } from "../contract.ts";
import type { Signal } from "../os/contract.ts";
import { answer, failed, later, ok } from "./calls.ts";
import { type Context, patchContainer, podObject } from "./context.ts";
import { enter } from "./world.ts";

/** From the end of a process until its shim has told the runtime. */
const REAP = 10;

/** Writes the signal down and delivers it to a container's first process. */
export function signalContainer(ctx: Context, id: string, signal: Signal): void {
  const row = ctx.containers.get(id);
  if (!row) return;
  const { pod, name, attempt } = row.view;
  const cause = ctx.sim.record({ from: ctx.ids.containerd, to: ctx.ids.container, type: "container.signal", object: podObject(pod, name), data: { pod: pod.name, namespace: pod.namespace, container: name, attempt, containerId: id, signal: `SIG${signal}` } });
  ctx.sim.under(cause, () =>
    enter(ctx, row.view.sandboxId, (os) => {
      const init = os.state.containers[id]?.init ?? 0;
      if (init === 0) return;
      if (signal === "KILL") os.killContainer(id);
      else os.signalFromOutside(init, signal);
    }),
  );
}

export function stopContainer(ctx: Context, call: string, { containerId, timeoutMs }: CriRpcs["StopContainer"]["request"]): void {
  const row = ctx.containers.get(containerId);
  if (!row) return answer(ctx, call, failed("NotFound", `an error occurred when try to find container "${containerId}": not found`));
  if (row.view.state !== "running") return answer<"StopContainer">(ctx, call, ok<"StopContainer">({}));
  ctx.stops.set(call, containerId);
  if (timeoutMs <= 0) return signalContainer(ctx, containerId, "KILL");
  later(ctx, call, { type: "stopTimeout", containerId }, timeoutMs, "timeout");
  if (row.signalled) return;
  patchContainer(ctx, containerId, { signalled: true });
  signalContainer(ctx, containerId, row.stopSignal);
}

export function stopTimeout(ctx: Context, _call: string, event: { readonly [field: string]: unknown }): void {
  signalContainer(ctx, event.containerId as string, "KILL");
}

/** Whoever waits for a container to stop gets the answer. */
export function stopsAnswered(ctx: Context, container: string): void {
  for (const [call, waitsFor] of [...ctx.stops]) {
    if (waitsFor !== container) continue;
    ctx.stops.delete(call);
    ctx.sim.cancel({ to: ctx.ids.containerd, key: call }, "timeout");
    later(ctx, call, { type: "stopped" }, REAP);
  }
}

export function stopped(ctx: Context, call: string): void {
  answer<"StopContainer">(ctx, call, ok<"StopContainer">({}));
}
