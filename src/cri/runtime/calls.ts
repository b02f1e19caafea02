/** Calls over the CRI socket: their records, their latency, their answers. */
import type { Ms, ReplyTo, Seq, SimEvent } from "../../sim/types.ts";
import { type CriError, criErrorText, type CriResult, type CriRpc, type CriRpcs } from "../contract.ts";
import { type CallRow, type Context, podObject, vary } from "./context.ts";

const DOWN: CriError = { code: "Unavailable", desc: 'connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"' };
const CUT_OFF: CriError = { code: "Unavailable", desc: "error reading from server: EOF" };

export const ok = <R extends CriRpc>(value: CriRpcs[R]["reply"]): CriResult<R> => ({ ok: true, value });
export const failed = (code: string, desc: string): { readonly ok: false; readonly error: CriError } => ({ ok: false, error: { code, desc } });

/** Part of the kubelet that makes a call, where the call's data does not say. */
function caller(ctx: Context, rpc: CriRpc, request: unknown, data: Readonly<Record<string, unknown>> | undefined): string {
  if (typeof data?.from === "string") return data.from;
  const part =
    rpc === "ImageStatus" || rpc === "PullImage" || rpc === "ListImages" || rpc === "RemoveImage" || rpc === "ImageFsInfo" ? "image-manager"
    : rpc === "ListPodSandbox" || rpc === "ListContainers" ? "pleg"
    : rpc === "Status" || rpc === "Version" ? "kubelet"
    : rpc === "ExecSync" && (request as { timeoutMs?: Ms }).timeoutMs !== undefined && data?.hook !== true ? "prober"
    : "kuberuntime";
  return `${ctx.node}/${part}`;
}

interface About {
  readonly object: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a call is about: pod and container by name, from its data, its request, or the rows that it points to. */
function about(ctx: Context, request: unknown, given: Readonly<Record<string, unknown>> | undefined): About {
  // biome-ignore lint/suspicious/noExplicitAny: requests of all RPCs are looked through for what they have
  const r = request as any;
  const container = typeof r.containerId === "string" ? ctx.containers.get(r.containerId) : undefined;
  const sandbox = ctx.sandboxes.get(container?.view.sandboxId ?? r.sandboxId);
  const ref = r.config?.pod ?? r.pod ?? container?.view.pod ?? sandbox?.view.pod;
  const [, namespace, name] = typeof given?.pod === "string" && given.pod.startsWith("pod/") ? given.pod.split("/") : [undefined, ref?.namespace, ref?.name];
  const named = (given?.container as string | undefined) ?? container?.view.name ?? (r.config?.name as string | undefined);
  const attempt = given?.attempt ?? container?.view.attempt ?? r.config?.attempt ?? (named ? undefined : sandbox?.view.attempt);
  const { from: _from, ...rest } = given ?? {};
  return {
    object: name ? podObject({ namespace: namespace ?? "default", name }, named) : "",
    data: {
      ...rest,
      ...(name ? { pod: name, namespace: namespace ?? "default" } : {}),
      ...(named !== undefined ? { container: named } : {}),
      ...(attempt !== undefined ? { attempt } : {}),
      ...(typeof r.containerId === "string" ? { containerId: r.containerId } : {}),
      ...(typeof r.sandboxId === "string" ? { sandboxId: r.sandboxId } : {}),
      ...(typeof r.image === "string" ? { image: r.image } : {}),
      ...(r.command !== undefined ? { command: r.command } : {}),
      ...(r.timeoutMs !== undefined ? { timeoutMs: r.timeoutMs } : {}),
    },
  };
}

export type Serve = <R extends CriRpc>(ctx: Context, call: string, rpc: R, request: CriRpcs[R]["request"]) => void;
/** Answer of a call that changes nothing; undefined: it takes its steps. */
export type Read = (ctx: Context, rpc: CriRpc, request: never) => CriResult<CriRpc> | undefined;

export function startCall<R extends CriRpc>(ctx: Context, read: Read, rpc: R, request: CriRpcs[R]["request"], reply: ReplyTo, options: { quiet?: boolean; data?: Record<string, unknown> } = {}): void {
  const { sim } = ctx;
  const from = caller(ctx, rpc, request, options.data);
  if (ctx.faults.get().down) {
    const row: CallRow = { rpc, reply, at: sim.now, record: null, cause: sim.cause, from, ...about(ctx, request, options.data) };
    const record = sim.record({ from, to: ctx.ids.containerd, type: `cri.${rpc}`, object: row.object, data: row.data });
    conclude(ctx, { ...row, record }, failed(DOWN.code, DOWN.desc), 1);
    return;
  }
  if (options.quiet) {
    const result = read(ctx, rpc, request as never);
    if (result) {
      sim.reply(reply, { result }, { delayMs: vary(ctx, ctx.latencies.call) });
      return;
    }
  }
  const row: CallRow = { rpc, reply, at: sim.now, record: null, cause: sim.cause, from, ...about(ctx, request, options.data) };
  const record: Seq = sim.record({ from, to: ctx.ids.containerd, type: `cri.${rpc}`, object: row.object, data: row.data });
  const call = String(sim.drawHex("cri.call", ctx.node, 12));
  ctx.calls.set(call, { ...row, record });
  sim.send({ to: ctx.ids.containerd, key: call }, { type: "serve", request }, { delayMs: vary(ctx, ctx.latencies.call), cause: record });
}

/** Goes on with a call by an event after a while. */
export function later(ctx: Context, call: string, event: SimEvent, delayMs: Ms, timer?: string): void {
  ctx.sim.send({ to: ctx.ids.containerd, key: call }, event, { delayMs, ...(timer ? { timer } : {}) });
}

export function answer<R extends CriRpc>(ctx: Context, call: string, result: CriResult<R>): void {
  const row = ctx.calls.get(call);
  if (!row) return;
  ctx.calls.delete(call);
  ctx.sim.cancelAll({ to: ctx.ids.containerd, key: call });
  conclude(ctx, row, result as CriResult<CriRpc>, 0);
}

function conclude(ctx: Context, row: CallRow, result: CriResult<CriRpc>, delayMs: Ms): void {
  const { sim } = ctx;
  const also = sim.cause !== null && sim.cause !== row.record ? [sim.cause] : [];
  const cause = sim.record({
    from: ctx.ids.containerd,
    to: row.from,
    type: "reply",
    object: row.object,
    cause: row.record,
    also,
    data: { rpc: row.rpc, latency: sim.now - row.at + delayMs, ...(row.data.container !== undefined ? { container: row.data.container } : {}), ...(result.ok ? {} : { error: criErrorText(result.error), code: result.error.code }) },
  });
  sim.reply(row.reply, { result }, { delayMs, cause });
}

/** containerd went away: whoever waits for an answer is told so. */
export function cutOff(ctx: Context, silently: boolean): void {
  for (const [call, row] of [...ctx.calls]) {
    ctx.calls.delete(call);
    ctx.sim.cancelAll({ to: ctx.ids.containerd, key: call });
    if (!silently) conclude(ctx, row, failed(CUT_OFF.code, CUT_OFF.desc), 0);
  }
}
