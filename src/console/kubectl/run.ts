/** `kubectl run`: a pod from an image, or from flags (kubectl/pkg/cmd/run). */
import { jsonMerge } from "../../api/patch/json-merge.ts";
import type { ApiObject, Pod } from "../../api/types.ts";
import type { Command, Context, Source, StreamStep } from "../context.ts";
import { deletedText, waitGone } from "./delete.ts";
import { Errors, fail, usage } from "./errors.ts";
import { type Flags, flags, parseFlags } from "./flags.ts";
import { dryRunOf, dryRunSuffix, Made } from "./made.ts";
import { namespaceOf } from "./objects.ts";
import { POD } from "./pods.ts";
import { type Resource, resourceOfKind } from "./resources.ts";

const FLAGS = flags(
  "image=string restart=string labels|l=string env=list port=string command expose rm stdin|i tty|t attach leave-stdin-open dry-run=string?unchanged output|o=string overrides=string override-type=string image-pull-policy=string annotations=list privileged quiet|q pod-running-timeout=duration save-config field-manager=string timeout=duration grace-period=int force wait cascade=string?background",
);

const SESSION = `All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.
If you don't see a command prompt, try pressing enter.
`;

export const run: Command = (args, ctx) => {
  const f = parseFlags(FLAGS, args);
  const before = f.dashAt < 0 ? f.args : f.args.slice(0, f.dashAt);
  const words = f.dashAt < 0 ? f.args.slice(1) : f.args.slice(f.dashAt);
  if (!f.has("image")) fail('required flag(s) "image" not set');
  const name = before[0];
  if (name === undefined || (f.dashAt < 0 && f.args.length === 0))
    usage("NAME is required for run", "kubectl run");
  const image = f.string("image");
  if (!/^[\w./:@-]+$/.test(image) || /[A-Z]/.test(image.split(/[:@]/)[0] ?? ""))
    fail(`Invalid image name "${image}": invalid reference format`);
  const restart = f.string("restart", "Always");
  if (!["Always", "OnFailure", "Never"].includes(restart))
    usage(`invalid restart policy: ${restart}`, "kubectl run");
  const interactive = f.bool("stdin") || f.bool("tty");
  const attach = f.bool("attach", interactive);
  if (f.bool("rm") && !attach) usage("--rm should only be used for attached containers", "kubectl run");
  if (f.bool("tty") && !f.bool("stdin"))
    usage("-i/--stdin is required for containers with -t/--tty=true", "kubectl run");
  if (f.bool("expose") && !f.has("port")) usage("--port must be set when exposing a service", "kubectl run");
  const pod = podOf(name ?? "", f, image, restart, words, ctx);
  const namespace = namespaceOf(ctx, f);
  const dryRun = dryRunOf(f, ctx);
  const made = new Made(ctx, f.string("output"));
  const options = dryRun === "server" ? { dryRun: true } : {};
  if (f.bool("expose")) {
    const service = resourceOfKind("Service") as Resource;
    const port = Number(f.string("port"));
    const body = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name },
      spec: { ports: [{ port, protocol: "TCP", targetPort: port }], selector: pod.metadata?.labels },
    };
    if (dryRun === "client") made.add(body as unknown as ApiObject, service, "created (dry run)");
    else {
      const result = ctx.api({ verb: "create", kind: "Service", namespace, body, options });
      if (result.ok) made.add(result.object, service, `created${dryRunSuffix(dryRun)}`);
      else return failed(ctx, result.error);
    }
  }
  if (dryRun === "client") {
    made.add(pod, POD, "created (dry run)");
    made.flush();
    return 0;
  }
  const result = ctx.api<Pod>({ verb: "create", kind: "Pod", namespace, body: pod, options });
  if (!result.ok) return failed(ctx, result.error);
  if (!attach) made.add(result.object, POD, `created${dryRunSuffix(dryRun)}`);
  made.flush();
  if (!attach) return 0;
  const code = attachTo(ctx, result.object, namespace, f.bool("quiet"));
  if (f.bool("rm")) removeAgain(ctx, result.object, namespace);
  return code;
};

function failed(ctx: Context, error: Parameters<Errors["add"]>[0]): number {
  const errors = new Errors();
  errors.add(error);
  return errors.print(ctx);
}

const pairs = (text: string): { [key: string]: string } =>
  Object.fromEntries(
    text
      .split(",")
      .filter((p) => p !== "")
      .map((p) => {
        const at = p.indexOf("=");
        return at < 0 ? fail(`unexpected label spec: ${p}`) : [p.slice(0, at), p.slice(at + 1)];
      }),
  );

