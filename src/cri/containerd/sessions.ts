/** Commands run in a running container: ExecSync and the streaming exec of kubectl. */
import { absolute } from "../../node/fs.ts";
import type { ReplyTo } from "../../sim/types.ts";
import type { CriError } from "../contract.ts";
import { resolveName } from "../images/names.ts";
import type { Fds } from "../os/contract.ts";
import type { Containerd } from "./containerd.ts";
import { viewOf } from "./files.ts";
import { envOf, kernelGroups, resolveProgram, userOf } from "./start.ts";
import { type CallRow, notFound, unknown } from "./state.ts";

export interface ExecOptions {
  readonly containerId: string;
  readonly command: readonly string[];
  readonly stdin?: boolean;
  readonly tty?: boolean;
  /** All of the input, known beforehand; the input ends after it. */
  readonly input?: string;
}

/** What comes as `exec` on the event of a streaming exec's reply. */
export type ExecEvent =
  | { readonly type: "output"; readonly stream: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "exit"; readonly code: number }
  /** It did not start: text as containerd gives it. */
  | { readonly type: "error"; readonly message: string };

function override(c: Containerd, containerId: string): { exit?: number; latencyMs: number } {
  const status = c.containers.get(containerId)?.status;
  const fault =
    status &&
    c
      .faults()
      .exec.find(
        (f) =>
          f.pod === status.pod.name &&
          (f.namespace ?? "default") === status.pod.namespace &&
          (!f.container || f.container === status.name),
      );
  return { latencyMs: fault?.latencyMs ?? 0, ...(fault?.exit !== undefined ? { exit: fault.exit } : {}) };
}

export function beginExec(c: Containerd, call: CallRow): void {
  const { containerId, timeoutMs } = call.request as { containerId: string; timeoutMs?: number };
  const fault = override(c, containerId);
  const delay = c.jittered(c.latencies.cri + c.latencies.exec, call.object) + fault.latencyMs;
  if (timeoutMs !== undefined && fault.latencyMs >= timeoutMs) {
    c.later(call, timeoutMs, { error: deadline(timeoutMs) });
    return;
  }
  if (fault.exit !== undefined) {
    c.sim.send(
      { to: c.id },
      { type: "exec.start", call: { ...call, request: { ...call.request, forced: fault.exit } } },
      { delayMs: delay, cause: call.seq },
    );
    return;
  }
  c.sim.send({ to: c.id }, { type: "exec.start", call }, { delayMs: delay, cause: call.seq });
}

export function startExec(c: Containerd, call: CallRow): void {
  const { containerId, command, timeoutMs, forced } = call.request as {
    containerId: string;
    command: readonly string[];
    timeoutMs?: number;
    forced?: number;
  };
  if (forced !== undefined && c.containers.get(containerId)?.status.state === "running") {
    c.answer(call, { value: { exitCode: forced, stdout: "", stderr: "" } });
    return;
  }
  const id = c.nextSession();
  c.sessions.set(id, { id, container: containerId, stdout: "", stderr: "", call, delayMs: 0 });
  if (timeoutMs !== undefined)
    c.sim.send(
      { to: c.id, key: id },
      { type: "exec.timeout" },
      { delayMs: Math.max(1, timeoutMs - (c.sim.now - call.startedAt)), timer: "timeout", cause: call.seq },
    );
  const failed = begin(
    c,
    id,
    containerId,
    command,
    { 0: { k: "null" }, 1: { k: "exec", id, stream: "stdout" }, 2: { k: "exec", id, stream: "stderr" } },
    false,
  );
  if (!failed) return;
  c.sim.cancel({ to: c.id, key: id }, "timeout");
  c.sessions.delete(id);
  c.answer(call, { error: failed });
}

function begin(
  c: Containerd,
  session: string,
  containerId: string,
  command: readonly string[],
  fds: Fds,
  tty: boolean,
): CriError | null {
  const row = c.containers.get(containerId);
  if (!row) return notFound("container", containerId);
  if (row.status.state !== "running")
    return unknown(
      `failed to exec in container: container is in CONTAINER_${row.status.state.toUpperCase()} state`,
    );
  const sandbox = c.sandboxes.get(row.status.sandboxId)!;
  const spec = c.registry.spec(resolveName(row.imageName))!;
  const user = userOf(c.rootfs.get(containerId)!, spec, row.config);
  if ("error" in user) return unknown(user.error);
  const cwd = absolute("/", row.config.workingDir || spec.workingDir || "/");
  const env = {
    ...envOf(spec, row.config, sandbox.config.hostname || c.machine.info.hostname, user.home),
    ...(tty ? { TERM: "xterm" } : {}),
  };
  const program = resolveProgram(viewOf(c, row, user), cwd, command, env);
  if (!program.ok)
    return unknown(
      `failed to exec in container: failed to start exec "${c.sim.drawHex("exec", `${c.node}/${session}`, 64)}": OCI runtime exec failed: exec failed: unable to start container process: ${program.text}`,
    );
  c.runOs(row.status.sandboxId, (os) => {
    const ns = os.state.containers[containerId]?.ns ?? containerId;
    os.start(
      {
        container: containerId,
        argv: program.argv,
        program: program.program,
        env,
        cwd,
        uid: user.uid,
        gid: user.gid,
        groups: kernelGroups(user.groups),
        fds,
        session,
      },
      ns,
    );
  });
  return null;
}

