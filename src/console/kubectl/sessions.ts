/** `kubectl attach`, `debug`, `cp` and `port-forward`. */
import type { ApiObject, Pod } from "../../api/types.ts";
import type { Command, Context, StreamStep } from "../context.ts";
import { readFile, writeFile } from "../files.ts";
import { Errors, Failure, fail, usage } from "./errors.ts";
import { checkPhase, execError, execForText, execIn } from "./exec.ts";
import { type Flags, flags, parseFlags } from "./flags.ts";
import { namespaceOf } from "./objects.ts";
import { containerFor, podFor } from "./pods.ts";

const SESSION = `All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.
If you don't see a command prompt, try pressing enter.
`;
const LOOK_MS = 200;

/** Shows what a container writes from now on, until it ends. */
function followOutput(
  ctx: Context,
  namespace: string,
  pod: string,
  container: string,
  fromNow: boolean,
): void {
  const query = {
    namespace,
    pod,
    container,
    previous: false,
    timestamps: false,
    follow: true,
    ...(fromNow ? { tailLines: 0 } : {}),
  };
  ctx.stream(
    [{ type: "tick", tag: "look", ms: LOOK_MS }],
    { cursor: null as unknown },
    (s, event, io): StreamStep<{ cursor: unknown }, number> => {
      if (event.type !== "start" && event.type !== "tick") return { state: s };
      const answer = ctx.host.log(query, s.cursor);
      if (!answer.ok) return { done: 1 };
      io.out(answer.text);
      return answer.ended ? { done: 0 } : { state: { cursor: answer.cursor } };
    },
  );
}

