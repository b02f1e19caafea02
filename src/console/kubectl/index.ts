/** kubectl: finds the subcommand, and turns what goes wrong in it into kubectl's words. */
import type { Command, Context } from "../context.ts";
import { CONTEXT, SERVER } from "../sessions.ts";
import { apply } from "./apply.ts";
import { auth } from "./auth.ts";
import { annotate, label, patch } from "./change.ts";
import { config } from "./config.ts";
import { create, replace } from "./create.ts";
import { remove } from "./delete.ts";
import { describe } from "./describe.ts";
import { diff } from "./diff.ts";
import { Failure } from "./errors.ts";
import { events } from "./events.ts";
import { exec } from "./exec.ts";
import { explain } from "./explain.ts";
import { FlagError, type Flags, flags, parseFlags } from "./flags.ts";
import { expose } from "./generators-service.ts";
import { get } from "./get.ts";
import { BASIC_HELP, helpOf, SUMMARIES } from "./help.ts";
import { logs } from "./logs.ts";
import { klogLine } from "./made.ts";
import {
  apiResources,
  apiVersions,
  certificate,
  clusterInfo,
  completion,
  edit,
  plugin,
  top,
  version,
} from "./misc.ts";
import { cordon, drain, taint, uncordon } from "./nodes.ts";
import { Printed } from "./pods.ts";
import { impersonating, userOf } from "./rbac.ts";
import { rollout } from "./rollout.ts";
import { run } from "./run.ts";
import { autoscale, scale, set } from "./scale.ts";
import { attach, cp, debug, portForward } from "./sessions.ts";
import { wait } from "./wait.ts";

const COMMANDS: Readonly<Record<string, Command>> = {
  annotate,
  "api-resources": apiResources,
  "api-versions": apiVersions,
  apply,
  attach,
  auth,
  autoscale,
  certificate,
  "cluster-info": clusterInfo,
  completion,
  config,
  cordon,
  cp,
  create,
  debug,
  delete: remove,
  describe,
  diff,
  drain,
  edit,
  events,
  exec,
  explain,
  expose,
  get,
  label,
  logs,
  patch,
  plugin,
  "port-forward": portForward,
  replace,
  rollout,
  run,
  scale,
  set,
  taint,
  top,
  uncordon,
  version,
  wait,
};

/** How many letters must be changed, added or left out. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function unknown(name: string): string {
  const near = [...SUMMARIES.keys()]
    .sort()
    .filter((c) => distance(name.toLowerCase(), c) <= 2 || c.startsWith(name.toLowerCase()));
  const hint = near.length > 0 ? `\n\nDid you mean this?\n${near.map((n) => `\t${n}\n`).join("")}` : "\n";
  return `error: unknown command "${name}" for "kubectl"${hint}`;
}

/** Global flags that stand before the command go behind it. */
function reorder(args: readonly string[]): { name: string | undefined; rest: string[] } {
  const valued = [
    "-n",
    "--namespace",
    "--context",
    "--cluster",
    "--user",
    "-s",
    "--server",
    "--kubeconfig",
    "--as",
    "--as-group",
    "--token",
    "--request-timeout",
    "-v",
    "--v",
  ];
  const bare = [
    "--help",
    "-h",
    "--insecure-skip-tls-verify",
    "--warnings-as-errors",
    "--match-server-version",
  ];
  const before: string[] = [];
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (!arg.startsWith("-")) break;
    if (valued.includes(arg)) before.push(arg, args[++i] ?? "");
    else if (
      bare.includes(arg) ||
      valued.some((v) => arg.startsWith(`${v}=`)) ||
      /^-n./.test(arg) ||
      /^-v=?\d/.test(arg)
    )
      before.push(arg);
    else throw new Failure(`Error: flags cannot be placed before plugin name: ${arg}\n`);
  }
  return { name: args[i], rest: [...args.slice(i + 1), ...before] };
}

