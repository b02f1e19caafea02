/** `kubectl scale`, `set` and `autoscale`. */
import type { ApiObject, Container, Deployment } from "../../api/types.ts";
import type { Command, Context } from "../context.ts";
import { placeOf, type Subject, subjectsOf } from "./change.ts";
import { Errors, Failure, fail, usage } from "./errors.ts";
import { type Flags, flags, parseFlags } from "./flags.ts";
import { dryRunOf, dryRunSuffix, Made } from "./made.ts";
import { MADE_FLAGS, submit } from "./making.ts";
import { qualified } from "./resources.ts";

const SCALE = flags(
  "replicas=int current-replicas=int resource-version=string timeout=duration all selector|l=string filename|f=list recursive|R kustomize|k=string dry-run=string?client output|o=string template=string",
);
const SCALABLE = ["Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"];

export const scale: Command = (args, ctx) => {
  const f = parseFlags(SCALE, args);
  if (!f.has("replicas")) fail('required flag(s) "replicas" not set');
  const replicas = f.int("replicas", -1);
  if (replicas < 0)
    usage(
      `The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0`,
      "kubectl scale",
    );
  const errors = new Errors();
  const dryRun = dryRunOf(f, ctx);
  const made = new Made(ctx, f.string("output"));
  const subjects = subjectsOf(ctx, f, f.args, "kubectl scale", errors);
  if (subjects.length === 0 && errors.list.length === 1) {
    const [only] = errors.list;
    if (only?.error.reason === "NotFound") return fail(`no objects passed to scale ${only.error.message}`);
  }
  if (subjects.length === 0 && errors.list.length === 0) fail("no objects passed to scale");
  for (const subject of subjects) {
    const { resource, object } = subject;
    if (!SCALABLE.includes(resource.kind)) {
      errors.add({
        code: 404,
        reason: "NotFound",
        message: "the server could not find the requested resource",
      });
      continue;
    }
    const current = (object as Deployment).spec?.replicas ?? 0;
    if (f.has("current-replicas") && f.int("current-replicas", 0) !== current) {
      errors.addText(`Expected replicas to be ${f.int("current-replicas", 0)}, was ${current}`);
      continue;
    }
    if (dryRun === "client") {
      made.add(object, resource, "scaled (dry run)");
      continue;
    }
    const result = ctx.api({
      verb: "patch",
      ...placeOf(subject),
      patchType: "merge",
      body: { spec: { replicas } },
      ...(dryRun === "server" ? { options: { dryRun: true } } : {}),
    });
    if (result.ok) made.add(result.object, resource, `scaled${dryRunSuffix(dryRun)}`);
    else errors.add(result.error);
  }
  made.flush();
  return errors.print(ctx);
};

const SET = flags(
  "all selector|l=string containers|c=string filename|f=list recursive|R kustomize|k=string local dry-run=string?client output|o=string field-manager=string from=string prefix=string keys=string list resolve overwrite env|e=list limits=string requests=string template=string show-managed-fields",
);

const SET_HELP = `Configure application resources.

 These commands help you make changes to existing application resources.

Available Commands:
  env              Update environment variables on a pod template
  image            Update the image of a pod template
  resources        Update resource requests/limits on objects with pod templates
  selector         Set the selector on a resource
  serviceaccount   Update the service account of a resource
  subject          Update the user, group, or service account in a role binding or cluster role binding

Usage:
  kubectl set SUBCOMMAND [options]

Use "kubectl set <command> --help" for more information about a given command.
Use "kubectl options" for a list of global command-line options (applies to all commands).
`;

/** Where the containers of an object are: its pod template, or itself. */
function containersOf(object: ApiObject): {
  list: readonly Container[];
  inits: readonly Container[];
  wrap: (spec: unknown) => unknown;
} {
  const spec = (object as Deployment).spec;
  if (object.kind === "Pod") {
    const pod = spec as unknown as { containers?: Container[]; initContainers?: Container[] } | undefined;
    return { list: pod?.containers ?? [], inits: pod?.initContainers ?? [], wrap: (s) => ({ spec: s }) };
  }
  const template =
    object.kind === "CronJob"
      ? (spec as unknown as { jobTemplate?: { spec?: { template?: Deployment["spec"] & object } } })
          ?.jobTemplate?.spec?.template
      : spec?.template;
  const pod = (
    template as unknown as { spec?: { containers?: Container[]; initContainers?: Container[] } } | undefined
  )?.spec;
  const wrap = (s: unknown): unknown =>
    object.kind === "CronJob"
      ? { spec: { jobTemplate: { spec: { template: { spec: s } } } } }
      : { spec: { template: { spec: s } } };
  return { list: pod?.containers ?? [], inits: pod?.initContainers ?? [], wrap };
}