export const attach: Command = (args, ctx) => {
  const f = parseFlags(flags("stdin|i tty|t container|c=string quiet|q pod-running-timeout=duration"), args);
  if (f.args.length === 0) usage("at least 1 argument is required for attach", "kubectl attach");
  const namespace = namespaceOf(ctx, f);
  const pod = podFor(ctx, f.args[0] ?? "", namespace, "exec");
  if (pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed")
    fail(`cannot attach a container in a completed pod; current phase is ${pod.status.phase}`);
  const container = containerFor(ctx, pod, f.string("container"), f.bool("quiet"));
  if (!f.bool("quiet")) ctx.err(SESSION);
  followOutput(ctx, namespace, pod.metadata?.name ?? "", container, true);
  return 0;
};

const DEBUG = flags(
  "image=string container|c=string target=string copy-to=string replace same-node share-processes set-image=list env=list stdin|i tty|t attach quiet|q profile=string arguments-only image-pull-policy=string keep-labels keep-annotations custom=string filename|f=list",
);

export const debug: Command = (args, ctx) => {
  const f = parseFlags(DEBUG, args);
  const before = f.dashAt < 0 ? f.args : f.args.slice(0, f.dashAt);
  const command = f.dashAt < 0 ? f.args.slice(1) : f.args.slice(f.dashAt);
  const [target] = before;
  if (target === undefined) usage("NAME is required for debug", "kubectl debug");
  if (!f.has("image") && !f.has("copy-to"))
    usage("you must specify --image when not using --copy-to.", "kubectl debug");
  const namespace = namespaceOf(ctx, f);
  if (/^nodes?\//.test(target ?? ""))
    return debugNode(ctx, f, (target ?? "").split("/")[1] ?? "", namespace, command);
  const pod = podFor(ctx, target ?? "", namespace, "exec");
  if (f.has("copy-to")) return debugCopy(ctx, f, pod, namespace, command);
  const name = f.string("container") || `debugger-${suffix(ctx, pod)}`;
  const first = f.string("target");
  if (!f.bool("quiet")) {
    if (first)
      ctx.err(
        `Targeting container "${first}". If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
      );
    if (!f.has("container")) ctx.err(`Defaulting debug container name to ${name}.\n`);
  }
  const container = {
    ...(command.length > 0 ? { command } : {}),
    image: f.string("image"),
    imagePullPolicy: f.string("image-pull-policy", "IfNotPresent"),
    name,
    resources: {},
    ...(f.bool("stdin") ? { stdin: true } : {}),
    ...(first ? { targetContainerName: first } : {}),
    ...(f.bool("tty") ? { tty: true } : {}),
  };
  const result = ctx.api<Pod>({
    verb: "patch",
    kind: "Pod",
    namespace,
    name: pod.metadata?.name ?? "",
    subresource: "ephemeralcontainers",
    patchType: "strategic",
    body: {
      spec: {
        "$setElementOrder/ephemeralContainers": [
          ...(pod.spec?.ephemeralContainers ?? []).map((c) => ({ name: c.name })),
          { name },
        ],
        ephemeralContainers: [container],
      },
    },
  });
  if (!result.ok) return failed(ctx, result.error);
  if (f.bool("attach") || f.bool("stdin")) {
    awaitContainer(ctx, namespace, pod.metadata?.name ?? "", name);
    if (!f.bool("quiet")) ctx.err(SESSION);
    followOutput(ctx, namespace, pod.metadata?.name ?? "", name, false);
  }
  return 0;
};

const suffix = (ctx: Context, pod: Pod): string => {
  const letters = "bcdfghjklmnpqrstvwxz2456789";
  return ctx.once(() =>
    Array.from(
      { length: 5 },
      () => letters[Math.floor(ctx.host.sim.draw("debugger", pod.metadata?.name ?? "") * letters.length)],
    ).join(""),
  );
};

function failed(ctx: Context, error: Parameters<Errors["add"]>[0]): number {
  const errors = new Errors();
  errors.add(error);
  return errors.print(ctx);
}

function awaitContainer(ctx: Context, namespace: string, pod: string, container: string): void {
  ctx.stream(
    [{ type: "watch", tag: "pod", spec: { kind: "Pod", namespace, fieldSelector: `metadata.name=${pod}` } }],
    null,
    (s: null, event): StreamStep<null, null> => {
      if (event.type !== "watch") return { state: s };
      const [now] = (event.watch.type === "SYNCED" ? event.watch.objects : [event.watch.object]) as Pod[];
      const all = [
        ...(now?.status?.ephemeralContainerStatuses ?? []),
        ...(now?.status?.containerStatuses ?? []),
      ];
      const state = all.find((c) => c.name === container)?.state;
      return !now || state?.running || state?.terminated ? { done: null } : { state: s };
    },
  );
}

function debugCopy(ctx: Context, f: Flags, pod: Pod, namespace: string, command: readonly string[]): number {
  const name = f.string("copy-to");
  const wanted = f.string("container");
  const image = f.string("image");
  const containers = (pod.spec?.containers ?? []).map((c) =>
    c.name === wanted
      ? {
          ...c,
          ...(image ? { image } : {}),
          ...(command.length > 0 ? { command: [...command], args: [] } : {}),
        }
      : c,
  );
  const extra =
    image && !containers.some((c) => c.name === wanted)
      ? [
          {
            name: wanted || `debugger-${suffix(ctx, pod)}`,
            image,
            imagePullPolicy: "IfNotPresent",
            resources: {},
            ...(command.length > 0 ? { command: [...command] } : {}),
            ...(f.bool("stdin") ? { stdin: true } : {}),
            ...(f.bool("tty") ? { tty: true } : {}),
          },
        ]
      : [];
  const { nodeName, ephemeralContainers: _dropped, ...spec } = pod.spec ?? { containers: [] };
  const bare = (list: readonly object[]): unknown[] =>
    (list as readonly { volumeMounts?: readonly { mountPath: string }[] }[]).map((c) => ({
      ...c,
      volumeMounts: (c.volumeMounts ?? []).filter(
        (m) => !m.mountPath.startsWith("/var/run/secrets/kubernetes.io"),
      ),
    }));
  const body = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, ...(f.bool("keep-labels") ? { labels: pod.metadata?.labels } : {}) },
    spec: {
      ...spec,
      volumes: (spec.volumes ?? []).filter((v) => !v.name.startsWith("kube-api-access-")),
      containers: bare([...containers, ...extra]),
      ...(f.bool("same-node") && nodeName ? { nodeName } : {}),
      ...(f.bool("share-processes", true) ? { shareProcessNamespace: true } : {}),
    },
  };
  const result = ctx.api({ verb: "create", kind: "Pod", namespace, body });
  return result.ok ? 0 : failed(ctx, result.error);
}

function debugNode(
  ctx: Context,
  f: Flags,
  node: string,
  namespace: string,
  command: readonly string[],
): number {
  const got = ctx.api({ verb: "get", kind: "Node", name: node });
  if (!got.ok) return failed(ctx, got.error);
  const name = `node-debugger-${node}-${suffix(ctx, { metadata: { name: node } } as Pod)}`;
  const container = {
    ...(command.length > 0 ? { command: [...command] } : {}),
    image: f.string("image"),
    imagePullPolicy: "IfNotPresent",
    name: "debugger",
    resources: {},
    stdin: f.bool("stdin"),
    tty: f.bool("tty"),
    volumeMounts: [{ mountPath: "/host", name: "host-root" }],
  };
  const body: unknown = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { "app.kubernetes.io/managed-by": "kubectl-debug" } },
    spec: {
      containers: [container],
      hostIPC: true,
      hostNetwork: true,
      hostPID: true,
      nodeName: node,
      restartPolicy: "Never",
      tolerations: [{ operator: "Exists" }],
      volumes: [{ hostPath: { path: "/" }, name: "host-root" }],
    },
  };
  const result = ctx.api({ verb: "create", kind: "Pod", namespace, body: body as ApiObject });
  if (!result.ok) return failed(ctx, result.error);
  ctx.out(`Creating debugging pod ${name} with container debugger on node ${node}.\n`);
  return 0;
}

/** `NS/POD:PATH`, `POD:PATH` or a path of the user's machine. */
function placeIn(text: string, namespace: string): { pod: string | null; namespace: string; path: string } {
  const at = text.indexOf(":");
  if (at < 0) return { pod: null, namespace, path: text };
  const [first = "", second] = text.slice(0, at).split("/");
  return {
    pod: second ?? first,
    namespace: second === undefined ? namespace : first,
    path: text.slice(at + 1),
  };
}

export const cp: Command = (args, ctx) => {
  const f = parseFlags(flags("container|c=string no-preserve retries=int"), args);
  if (f.args.length !== 2) usage("source and destination are required", "kubectl cp");
  const namespace = namespaceOf(ctx, f);
  const [from, to] = f.args.map((a) => placeIn(a, namespace)) as [
    ReturnType<typeof placeIn>,
    ReturnType<typeof placeIn>,
  ];
  if (from.pod !== null && to.pod !== null) fail("one of src or dest must be a local file specification");
  if (from.pod === null && to.pod === null) fail("one of src or dest must be a remote file specification");
  if (from.path === "" || to.path === "") fail("filepath can not be empty");
  const remote = from.pod !== null ? from : to;
  const local = from.pod !== null ? to.path : from.path;
  const text = from.pod !== null ? null : ctx.once(() => readFile(ctx.host, ctx.session, local) ?? null);
  if (from.pod === null && text === null) fail(`${local} doesn't exist in local filesystem`);
  const pod = podFor(ctx, remote.pod ?? "", remote.namespace, "exec");
  checkPhase(pod);
  const container = containerFor(ctx, pod, f.string("container"));
  const name = pod.metadata?.name ?? "";
  const where = { namespace: remote.namespace, pod: name, container };
  if (from.pod === null) {
    const end = execIn(ctx, { ...where, command: ["sh", "-c", `cat > '${remote.path}'`], stdin: text ?? "" });
    if (end.error !== null) throw new Failure(execError(end.error));
    if (end.code !== 0) ctx.err(`command terminated with exit code ${end.code}\n`);
    return end.code === 0 ? 0 : 1;
  }
  // The file comes as the command's output, which is kept here in place of being shown.
  const { end, text: got } = execForText(ctx, { ...where, command: ["cat", remote.path] });
  if (end.error !== null) throw new Failure(execError(end.error));
  if (end.code !== 0) {
    ctx.err(
      `tar: ${remote.path.replace(/^\//, "")}: Cannot stat: No such file or directory\ntar: Exiting with failure status due to previous errors\ncommand terminated with exit code 2\n`,
    );
    return 1;
  }
  ctx.once(() => {
    writeFile(ctx.host, ctx.session, local, got);
    return null;
  });
  return 0;
};

const FORWARD = flags("address=list pod-running-timeout=duration");

/** Name of the table of forwarded ports: local port → address and port behind it. */
export const FORWARDS = "console/forwards";

export const portForward: Command = (args, ctx) => {
  const f = parseFlags(FORWARD, args);
  if (f.args.length < 2)
    usage("TYPE/NAME and list of ports are required for port-forward", "kubectl port-forward");
  const namespace = namespaceOf(ctx, f);
  const [target = "", ...ports] = f.args;
  const pod = podFor(ctx, target, namespace, "exec");
  if (pod.status?.phase !== "Running")
    fail(`unable to forward port because pod is not running. Current status=${pod.status?.phase ?? ""}`);
  const ip = pod.status?.podIP ?? "";
  const pairs = ports.map((text) => {
    const [local = "", remote = local] = text.split(":");
    const find = (p: string): number =>
      /^\d+$/.test(p)
        ? Number(p)
        : ((pod.spec?.containers ?? []).flatMap((c) => c.ports ?? []).find((x) => x.name === p)
            ?.containerPort ?? fail(`Pod '${pod.metadata?.name ?? ""}' does not have a named port '${p}'`));
    const to = find(remote);
    return { from: local === "" ? 30_000 + (to % 10_000) : /^\d+$/.test(local) ? Number(local) : to, to };
  });
  for (const { from, to } of pairs) {
    ctx.out(`Forwarding from 127.0.0.1:${from} -> ${to}\nForwarding from [::1]:${from} -> ${to}\n`);
    ctx.once(() => {
      ctx.host.sim.table<{ ip: string; port: number }>(FORWARDS).set(String(from), { ip, port: to });
      return null;
    });
  }
  const name = pod.metadata?.name ?? "";
  ctx.stream(
    [{ type: "watch", tag: "pod", spec: { kind: "Pod", namespace, fieldSelector: `metadata.name=${name}` } }],
    null,
    (s: null, event): StreamStep<null, null> => {
      if (event.type !== "watch" || event.watch.type === "SYNCED") return { state: s };
      const now = event.watch.object as Pod;
      return event.watch.type === "DELETED" ||
        (now.status?.phase !== "Running" && now.status?.phase !== "Pending")
        ? { done: null }
        : { state: s };
    },
  );
  ctx.once(() => {
    for (const { from } of pairs) ctx.host.sim.table(FORWARDS).delete(String(from));
    return null;
  });
  return fail("lost connection to pod");
};
