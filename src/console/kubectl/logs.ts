/** `kubectl logs` (kubectl/pkg/cmd/logs). */
import type { ApiStatusError } from "../../api/contract.ts";
import type { Pod } from "../../api/types.ts";
import type { Command, Context, Source, StreamStep } from "../context.ts";
import type { LogAnswer, LogQuery } from "../host.ts";
import { Errors, errorText, Failure, fail, usage } from "./errors.ts";
import { type Flags, flags, parseFlags } from "./flags.ts";
import { listObjects, namespaceOf, requestTimeoutOf } from "./objects.ts";
import { containerFor, POD, podFor } from "./pods.ts";

const FLAGS = flags(
  "follow|f previous|p container|c=string tail=int since=duration since-time=string timestamps prefix all-containers all-pods selector|l=string limit-bytes=int max-log-requests=int ignore-errors pod-running-timeout=duration insecure-skip-tls-verify-backend",
);

const EXPECTED =
  "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command";
/** How often a follower looks for more. */
const LOOK_MS = 200;

interface Source_ {
  readonly query: LogQuery;
  readonly prefix: string;
}

export const logs: Command = (args, ctx) => {
  const f = parseFlags(FLAGS, args);
  const selector = f.string("selector");
  if (f.args.length > 2 || (f.args.length === 0 && !selector)) usage(EXPECTED, "kubectl logs");
  if (f.args.length === 2 && f.has("container")) {
    if (f.args[1] !== undefined && f.string("container") !== "")
      podFor(ctx, f.args[0] ?? "", namespaceOf(ctx, f), "logs");
    usage("only one of -c or an inline [CONTAINER] arg is allowed", "kubectl logs");
  }
  if (f.args.length > 0 && selector) usage("only a selector (-l) or a POD name is allowed", "kubectl logs");
  if (f.has("tail") && f.int("tail", -1) < -1) fail("--tail must be greater than or equal to -1");
  if (f.has("since") && f.ms("since", 0) !== 0 && f.has("since-time"))
    fail("at most one of `sinceTime` or `sinceSeconds` may be specified");
  const container = f.args[1] ?? f.string("container");
  if (container && f.bool("all-containers"))
    fail(`--all-containers=true should not be specified with container name ${container}`);
  const namespace = namespaceOf(ctx, f);
  const sources = sourcesOf(ctx, f, namespace, container);
  if (sources.length === 0) {
    ctx.err(`No resources found in ${namespace} namespace.\n`);
    return 0;
  }
  const most = f.int("max-log-requests", 5);
  if (f.bool("follow") && sources.length > most)
    fail(
      `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${most}, use --max-log-requests to increase the limit`,
    );
  return f.bool("follow")
    ? follow(ctx, sources, f.bool("ignore-errors"), requestTimeoutOf(f))
    : readAll(ctx, sources, f.bool("ignore-errors"), requestTimeoutOf(f));
};

function sourcesOf(ctx: Context, f: Flags, namespace: string, container: string): Source_[] {
  const selector = f.string("selector");
  let pods: Pod[];
  if (selector || f.bool("all-pods")) {
    const errors = new Errors();
    const first = f.args[0];
    const found = selector
      ? listObjects(ctx, POD, { namespace, selector }, errors)
      : [podFor(ctx, first ?? "", namespace, "logs")];
    if (!found) return fail(errors.list[0]?.error.message ?? "");
    pods = [...(found as Pod[])];
  } else pods = [podFor(ctx, f.args[0] ?? "", namespace, "logs")];

  const tail = f.has("tail") ? f.int("tail", -1) : selector ? 10 : -1;
  const since = f.ms("since", 0);
  const sinceTime =
    since > 0
      ? new Date(ctx.epochNow() - Math.ceil(since / 1000) * 1000).toISOString()
      : f.string("since-time");
  const prefixed = f.bool("prefix");
  return pods.flatMap((pod) => {
    const name = pod.metadata?.name ?? "";
    const spec = pod.spec;
    const names = f.bool("all-containers")
      ? [
          ...(spec?.initContainers ?? []),
          ...(spec?.containers ?? []),
          ...(spec?.ephemeralContainers ?? []),
        ].map((c) => c.name)
      : [containerFor(ctx, pod, container, Boolean(selector) && pods.length > 1)];
    return names.map(
      (c): Source_ => ({
        prefix: prefixed ? `[pod/${name}/${c}] ` : "",
        query: {
          namespace: pod.metadata?.namespace ?? namespace,
          pod: name,
          container: c,
          previous: f.bool("previous"),
          timestamps: f.bool("timestamps"),
          follow: f.bool("follow"),
          ...(tail >= 0 ? { tailLines: tail } : {}),
          ...(f.has("limit-bytes") ? { limitBytes: f.int("limit-bytes", 0) } : {}),
          ...(sinceTime ? { sinceTime } : {}),
        },
      }),
    );
  });
}

