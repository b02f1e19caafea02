/**
 * How a command runs in virtual time. A command is a plain function that asks for what takes time and is run anew
 * from its beginning with each answer, getting the earlier ones again: so all that is kept of it is data (its answers),
 * and a keyframe holds it. Whatever it reads or changes outside itself goes through `once`, so that it happens once.
 */
import type { ApiRequest, ApiResult, WatchMessage, WatchSpec } from "../api/contract.ts";
import type { ApiObject } from "../api/types.ts";
import type { CriResult, CriRpc, CriRpcs } from "../cri/contract.ts";
import type { Ms } from "../sim/types.ts";
import type { ConsoleHost, ExecMessage, ExecQuery, HttpAnswer } from "./host.ts";
import type { Session } from "./sessions.ts";

/** What a command may wait for. */
export type Effect =
  | { readonly type: "api"; readonly request: ApiRequest }
  | { readonly type: "sleep"; readonly ms: Ms }
  | { readonly type: "cri"; readonly node: string; readonly rpc: CriRpc; readonly request: unknown }
  | {
      readonly type: "http";
      readonly url: { readonly host: string; readonly port: number; readonly path: string };
    };

/** What a stream listens to; `tag` comes back with each event. */
export type Source =
  | { readonly type: "watch"; readonly tag: string; readonly spec: WatchSpec }
  | { readonly type: "tick"; readonly tag: string; readonly ms: Ms; readonly once?: boolean }
  | { readonly type: "exec"; readonly tag: string; readonly query: ExecQuery };

export type StreamEvent =
  | { readonly type: "start" }
  | { readonly type: "watch"; readonly tag: string; readonly watch: WatchMessage }
  | { readonly type: "tick"; readonly tag: string }
  | { readonly type: "exec"; readonly tag: string; readonly exec: ExecMessage };

export interface Chunk {
  readonly fd: 1 | 2;
  readonly text: string;
}

/** Where a command's words go. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

/** A step of a stream: what is kept, or the value with which the stream ends. */
export type StreamStep<S, R> = { readonly state: S } | { readonly done: R };

export interface Context extends Output {
  readonly host: ConsoleHost;
  readonly session: Session;
  /** Standard input, whole; empty when there is none. */
  readonly stdin: string;
  /** Node the command runs on; null: the user's own machine. */
  readonly node: string | null;
  /** Does something at its first pass and remembers the value. */
  once<T>(action: () => T): T;
  /** Virtual ms now. */
  now(): Ms;
  /** Unix ms now. */
  epochNow(): number;
  api<T = ApiObject>(request: ApiRequest): ApiResult<T>;
  /** Why somebody else, whose place the command takes, may not do something; absent: the administrator acts. */
  readonly refuse?: (asked: {
    readonly verb: string;
    readonly resource?: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly path?: string;
  }) => string | null;
  cri<R extends CriRpc>(node: string, rpc: R, request: CriRpcs[R]["request"]): CriResult<R>;
  http(url: { readonly host: string; readonly port: number; readonly path: string }): HttpAnswer;
  sleep(ms: Ms): void;
  /** Listens until `step` gives a value. `step` sees `start` first. */
  stream<S, R>(
    sources: readonly Source[],
    initial: S,
    step: (state: S, event: StreamEvent, io: Output, now: Ms) => StreamStep<S, R>,
  ): R;
  changeSession(change: (session: Session) => Session): void;
}

/** Arguments without the command's name → exit code. */
export type Command = (args: readonly string[], ctx: Context) => number;

/** Ends a pass: what is asked for is under way. */
export class Suspended {
  readonly effect: Effect;
  constructor(effect: Effect) {
    this.effect = effect;
  }
}

/** Ends a pass: the command listens. */
export class Listening {
  readonly sources: readonly Source[];
  readonly initial: unknown;
  readonly step: (state: unknown, event: StreamEvent, io: Output, now: Ms) => StreamStep<unknown, unknown>;
  constructor(sources: readonly Source[], initial: unknown, step: Listening["step"]) {
    this.sources = sources;
    this.initial = initial;
    this.step = step;
  }
}
