/** The sandboxes of a node as the network reaches them. */
import type { Delivery, SandboxServer } from "../../node/network.ts";
import type { Context, HttpFault } from "./context.ts";
import { enter } from "./world.ts";

function faultFor(ctx: Context, sandbox: string, container: string | undefined, path: string): HttpFault | undefined {
  const pod = ctx.sandboxes.get(sandbox)?.view.pod;
  const name = container !== undefined ? ctx.containers.get(container)?.view.name : undefined;
  const plain = path.split("?")[0];
  return ctx.faults.get().http.find((f) => f.pod === pod?.name && (f.namespace ?? pod.namespace) === pod.namespace && (f.container === undefined || f.container === name) && (f.path === undefined || f.path === plain));
}

export function sandboxServer(ctx: Context): SandboxServer {
  return {
    up: () => !ctx.machine.loads.get().off,
    listening: (sandbox, port) => ctx.os.get(sandbox)?.ports[port] !== undefined,
    forwarded: (port) => {
      for (const [id, row] of ctx.sandboxes) {
        if (row.view.state !== "READY" || row.config.hostNetwork) continue;
        const mapping = row.config.portMappings.find((m) => m.hostPort === port);
        if (mapping) return { sandbox: id, port: mapping.containerPort };
      }
      return null;
    },
    deliver: (sandbox, delivery) => {
      const owner = ctx.os.get(sandbox)?.procs[ctx.os.get(sandbox)?.ports[delivery.port] ?? 0];
      const fault = delivery.kind === "http" ? faultFor(ctx, sandbox, owner?.container, delivery.path) : undefined;
      if (fault?.status !== undefined) {
        ctx.network.answer(delivery.id, { status: fault.status, headers: { "Content-Type": "text/plain; charset=utf-8" }, body: "" }, fault.latency ?? 1);
        return;
      }
      if (fault?.latency !== undefined) ctx.sim.send({ to: ctx.ids.containerd, key: "" }, { type: "deliver", sandbox, delivery }, { delayMs: fault.latency });
      else deliver(ctx, sandbox, delivery);
    },
  };
}

export function deliver(ctx: Context, sandbox: string, delivery: Delivery): void {
  const pid = ctx.os.get(sandbox)?.ports[delivery.port];
  if (pid === undefined) return ctx.network.broken(delivery.id);
  ctx.requests.set(delivery.id, { sandbox, pid });
  enter(ctx, sandbox, (os) => os.post(pid, { type: "request", request: delivery }));
}
