/** Pod sandboxes: the pause process, the network, and what is left when they go. */
import type { CriError, PodSandboxConfig } from "../contract.ts";
import { EMPTY_OS } from "../os/state.ts";
import type { Containerd } from "./containerd.ts";
import * as containers from "./containers.ts";
import { type CallRow, objectOf, type SandboxRow, unknown } from "./state.ts";

/** Runtime handlers of containerd's configuration. */
const HANDLERS: readonly string[] = ["", "runc"];

/** The sandbox's network is a call of its own, within RunPodSandbox. */
export function beginRun(c: Containerd, call: CallRow): void {
  const config = call.request.config as PodSandboxConfig;
  const total = c.jittered(c.latencies.sandbox, call.object);
  if (!config.hostNetwork && call.seq !== null)
    c.record({ to: `${c.node}/cni`, type: "cni.ADD", object: call.object, data: { pod: config.pod.name } });
  c.later(call, total);
}

export function run(c: Containerd, call: CallRow): void {
  const config = call.request.config as PodSandboxConfig;
  for (const [id, row] of c.sandboxes) {
    if (row.sandbox.pod.uid !== config.pod.uid || row.sandbox.attempt !== config.attempt) continue;
    const name = `${config.pod.name}_${config.pod.namespace}_${config.pod.uid}_${config.attempt}`;
    c.answer(call, {
      error: unknown(`failed to reserve sandbox name "${name}": name "${name}" is reserved for "${id}"`),
    });
    return;
  }
  if (!HANDLERS.includes(config.runtimeHandler)) {
    const desc = `failed to get sandbox runtime: no runtime for "${config.runtimeHandler}" is configured`;
    c.answer(call, { error: unknown(desc) });
    return;
  }
  const id = c.sim.drawHex("sandbox", `${c.node}/${config.pod.uid}`, 64);
  let ip = "";
  if (!config.hostNetwork) {
    const failed = network(c, id);
    if ("error" in failed) {
      if (call.seq !== null)
        c.record({
          from: `${c.node}/cni`,
          to: c.id,
          type: "reply",
          object: call.object,
          data: { rpc: "ADD", error: failed.error.desc },
        });
      c.answer(call, failed);
      return;
    }
    ip = failed.ip;
    if (call.seq !== null)
      c.record({
        from: `${c.node}/cni`,
        to: c.id,
        type: "reply",
        object: call.object,
        data: { rpc: "ADD", ip },
      });
  } else c.network.joinHost(c.node, id);
  const row: SandboxRow = {
    sandbox: {
      id,
      pod: config.pod,
      attempt: config.attempt,
      state: "READY",
      createdAt: c.sim.now,
      ips: ip ? [ip] : [],
      hostNetwork: config.hostNetwork,
      ...(call.seq === null ? {} : { changedBy: call.seq }),
    },
    config,
    networked: true,
  };
  c.os.set(id, EMPTY_OS);
  c.putSandbox(row);
  if (config.sharePid) {
    // With a shared PID namespace the pause process is its first.
    c.runOs(id, (os) =>
      os.start(
        {
          container: id,
          argv: ["/pause"],
          program: "pause",
          env: {},
          cwd: "/",
          uid: 65535,
          gid: 65535,
          groups: [],
          fds: {},
        },
        "pod",
      ),
    );
  }
  c.answer(call, { value: { sandboxId: id } });
}

function network(c: Containerd, id: string): { ip: string } | { error: CriError } {
  const setup = (why: string): { error: CriError } => ({
    error: unknown(`failed to setup network for sandbox "${id}": plugin type="bridge" failed (add): ${why}`),
  });
  if (c.faults().cniFail)
    return setup(
      'failed to connect "veth0" to bridge cni0: could not get container veth: operation not supported',
    );
  const ip = c.network.assign(c.node, id);
  if (ip === null)
    return setup(
      `failed to allocate for range 0: no IP addresses available in range set: ${c.machine.info.podCidr.replace("0/24", "1")}-${c.machine.info.podCidr.replace("0/24", "254")}`,
    );
  return { ip };
}

function teardown(c: Containerd, row: SandboxRow): void {
  if (!row.networked) return;
  if (row.sandbox.hostNetwork) c.network.leaveHost(c.node, row.sandbox.id);
  else for (const ip of row.sandbox.ips) c.network.release(c.node, ip);
}

/** Stops what still runs in it, gives its address back. */
export function stop(c: Containerd, id: string): { value: unknown } | { error: CriError } {
  const row = c.sandboxes.get(id);
  if (!row) return { value: {} };
  for (const [cid, k] of [...c.containers])
    if (k.status.sandboxId === id && k.status.state === "running") containers.signal(c, cid, "KILL");
  const now = c.sandboxes.get(id)!;
  if (now.networked && !now.sandbox.hostNetwork)
    c.record({
      to: `${c.node}/cni`,
      type: "cni.DEL",
      object: objectOf(row.sandbox.pod),
      data: { pod: row.sandbox.pod.name },
    });
  teardown(c, now);
  const changedBy = now.sandbox.state === "READY" && c.sim.cause !== null ? { changedBy: c.sim.cause } : {};
  c.putSandbox({
    ...now,
    networked: false,
    sandbox: { ...now.sandbox, state: "NOTREADY", ips: [], ...changedBy },
  });
  if (row.config.sharePid) c.runOs(id, (os) => os.killContainer(id));
  return { value: {} };
}

/** Forgets it and its containers. */
export function remove(c: Containerd, id: string): { value: unknown } | { error: CriError } {
  const row = c.sandboxes.get(id);
  if (!row) return { value: {} };
  if (row.sandbox.state === "READY" || row.networked) stop(c, id);
  for (const [cid, k] of [...c.containers]) if (k.status.sandboxId === id) containers.remove(c, cid);
  c.sim.cancelAll({ to: `${c.node}/container`, key: id });
  c.os.delete(id);
  c.sandboxes.delete(id);
  c.changed(row.sandbox.pod.uid);
  return { value: {} };
}

/** The pause process is killed: the sandbox is not ready any more, its containers run on. */
export function killPause(c: Containerd, namespace: string, pod: string): boolean {
  for (const [, row] of c.sandboxes) {
    const { sandbox } = row;
    if (sandbox.pod.namespace !== namespace || sandbox.pod.name !== pod || sandbox.state !== "READY")
      continue;
    const changedBy = c.record({
      from: `${c.node}/container`,
      to: c.id,
      type: "sandbox.exit",
      object: objectOf(sandbox.pod),
      data: { pod, namespace, sandboxId: sandbox.id, exitCode: 137 },
    });
    c.putSandbox({ ...row, sandbox: { ...sandbox, state: "NOTREADY", changedBy } });
    // In a shared namespace nothing outlives the first process.
    if (row.config.sharePid)
      for (const [cid, k] of [...c.containers])
        if (k.status.sandboxId === sandbox.id && k.status.state === "running")
          containers.signal(c, cid, "KILL");
    return true;
  }
  return false;
}

/** After the machine was off. */
export function lost(c: Containerd, row: SandboxRow): void {
  if (row.sandbox.state !== "READY") return;
  const now = c.sandboxes.get(row.sandbox.id)!;
  teardown(c, now);
  c.sim.cancelAll({ to: `${c.node}/container`, key: row.sandbox.id });
  c.os.set(row.sandbox.id, EMPTY_OS);
  c.putSandbox({ ...now, networked: false, sandbox: { ...now.sandbox, state: "NOTREADY", ips: [] } });
}
