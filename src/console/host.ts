/**
 * What the console stands on: the API as kubectl sees it, and the nodes as somebody logged in on them sees them.
 * The cluster is one such host; tests have a smaller one.
 */
import type { ApiClient, ApiReader } from "../api/contract.ts";
import type { Disk, FsView } from "../cluster/tools.ts";
import type { CriClient } from "../cri/contract.ts";
import type { ContainerUsage, NodeCgroups, NodeFs, NodeUsage, Unit, UnitName } from "../node/contract.ts";
import type { Simulation } from "../sim/index.ts";
import type { Ms, ReplyTo } from "../sim/types.ts";

/** Which container's log, and which part of it. */
export interface LogQuery {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** RFC 3339. */
  readonly sinceTime?: string;
  readonly timestamps: boolean;
  readonly follow: boolean;
}

/** Where a follower stands. Plain data; only the host looks into it. */
type LogCursor = unknown;

export type LogAnswer =
  | { readonly ok: true; readonly text: string; readonly cursor: LogCursor; readonly ended: boolean }
  /** `code` and text as the kubelet's server or the API server in front of it answers. */
  | {
      readonly ok: false;
      readonly code: number;
      readonly reason: string;
      readonly message: string;
      /** How long the server tried before it said so. */
      readonly afterMs?: Ms;
    };

export interface ExecQuery {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly stdin?: string;
}

/**
 * Answer of an exec, as `exec` of the reply's event: pieces of output while it runs, then its end. `message` is the
 * text of the API server or the kubelet where the command did not start or could not be reached.
 */
export type ExecMessage =
  | { readonly type: "output"; readonly stream: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "exit"; readonly code: number }
  | { readonly type: "error"; readonly message: string };

export interface JournalLine {
  /** Virtual ms. */
  readonly at: Ms;
  /** `kubelet`, `containerd`, `systemd`, `kernel`. */
  readonly identifier: string;
  readonly pid: number;
  readonly text: string;
  /** syslog priority: 3 error, 4 warning, 6 information. */
  readonly priority: number;
}

export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly user: string;
  readonly startedAt: Ms;
  readonly rssBytes: number;
  readonly cpuMilli: number;
  readonly command: string;
}

/** A node as root sees it. */
export interface NodeConsole {
  readonly name: string;
  readonly hostname: string;
  readonly fs: NodeFs & { readonly view: FsView; readonly disk: Disk };
  readonly cri: CriClient;
  readonly kernelVersion: string;
  readonly osImage: string;
  readonly internalIp: string;
  readonly cores: number;
  readonly bootedAt: Ms;
  /** The machine is switched off: nobody can log in. */
  off(): boolean;
  unit(name: UnitName): Unit;
  /** Takes effect in this instant. */
  control(name: UnitName, verb: "start" | "stop" | "restart"): void;
  /** A shutdown of the machine, or its end before it is carried out. */
  power(verb: "poweroff" | "reboot" | "cancel"): void;
  /** Lines of a unit, or of all, at or after a time; oldest first. */
  journal(unit: string | null, since: Ms): readonly JournalLine[];
  processes(): readonly ProcessInfo[];
  /** Load at this instant. */
  usage(): NodeUsage;
  readonly cgroups: Pick<NodeCgroups, "get" | "children">;
  containerUsage(id: string): ContainerUsage | undefined;
  /** Of a pod's containers, the sandbox not among them. */
  podUsage(uid: string): readonly ContainerUsage[];
  readonly memoryBytes: number;
  /** KubeletConfiguration, as the kubelet runs with it. */
  kubeletConfig(): Readonly<Record<string, unknown>>;
  wallClock(): number;
}

export interface HttpAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly body: string;
  /** Transport's text when there is no answer. */
  readonly error: string;
}

export interface ConsoleHost {
  readonly sim: Simulation;
  /** The administrator's client. */
  readonly api: ApiClient;
  readonly reader: ApiReader;
  /** Unix ms of 0 s. */
  readonly epochMs: number;
  readonly nodeNames: readonly string[];
  node(name: string): NodeConsole | undefined;
  log(query: LogQuery, cursor: LogCursor | null): LogAnswer;
  exec(query: ExecQuery, reply: ReplyTo): void;
  /** A GET by address from a node; the answer is the network's `result` on the reply's event. */
  http?(url: { readonly host: string; readonly port: number; readonly path: string }, reply: ReplyTo): void;
}