export const set: Command = (args, ctx) => {
  const [sub = "", ...rest] = args;
  const f = parseFlags(SET, rest);
  if (sub === "image") return setImage(ctx, f);
  if (sub === "env") return setEnv(ctx, f);
  if (sub === "resources") return setResources(ctx, f);
  if (sub === "serviceaccount" || sub === "sa") return setServiceAccount(ctx, f);
  throw new Failure(SET_HELP);
};

/** Patches each object by what `change` makes of its containers; null: nothing to do there. */
function changeAll(
  ctx: Context,
  f: Flags,
  args: readonly string[],
  verb: string,
  words: string,
  change: (subject: Subject) => unknown | null,
): number {
  const errors = new Errors();
  const dryRun = dryRunOf(f, ctx);
  const made = new Made(ctx, f.string("output"));
  for (const subject of subjectsOf(ctx, f, args, verb, errors)) {
    const body = change(subject);
    if (typeof body === "string") {
      errors.addText(body);
      continue;
    }
    if (body === null) continue;
    if (dryRun === "client") {
      made.add(subject.object, subject.resource, `${words} (dry run)`);
      continue;
    }
    const result = ctx.api({
      verb: "patch",
      ...placeOf(subject),
      patchType: "strategic",
      body,
      ...(dryRun === "server" ? { options: { dryRun: true } } : {}),
    });
    if (!result.ok)
      errors.add(result.error, `failed to patch ${words.split(" ")[0]} update to pod template`, "");
    // What changed nothing is not spoken of.
    else if (result.object.metadata?.resourceVersion !== subject.object.metadata?.resourceVersion)
      made.add(result.object, subject.resource, `${words}${dryRunSuffix(dryRun)}`);
  }
  made.flush();
  return errors.print(ctx);
}

const isPair = (text: string): boolean => /^[^/=]+=|^\*=/.test(text) || /^[\w.*-]+-$/.test(text);

function setImage(ctx: Context, f: Flags): number {
  const pairs = f.args.filter((a) => a.includes("="));
  const targets = f.args.filter((a) => !a.includes("="));
  if (targets.length === 0 && !f.has("filename"))
    fail("one or more resources must be specified as <resource> <name> or <resource>/<name>");
  if (pairs.length === 0) fail("at least one image update is required");
  const images = pairs.map((p) => [p.slice(0, p.indexOf("=")), p.slice(p.indexOf("=") + 1)] as const);
  return changeAll(ctx, f, targets, "kubectl set image", "image updated", ({ object }) => {
    const { list, inits, wrap } = containersOf(object);
    const change = (all: readonly Container[]) =>
      all.flatMap((c) =>
        images
          .filter(([name]) => name === c.name || name === "*")
          .map(([, image]) => ({ name: c.name, image })),
      );
    const unknown = images.find(
      ([name]) => name !== "*" && ![...list, ...inits].some((c) => c.name === name),
    );
    if (unknown) return `unable to find container named "${unknown[0]}"`;
    const [containers, initContainers] = [change(list), change(inits)];
    return wrap({
      ...(containers.length > 0 ? { containers } : {}),
      ...(initContainers.length > 0 ? { initContainers } : {}),
    });
  });
}

function setEnv(ctx: Context, f: Flags): number {
  const pairs = [...f.args.filter(isPair), ...f.list("env")];
  const targets = f.args.filter((a) => !isPair(a));
  if (f.bool("list")) return listEnv(ctx, f, targets);
  if (pairs.length === 0 && !f.has("from")) fail("at least one environment variable must be provided");
  const only = f.string("containers", "*");
  return changeAll(ctx, f, targets, "kubectl set env", "env updated", ({ object }) => {
    const { list, wrap } = containersOf(object);
    const chosen = list.filter((c) => only === "*" || c.name === only);
    if (chosen.length === 0)
      return `${object.kind ?? ""}/${object.metadata?.name ?? ""} does not have any containers matching "${only}"`;
    const env = pairs.map((p) =>
      p.endsWith("-") && !p.includes("=")
        ? { $patch: "delete", name: p.slice(0, -1) }
        : { name: p.slice(0, p.indexOf("=")), value: p.slice(p.indexOf("=") + 1) },
    );
    const [type, source] = f.string("from").split("/");
    const from = source
      ? [
          {
            ...(f.has("prefix") ? { prefix: f.string("prefix") } : {}),
            [/^cm|configmap/.test(type ?? "") ? "configMapRef" : "secretRef"]: { name: source },
          },
        ]
      : [];
    return wrap({
      containers: chosen.map((c) => ({
        name: c.name,
        ...(env.length > 0 ? { env } : {}),
        ...(from.length > 0 ? { envFrom: from } : {}),
      })),
    });
  });
}

