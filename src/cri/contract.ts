/**
 * The Container Runtime Interface as the kubelet sees it: the RPC names and the parts of their
 * messages that the kubelet reads or writes (cri-api v1). The kubelet knows the runtime only through
 * this file; containerd, its images and the programs that run live behind it.
 */
import type { Ms, ReplyTo, Seq } from "../sim/types.ts";

export type SandboxState = "READY" | "NOTREADY";
export type RuntimeContainerState = "created" | "running" | "exited" | "unknown";

/** Labels the kubelet puts on sandboxes and containers (pkg/kubelet/types/labels.go). */
export interface PodRef {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
}

export interface PortMapping {
  readonly containerPort: number;
  readonly hostPort?: number;
  readonly protocol: string;
}

export interface PodSandboxConfig {
  readonly pod: PodRef;
  readonly attempt: number;
  readonly hostname: string;
  readonly hostNetwork: boolean;
  readonly sharePid: boolean;
  readonly logDirectory: string;
  readonly cgroupParent: string;
  readonly dns: {
    readonly servers: readonly string[];
    readonly searches: readonly string[];
    readonly options: readonly string[];
  };
  readonly portMappings: readonly PortMapping[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly runtimeHandler: string;
  readonly sysctls?: Readonly<Record<string, string>>;
}

export interface PodSandbox {
  readonly id: string;
  readonly pod: PodRef;
  readonly attempt: number;
  readonly state: SandboxState;
  /** Virtual ms of creation. */
  readonly createdAt: Ms;
  /** Empty when there is none (host network, or network set-up failed). */
  readonly ips: readonly string[];
  readonly hostNetwork: boolean;
  /** Record of its last change of state, for the causes in the trace; no part of the real CRI. */
  readonly changedBy?: Seq;
}

/** A file or a directory of the node that a container sees (volumes, hosts file, termination log). */
export interface Mount {
  readonly containerPath: string;
  readonly hostPath: string;
  readonly readonly: boolean;
  /** Files of an image instead of the node's. */
  readonly image?: { readonly ref: string; readonly subPath?: string };
}

export interface ContainerConfig {
  readonly name: string;
  readonly attempt: number;
  readonly image: string;
  readonly imageId: string;
  /** Empty: the image's entrypoint. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir: string;
  readonly env: readonly (readonly [string, string])[];
  readonly mounts: readonly Mount[];
  /** Below the sandbox's log directory: `NAME/ATTEMPT.log`. */
  readonly logPath: string;
  readonly terminationMessagePath: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Among them io.kubernetes.container.hash, .restartCount, .terminationMessagePath, .terminationMessagePolicy, preStop, grace. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly cgroup: {
    readonly memoryLimit?: number;
    readonly cpuShares: number;
    readonly cpuQuota?: number;
    readonly oomScoreAdj: number;
    /** Out of memory ends one process alone (memory.oom.group is 0). */
    readonly oomSingle?: boolean;
  };
  readonly user: {
    readonly uid?: number;
    readonly gid?: number;
    readonly groups?: readonly number[];
    readonly username?: string;
  };
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  /** AppArmor profile of the node's own, by name. */
  readonly apparmorProfile?: string;
  /** The runtime's own seccomp profile, or the path of one on the node; unconfined without. */
  readonly seccomp?: "default" | { readonly path: string };
  readonly noNewPrivs?: boolean;
  readonly readonlyRootfs?: boolean;
  readonly privileged?: boolean;
  readonly stdin?: boolean;
  readonly tty?: boolean;
  /** Container whose PID namespace is shared (ephemeral containers). */
  readonly targetId?: string;
  readonly kind: "init" | "regular" | "ephemeral";
  /** `SIGUSR1`: replaces the image's stop signal. */
  readonly stopSignal?: string;
}

/** Newest first in every listing, as the kubelet sorts them. */
export interface ContainerStatusCri {
  readonly id: string;
  readonly sandboxId: string;
  readonly pod: PodRef;
  readonly name: string;
  readonly attempt: number;
  readonly image: string;
  readonly imageRef: string;
  readonly imageId: string;
  readonly state: RuntimeContainerState;
  readonly createdAt: Ms;
  readonly startedAt?: Ms;
  readonly finishedAt?: Ms;
  readonly exitCode?: number;
  /** `Completed`, `Error`, `OOMKilled`, `StartError` as containerd reports them. */
  readonly reason?: string;
  readonly message?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly logPath: string;
  readonly pid?: number;
  readonly user?: { readonly uid: number; readonly gid: number; readonly groups: readonly number[] };
  /** Record of its last change of state, for the causes in the trace; no part of the real CRI. */
  readonly changedBy?: Seq;
}

export interface RuntimeImage {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly sizeBytes: number;
  /** uid of the image's USER when numeric. */
  readonly uid?: number;
  /** USER of the image when it is a name. */
  readonly username?: string;
  readonly pinned?: boolean;
}

export interface RuntimeCondition {
  readonly type: "RuntimeReady" | "NetworkReady";
  readonly status: boolean;
  readonly reason: string;
  readonly message: string;
}

/** Request and answer of each RPC. An error is the gRPC text as the kubelet prints it. */
export interface CriRpcs {
  Version: {
    request: Record<string, never>;
    reply: { runtimeName: string; runtimeVersion: string; runtimeApiVersion: string };
  };
  Status: { request: Record<string, never>; reply: { conditions: readonly RuntimeCondition[] } };
  RunPodSandbox: { request: { config: PodSandboxConfig }; reply: { sandboxId: string } };
  StopPodSandbox: { request: { sandboxId: string }; reply: Record<string, never> };
  RemovePodSandbox: { request: { sandboxId: string }; reply: Record<string, never> };
  PodSandboxStatus: { request: { sandboxId: string }; reply: { sandbox: PodSandbox } };
  ListPodSandbox: { request: { podUid?: string }; reply: { sandboxes: readonly PodSandbox[] } };
  CreateContainer: {
    request: { sandboxId: string; config: ContainerConfig };
    reply: { containerId: string };
  };
  StartContainer: { request: { containerId: string }; reply: Record<string, never> };
  /** `timeoutMs`: time between the stop signal and SIGKILL. */
  StopContainer: { request: { containerId: string; timeoutMs: Ms }; reply: Record<string, never> };
  RemoveContainer: { request: { containerId: string }; reply: Record<string, never> };
  ListContainers: { request: { podUid?: string }; reply: { containers: readonly ContainerStatusCri[] } };
  ContainerStatus: { request: { containerId: string }; reply: { container: ContainerStatusCri } };
  UpdateContainerResources: {
    request: { containerId: string; memoryLimit?: number; cpuShares?: number; cpuQuota?: number };
    reply: Record<string, never>;
  };
  /** `timeoutMs` absent: no limit. A timeout is an error with code DeadlineExceeded. */
  ExecSync: {
    request: { containerId: string; command: readonly string[]; timeoutMs?: Ms };
    reply: { exitCode: number; stdout: string; stderr: string };
  };
  ReopenContainerLog: { request: { containerId: string }; reply: Record<string, never> };
  ImageStatus: { request: { image: string }; reply: { image: RuntimeImage | null } };
  ListImages: { request: Record<string, never>; reply: { images: readonly RuntimeImage[] } };
  PullImage: {
    request: { image: string; pod?: PodRef; auth?: { secret: string; username: string; password: string } };
    reply: { imageRef: string; sizeBytes: number };
  };
  RemoveImage: { request: { image: string }; reply: Record<string, never> };
  ImageFsInfo: {
    request: Record<string, never>;
    reply: { usedBytes: number; inodesUsed: number; capacityBytes: number };
  };
}

export type CriRpc = keyof CriRpcs;

export interface CriError {
  /** gRPC code: `Unknown`, `NotFound`, `Unavailable`, `DeadlineExceeded`, `AlreadyExists` … */
  readonly code: string;
  /** Text after `desc = `. */
  readonly desc: string;
}

/** `rpc error: code = C desc = D`, as Go prints a gRPC status. */
export function criErrorText(e: CriError): string {
  return `rpc error: code = ${e.code} desc = ${e.desc}`;
}

export type CriResult<R extends CriRpc> =
  | { readonly ok: true; readonly value: CriRpcs[R]["reply"] }
  | { readonly ok: false; readonly error: CriError };

/** What the answer adds to the event named in `ReplyTo`: `{...event, result}`. */
export interface CriReply<R extends CriRpc = CriRpc> {
  readonly result: CriResult<R>;
}

/**
 * The kubelet's end of the CRI socket. Each call is a trace record `cri.<RPC>`; the answer comes back as an
 * event through the heap after the RPC's latency. `quiet` calls (the periodic listings of the PLEG, Status)
 * are not recorded unless they fail.
 */
export interface CriClient {
  call<R extends CriRpc>(
    rpc: R,
    request: CriRpcs[R]["request"],
    reply: ReplyTo,
    options?: { quiet?: boolean; data?: Record<string, unknown> },
  ): void;
  /**
   * GetContainerEvents: from now on each change of a container or sandbox comes as the event with `podUid` added, and
   * the end of the stream with `lost`; null ends it. One stream at a time. Absent where the runtime does not offer it.
   */
  watchEvents?(reply: ReplyTo | null): void;
}
