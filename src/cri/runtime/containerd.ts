/** The fake containerd: the runtime behind the CRI, put together from its parts. */
import type { ClusterNetwork } from "../../node/network.ts";
import type { Machine } from "../../node/machine.ts";
import type { Simulation } from "../../sim/index.ts";
import type { ReplyTo } from "../../sim/types.ts";
import type { CriClient, CriResult, CriRpc, CriRpcs } from "../contract.ts";
import type { Signal } from "../os/contract.ts";
import type { Registry } from "../registry.ts";
import { pullImage, imageResolved, imagePulled, readImages, removeImage, storeImage } from "../images.ts";
import { answer, failed, ok, type Read, startCall } from "./calls.ts";
import { containerCreated, containerStarted, createContainer, removeContainer, startContainer } from "./containers.ts";
import { type ContainerRow, type Context, type Latencies, LATENCIES, NO_FAULTS, type SandboxRow, type Step } from "./context.ts";
import { clearFault, powerOff, powerOn, setFault, startRuntime, stopRuntime } from "./faults.ts";
import { outOfMemory, reviewLoad, usageSource } from "./load.ts";
import { removePodSandbox, runPodSandbox, sandboxAddress, sandboxNetwork, sandboxReady, sandboxStopped, stopPodSandbox } from "./sandboxes.ts";
import { deliver, sandboxServer } from "./server.ts";
import { attach, execStart, execSync, execTimeout, hangUp, openStream, streamInput, streamStart } from "./sessions.ts";
import { signalContainer, stopContainer, stopped, stopTimeout } from "./stopping.ts";
import { enter } from "./world.ts";

export interface ContainerdOptions {
  readonly machine: Machine;
  readonly network: ClusterNetwork;
  readonly registry: Registry;
  /** Overrides by name; ms. */
  readonly latencies?: Partial<Latencies>;
  /** Images that are on the node from the start. */
  readonly images?: readonly string[];
}

/** Output of a command as `exec` of the reply's event: pieces while it runs, then its end, or why it did not start. */
export type ExecMessage =
  | { readonly type: "output"; readonly stream: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "exit"; readonly code: number }
  | { readonly type: "error"; readonly message: string };

export interface ExecOptions {
  /** Text for standard input, closed after it unless `open`; absent: no standard input. */
  readonly stdin?: string;
  readonly open?: boolean;
  readonly tty?: boolean;
}

export interface Containerd {
  readonly client: CriClient;
  /** Faults of this node, by the type names of scenario files; setting one on the same target replaces it. */
  readonly faults: {
    set(kind: string, fields: Readonly<Record<string, unknown>>): void;
    /** Without fields: all of the kind. */
    clear(kind: string, fields?: Readonly<Record<string, unknown>>): void;
  };
  /** Starts a command in a running container; returns the session's id. */
  exec(containerId: string, argv: readonly string[], options: ExecOptions, reply: ReplyTo): string;
  /** More input for a session of exec or attach. */
  input(session: string, text: string, close?: boolean): void;
  /** Hangs up: what runs in the session is killed. */
  hangUp(session: string): void;
  /** Follows a running container's output, and feeds its standard input if it has one; returns the session's id. */
  attach(containerId: string, options: { readonly stdin?: string }, reply: ReplyTo): string;
  /** Sends a signal to a container's first process (`POD`: to the pause process); false when there is none. */
  kill(target: { readonly namespace?: string; readonly pod: string; readonly container?: string }, signal: Signal): boolean;
  /** `systemctl start|stop containerd`: containers run on without it. */
  start(): void;
  stop(): void;
  /** The machine loses power, and comes back: everything that ran has ended. */
  powerOff(): void;
  powerOn(): void;
  readonly containers: () => IterableIterator<[string, ContainerRow]>;
  readonly sandboxes: () => IterableIterator<[string, SandboxRow]>;
}

const RUNTIME_VERSION = "v2.1.9";

/** The images that every node has: the pause container's. */
const OWN_IMAGES: readonly string[] = ["registry.k8s.io/pause:3.10"];

