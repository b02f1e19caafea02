/** `kubectl exec`, and what attach, cp and debug have in common with it. */
import type { Pod } from "../../api/types.ts";
import type { Command, Context, StreamStep } from "../context.ts";
import type { ExecQuery } from "../host.ts";
import { Failure, fail, usage } from "./errors.ts";
import { flags, parseFlags } from "./flags.ts";
import { namespaceOf } from "./objects.ts";
import { containerFor, podFor } from "./pods.ts";

const FLAGS = flags("stdin|i tty|t container|c=string quiet|q filename|f=list pod-running-timeout=duration");

export interface ExecEnd {
  readonly code: number;
  /** Set where the command did not run. */
  readonly error: string | null;
}

/** Runs a command in a container; its output is written as it comes. */
export function execIn(ctx: Context, query: ExecQuery): ExecEnd {
  return ctx.stream(
    [{ type: "exec", tag: "exec", query }],
    null,
    (s: null, event, io): StreamStep<null, ExecEnd> => {
      if (event.type !== "exec") return { state: s };
      const { exec } = event;
      if (exec.type === "exit") return { done: { code: exec.code, error: null } };
      if (exec.type === "error") return { done: { code: 1, error: exec.message } };
      if (exec.stream === "stdout") io.out(exec.text);
      else io.err(exec.text);
      return { state: s };
    },
  );
}

/** The same, its standard output kept and not written. */
export function execForText(ctx: Context, query: ExecQuery): { end: ExecEnd; text: string } {
  return ctx.stream(
    [{ type: "exec", tag: "exec", query }],
    "",
    (s: string, event): StreamStep<string, { end: ExecEnd; text: string }> => {
      if (event.type !== "exec") return { state: s };
      const { exec } = event;
      if (exec.type === "exit") return { done: { end: { code: exec.code, error: null }, text: s } };
      if (exec.type === "error") return { done: { end: { code: 1, error: exec.message }, text: s } };
      return { state: exec.stream === "stdout" ? s + exec.text : s };
    },
  );
}

/** Text of a command that did not run. */
export function execError(message: string): string {
  if (/does not have a host assigned/.test(message)) return `Error from server (BadRequest): ${message}\n`;
  if (/error dialing backend/.test(message)) return `Error from server: ${message}\n`;
  if (/^unable to upgrade connection/.test(message)) return `error: Internal error occurred: ${message}\n`;
  return `error: ${message}\n`;
}

export const exec: Command = (args, ctx) => {
  const f = parseFlags(FLAGS, args);
  const before = f.dashAt < 0 ? f.args : f.args.slice(0, f.dashAt);
  const command = f.dashAt < 0 ? [] : f.args.slice(f.dashAt);
  if (f.args.length > 1 && f.dashAt < 0)
    usage(
      "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead",
      "kubectl exec",
    );
  const [target] = before;
  if (target === undefined) usage("pod, type/name or --filename must be specified", "kubectl exec");
  if (command.length === 0) usage("you must specify at least one command for the container", "kubectl exec");
  const namespace = namespaceOf(ctx, f);
  const pod = podFor(ctx, target ?? "", namespace, "exec");
  checkPhase(pod);
  const container = containerFor(ctx, pod, f.string("container"), f.bool("quiet"));
  if (f.bool("tty")) ctx.err("Unable to use a TTY - input is not a terminal or the right kind of file\n");
  const name = pod.metadata?.name ?? "";
  const refused = ctx.refuse?.({ verb: "create", resource: "pods/exec", name, namespace });
  if (refused) fail(`unable to upgrade connection: ${refused}`);
  const end = execIn(ctx, {
    namespace,
    pod: name,
    container,
    command,
    ...(f.bool("stdin") ? { stdin: ctx.stdin } : {}),
  });
  if (end.error !== null) throw new Failure(execError(end.error));
  if (end.code !== 0) ctx.err(`command terminated with exit code ${end.code}\n`);
  return end.code;
};

export function checkPhase(pod: Pod): void {
  const phase = pod.status?.phase ?? "";
  if (phase === "Succeeded" || phase === "Failed")
    fail(`cannot exec into a container in a completed pod; current phase is ${phase}`);
}