function podOf(
  name: string,
  f: Flags,
  image: string,
  restart: string,
  words: readonly string[],
  ctx: Context,
): Pod {
  const env = f.list("env").map((text) => {
    const at = text.indexOf("=");
    if (at <= 0) return fail(`invalid env: ${text}`);
    return { name: text.slice(0, at), value: text.slice(at + 1) };
  });
  const container = {
    ...(words.length > 0 ? (f.bool("command") ? { command: words } : { args: words }) : {}),
    ...(env.length > 0 ? { env } : {}),
    image,
    ...(f.has("image-pull-policy") ? { imagePullPolicy: f.string("image-pull-policy") } : {}),
    name,
    ...(f.has("port") ? { ports: [{ containerPort: Number(f.string("port")) }] } : {}),
    resources: {},
    ...(f.bool("privileged") ? { securityContext: { privileged: true } } : {}),
    ...(f.bool("stdin") ? { stdin: true, ...(f.bool("leave-stdin-open") ? {} : { stdinOnce: true }) } : {}),
    ...(f.bool("tty") ? { tty: true } : {}),
  };
  const labels = f.has("labels") ? pairs(f.string("labels")) : { run: name };
  const annotations = Object.fromEntries(f.list("annotations").map((a) => a.split("=") as [string, string]));
  const pod: unknown = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
      labels,
      name,
      ...(f.has("namespace") ? { namespace: namespaceOf(ctx, f) } : {}),
    },
    spec: { containers: [container], dnsPolicy: "ClusterFirst", restartPolicy: restart },
    status: {},
  };
  if (!f.has("overrides")) return pod as Pod;
  const overrides = (() => {
    try {
      return JSON.parse(f.string("overrides"));
    } catch {
      return fail(`invalid JSON in --overrides: ${f.string("overrides")}`);
    }
  })();
  return jsonMerge(pod, overrides) as Pod;
}

/** How often an attached terminal looks for more output. */
const LOOK_MS = 100;

/** Waits until the pod runs or ended, shows its output, and gives the exit code of its container. */
function attachTo(ctx: Context, pod: Pod, namespace: string, quiet: boolean): number {
  const name = pod.metadata?.name ?? "";
  const container = pod.spec?.containers?.[0]?.name ?? "";
  const watch: Source = {
    type: "watch",
    tag: "pod",
    spec: { kind: "Pod", namespace, fieldSelector: `metadata.name=${name}` },
  };
  const begun = ctx.stream([watch], null, (s: null, event): StreamStep<null, Pod | null> => {
    if (event.type !== "watch") return { state: s };
    const [first] = event.watch.type === "SYNCED" ? event.watch.objects : [event.watch.object];
    if (event.watch.type === "DELETED") return { done: null };
    const phase = (first as Pod | undefined)?.status?.phase;
    return phase === "Running" || phase === "Succeeded" || phase === "Failed"
      ? { done: first as Pod }
      : { state: s };
  });
  if (!quiet) ctx.err(SESSION);
  if (begun === null) return 1;
  const ended0 = begun.status?.phase === "Succeeded" || begun.status?.phase === "Failed";
  if (ended0) {
    // Too late to attach: what the container wrote is read from its log, twice, as upstream does.
    ctx.err(
      `warning: couldn't attach to pod/${name}, falling back to streaming logs: Internal error occurred: Internal error occurred: error attaching to container: container is in CONTAINER_EXITED state\n`,
    );
    const past = ctx.once(() =>
      ctx.host.log(
        { namespace, pod: name, container, previous: false, timestamps: false, follow: false },
        null,
      ),
    );
    if (past.ok) ctx.out(past.text);
  }
  const query = { namespace, pod: name, container, previous: false, timestamps: false, follow: true };
  ctx.stream(
    [{ type: "tick", tag: "look", ms: LOOK_MS }],
    { cursor: null as unknown },
    (s, event, io): StreamStep<{ cursor: unknown }, number> => {
      if (event.type !== "start" && event.type !== "tick") return { state: s };
      const answer = ctx.host.log(query, s.cursor);
      if (!answer.ok) return event.type === "start" ? { done: 0 } : { done: 0 };
      io.out(answer.text);
      return answer.ended ? { done: 0 } : { state: { cursor: answer.cursor } };
    },
  );
  const ended = ctx.stream([watch], null, (s: null, event): StreamStep<null, Pod | null> => {
    if (event.type !== "watch") return { state: s };
    const [first] = event.watch.type === "SYNCED" ? event.watch.objects : [event.watch.object];
    const now = first as Pod | undefined;
    const status = now?.status?.containerStatuses?.[0];
    if (!now || event.watch.type === "DELETED") return { done: null };
    return status?.state?.terminated ? { done: now } : { state: s };
  });
  const code = ended?.status?.containerStatuses?.[0]?.state?.terminated?.exitCode ?? 0;
  if (code !== 0)
    ctx.err(
      `pod ${namespace}/${name} terminated (${ended?.status?.containerStatuses?.[0]?.state?.terminated?.reason ?? "Error"})\n`,
    );
  return code;
}

function removeAgain(ctx: Context, pod: Pod, namespace: string): void {
  const name = pod.metadata?.name ?? "";
  const item = { resource: POD, namespace, name, uid: pod.metadata?.uid ?? "" };
  const result = ctx.api({ verb: "delete", kind: "Pod", namespace, name });
  if (!result.ok) return;
  ctx.out(`${deletedText(item, false)}\n`);
  waitGone(ctx, [item], 300_000);
}
