/** Pod sandboxes: network namespace, address, pause process. */
import type { CriRpcs } from "../contract.ts";
import { answer, failed, later, ok } from "./calls.ts";
import { type Context, containersOf, patchSandbox, podObject, type SandboxRow, vary } from "./context.ts";
import { EMPTY_OS } from "../os/state.ts";
import { removeContainerRow } from "./containers.ts";
import { enter } from "./world.ts";

const PAUSE = "registry.k8s.io/pause:3.10";
export const sandboxDirectory = (id: string): string => `/var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/${id}`;

type RunRequest = CriRpcs["RunPodSandbox"]["request"];

const HANDLERS: readonly string[] = ["", "runc"];

export function runPodSandbox(ctx: Context, call: string, request: RunRequest): void {
  const { config } = request;
  if (!HANDLERS.includes(config.runtimeHandler)) return answer(ctx, call, failed("Unknown", `failed to get sandbox runtime: no runtime for "${config.runtimeHandler}" is configured`));
  const id = ctx.sim.drawHex("sandbox.id", `${config.pod.uid}/${config.attempt}`, 64);
  const rest = Math.max(0, vary(ctx, ctx.latencies.sandbox - ctx.latencies.cni - ctx.latencies.call));
  if (config.hostNetwork) return later(ctx, call, { type: "sandboxReady", config, id, ip: "" }, rest);
  later(ctx, call, { type: "sandboxNetwork", config, id, rest: Math.round(rest / 2) }, Math.round(rest / 2));
}

/** The CNI plugin is called (ADD). */
export function sandboxNetwork(ctx: Context, call: string, event: { readonly [field: string]: unknown }): void {
  const config = event.config as RunRequest["config"];
  const id = event.id as string;
  const cause = ctx.sim.record({ from: ctx.ids.containerd, to: ctx.ids.cni, type: "cni.ADD", object: podObject(config.pod), data: { pod: config.pod.name, namespace: config.pod.namespace, sandboxId: id } });
  ctx.sim.under(cause, () => later(ctx, call, { type: "sandboxAddress", config, id, rest: event.rest, asked: cause }, vary(ctx, ctx.latencies.cni)));
}

export function sandboxAddress(ctx: Context, call: string, event: { readonly [field: string]: unknown }): void {
  const config = event.config as RunRequest["config"];
  const id = event.id as string;
  const say = (data: Record<string, unknown>): number => ctx.sim.record({ from: ctx.ids.cni, to: ctx.ids.containerd, type: "reply", object: podObject(config.pod), data: { rpc: "ADD", pod: config.pod.name, ...data } });
  const broken = (why: string): void => {
    const text = `failed to setup network for sandbox "${id}": plugin type="bridge" failed (add): ${why}`;
    ctx.sim.under(say({ error: why }), () => answer(ctx, call, failed("Unknown", text)));
  };
  if (ctx.faults.get().cni) return broken('failed to set bridge addr: could not add IP address to "cni0": permission denied');
  const ip = ctx.network.assign(ctx.node, id);
  if (ip === null) return broken(`failed to allocate for range 0: no IP addresses available in range set: ${ctx.machine.info.podCidr.replace(/\.0\/\d+$/, ".1")}-${ctx.machine.info.podCidr.replace(/\.0\/\d+$/, ".254")}`);
  ctx.sim.under(say({ ip }), () => later(ctx, call, { type: "sandboxReady", config, id, ip }, Number(event.rest)));
}

export function sandboxReady(ctx: Context, call: string, event: { readonly [field: string]: unknown }): void {
  const config = event.config as RunRequest["config"];
  const id = event.id as string;
  const ip = event.ip as string;
  const { pod, attempt } = config;
  const changedBy = ctx.sim.record({ from: ctx.ids.containerd, to: ctx.ids.container, type: "sandbox.start", object: podObject(pod), data: { pod: pod.name, namespace: pod.namespace, attempt, sandboxId: id, ...(ip ? { ip } : {}) } });
  ctx.sim.under(changedBy, () => {
    const row: SandboxRow = {
      view: { id, pod, attempt, state: "READY", createdAt: ctx.sim.now, ips: ip ? [ip] : [], hostNetwork: config.hostNetwork, changedBy },
      config,
      ip,
      stopped: false,
      pause: 0,
    };
    ctx.sandboxes.set(id, row);
    ctx.os.set(id, EMPTY_OS);
    if (config.hostNetwork) ctx.network.joinHost(ctx.node, id);
    writeFiles(ctx, id, config);
    ctx.layers.set(id, ctx.registry.config(PAUSE).root);
    let pause = 0;
    enter(ctx, id, (os) => {
      pause = os.start({ container: id, program: "pause", argv: ["/pause"], env: {}, cwd: "/", uid: 65535, gid: 65535, groups: [], fds: {} }, config.sharePid ? "pod" : id);
    });
    patchSandbox(ctx, id, { pause }, {});
    answer<"RunPodSandbox">(ctx, call, ok<"RunPodSandbox">({ sandboxId: id }));
  });
}

