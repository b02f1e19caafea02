/**
 * The fake machine as the kubelet and the cluster see it: its network, file system, clock, units and load.
 * Everything that takes time answers through the heap (`ReplyTo`); everything else is a plain read.
 */
import type { Ms, ReplyTo } from "../sim/types.ts";

/** Why a connection or a request came to nothing. */
export type NetFailure = "refused" | "timeout" | "noRoute" | "noSuchHost" | "eof" | "reset" | "plainHttp";

export interface HttpRequest {
  /** Address of the peer; `host` (default: ip) is what stands in the Host header. */
  readonly ip: string;
  readonly port: number;
  /** With its query: `/echo?msg=x`. */
  readonly path: string;
  readonly method?: string;
  readonly scheme?: "http" | "https";
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: Ms;
  /** Address the server sees and logs; default: the node's bridge. */
  readonly from?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Outcome of one request. A redirect is an answer like any other (following it is the client's matter).
 * `text` is Go's net/http wording without the `Get "URL": ` in front.
 */
export type HttpResult =
  | { readonly ok: true; readonly response: HttpResponse }
  | { readonly ok: false; readonly failure: NetFailure; readonly text: string };

export interface TcpRequest {
  readonly ip: string;
  readonly port: number;
  readonly timeoutMs: Ms;
}
/** `text`: `dial tcp IP:PORT: connect: connection refused` or `dial tcp IP:PORT: i/o timeout`. */
export type TcpResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly failure: NetFailure; readonly text: string };

export interface GrpcRequest {
  readonly ip: string;
  readonly port: number;
  /** Service name of grpc.health.v1.Health/Check; empty for the whole server. */
  readonly service: string;
  readonly timeoutMs: Ms;
}
export type GrpcHealth = "SERVING" | "NOT_SERVING" | "UNKNOWN" | "SERVICE_UNKNOWN";
/**
 * `connect`: no connection within the timeout (also when refused: the dial blocks and retries);
 * `unimplemented`: a server that does not know the health service; `rpc`: the call failed with that gRPC status.
 */
export type GrpcResult =
  | { readonly ok: true; readonly status: GrpcHealth }
  | {
      readonly ok: false;
      readonly failure: "connect" | "deadline" | "unimplemented" | "rpc";
      readonly code?: string;
      readonly desc?: string;
    };

/** The answer is the reply's event with `result` added, sent by the time of the answer or of the timeout. */
export interface NodeNetwork {
  http(request: HttpRequest, reply: ReplyTo): void;
  tcp(request: TcpRequest, reply: ReplyTo): void;
  grpc(request: GrpcRequest, reply: ReplyTo): void;
  /** The node's own address. */
  readonly nodeIp: string;
  /** `10.244.N.0/24`. */
  readonly podCidr: string;
}

export interface FileStat {
  readonly kind: "file" | "dir" | "link";
  /** Bytes (a directory's is 4096). */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: Ms;
  readonly target?: string;
}

export interface FileOptions {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** What changed below a watched path, added to the watcher's event as `path` and `op`. */
export type FileOp = "create" | "write" | "remove";

/** The node's file system. Paths are absolute; reads follow symbolic links. Missing parents are made by writes. */
export interface NodeFs {
  read(path: string): string | undefined;
  /** `size` over the content's length: a file of that size of which no more is known. */
  write(path: string, content: string, options?: FileOptions & { readonly size?: number }): void;
  append(path: string, text: string): void;
  /**
   * A directory and its missing parents. `tmpfs`: a mount of memory, counted there and not on the disk; `limit`: the
   * most bytes it holds.
   */
  mkdir(path: string, options?: FileOptions & { readonly tmpfs?: boolean; readonly limit?: number }): void;
  symlink(path: string, target: string): void;
  rename(from: string, to: string): void;
  /** With everything below it; nothing happens when it is not there. */
  remove(path: string): void;
  /** Names in a directory, sorted; undefined when it is none. */
  list(path: string): readonly string[] | undefined;
  /** Links are followed. */
  exists(path: string): boolean;
  stat(path: string): FileStat | undefined;
  /** Bytes of the file at a plain path, lines on their way to it counted; undefined where there is none. Cheap. */
  size(path: string): number | undefined;
  /** The link itself, not what it points to. */
  lstat(path: string): FileStat | undefined;
  chmod(path: string, mode: number): void;
  chown(path: string, uid: number, gid: number): void;
  /** Bytes and inodes of everything below a path. */
  usage(path: string): { readonly bytes: number; readonly inodes: number };
  /** Sends the event with `path` and `op` whenever something at or below `prefix` changes (inotify: at once). */
  watch(prefix: string, reply: ReplyTo): void;
  unwatch(prefix: string, to: string): void;
}

export interface MachineInfo {
  readonly name: string;
  readonly hostname: string;
  readonly machineId: string;
  readonly systemUuid: string;
  readonly bootId: string;
  readonly kernelVersion: string;
  readonly osImage: string;
  readonly operatingSystem: string;
  readonly architecture: string;
  readonly containerRuntimeVersion: string;
  readonly internalIp: string;
  readonly podCidr: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly swapBytes: number;
  readonly nodefs: { readonly capacityBytes: number; readonly inodes: number };
  /** Absent: images and writable layers are on nodefs. */
  readonly imagefs?: { readonly capacityBytes: number; readonly inodes: number };
  readonly maxPids: number;
  readonly hugepages: readonly { readonly pageSize: number; readonly count: number }[];
  /** Virtual ms at which the machine was booted (may be negative). */
  readonly bootedAt: Ms;
}

export interface FsUsage {
  readonly capacityBytes: number;
  readonly availableBytes: number;
  readonly usedBytes: number;
  readonly inodes: number;
  readonly inodesFree: number;
  readonly inodesUsed: number;
}

export interface MemoryUsage {
  readonly usageBytes: number;
  readonly workingSetBytes: number;
  readonly rssBytes: number;
  /** Of a limit, or of the machine. */
  readonly availableBytes?: number;
}

export interface CpuUsage {
  /** Nanoseconds of CPU since the start. */
  readonly coreNanoSeconds: number;
  readonly nanoCores: number;
}

export interface ContainerUsage {
  readonly containerId: string;
  readonly cpu: CpuUsage;
  readonly memory: MemoryUsage;
  /** The writable layer. */
  readonly rootfs: { readonly usedBytes: number; readonly inodesUsed: number };
  readonly logs: { readonly usedBytes: number; readonly inodesUsed: number };
  readonly pids: number;
  readonly startedAt: Ms;
}

export interface NodeUsage {
  readonly cpu: CpuUsage;
  readonly memory: MemoryUsage & { readonly availableBytes: number };
  readonly nodefs: FsUsage;
  readonly imagefs: FsUsage;
  readonly pids: { readonly max: number; readonly current: number };
}

/** cAdvisor's and the runtime's view of load, at this instant. */
export interface NodeStats {
  node(): NodeUsage;
  /** Running containers of a pod, the sandbox's pause not among them. */
  pod(podUid: string): readonly ContainerUsage[];
  /** Bytes of the working sets of those containers. */
  podMemory(podUid: string): number;
  container(containerId: string): ContainerUsage | undefined;
  /** What the kubelet's and the system's own slices use. */
  system(): {
    readonly kubelet: { readonly memoryBytes: number; readonly nanoCores: number };
    readonly runtime: { readonly memoryBytes: number; readonly nanoCores: number };
  };
}

export type UnitName = "kubelet" | "containerd";
export interface Unit {
  readonly name: UnitName;
  readonly active: boolean;
  /** Virtual ms of the last change of state. */
  readonly since: Ms;
  readonly pid: number;
}

/** Kernel messages that the kubelet reads (`/dev/kmsg`): the OOM watcher's. */
export interface OomRecord {
  readonly pid: number;
  readonly processName: string;
  readonly containerId?: string;
  readonly podUid?: string;
  /** Set when it was the machine, not a cgroup, that ran out. */
  readonly system: boolean;
}

export interface CgroupLimits {
  readonly memoryLimit?: number;
  readonly cpuShares: number;
  readonly cpuQuota?: number;
  readonly pidsLimit?: number;
}

/** Cgroups that the kubelet makes: QoS levels and pods. Containers' own are made by the runtime below them. */
export interface NodeCgroups {
  /** Creates or updates; `path` as `/kubepods/burstable/podUID`. */
  set(path: string, limits: CgroupLimits): void;
  get(path: string): CgroupLimits | undefined;
  /** With everything below it. */
  remove(path: string): void;
  /** Paths of the children of a cgroup, sorted. */
  children(path: string): readonly string[];
}

/** One machine, as its kubelet gets it. */
export interface NodeHost {
  readonly info: MachineInfo;
  readonly network: NodeNetwork;
  readonly fs: NodeFs;
  readonly stats: NodeStats;
  readonly cgroups: NodeCgroups;
  unit(name: UnitName): Unit;
  /** Wall clock of this machine in ms since the Unix epoch: the virtual clock plus what `clock-jump` added. */
  wallClock(): number;
  /** Sends the event with `oom: OomRecord` for each OOM kill. */
  watchOom(reply: ReplyTo): void;
}
