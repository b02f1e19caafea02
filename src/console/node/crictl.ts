/** `crictl`: the container runtime as it is asked over its socket (cri-tools). */

import type { Context } from "../context.ts";
import { nodeOf } from "../files.ts";
import type { NodeConsole } from "../host.ts";
import { FlagError, type Flags, flags, parseFlags } from "../kubectl/flags.ts";
import type { ShellCommand } from "../shell/builtins.ts";
import { Client, Fatal } from "./crictl-client.ts";
import { shortId, size, table } from "./crictl-format.ts";
import { containerJson, imageJson, sandboxJson } from "./crictl-inspect.ts";
import { images, pods, ps } from "./crictl-lists.ts";

const HELP = `NAME:
   crictl - client for CRI

USAGE:
   crictl [global options] command [command options] [arguments...]

COMMANDS:
   exec                Run a command in a running container
   images, image, img  List images
   inspect             Display the status of one or more containers
   inspecti            Return the status of one or more images
   inspectp            Display the status of one or more pods
   info                Display information of the container runtime
   logs                Fetch the logs of a container
   pods                List pods
   ps                  List containers
   pull                Pull an image from a registry
   rm                  Remove one or more containers
   rmi                 Remove one or more images
   rmp                 Remove one or more pods
   stats               List container(s) resource usage statistics
   stop                Stop one or more running containers
   stopp               Stop one or more running pods
   version             Display runtime version information
`;

const FLAGS = flags(
  "all|a quiet|q no-trunc name=string state|s=string label=list pod|p=string image=string latest|l last|n=int namespace=string id=string digests pinned output|o=string tail=int timestamps|t follow|f previous timeout=int verbose prune runtime-endpoint|r=string image-endpoint|i=string debug|D interactive tty sync since=string limit-bytes=int force keep-logs|k",
);

/** Verbs whose letters mean something else. */
const OWN_FLAGS: Readonly<Record<string, typeof FLAGS>> = {
  rm: flags("force|f all|a keep-logs|k"),
  rmp: flags("force|f all|a"),
  rmi: flags("all|a prune|q"),
  stop: flags("timeout|t=int"),
};

function logs(ctx: Context, client: Client, node: NodeConsole, f: Flags): void {
  const c = client.container(need(f, "container ID"));
  const path = c.logPath.startsWith("/")
    ? c.logPath
    : `/var/log/pods/${c.pod.namespace}_${c.pod.name}_${c.pod.uid}/${c.logPath}`;
  const text = ctx.once(() => node.fs.read(path) ?? null);
  if (text === null)
    throw new Fatal(
      `failed to try resolving symlinks in path "${path}": lstat ${path}: no such file or directory`,
    );
  const lines = text.split("\n").filter((l) => l !== "");
  const tail = f.has("tail") ? f.int("tail", -1) : -1;
  const shown = tail >= 0 ? lines.slice(Math.max(0, lines.length - tail)) : lines;
  for (const line of shown) {
    const [stamp = "", stream, , ...rest] = line.split(" ");
    const said = `${f.bool("timestamps") ? `${stamp} ` : ""}${rest.join(" ")}\n`;
    if (stream === "stderr") ctx.err(said);
    else ctx.out(said);
  }
}

function need(f: Flags, what: string): string {
  const [id] = f.args;
  if (id === undefined) throw new Fatal(`${what} cannot be empty`);
  return id;
}

function exec(ctx: Context, client: Client, f: Flags): number {
  const [id = "", ...command] = f.args;
  if (id === "" || command.length === 0) throw new Fatal("container ID and command cannot be empty");
  const c = client.container(id);
  const result = client.try("ExecSync", {
    containerId: c.id,
    command,
    ...(f.has("timeout") ? { timeoutMs: f.int("timeout", 0) * 1000 } : {}),
  });
  if (!result.ok) throw client.fatal(result.error, "execing command in container");
  ctx.out(result.value.stdout);
  ctx.err(result.value.stderr);
  if (result.value.exitCode !== 0)
    throw new Fatal(
      `execing command in container: command terminated with exit code ${result.value.exitCode}`,
    );
  return 0;
}

