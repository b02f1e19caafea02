/** What the parts of the fake containerd share: its tables, the machine below it, and how long things take. */
import type { Answer, ClusterNetwork } from "../../node/network.ts";
import type { Machine } from "../../node/machine.ts";
import type { DirNode } from "../../node/fs.ts";
import type { MountPoint } from "../../node/view.ts";
import type { Cell, Table } from "../../sim/table.ts";
import type { Simulation } from "../../sim/index.ts";
import type { Json, Ms, ReplyTo, Seq } from "../../sim/types.ts";
import type { ContainerConfig, ContainerStatusCri, CriRpc, PodSandbox, PodSandboxConfig, RuntimeImage } from "../contract.ts";
import type { Registry } from "../registry.ts";
import type { Signal } from "../os/contract.ts";
import type { OsState } from "../os/state.ts";

/** How long the runtime takes, ms; each use varies by a fifth, drawn from the seed. */
export interface Latencies {
  readonly call: Ms;
  /** RunPodSandbox as a whole; the call of the CNI plugin is within it. */
  readonly sandbox: Ms;
  readonly cni: Ms;
  readonly create: Ms;
  readonly start: Ms;
  /** Until a process runs that ExecSync asked for. */
  readonly exec: Ms;
  /** Resolving an image's name at its registry. */
  readonly pull: Ms;
}

export const LATENCIES: Latencies = { call: 3, sandbox: 90, cni: 50, create: 15, start: 50, exec: 20, pull: 300 };

export interface SandboxRow {
  /** What listings show: the same object while nothing changed. */
  readonly view: PodSandbox;
  readonly config: PodSandboxConfig;
  readonly ip: string;
  /** StopPodSandbox took its network away. */
  readonly stopped: boolean;
  /** Process of the pause container; 0 once it has ended. */
  readonly pause: number;
}

/** What a container's first process is, settled when it is created. */
export interface ProcessSpec {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

export interface ContainerRow {
  readonly view: ContainerStatusCri;
  readonly config: ContainerConfig;
  /** `REPOSITORY:TAG` of its image, for `registry.config`. */
  readonly source: string;
  readonly process: ProcessSpec;
  readonly limits: { readonly memoryLimit?: number; readonly cpuShares: number; readonly cpuQuota?: number };
  readonly mounts: readonly MountPoint[];
  readonly stopSignal: Signal;
  readonly oomKilled: boolean;
  /** The stop signal was sent: it is not sent twice. */
  readonly signalled: boolean;
  /** It still ran when the machine went off. */
  readonly lost?: boolean;
}

/** A command that runs in a container: ExecSync, or a stream for somebody who watches. */
export interface SessionRow {
  readonly sandbox: string;
  readonly container: string;
  readonly pid: number;
  /** ExecSync's call, whose answer waits for the end. */
  readonly call?: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Where output and the end are sent as they come. */
  readonly stream?: ReplyTo;
}

export interface CallRow {
  readonly rpc: CriRpc;
  readonly reply: ReplyTo;
  readonly at: Ms;
  /** The call's record; null while it is not recorded. */
  readonly record: Seq | null;
  readonly cause: Seq | null;
  readonly from: string;
  readonly object: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface ImageRow {
  readonly view: RuntimeImage;
  readonly source: string;
}

export interface HttpFault {
  readonly namespace?: string;
  readonly pod: string;
  readonly container?: string;
  readonly path?: string;
  readonly status?: number;
  readonly latency?: Ms;
}

export interface ExecFault {
  readonly namespace?: string;
  readonly pod: string;
  readonly container?: string;
  readonly exit?: number;
  readonly latency?: Ms;
}

export interface RuntimeFaults {
  readonly down: boolean;
  readonly cni: boolean;
  readonly http: readonly HttpFault[];
  readonly exec: readonly ExecFault[];
}

export const NO_FAULTS: RuntimeFaults = { down: false, cni: false, http: [], exec: [] };

/** A request of the network that a process has not answered yet. */
export interface RequestRow {
  readonly sandbox: string;
  readonly pid: number;
}

/** Multi-step calls go on by events of these types; `key` is the call. */
export type Step = (ctx: Context, call: string, event: { readonly type: string; readonly [field: string]: unknown }) => void;

export interface Context {
  readonly sim: Simulation;
  readonly node: string;
  readonly machine: Machine;
  readonly network: ClusterNetwork;
  readonly registry: Registry;
  readonly latencies: Latencies;
  /** Component of the runtime (`NODE/containerd`), of its processes (`NODE/os`) and of the OOM killer (`NODE/oom`). */
  readonly ids: { readonly containerd: string; readonly os: string; readonly oom: string; readonly container: string; readonly kernel: string; readonly cni: string };
  readonly sandboxes: Table<SandboxRow>;
  readonly containers: Table<ContainerRow>;
  readonly os: Table<OsState>;
  readonly layers: Table<DirNode>;
  readonly sessions: Table<SessionRow>;
  readonly calls: Table<CallRow>;
  /** StopContainer calls that wait: call → container. */
  readonly stops: Table<string>;
  readonly images: Table<ImageRow>;
  readonly requests: Table<RequestRow>;
  readonly faults: Cell<RuntimeFaults>;
  readonly watchers: Cell<readonly ReplyTo[]>;
  /** Followers of a container's output (attach), by container. */
  readonly attached: Table<readonly ReplyTo[]>;
}

export type { Answer, Json };

/** A latency with its variation, whole ms. */
export function vary(ctx: Context, ms: Ms): Ms {
  return Math.max(0, Math.round(ms * (0.8 + 0.4 * ctx.sim.draw("cri.latency", ctx.node))));
}

/** `pod/NS/NAME`, with `/CONTAINER` where there is one. */
export function podObject(pod: { readonly namespace: string; readonly name: string }, container?: string): string {
  return `pod/${pod.namespace}/${pod.name}${container ? `/${container}` : ""}`;
}

function changed(ctx: Context, podUid: string): void {
  for (const reply of ctx.watchers.get()) ctx.sim.reply(reply, { podUid });
}

/** Replaces a container's row; changes of what listings show reach those who watch. */
export function patchContainer(ctx: Context, id: string, fields: Partial<ContainerRow>, view?: Partial<ContainerStatusCri>): void {
  const row = ctx.containers.get(id);
  if (!row) return;
  ctx.containers.set(id, { ...row, ...fields, ...(view ? { view: { ...row.view, ...view } } : {}) });
  if (view) changed(ctx, row.view.pod.uid);
}

export function patchSandbox(ctx: Context, id: string, fields: Partial<SandboxRow>, view?: Partial<PodSandbox>): void {
  const row = ctx.sandboxes.get(id);
  if (!row) return;
  ctx.sandboxes.set(id, { ...row, ...fields, ...(view ? { view: { ...row.view, ...view } } : {}) });
  if (view) changed(ctx, row.view.pod.uid);
}

export function containersOf(ctx: Context, sandbox: string): [string, ContainerRow][] {
  return [...ctx.containers].filter(([, row]) => row.view.sandboxId === sandbox);
}
