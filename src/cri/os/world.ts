/** What a sandbox's operating system needs from outside: the runtime, the node's disk and the network give it. */

import type { Credentials, FsView } from "../../node/view.ts";
import type { Json, Ms } from "../../sim/types.ts";
import type { Flavor, OutgoingHttp, Program, ServerAnswer, Signal } from "./contract.ts";
import type { OsState } from "./state.ts";

export interface ContainerFacts {
  readonly flavor: Flavor;
  readonly shell: "ash" | "dash" | "bash";
  readonly imageName: string;
  readonly hostname: string;
  readonly podIp: string;
  readonly behavior: Json | undefined;
}

export interface OsWorld {
  readonly now: Ms;
  wallClock(): number;
  program(name: string): Program;
  facts(container: string): ContainerFacts;
  fs(container: string, who: Credentials, os: OsState, pid: number): FsView;
  timer(pid: number, tag: string, ms: Ms): void;
  cancelTimer(pid: number, tag: string): void;
  log(container: string, stream: "stdout" | "stderr", lines: readonly string[]): void;
  sessionOutput(session: string, stream: "stdout" | "stderr", text: string): void;
  sessionExited(session: string, code: number, signal?: Signal): void;
  containerExited(container: string, code: number, signal?: Signal): void;
  loadChanged(container: string, os: OsState): void;
  /** Most processes of the sandbox, its own not among them; undefined: as many as one likes. */
  readonly pidsLimit: number | undefined;
  /** Milli-CPU that a container gets of what it asks for. */
  cpuGranted(container: string, milli: number): number;
  /** No other sandbox of the same network has the port. */
  bindable(port: number): boolean;
  respond(request: string, answer: ServerAnswer, delayMs: Ms): void;
  /** A process ended: requests that it has not answered are closed. */
  requestsDropped(pid: number): void;
  http(pid: number, request: OutgoingHttp, tag: string): void;
  tcp(pid: number, host: string, port: number, timeoutMs: Ms, tag: string): void;
  resolve(pid: number, name: string, tag: string): void;
  random(container: string): number;
}