/** Does the same to each id, and says so; `all`: what `--all` stands for. */
function each(
  ctx: Context,
  f: Flags,
  what: string,
  action: (id: string) => string,
  all?: () => readonly string[],
): void {
  const ids = all && f.bool("all") ? all() : f.args;
  if (ids.length === 0 && !f.bool("all")) throw new Fatal(`${what} cannot be empty`);
  for (const id of ids) ctx.out(`${action(id)}\n`);
}

function dispatch(ctx: Context, client: Client, node: NodeConsole, verb: string, f: Flags): number {
  const json = (value: unknown): void => ctx.out(`${JSON.stringify(value, null, 2)}\n`);
  switch (verb) {
    case "ps":
      ps(ctx, client, f);
      return 0;
    case "pods":
      pods(ctx, client, f);
      return 0;
    case "images":
    case "image":
    case "img":
      images(ctx, client, f);
      return 0;
    case "logs":
      logs(ctx, client, node, f);
      return 0;
    case "exec":
      return exec(ctx, client, f);
    case "inspect":
      for (const id of f.args) json(containerJson(client.container(id), ctx.host.epochMs));
      return f.args.length > 0 ? 0 : failEmpty("container ID");
    case "inspectp":
      for (const id of f.args) json(sandboxJson(client.sandbox(id), ctx.host.epochMs));
      return f.args.length > 0 ? 0 : failEmpty("pod sandbox ID");
    case "inspecti":
      for (const name of f.args) {
        const image = client
          .images()
          .find(
            (i) =>
              i.id.replace(/^sha256:/, "").startsWith(name.replace(/^sha256:/, "")) ||
              i.repoTags.some((t) => t === name || t.endsWith(`/${name}`)),
          );
        if (!image) throw new Fatal(`no such image "${name}" present`);
        json(imageJson(image));
      }
      return f.args.length > 0 ? 0 : failEmpty("image ID or name");
    case "stop":
      each(ctx, f, "container ID", (id) => {
        const c = client.container(id);
        client.call(
          "StopContainer",
          { containerId: c.id, timeoutMs: f.int("timeout", 0) * 1000 },
          `stopping the container "${id}"`,
        );
        return id;
      });
      return 0;
    case "rm":
      each(
        ctx,
        f,
        "container ID",
        (id) => {
          const { id: containerId, state } = client.container(id);
          if (state === "running" && !f.bool("force"))
            throw new Fatal(`removing container "${id}": container is running, please stop it first`);
          if (state === "running")
            client.call("StopContainer", { containerId, timeoutMs: 0 }, `stopping the container "${id}"`);
          client.call("RemoveContainer", { containerId }, `removing container "${id}"`);
          return id;
        },
        () => client.containers().map((c) => c.id),
      );
      return 0;
    case "stopp":
      each(ctx, f, "pod sandbox ID", (id) => {
        client.call(
          "StopPodSandbox",
          { sandboxId: client.sandbox(id).id },
          `stopping the pod sandbox "${id}"`,
        );
        return `Stopped sandbox ${id}`;
      });
      return 0;
    case "rmp":
      each(
        ctx,
        f,
        "pod sandbox ID",
        (id) => {
          const { id: sandboxId, state } = client.sandbox(id);
          if (state === "READY" && !f.bool("force"))
            throw new Fatal(`removing the pod sandbox "${id}": pod sandbox is running, please stop it first`);
          if (state === "READY")
            client.call("StopPodSandbox", { sandboxId }, `stopping the pod sandbox "${id}"`);
          client.call("RemovePodSandbox", { sandboxId }, `removing the pod sandbox "${id}"`);
          return `Removed sandbox ${id}`;
        },
        () => client.sandboxes().map((s) => s.id),
      );
      return 0;
    case "pull": {
      const reply = client.call("PullImage", { image: need(f, "image name") }, "pulling image");
      ctx.out(`Image is up to date for ${reply.imageRef}\n`);
      return 0;
    }
    case "rmi": {
      const known = client.images();
      const some = f.bool("prune") || f.bool("all");
      const unused = (id: string): boolean => !client.containers().some((c) => c.imageId === id);
      const wanted = some
        ? known.filter((i) => !i.pinned && (f.bool("all") || unused(i.id))).flatMap((i) => i.repoTags)
        : f.args;
      if (wanted.length === 0 && !some) throw new Fatal("image ID or name cannot be empty");
      for (const image of wanted) {
        client.call("RemoveImage", { image }, `error of removing image "${image}"`);
        ctx.out(`Deleted: ${image}\n`);
      }
      return 0;
    }
    case "version": {
      const v = client.call("Version", {}, "getting the runtime version");
      ctx.out(
        `Version:  0.1.0\nRuntimeName:  ${v.runtimeName}\nRuntimeVersion:  ${v.runtimeVersion}\nRuntimeApiVersion:  ${v.runtimeApiVersion}\n`,
      );
      return 0;
    }
    case "stats": {
      const running = client
        .containers()
        .filter((c) => c.state === "running" && c.id.startsWith(f.string("id") || (f.args[0] ?? "")));
      const rows = running.map((c) => {
        const u = ctx.once(() => node.containerUsage(c.id) ?? null);
        const cpu = ((u?.cpu.nanoCores ?? 0) / 10_000_000).toFixed(2);
        return [
          shortId(c.id, f.bool("no-trunc")),
          c.name,
          cpu,
          size(u?.memory.workingSetBytes ?? 0),
          size(u?.rootfs.usedBytes ?? 0),
          String(u?.rootfs.inodesUsed ?? 0),
          "0B",
        ];
      });
      ctx.out(table(["CONTAINER", "NAME", "CPU %", "MEM", "DISK", "INODES", "SWAP"], rows));
      return 0;
    }
    case "info": {
      const { conditions } = client.call("Status", {}, "getting status of runtime");
      json({
        status: {
          conditions: conditions.map((c) => ({
            message: c.message,
            reason: c.reason,
            status: c.status,
            type: c.type,
          })),
        },
        cniconfig: { PluginDirs: ["/opt/cni/bin"], PluginConfDir: "/etc/cni/net.d" },
      });
      return 0;
    }
    default:
      ctx.out(HELP);
      throw new Fatal(`unknown command "${verb}"`);
  }
}