function listEnv(ctx: Context, f: Flags, targets: readonly string[]): number {
  const errors = new Errors();
  for (const { resource, object } of subjectsOf(ctx, f, targets, "kubectl set env", errors)) {
    for (const c of containersOf(object).list) {
      ctx.out(`# ${resource.name}/${object.metadata?.name ?? ""}, container ${c.name}\n`);
      for (const e of c.env ?? []) {
        const from = e.valueFrom;
        if (!from) ctx.out(`${e.name}=${e.value ?? ""}\n`);
        else if (from.fieldRef) ctx.out(`# ${e.name} from field path ${from.fieldRef.fieldPath}\n`);
        else if (from.configMapKeyRef)
          ctx.out(
            `# ${e.name} from configmap ${from.configMapKeyRef.name}, key ${from.configMapKeyRef.key}\n`,
          );
        else if (from.secretKeyRef)
          ctx.out(`# ${e.name} from secret ${from.secretKeyRef.name}, key ${from.secretKeyRef.key}\n`);
      }
    }
  }
  return errors.print(ctx);
}

const amounts = (text: string): { [k: string]: string } =>
  Object.fromEntries(
    text
      .split(",")
      .filter((p) => p !== "")
      .map((p) =>
        p.includes("=")
          ? (p.split("=") as [string, string])
          : fail(`Invalid argument syntax ${p}, expected <resource>=<value>`),
      ),
  );

function setResources(ctx: Context, f: Flags): number {
  const limits = amounts(f.string("limits"));
  const requests = amounts(f.string("requests"));
  if (Object.keys(limits).length + Object.keys(requests).length === 0)
    fail("you must specify an update to requests or limits (in the form of --requests/--limits)");
  const only = f.string("containers", "*");
  return changeAll(ctx, f, f.args, "kubectl set resources", "resource requirements updated", ({ object }) => {
    const { list, wrap } = containersOf(object);
    const resources = {
      ...(Object.keys(limits).length > 0 ? { limits } : {}),
      ...(Object.keys(requests).length > 0 ? { requests } : {}),
    };
    const chosen = list.filter((c) => only === "*" || c.name === only);
    return chosen.length === 0
      ? `unable to find container named ${only}`
      : wrap({ containers: chosen.map((c) => ({ name: c.name, resources })) });
  });
}

function setServiceAccount(ctx: Context, f: Flags): number {
  const name = f.args.at(-1);
  if (f.args.length < 2 || !name) fail("serviceaccount is required");
  return changeAll(
    ctx,
    f,
    f.args.slice(0, -1),
    "kubectl set serviceaccount",
    "serviceaccount updated",
    ({ object }) => containersOf(object).wrap({ serviceAccountName: name }),
  );
}

const AUTOSCALE = [
  ...MADE_FLAGS,
  ...flags(
    "min=int max=int cpu-percent=int cpu=string memory=string name=string filename|f=list recursive|R kustomize|k=string",
  ),
];

export const autoscale: Command = (args, ctx) => {
  const f = parseFlags(AUTOSCALE, args);
  if (!f.has("max")) fail('required flag(s) "max" not set');
  const errors = new Errors();
  const [subject] = subjectsOf(ctx, f, f.args, "kubectl autoscale", errors);
  if (!subject) return errors.print(ctx);
  const { resource, object } = subject;
  if (!SCALABLE.includes(resource.kind)) return fail(`cannot autoscale a ${qualified(resource)}`);
  const name = f.string("name", object.metadata?.name ?? "");
  const percent = f.has("cpu-percent")
    ? f.int("cpu-percent", 80)
    : Number(f.string("cpu").replace("%", "")) || undefined;
  const metrics =
    percent === undefined
      ? []
      : [
          {
            resource: { name: "cpu", target: { averageUtilization: percent, type: "Utilization" } },
            type: "Resource",
          },
        ];
  const scaleTargetRef = { apiVersion: object.apiVersion, kind: resource.kind, name: object.metadata?.name };
  const spec = {
    maxReplicas: f.int("max", 1),
    ...(metrics.length > 0 ? { metrics } : {}),
    ...(f.has("min") ? { minReplicas: f.int("min", 1) } : {}),
    scaleTargetRef,
  };
  return submit(
    ctx,
    f,
    "HorizontalPodAutoscaler",
    {
      metadata: { name },
      spec,
      status: { currentMetrics: null, desiredReplicas: 0 },
    } as unknown as ApiObject,
    { raw: true, verb: "autoscaled" },
  );
};
