/** Commands in running containers: ExecSync for probes and hooks, streams for exec and attach. */
import type { Ms, ReplyTo } from "../../sim/types.ts";
import type { CriRpcs } from "../contract.ts";
import type { Fd, Fds } from "../os/contract.ts";
import { findExecutable, programOf } from "../os/host.ts";
import { answer, failed, later, ok } from "./calls.ts";
import { type Context, type ContainerRow, type ExecFault, vary } from "./context.ts";
import { enter, viewOf } from "./world.ts";

/** What is kept of a command's output. */
const KEPT = 256 * 1024;

export interface StreamOptions {
  readonly stdin?: string;
  readonly open?: boolean;
  readonly tty?: boolean;
}

interface Started {
  readonly ok: true;
  readonly pid: number;
}
interface NotStarted {
  readonly ok: false;
  readonly error: { readonly code: string; readonly desc: string };
}

const STATES = { created: "CONTAINER_CREATED", running: "CONTAINER_RUNNING", exited: "CONTAINER_EXITED", unknown: "CONTAINER_UNKNOWN" } as const;

/** Why a command cannot run in a container at all; null when it can. */
function refusal(ctx: Context, id: string): NotStarted["error"] | null {
  const row = ctx.containers.get(id);
  if (!row) return { code: "NotFound", desc: `failed to exec in container: failed to find container "${id}" in store: not found` };
  if (row.view.state !== "running") return { code: "Unknown", desc: `failed to exec in container: container is in ${STATES[row.view.state]} state` };
  return null;
}

/** Text of runc for a command that it cannot start (libcontainer: exec.LookPath and its errors). */
export function lookPathError(ctx: Context, row: ContainerRow, command: string, env: Readonly<Record<string, string>>): string | null {
  const sandbox = ctx.sandboxes.get(row.view.sandboxId)!;
  const os = ctx.os.get(row.view.sandboxId)!;
  const fs = viewOf(ctx, sandbox, row.view.id, row.process, os, 0);
  const found = findExecutable(fs, row.process.cwd, command, env.PATH);
  if (found.ok) return null;
  const shown = JSON.stringify(command);
  if (!command.includes("/")) return found.errno === "EACCES" ? `exec: ${shown}: permission denied` : `exec: ${shown}: executable file not found in $PATH`;
  if (found.errno === "EACCES") {
    const node = fs.lookup(command.startsWith("/") ? command : `${row.process.cwd}/${command}`);
    return `exec: ${shown}: ${node.ok && node.value.kind === "dir" ? "is a directory" : "permission denied"}`;
  }
  return `exec: ${shown}: stat ${command}: ${found.errno === "ENOTDIR" ? "not a directory" : "no such file or directory"}`;
}

function startProcess(ctx: Context, session: string, id: string, argv: readonly string[], options: { readonly stdin: boolean; readonly tty: boolean }): Started | NotStarted {
  const refused = refusal(ctx, id);
  if (refused) return { ok: false, error: refused };
  const row = ctx.containers.get(id)!;
  const env = options.tty ? { ...row.process.env, TERM: "xterm" } : row.process.env;
  const why = argv.length === 0 ? 'exec: "": executable file not found in $PATH' : lookPathError(ctx, row, argv[0]!, env);
  const oci = (text: string): NotStarted => ({
    ok: false,
    error: { code: "Unknown", desc: `failed to exec in container: failed to start exec "${ctx.sim.drawHex("exec.id", ctx.node, 64)}": OCI runtime exec failed: exec failed: unable to start container process: ${text}` },
  });
  if (why !== null) return oci(why);
  let pid = 0;
  enter(ctx, row.view.sandboxId, (os) => {
    const container = os.state.containers[id];
    if (!container) return;
    const sandbox = ctx.sandboxes.get(row.view.sandboxId)!;
    const fs = viewOf(ctx, sandbox, id, row.process, os.state, 0);
    const found = findExecutable(fs, row.process.cwd, argv[0]!, env.PATH);
    if (!found.ok) return;
    const program = programOf(found.node, found.path, argv, (path) => findExecutable(fs, row.process.cwd, path, env.PATH));
    if (!program.ok) return;
    const out = (stream: "stdout" | "stderr"): Fd => ({ k: "exec", id: session, stream: options.tty ? "stdout" : stream });
    const fds: Fds = { 0: options.stdin ? { k: "exec", id: session, stream: "stdin" } : { k: "null" }, 1: out("stdout"), 2: out("stderr") };
    pid = os.start({ container: id, program: program.program, argv: program.argv, env, cwd: row.process.cwd, uid: row.process.uid, gid: row.process.gid, groups: row.process.groups, fds, session }, container.ns);
    const known = ctx.sessions.get(session);
    if (known) ctx.sessions.set(session, { ...known, pid });
  });
  return pid > 0 ? { ok: true, pid } : oci(`exec ${argv[0]}: exec format error`);
}

// --- ExecSync ------------------------------------------------------------------------------------------------

type ExecRequest = CriRpcs["ExecSync"]["request"];

function faultFor(ctx: Context, id: string): ExecFault | undefined {
  const row = ctx.containers.get(id);
  return row && ctx.faults.get().exec.find((f) => f.pod === row.view.pod.name && (f.namespace ?? row.view.pod.namespace) === row.view.pod.namespace && (f.container === undefined || f.container === row.view.name));
}