function failEmpty(what: string): never {
  throw new Fatal(`${what} cannot be empty`);
}

export const crictl: ShellCommand = (args, ctx) => {
  const node = nodeOf(ctx.host, ctx.session);
  if (!node) {
    ctx.err("FATA[0000] no node\n");
    return 1;
  }
  try {
    // A command that is run in a container has flags of its own.
    const inContainer = args.includes("exec");
    const f = inContainer ? execWords(args) : parseFlags(FLAGS, args);
    const verb = inContainer ? "exec" : f.args[0];
    if (verb === undefined || verb === "help" || f.bool("help")) {
      ctx.out(HELP);
      return 0;
    }
    const own = inContainer
      ? f
      : parseFlags(
          OWN_FLAGS[verb] ?? FLAGS,
          args.filter((_, i) => i !== args.indexOf(verb)),
        );
    return dispatch(ctx, new Client(ctx, node), node, verb, own);
  } catch (ended) {
    if (ended instanceof Fatal || ended instanceof FlagError) {
      ctx.err(`FATA[0000] ${ended instanceof Fatal ? ended.text : ended.message}\n`);
      return 1;
    }
    throw ended;
  }
};

/** Flags of `exec` end at the container's id: what follows is the command's. */
function execWords(args: readonly string[]): Flags {
  const at = args.indexOf("exec");
  let i = at + 1;
  while (args[i]?.startsWith("-")) i += /^(--timeout)$/.test(args[i] ?? "") ? 2 : 1;
  return parseFlags(FLAGS, [
    ...args.slice(at + 1, i).filter((a) => !/^-(i|t|it|ti|s)$/.test(a)),
    "--",
    ...args.slice(i).filter((a, k) => !(k === 1 && a === "--")),
  ]);
}
