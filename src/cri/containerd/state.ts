/** What containerd keeps: sandboxes, containers, images, sessions, as plain rows. */
import type { MountPoint } from "../../node/view.ts";
import type { Ms, ReplyTo, Seq } from "../../sim/types.ts";
import type {
  ContainerConfig,
  ContainerStatusCri,
  CriError,
  CriRpc,
  PodRef,
  PodSandbox,
  PodSandboxConfig,
  RuntimeImage,
} from "../contract.ts";

export interface SandboxRow {
  readonly sandbox: PodSandbox;
  readonly config: PodSandboxConfig;
  /** Its network is set up. */
  readonly networked: boolean;
}

export interface ContainerRow {
  readonly status: ContainerStatusCri;
  readonly config: ContainerConfig;
  /** Name of the image as resolved, to find what it runs. */
  readonly imageName: string;
  readonly mounts: readonly MountPoint[];
  /** Process of its own operating system; 0 when it does not run. */
  readonly osPid: number;
  readonly oomKilled: boolean;
  /** Set while StopContainer waits: who is told when it has ended. */
  readonly stops: readonly CallRow[];
  /** Most memory its processes will use, as last looked at for the node's sum. */
  readonly peak: number;
}

export interface ImageRow {
  readonly image: RuntimeImage;
  /** Resolved name, to find what it runs. */
  readonly name: string;
  readonly pulledAt: Ms;
}

/** A call on its way. */
export interface CallRow {
  readonly rpc: CriRpc;
  // biome-ignore lint/suspicious/noExplicitAny: each RPC has its own request
  readonly request: any;
  readonly reply: ReplyTo;
  readonly seq: Seq | null;
  readonly from: string;
  readonly object: string;
  readonly startedAt: Ms;
}

export interface SessionRow {
  readonly id: string;
  readonly container: string;
  readonly stdout: string;
  readonly stderr: string;
  /** ExecSync: the call it answers. Streaming: where pieces of output go. */
  readonly call?: CallRow;
  readonly stream?: ReplyTo;
  readonly delayMs: Ms;
}

/** Everything of one pod, for listings that can be compared by identity. */
export interface PodView {
  readonly sandboxes: readonly PodSandbox[];
  readonly containers: readonly ContainerStatusCri[];
}

export interface Listing {
  readonly pods: Readonly<Record<string, PodView>>;
}

export interface HttpFault {
  readonly id: string;
  readonly namespace?: string;
  readonly pod: string;
  readonly container?: string;
  readonly path?: string;
  readonly status?: number;
  readonly latencyMs?: Ms;
}

export interface ExecFault {
  readonly id: string;
  readonly namespace?: string;
  readonly pod: string;
  readonly container?: string;
  readonly exit?: number;
  readonly latencyMs?: Ms;
}

export interface RuntimeFaults {
  /** The socket is gone. */
  readonly down: boolean;
  readonly cniFail: boolean;
  readonly http: readonly HttpFault[];
  readonly exec: readonly ExecFault[];
}

export const NO_FAULTS: RuntimeFaults = { down: false, cniFail: false, http: [], exec: [] };

/** Latencies in ms; a small seeded jitter lies on them. */
export interface RuntimeLatencies {
  readonly cri: Ms;
  /** RunPodSandbox, its CNI call included. */
  readonly sandbox: Ms;
  readonly cni: Ms;
  readonly create: Ms;
  readonly start: Ms;
  /** From the answer of StartContainer to the program's first instruction. */
  readonly spawn: Ms;
  readonly exec: Ms;
}

/**
 * From the recordings of a real node (5th percentile, median, 95th): sandbox 87, 110, 202 ms (of 170), create 7, 15, 34 ms (of 297), start 39, 53, 92 ms (of 308). The rest is estimated from what lies between them.
 */
export const LATENCIES: RuntimeLatencies = {
  cri: 3,
  sandbox: 90,
  cni: 50,
  create: 15,
  start: 50,
  spawn: 15,
  exec: 40,
};

export const DOWN: CriError = {
  code: "Unavailable",
  desc: 'connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"',
};

/** A call was under way when containerd ended. */
export const CUT_OFF: CriError = { code: "Unavailable", desc: "error reading from server: EOF" };

export const unknown = (desc: string): CriError => ({ code: "Unknown", desc });
export const notFound = (what: string, id: string): CriError => ({
  code: "NotFound",
  desc: `an error occurred when try to find ${what} "${id}": not found`,
});

/** `pod/NS/NAME` or `pod/NS/NAME/CONTAINER`. */
export function objectOf(pod: PodRef | undefined, container?: string): string {
  if (!pod) return "";
  return `pod/${pod.namespace}/${pod.name}${container ? `/${container}` : ""}`;
}