/** resolv.conf and hostname of the sandbox, mounted into its containers (containerd: setupSandboxFiles). */
function writeFiles(ctx: Context, id: string, config: RunRequest["config"]): void {
  const { fs } = ctx.machine;
  const { servers, searches, options } = config.dns;
  const resolv =
    servers.length + searches.length + options.length === 0
      ? (fs.read("/etc/resolv.conf") ?? "")
      : `${searches.length > 0 ? `search ${searches.join(" ")}\n` : ""}${servers.map((s) => `nameserver ${s}\n`).join("")}${options.length > 0 ? `options ${options.join(" ")}\n` : ""}`;
  fs.write(`${sandboxDirectory(id)}/resolv.conf`, resolv);
  fs.write(`${sandboxDirectory(id)}/hostname`, `${config.hostname || ctx.machine.info.hostname}\n`);
}

export function stopPodSandbox(ctx: Context, call: string, { sandboxId }: CriRpcs["StopPodSandbox"]["request"]): void {
  const row = ctx.sandboxes.get(sandboxId);
  if (!row || row.stopped) return answer<"StopPodSandbox">(ctx, call, ok<"StopPodSandbox">({}));
  killAll(ctx, sandboxId);
  if (row.config.hostNetwork) return sandboxStopped(ctx, call, { sandboxId });
  const { pod } = row.view;
  const cause = ctx.sim.record({ from: ctx.ids.containerd, to: ctx.ids.cni, type: "cni.DEL", object: podObject(pod), data: { pod: pod.name, namespace: pod.namespace, sandboxId } });
  ctx.sim.under(cause, () => later(ctx, call, { type: "sandboxStopped", sandboxId }, vary(ctx, ctx.latencies.cni / 2)));
}

export function sandboxStopped(ctx: Context, call: string, event: { readonly [field: string]: unknown }): void {
  const id = event.sandboxId as string;
  const row = ctx.sandboxes.get(id);
  if (row && !row.stopped) {
    leaveNetwork(ctx, id);
    patchSandbox(ctx, id, { stopped: true });
    enter(ctx, id, (os) => os.killContainer(id));
    const now = ctx.sandboxes.get(id)!;
    patchSandbox(ctx, id, {}, { state: "NOTREADY", ips: [], ...(now.view.state === "READY" && ctx.sim.cause !== null ? { changedBy: ctx.sim.cause } : {}) });
  }
  answer<"StopPodSandbox">(ctx, call, ok<"StopPodSandbox">({}));
}

function killAll(ctx: Context, sandbox: string): void {
  const alive = containersOf(ctx, sandbox).filter(([, c]) => c.view.state === "running");
  if (alive.length > 0) {
    enter(ctx, sandbox, (os) => {
      for (const [id] of alive) os.killContainer(id);
    });
  }
}

function leaveNetwork(ctx: Context, id: string): void {
  const row = ctx.sandboxes.get(id)!;
  if (row.config.hostNetwork) ctx.network.leaveHost(ctx.node, id);
  else if (row.ip !== "") ctx.network.release(ctx.node, row.ip);
}

export function removePodSandbox(ctx: Context, call: string, { sandboxId }: CriRpcs["RemovePodSandbox"]["request"]): void {
  const row = ctx.sandboxes.get(sandboxId);
  if (row) {
    killAll(ctx, sandboxId);
    for (const [id] of containersOf(ctx, sandboxId)) removeContainerRow(ctx, id);
    enter(ctx, sandboxId, (os) => os.killContainer(sandboxId));
    if (!row.stopped) leaveNetwork(ctx, sandboxId);
    ctx.sandboxes.delete(sandboxId);
    ctx.os.delete(sandboxId);
    ctx.layers.delete(sandboxId);
    ctx.machine.fs.remove(sandboxDirectory(sandboxId));
    for (const reply of ctx.watchers.get()) ctx.sim.reply(reply, { podUid: row.view.pod.uid });
  }
  answer<"RemovePodSandbox">(ctx, call, ok<"RemovePodSandbox">({}));
}
