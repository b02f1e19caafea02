/** The fake containerd: the runtime behind the CRI, put together from its parts. */
import type { ClusterNetwork } from "../../node/network.ts";
import type { Machine } from "../../node/machine.ts";
import type { Simulation } from "../../sim/index.ts";
import type { ReplyTo } from "../../sim/types.ts";
import type { CriClient } from "../contract.ts";
import type { Signal } from "../os/contract.ts";
import type { Registry } from "../registry.ts";
import type { ContainerRow, Latencies, SandboxRow } from "./context.ts";

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

export function createContainerd(_sim: Simulation, _options: ContainerdOptions): Containerd {
  throw new Error("not put together yet");
}