export function output(c: Containerd, id: string, stream: "stdout" | "stderr", text: string): void {
  const session = c.sessions.get(id);
  if (!session) return;
  if (session.stream)
    c.sim.reply(
      session.stream,
      { exec: { type: "output", stream, text } satisfies ExecEvent },
      { delayMs: 1 },
    );
  else if (session[stream].length < 16 * 1024 * 1024)
    c.sessions.set(id, { ...session, [stream]: session[stream] + text });
}

export function exitedSession(c: Containerd, id: string, code: number): void {
  const session = c.sessions.get(id);
  if (!session) return;
  c.sessions.delete(id);
  c.sim.cancel({ to: c.id, key: id }, "timeout");
  if (session.call)
    c.answer(session.call, { value: { exitCode: code, stdout: session.stdout, stderr: session.stderr } }, 1);
  else if (session.stream)
    c.sim.reply(session.stream, { exec: { type: "exit", code } satisfies ExecEvent }, { delayMs: 2 });
}

const deadline = (ms: number): CriError => ({
  code: "DeadlineExceeded",
  desc: `failed to exec in container: timeout ${ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`} exceeded: context deadline exceeded`,
});

/** The time of an ExecSync is over: its process is killed, the call fails. */
export function timeout(c: Containerd, id: string): void {
  const session = c.sessions.get(id);
  if (!session?.call) return;
  c.sessions.delete(id);
  c.answer(session.call, { error: deadline(session.call.request.timeoutMs) });
  killSession(c, id, session.container);
}

function killSession(c: Containerd, id: string, container: string): void {
  const sandbox = c.containers.get(container)?.status.sandboxId;
  if (!sandbox) return;
  c.runOs(sandbox, (os) => {
    for (const p of os.procs()) if (p.session === id) os.signalFromOutside(p.pid, "KILL");
  });
}

export function exec(c: Containerd, options: ExecOptions, reply: ReplyTo): string {
  const id = c.nextSession();
  const fault = override(c, options.containerId);
  c.sessions.set(id, {
    id,
    container: options.containerId,
    stdout: "",
    stderr: "",
    stream: reply,
    delayMs: fault.latencyMs,
  });
  const say = (event: ExecEvent): void =>
    c.sim.reply(reply, { exec: event }, { delayMs: c.latencies.cri + c.latencies.exec + fault.latencyMs });
  if (c.faults().down) {
    c.sessions.delete(id);
    say({ type: "error", message: "error dialing backend: containerd is down" });
    return id;
  }
  if (fault.exit !== undefined) {
    c.sessions.delete(id);
    say({ type: "exit", code: fault.exit });
    return id;
  }
  const stdin = options.stdin === true || options.input !== undefined;
  const fds: Fds = {
    0: stdin ? { k: "exec", id, stream: "stdin" } : { k: "null" },
    1: { k: "exec", id, stream: "stdout" },
    2: { k: "exec", id, stream: options.tty ? "stdout" : "stderr" },
  };
  const failed = begin(c, id, options.containerId, options.command, fds, options.tty === true);
  if (failed) {
    c.sessions.delete(id);
    say({ type: "error", message: failed.desc });
    return id;
  }
  if (options.input !== undefined) input(c, id, options.input, true);
  return id;
}

/** Typed text; `id` is an exec session, or `stdin/CONTAINER` for a container's own input (attach). */
export function input(c: Containerd, id: string, text: string, close: boolean): void {
  const container = id.startsWith("stdin/") ? id.slice(6) : c.sessions.get(id)?.container;
  const sandbox = container ? c.containers.get(container)?.status.sandboxId : undefined;
  if (sandbox) c.runOs(sandbox, (os) => os.sessionInput(id, text, close));
}

export function end(c: Containerd, id: string): void {
  const session = c.sessions.get(id);
  if (!session) return;
  c.sessions.delete(id);
  killSession(c, id, session.container);
}