const withPrefix = (text: string, prefix: string): string =>
  prefix === "" || text === ""
    ? text
    : text
        .replace(/^(?=.|\n)/gm, prefix)
        .replace(new RegExp(`\n${prefix.replace(/[[\]/]/g, "\\$&")}$`), "\n");

const statusOf = (answer: Extract<LogAnswer, { ok: false }>): ApiStatusError => ({
  code: answer.code,
  reason: answer.reason === "InternalError" ? "" : answer.reason,
  message: answer.message,
});

/** A node that is not there is given up after a while, unless the patience asked for ends before. */
function waitOut(ctx: Context, query: LogQuery, timeoutMs: number | null): void {
  const answer = ctx.once(() => ctx.host.log(query, null));
  if (answer.ok || !answer.afterMs) return;
  const tooLong = timeoutMs !== null && timeoutMs < answer.afterMs;
  ctx.sleep(tooLong ? timeoutMs : answer.afterMs);
  if (tooLong)
    throw new Failure(
      "Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)\n",
    );
}

function readAll(
  ctx: Context,
  sources: readonly Source_[],
  ignoreErrors: boolean,
  timeoutMs: number | null,
): number {
  for (const { query, prefix } of sources) {
    // The request goes through the API server to the kubelet: one call's time.
    ctx.sleep(8);
    waitOut(ctx, query, timeoutMs);
    const answer = ctx.once(() => (ctx.host.api.reachable() ? ctx.host.log(query, null) : null));
    if (answer === null) {
      ctx.err(errorText({ code: 0, reason: "", message: "connection refused", transport: true }));
      return 1;
    }
    const refused = ctx.refuse?.({
      verb: "get",
      resource: "pods/log",
      name: query.pod,
      namespace: query.namespace,
    });
    if (refused) throw new Failure(`Error from server (Forbidden): ${refused}\n`);
    if (answer.ok) ctx.out(withPrefix(answer.text, prefix));
    else if (ignoreErrors) ctx.err(`error: ${statusOf(answer).message}\n`);
    else {
      ctx.err(errorText(statusOf(answer)));
      return 1;
    }
  }
  return 0;
}

interface State {
  readonly cursors: readonly unknown[];
  readonly open: readonly boolean[];
}

function follow(
  ctx: Context,
  sources: readonly Source_[],
  ignoreErrors: boolean,
  timeoutMs: number | null,
): number {
  for (const { query } of sources) waitOut(ctx, query, timeoutMs);
  const ticks: Source[] = [{ type: "tick", tag: "look", ms: LOOK_MS }];
  const begin: State = { cursors: sources.map(() => null), open: sources.map(() => true) };
  return ctx.stream(ticks, begin, (s, event, io): StreamStep<State, number> => {
    if (event.type !== "start" && event.type !== "tick") return { state: s };
    const cursors = [...s.cursors];
    const open = [...s.open];
    for (const [i, { query, prefix }] of sources.entries()) {
      if (!open[i]) continue;
      const answer = ctx.host.log(query, cursors[i] ?? null);
      if (!answer.ok) {
        if (event.type === "start" && !ignoreErrors) {
          io.err(errorText(statusOf(answer)));
          return { done: 1 };
        }
        open[i] = false;
        continue;
      }
      io.out(withPrefix(answer.text, prefix));
      cursors[i] = answer.cursor;
      open[i] = !answer.ended;
    }
    return open.includes(true) ? { state: { cursors, open } } : { done: 0 };
  });
}
