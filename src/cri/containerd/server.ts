/** Requests from the network to listening processes. */
import type { Delivery, SandboxServer } from "../../node/net-types.ts";
import { servesTls } from "../programs/agnhost-servers.ts";
import { endsWithConnection } from "../tools/net.ts";
import type { Containerd } from "./containerd.ts";
import type { HttpFault } from "./state.ts";

export function serve(c: Containerd): SandboxServer {
  return {
    up: () => !c.machine.loads.get().off,
    listening: (sandbox, port) =>
      (c.dispatches.get(sandbox)?.state ?? c.os.get(sandbox))?.ports[port] !== undefined,
    secure: (sandbox, port) => {
      const os = c.os.get(sandbox);
      const proc = os?.procs[os.ports[port] ?? 0];
      return proc !== undefined && servesTls(proc, port);
    },
    deliver: (sandbox, delivery) => deliver(c, sandbox, delivery),
    connected: (sandbox, port) => {
      const os = c.os.get(sandbox);
      const proc = os?.procs[os.ports[port] ?? 0];
      if (proc && endsWithConnection(proc)) c.runOs(sandbox, (o) => o.post(proc.pid, { type: "hangup" }));
    },
    forwarded: (port) => {
      for (const [id, { sandbox, config, networked }] of c.sandboxes) {
        if (!networked || sandbox.state !== "READY" || sandbox.hostNetwork) continue;
        const mapping = config.portMappings.find((m) => m.hostPort === port);
        if (mapping) return { sandbox: id, port: mapping.containerPort };
      }
      return null;
    },
  };
}

function deliver(c: Containerd, sandbox: string, d: Delivery): void {
  const os = c.os.get(sandbox);
  const pid = os?.ports[d.port];
  const proc = pid === undefined ? undefined : os?.procs[pid];
  if (!proc) {
    c.network.answer(d.id, { closed: "reset" }, 0);
    return;
  }
  const fault = httpFault(c, proc.container, d.path);
  if (fault?.status !== undefined) {
    c.network.answer(
      d.id,
      {
        status: fault.status,
        headers: { "Content-Type": "text/plain" },
        body: fault.status < 400 ? "ok\n" : "error\n",
      },
      fault.latencyMs ?? 0,
    );
    return;
  }
  c.network.handledBy(d.id, proc.pid, fault?.latencyMs ?? 0);
  c.runOs(sandbox, (o) => o.post(proc.pid, { type: "request", request: d }));
}

/** What a fault does to requests for that path of a container. */
function httpFault(c: Containerd, container: string, target: string): HttpFault | undefined {
  const { http } = c.faults();
  const status = http.length > 0 ? c.containers.get(container)?.status : undefined;
  if (!status) return undefined;
  const path = target.split("?")[0];
  return http.find(
    (f) =>
      f.pod === status.pod.name &&
      (f.namespace ?? "default") === status.pod.namespace &&
      (!f.container || f.container === status.name) &&
      (!f.path || f.path === path),
  );
}
