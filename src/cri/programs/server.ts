/** What servers have in common: they open ports after a start-up time, answer requests, end on a signal. */
import type { HttpResponse } from "../../node/contract.ts";
import type { Json, Ms } from "../../sim/types.ts";
import type {
  Program,
  ProgramEvent,
  ProgramHost,
  ServerAnswer,
  ServerRequest,
  Signal,
} from "../os/contract.ts";

// biome-ignore lint/suspicious/noExplicitAny: each server narrows its own state
export type State = any;

export interface ServerSpec {
  readonly memory?: number;
  readonly cpuMilli?: number;
  readonly startupMs?: Ms | ((host: ProgramHost) => Ms);
  /** Signals that end it: code, and how long that takes. */
  readonly ends?: Readonly<Partial<Record<Signal, { readonly code: number; readonly afterMs?: Ms }>>>;
  readonly ports: readonly number[] | ((host: ProgramHost) => readonly number[]);
  /** What it prints when a port is taken, before it ends with 1. */
  readonly portTaken?: (port: number) => string;
  /** Tries at a port that is taken, so far apart, and what it says when it gives up. */
  readonly again?: { readonly tries: number; readonly everyMs: Ms; readonly givesUp: string };
  readonly init?: (host: ProgramHost) => State;
  readonly ready?: (state: State, host: ProgramHost) => State;
  /** An answer, or undefined when it comes later; may return the state to go on with. */
  readonly request?: (
    state: State,
    request: ServerRequest,
    host: ProgramHost,
  ) => { readonly answer?: ServerAnswer; readonly delayMs?: Ms; readonly state?: State } | undefined;
  /** Events that are not its own: timers, children, answers of others. */
  readonly event?: (state: State, event: ProgramEvent, host: ProgramHost) => State;
  readonly onSignal?: (state: State, signal: Signal, host: ProgramHost) => State | undefined;
}

/** A Go program: as process 1 it ends with 2 on TERM. */
export const GO_ENDS: ServerSpec["ends"] = {
  TERM: { code: 2 },
  INT: { code: 2 },
  QUIT: { code: 2 },
  HUP: { code: 2 },
};

export function text(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return {
    status,
    headers: {
      "Content-Type": "text/plain; charset=utf-8",
      "Content-Length": String(body.length),
      ...headers,
    },
    body,
  };
}

export function html(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return text(status, body, { "Content-Type": "text/html", ...headers });
}

/** `/a?b=c&d=e` → its path and parameters. */
export function query(path: string): { readonly path: string; readonly get: (name: string) => string } {
  const at = path.indexOf("?");
  const pairs =
    at < 0
      ? []
      : path
          .slice(at + 1)
          .split("&")
          .map((p) => p.split("="));
  const decode = (t: string): string => {
    try {
      return decodeURIComponent(t.replace(/\+/g, " "));
    } catch {
      return t;
    }
  };
  return {
    path: at < 0 ? path : path.slice(0, at),
    get: (name) => decode((pairs.find((p) => p[0] === name) ?? []).slice(1).join("=")),
  };
}

export function server(spec: ServerSpec): Program {
  const open = (own: State, host: ProgramHost, tried = 1): Json => {
    const ports = typeof spec.ports === "function" ? spec.ports(host) : spec.ports;
    for (const [i, port] of ports.entries()) {
      if (host.listen(port)) continue;
      for (const opened of ports.slice(0, i)) host.unlisten(opened);
      host.write(
        2,
        spec.portTaken ? spec.portTaken(port) : `listen tcp :${port}: bind: address already in use\n`,
      );
      if (!spec.again) {
        host.exit(1);
        return null;
      }
      host.wake(spec.again.everyMs, `server.again/${tried}`);
      return { up: false, own };
    }
    return { up: true, own: spec.ready ? spec.ready(own, host) : own };
  };
  return {
    memory: spec.memory ?? 8 * 1024 * 1024,
    ...(spec.cpuMilli !== undefined ? { cpuMilli: spec.cpuMilli } : {}),
    start: (host) => {
      const handled: Partial<Record<Signal, "handle">> = {};
      for (const s of Object.keys(spec.ends ?? {}) as Signal[]) handled[s] = "handle";
      if (spec.onSignal) handled.HUP = "handle";
      host.handle(handled);
      const own = spec.init ? spec.init(host) : null;
      if (!host.alive) return null;
      const wait = typeof spec.startupMs === "function" ? spec.startupMs(host) : (spec.startupMs ?? 0);
      if (wait <= 0) return open(own, host);
      host.wake(wait, "server.open");
      return { up: false, own };
    },
    step: (state: State, event, host) => {
      if (state === null) return state;
      if (event.type === "wake" && event.tag === "server.open") return open(state.own, host);
      if (event.type === "wake" && spec.again && event.tag.startsWith("server.again/")) {
        const tried = Number(event.tag.slice(13));
        if (tried < spec.again.tries) return open(state.own, host, tried + 1);
        host.write(2, spec.again.givesUp);
        host.exit(1);
        return state;
      }
      if (event.type === "wake" && event.tag.startsWith("server.exit/")) {
        host.exit(Number(event.tag.slice(12)));
        return state;
      }
      if (event.type === "signal") {
        const own = spec.onSignal?.(state.own, event.signal, host);
        if (own !== undefined) return { ...state, own };
        const end = spec.ends?.[event.signal];
        if (end) {
          if ((end.afterMs ?? 0) > 0) host.wake(end.afterMs!, `server.exit/${end.code}`);
          else host.exit(end.code);
        }
        return state;
      }
      if (event.type === "request") {
        const done = spec.request?.(state.own, event.request, host);
        if (done?.answer) host.respond(event.request.id, done.answer, done.delayMs);
        else if (!spec.request)
          host.respond(
            event.request.id,
            event.request.kind === "grpc" ? { closed: "eof" } : { closed: "eof" },
          );
        return done && "state" in done ? { ...state, own: done.state } : state;
      }
      return spec.event ? { ...state, own: spec.event(state.own, event, host) } : state;
    },
  };
}

/** Value of `--name=value`, `--name value` or `-name value` among the arguments. */
export function flag(argv: readonly string[], name: string, otherwise = ""): string {
  for (let i = 0; i < argv.length; i++) {
    const a = argv[i]!;
    if (a === `--${name}` || a === `-${name}`) return argv[i + 1] ?? "";
    if (a.startsWith(`--${name}=`) || a.startsWith(`-${name}=`)) return a.slice(a.indexOf("=") + 1);
  }
  return otherwise;
}