/** Flags that name another cluster, user or file than the one there is. */
function checkConnection(f: Flags, ctx: Context): void {
  if (
    f.has("kubeconfig") &&
    f.string("kubeconfig") !== "" &&
    !/admin\.conf$|\.kube\/config$/.test(f.string("kubeconfig"))
  ) {
    throw new Failure(`error: stat ${f.string("kubeconfig")}: no such file or directory\n`);
  }
  if (f.has("context") && f.string("context") !== CONTEXT)
    throw new Failure(
      `Error in configuration: context was not found for specified context: ${f.string("context")}\n`,
    );
  if (f.has("cluster") && f.string("cluster") !== "kubernetes")
    throw new Failure(`error: cluster "${f.string("cluster")}" does not exist\n`);
  if (f.has("user") && f.string("user") !== "kubernetes-admin")
    throw new Failure(`error: auth info "${f.string("user")}" does not exist\n`);
  const server = f
    .string("server")
    .replace(/^https?:\/\//, "")
    .replace(/\/+$/, "");
  const asked = /^https?:/.test(f.string("server")) ? f.string("server") : `http://${server}`;
  if (server !== "" && server !== SERVER) {
    ctx.sleep(300);
    const get = `Get \\"${asked}/api?timeout=32s\\": dial tcp ${server}: connect: connection refused`;
    // The list of API groups is tried five times before the command itself says anything.
    for (let i = 0; i < 5; i++)
      ctx.err(
        klogLine(
          ctx,
          "E",
          "memcache.go:265",
          `"Unhandled Error" err="couldn't get current server API group list: ${get}"`,
        ),
      );
    throw new Failure(
      `The connection to the server ${server} was refused - did you specify the right host or port?\n`,
    );
  }
}

/** The global flags of a command line, read with whatever else stands on it left alone. */
function globals(rest: readonly string[]): Flags {
  const upTo = rest.indexOf("--");
  const mine = (upTo < 0 ? rest : rest.slice(0, upTo)).filter(
    (a, i, all) =>
      /^--(kubeconfig|context|cluster|user|server|as|as-group)(=|$)/.test(a) ||
      /^--(kubeconfig|context|cluster|user|server|as|as-group)$/.test(all[i - 1] ?? "") ||
      a === "-s",
  );
  try {
    return parseFlags(flags(""), mine);
  } catch {
    return parseFlags(flags(""), []);
  }
}

export const kubectl: Command = (args, ctx) => {
  try {
    const { name, rest } = reorder(args);
    if (name === undefined || name === "help") {
      ctx.out(name === "help" && rest[0] !== undefined ? helpOf(rest[0]) : BASIC_HELP);
      return 0;
    }
    const dashes = rest.indexOf("--");
    const own = dashes < 0 ? rest : rest.slice(0, dashes);
    if (name === "options") {
      ctx.out(
        "The following options can be passed to any command:\n\n    -n, --namespace='':\n\tIf present, the namespace scope for this CLI request\n",
      );
      return 0;
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!command) {
      if (name === "proxy" || name === "kustomize" || name === "kuberc" || name === "alpha")
        throw new Failure(`error: kubectl ${name} is not available in this console\n`);
      throw new Failure(unknown(name));
    }
    if (own.includes("--help") || own.includes("-h")) {
      ctx.out(helpOf(name));
      return 0;
    }
    const given = globals(rest);
    checkConnection(given, ctx);
    const user = userOf(given);
    try {
      return command(rest, user ? impersonating(ctx, user) : ctx);
    } catch (error) {
      if (!(error instanceof FlagError)) throw error;
      const sub =
        ["create", "rollout", "set", "auth", "config", "top", "certificate"].includes(name) &&
        rest[0] &&
        !rest[0].startsWith("-")
          ? `${name} ${rest[0]}`
          : name;
      throw new Failure(`error: ${error.message}\nSee 'kubectl ${sub} --help' for usage.\n`);
    }
  } catch (ended) {
    if (ended instanceof Failure) {
      if (ended.exit === 0) ctx.out(ended.text);
      else ctx.err(ended.text);
      return ended.exit;
    }
    if (ended instanceof Printed) return ended.exit;
    throw ended;
  }
};