const STEPS: Readonly<Record<string, Step>> = {
  sandboxNetwork, sandboxAddress, sandboxReady, sandboxStopped, containerCreated, containerStarted, execStart, execTimeout, streamStart, stopTimeout, stopped, imageResolved, imagePulled,
};

/** Calls that only look. */
function read(ctx: Context, rpc: CriRpc, request: { readonly [field: string]: unknown }): CriResult<CriRpc> | undefined {
  const newest = <T>(rows: T[]): T[] => rows.reverse();
  switch (rpc) {
    case "Version":
      return ok<"Version">({ runtimeName: "containerd", runtimeVersion: RUNTIME_VERSION, runtimeApiVersion: "v1" });
    case "Status":
      return ok<"Status">({ conditions: [{ type: "RuntimeReady", status: true, reason: "", message: "" }, { type: "NetworkReady", status: true, reason: "", message: "" }] });
    case "ListPodSandbox":
      return ok<"ListPodSandbox">({ sandboxes: newest([...ctx.sandboxes.values()].map((r) => r.view).filter((v) => request.podUid === undefined || v.pod.uid === request.podUid)) });
    case "ListContainers":
      return ok<"ListContainers">({ containers: newest([...ctx.containers.values()].map((r) => r.view).filter((v) => request.podUid === undefined || v.pod.uid === request.podUid)) });
    case "PodSandboxStatus": {
      const row = ctx.sandboxes.get(String(request.sandboxId));
      return row ? ok<"PodSandboxStatus">({ sandbox: row.view }) : failed("NotFound", `an error occurred when try to find sandbox: not found`);
    }
    case "ContainerStatus": {
      const row = ctx.containers.get(String(request.containerId));
      return row ? ok<"ContainerStatus">({ container: row.view }) : failed("NotFound", `an error occurred when try to find container "${String(request.containerId)}": not found`);
    }
    default:
      return readImages(ctx, rpc, request) as CriResult<CriRpc> | undefined;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a request's shape follows from its RPC
function serve(ctx: Context, call: string, rpc: CriRpc, request: any): void {
  const found = read(ctx, rpc, request);
  if (found) return answer(ctx, call, found);
  switch (rpc) {
    case "RunPodSandbox":
      return runPodSandbox(ctx, call, request);
    case "StopPodSandbox":
      return stopPodSandbox(ctx, call, request);
    case "RemovePodSandbox":
      return removePodSandbox(ctx, call, request);
    case "CreateContainer":
      return createContainer(ctx, call, request);
    case "StartContainer":
      return startContainer(ctx, call, request);
    case "StopContainer":
      return stopContainer(ctx, call, request);
    case "RemoveContainer":
      return removeContainer(ctx, call, request);
    case "ExecSync":
      return execSync(ctx, call, request);
    case "PullImage":
      return pullImage(ctx, call, request);
    case "RemoveImage":
      return removeImage(ctx, call, request);
    case "UpdateContainerResources":
      return updateContainerResources(ctx, call, request);
    default:
      // ReopenContainerLog: files are opened by name at each write.
      return answer(ctx, call, ok<"ReopenContainerLog">({}));
  }
}

export function createContainerd(sim: Simulation, options: ContainerdOptions): Containerd {
  const { machine, network, registry } = options;
  const node = machine.info.name;
  const name = (part: string): string => `${node}/cri/${part}`;
  const ctx: Context = {
    sim, node, machine, network, registry,
    latencies: { ...LATENCIES, ...options.latencies },
    ids: { containerd: `${node}/containerd`, os: `${node}/os`, oom: `${node}/oom`, container: `${node}/container`, kernel: `${node}/kernel`, cni: `${node}/cni` },
    sandboxes: sim.table(name("sandboxes")),
    containers: sim.table(name("containers")),
    os: sim.table(name("os")),
    layers: sim.table(name("layers")),
    sessions: sim.table(name("sessions")),
    calls: sim.table(name("calls")),
    stops: sim.table(name("stops")),
    images: sim.table(name("images")),
    requests: sim.table(name("requests")),
    faults: sim.cell(name("faults"), NO_FAULTS),
    watchers: sim.cell<readonly ReplyTo[]>(name("watchers"), []),
    attached: sim.table(name("attached")),
  };
  for (const text of [...OWN_IMAGES, ...(options.images ?? [])]) {
    const image = registry.preload(text);
    if (image) storeImage(ctx, image, OWN_IMAGES.includes(text));
  }
  machine.attachUsage(usageSource(ctx));
  network.attach(node, sandboxServer(ctx));

  sim.component(ctx.ids.containerd, (event, key) => {
    if (event.type === "deliver") return deliver(ctx, event.sandbox, event.delivery);
    const row = ctx.calls.get(key);
    if (event.type === "serve") {
      if (row) serve(ctx, key, row.rpc, event.request);
      return;
    }
    const step = STEPS[event.type];
    if (!step) throw new Error(`${ctx.ids.containerd}: no step ${event.type}`);
    if (row || ctx.sessions.has(key)) step(ctx, key, event);
  });
  sim.component(ctx.ids.os, (event, key) => {
    const slash = key.lastIndexOf("/");
    const sandbox = key.slice(0, slash);
    const pid = Number(key.slice(slash + 1));
    if (event.type === "wake") enter(ctx, sandbox, (os) => os.timer(pid, event.tag));
    else if (event.type === "net") enter(ctx, sandbox, (os) => os.post(pid, { type: "net", tag: event.tag, result: { kind: event.kind, ...event.result } }));
  });
  sim.component(ctx.ids.oom, (_event, key) => outOfMemory(ctx, key));

  const client: CriClient = {
    call: (rpc, request, reply, callOptions) => startCall(ctx, read as Read, rpc, request, reply, callOptions),
    watchEvents: (reply) => ctx.watchers.update((list) => [...list.filter((r) => r.to !== reply.to), reply]),
  };
  return {
    client,
    faults: {
      set: (kind, fields) => setFault(ctx, kind, fields),
      clear: (kind, fields) => clearFault(ctx, kind, fields),
    },
    exec: (containerId, argv, execOptions, reply) => openStream(ctx, containerId, argv, execOptions, reply),
    input: (session, text, close = false) => streamInput(ctx, session, text, close),
    hangUp: (session) => hangUp(ctx, session),
    attach: (containerId, attachOptions, reply) => attach(ctx, containerId, attachOptions, reply),
    kill: (target, signal) => kill(ctx, target, signal),
    start: () => startRuntime(ctx),
    stop: () => stopRuntime(ctx),
    powerOff: () => powerOff(ctx),
    powerOn: () => powerOn(ctx),
    containers: () => ctx.containers.entries(),
    sandboxes: () => ctx.sandboxes.entries(),
  };
}

/** A signal from the machine itself, as `kill` on the node sends it. */
function kill(ctx: Context, target: { readonly namespace?: string; readonly pod: string; readonly container?: string }, signal: Signal): boolean {
  const mine = (pod: { name: string; namespace: string }): boolean => pod.name === target.pod && (target.namespace === undefined || pod.namespace === target.namespace);
  if (target.container === "POD") {
    for (const [id, row] of ctx.sandboxes) {
      if (row.view.state !== "READY" || !mine(row.view.pod)) continue;
      enter(ctx, id, (os) => {
        const init = os.state.containers[id]?.init ?? 0;
        if (init !== 0) os.signalFromOutside(init, signal);
      });
      return true;
    }
    return false;
  }
  for (const [id, row] of ctx.containers) {
    if (row.view.state !== "running" || !mine(row.view.pod) || (target.container !== undefined && row.view.name !== target.container)) continue;
    signalContainer(ctx, id, signal);
    return true;
  }
  return false;
}

function updateContainerResources(ctx: Context, call: string, request: CriRpcs["UpdateContainerResources"]["request"]): void {
  const row = ctx.containers.get(request.containerId);
  if (!row) return answer(ctx, call, failed("NotFound", `an error occurred when try to find container "${request.containerId}": not found`));
  const { containerId, ...change } = request;
  ctx.containers.set(containerId, { ...row, limits: { ...row.limits, ...change } });
  reviewLoad(ctx, row.view.sandboxId, new Set([containerId]));
  answer<"UpdateContainerResources">(ctx, call, ok<"UpdateContainerResources">({}));
}