export function execSync(ctx: Context, call: string, request: ExecRequest): void {
  const refused = refusal(ctx, request.containerId);
  if (refused) return answer(ctx, call, failed(refused.code, refused.desc));
  if (request.timeoutMs !== undefined && request.timeoutMs > 0) later(ctx, call, { type: "execTimeout", timeoutMs: request.timeoutMs }, request.timeoutMs, "timeout");
  const fault = faultFor(ctx, request.containerId);
  later(ctx, call, { type: "execStart", request }, vary(ctx, ctx.latencies.exec) + (fault?.latency ?? 0));
}

export function execStart(ctx: Context, call: string, event: { readonly [field: string]: unknown }): void {
  const { containerId, command } = event.request as ExecRequest;
  const fault = faultFor(ctx, containerId);
  if (fault?.exit !== undefined) return answer<"ExecSync">(ctx, call, ok<"ExecSync">({ exitCode: fault.exit, stdout: "", stderr: "" }));
  const row = ctx.containers.get(containerId);
  ctx.sessions.set(call, { sandbox: row?.view.sandboxId ?? "", container: containerId, pid: 0, call, stdout: "", stderr: "" });
  const started = startProcess(ctx, call, containerId, command, { stdin: false, tty: false });
  if (started.ok) return;
  ctx.sessions.delete(call);
  answer(ctx, call, failed(started.error.code, started.error.desc));
}

/** The command is killed; what it had started lives on. */
export function execTimeout(ctx: Context, call: string, event: { readonly [field: string]: unknown }): void {
  const session = ctx.sessions.get(call);
  ctx.sessions.delete(call);
  answer(ctx, call, failed("DeadlineExceeded", `failed to exec in container: timeout ${goSeconds(Number(event.timeoutMs))} exceeded: context deadline exceeded`));
  if (session) enter(ctx, session.sandbox, (os) => os.signalFromOutside(session.pid, "KILL"));
}

const goSeconds = (ms: Ms): string => (ms % 60_000 === 0 ? `${ms / 60_000}m0s` : ms > 60_000 ? `${Math.floor(ms / 60_000)}m${(ms % 60_000) / 1000}s` : `${ms / 1000}s`);

export function sessionSaid(ctx: Context, id: string, stream: "stdout" | "stderr", text: string): void {
  const session = ctx.sessions.get(id);
  if (!session) return;
  if (session.stream) {
    ctx.sim.reply(session.stream, { exec: { type: "output", stream, text } });
    return;
  }
  ctx.sessions.set(id, { ...session, [stream]: (session[stream] + text).slice(0, KEPT) });
}

export function sessionEnded(ctx: Context, id: string, code: number): void {
  const session = ctx.sessions.get(id);
  if (!session) return;
  ctx.sessions.delete(id);
  if (session.stream) ctx.sim.reply(session.stream, { exec: { type: "exit", code } });
  else if (session.call) answer<"ExecSync">(ctx, session.call, ok<"ExecSync">({ exitCode: code, stdout: session.stdout, stderr: session.stderr }));
}

// --- streams -------------------------------------------------------------------------------------------------

export function openStream(ctx: Context, containerId: string, argv: readonly string[], options: StreamOptions, reply: ReplyTo): string {
  const id = `exec-${ctx.sim.drawHex("exec.session", ctx.node, 16)}`;
  ctx.sessions.set(id, { sandbox: ctx.containers.get(containerId)?.view.sandboxId ?? "", container: containerId, pid: 0, stdout: "", stderr: "", stream: reply });
  ctx.sim.send({ to: ctx.ids.containerd, key: id }, { type: "streamStart", containerId, argv, options }, { delayMs: vary(ctx, ctx.latencies.exec) });
  return id;
}

export function streamStart(ctx: Context, id: string, event: { readonly [field: string]: unknown }): void {
  const session = ctx.sessions.get(id);
  if (!session) return;
  const options = event.options as StreamOptions;
  const started = startProcess(ctx, id, event.containerId as string, event.argv as readonly string[], { stdin: options.stdin !== undefined || options.open === true, tty: options.tty === true });
  if (!started.ok) {
    ctx.sessions.delete(id);
    if (session.stream) ctx.sim.reply(session.stream, { exec: { type: "error", message: started.error.desc } });
    return;
  }
  if (options.stdin !== undefined) streamInput(ctx, id, options.stdin, options.open !== true);
}

export function streamInput(ctx: Context, id: string, text: string, close: boolean): void {
  const session = ctx.sessions.get(id);
  const attached = id.startsWith("attach/") ? id.split("/")[1]! : "";
  const sandbox = session?.sandbox ?? ctx.containers.get(attached)?.view.sandboxId;
  if (sandbox) enter(ctx, sandbox, (os) => os.sessionInput(attached ? `attach/${attached}` : id, text, close));
}

export function hangUp(ctx: Context, id: string): void {
  const session = ctx.sessions.get(id);
  if (!session) return;
  ctx.sessions.delete(id);
  ctx.sim.cancelAll({ to: ctx.ids.containerd, key: id });
  if (session.pid > 0) enter(ctx, session.sandbox, (os) => os.signalFromOutside(session.pid, "KILL"));
}

/** Follows a container's output until its end; a container with `stdin` gets what is typed. */
export function attach(ctx: Context, containerId: string, options: { readonly stdin?: string }, reply: ReplyTo): string {
  const row = ctx.containers.get(containerId);
  const id = `attach/${containerId}`;
  if (!row || row.view.state !== "running") {
    ctx.sim.reply(reply, { exec: { type: "error", message: row ? `container is in ${STATES[row.view.state]} state` : `failed to find container "${containerId}" in store: not found` } });
    return id;
  }
  ctx.attached.update(containerId, (list) => [...(list ?? []), reply]);
  if (options.stdin !== undefined) streamInput(ctx, id, options.stdin, true);
  return id;
}
