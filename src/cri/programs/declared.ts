/** The program of an image that a scenario declares: start-up, ports, answers, memory, CPU, log lines, exit. */
import type { Program, ProgramHost, ServerAnswer, ServerRequest } from "../os/contract.ts";
import { query, type State, text } from "./server.ts";
import { bytes, duration, milliCpu } from "./values.ts";

/** `run` of an image in a scenario file (values as written there). */
export interface Behavior {
  readonly startup?: string | number;
  readonly ports?: readonly number[];
  readonly http?: readonly {
    readonly path?: string;
    readonly status?: number;
    readonly until?: string | number;
    readonly from?: string | number;
    readonly latency?: string | number;
    readonly body?: string;
  }[];
  readonly grpc?:
    | readonly {
        readonly service?: string;
        readonly status?: "SERVING" | "NOT_SERVING";
        readonly until?: string | number;
      }[]
    | boolean;
  readonly memory?:
    | string
    | number
    | readonly {
        readonly at?: string | number;
        readonly use: string | number;
        readonly over?: string | number;
      }[];
  readonly cpu?:
    | string
    | number
    | readonly { readonly at?: string | number; readonly use: string | number }[];
  readonly log?: readonly {
    readonly every?: string | number;
    readonly at?: string | number;
    readonly line: string;
    readonly stream?: "stdout" | "stderr";
  }[];
  readonly files?: readonly {
    readonly at?: string | number;
    readonly write?: string;
    readonly remove?: string;
    readonly content?: string;
  }[];
  readonly exit?: { readonly at: string | number; readonly code?: number; readonly message?: string };
  readonly onTerm?: { readonly after?: string | number; readonly code?: number; readonly ignore?: boolean };
}

const of = (host: ProgramHost): Behavior => (host.behavior ?? {}) as Behavior;

function begin(host: ProgramHost): State {
  const b = of(host);
  host.handle(b.onTerm?.ignore ? { TERM: "ignore" } : { TERM: "handle", INT: "handle" });
  const memory = Array.isArray(b.memory)
    ? b.memory
    : b.memory !== undefined
      ? [{ at: 0, use: b.memory }]
      : [];
  for (const [i, m] of memory.entries()) after(host, duration(m.at), `memory/${i}`, () => grow(host, i));
  const cpu = Array.isArray(b.cpu) ? b.cpu : b.cpu !== undefined ? [{ at: 0, use: b.cpu }] : [];
  for (const [i, c] of cpu.entries()) after(host, duration(c.at), `cpu/${i}`, () => load(host, i));
  (b.log ?? []).forEach((l, i) => {
    if (l.every !== undefined) host.wake(Math.max(1, duration(l.at ?? l.every)), `log/${i}`);
    else after(host, duration(l.at), `log/${i}`, () => say(host, i));
  });
  for (const [i, f] of (b.files ?? []).entries())
    after(host, duration(f.at), `file/${i}`, () => touch(host, i));
  if (b.exit) host.wake(Math.max(1, duration(b.exit.at)), "exit");
  after(host, duration(b.startup), "open", () => open(host));
  return {};
}

function after(host: ProgramHost, ms: number, tag: string, now: () => void): void {
  if (ms > 0) host.wake(ms, tag);
  else now();
}

function open(host: ProgramHost): void {
  for (const port of of(host).ports ?? []) {
    if (host.listen(port)) continue;
    host.write(2, `listen tcp :${port}: bind: address already in use\n`);
    host.exit(1);
    return;
  }
}

function grow(host: ProgramHost, i: number): void {
  const b = of(host);
  const step = Array.isArray(b.memory) ? b.memory[i] : { use: b.memory, over: 0 };
  host.memory(bytes(step?.use), duration(step?.over));
}

function load(host: ProgramHost, i: number): void {
  const b = of(host);
  host.cpu(milliCpu(Array.isArray(b.cpu) ? b.cpu[i]?.use : b.cpu));
}

function say(host: ProgramHost, i: number): void {
  const l = of(host).log?.[i];
  if (l) host.write(l.stream === "stderr" ? 2 : 1, `${l.line}\n`);
}

function touch(host: ProgramHost, i: number): void {
  const f = of(host).files?.[i];
  if (f?.write) host.fs.write(f.write, f.content ?? "");
  if (f?.remove) host.fs.remove(f.remove);
}

function answer(
  host: ProgramHost,
  request: ServerRequest,
): { readonly answer: ServerAnswer; readonly delayMs?: number } {
  const b = of(host);
  const age = host.now - host.containerStartedAt;
  if (request.kind === "grpc") {
    const rules = Array.isArray(b.grpc)
      ? b.grpc
      : b.grpc === undefined
        ? null
        : [{ status: "SERVING" as const }];
    if (!rules) return { answer: { closed: "eof" } };
    const rule = rules.find(
      (r) => (r.service ?? "") === request.service && (r.until === undefined || age < duration(r.until)),
    );
    return {
      answer: rule
        ? { grpc: rule.status ?? "SERVING" }
        : { grpcError: { code: "NotFound", desc: "unknown service" } },
    };
  }
  const { path } = query(request.path);
  const rules = b.http ?? [];
  const rule = rules.find(
    (r) =>
      (r.path === undefined || r.path === path) &&
      (r.until === undefined || age < duration(r.until)) &&
      (r.from === undefined || age >= duration(r.from)),
  );
  if (rule)
    return {
      answer: text(rule.status ?? 200, rule.body ?? ((rule.status ?? 200) < 400 ? "ok\n" : "error\n")),
      delayMs: duration(rule.latency),
    };
  return { answer: rules.length === 0 ? text(200, "ok\n") : text(404, "404 page not found\n") };
}

export const declared: Program = {
  memory: 4 * 1024 * 1024,
  start: begin,
  step: (state, event, host) => {
    const b = of(host);
    if (event.type === "wake") {
      const [kind, n] = event.tag.split("/");
      const i = Number(n);
      if (kind === "open") open(host);
      else if (kind === "memory") grow(host, i);
      else if (kind === "cpu") load(host, i);
      else if (kind === "file") touch(host, i);
      else if (kind === "log") {
        say(host, i);
        const every = b.log?.[i]?.every;
        if (every !== undefined && host.alive) host.wake(Math.max(1, duration(every)), event.tag);
      } else if (kind === "exit") {
        if (b.exit?.message !== undefined) host.fs.write("/dev/termination-log", b.exit.message);
        host.exit(b.exit?.code ?? 0);
      } else if (kind === "term") host.exit(b.onTerm?.code ?? 0);
    } else if (event.type === "signal") {
      const wait = duration(b.onTerm?.after);
      if (wait > 0) host.wake(wait, "term");
      else host.exit(b.onTerm?.code ?? 0);
    } else if (event.type === "request") {
      const said = answer(host, event.request);
      host.respond(event.request.id, said.answer, said.delayMs);
    }
    return state;
  },
};
