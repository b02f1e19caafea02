import type { ApiObject } from "../../api/types.ts";
import type { Command } from "../context.ts";
import { Errors, fail } from "./errors.ts";
import { flags, parseFlags } from "./flags.ts";
import { configMap, secret } from "./generators-config.ts";
import { createRole, createRoleBinding } from "./generators-rbac.ts";
import { createService } from "./generators-service.ts";
import { command, nameArg, submit } from "./making.ts";
import { getObject, namespaceOf } from "./objects.ts";
import { type Resource, resourceOfKind } from "./resources.ts";

const namespace = command("kubectl create namespace", [], (f, ctx) => {
  const name = nameArg(f, "kubectl create namespace");
  return submit(ctx, f, "Namespace", { metadata: { name }, spec: {}, status: {} } as ApiObject, {
    raw: true,
  });
});

const serviceAccount = command("kubectl create serviceaccount", [], (f, ctx) =>
  submit(ctx, f, "ServiceAccount", {
    metadata: { name: nameArg(f, "kubectl create serviceaccount") },
  } as ApiObject),
);

/** Name of a container made from its image: the last part of its path without tag. */
const containerName = (image: string): string =>
  (image.split("/").at(-1) ?? "").split(/[:@]/)[0]?.replace(/[_.]/g, "-").toLowerCase() ?? "";

const deployment = command(
  "kubectl create deployment",
  flags("image=list replicas|r=int port=int"),
  (f, ctx) => {
    const name = nameArg(f, "kubectl create deployment");
    const images = f.list("image").flatMap((i) => i.split(","));
    const commandWords = f.dashAt < 0 ? f.args.slice(1) : f.args.slice(f.dashAt);
    if (images.length > 1 && commandWords.length > 0)
      fail("cannot specify multiple --image options and command");
    const labels = { app: name };
    const containers = images.map((image) => ({
      image,
      name: containerName(image),
      ...(commandWords.length > 0 ? { command: commandWords } : {}),
      ...(f.has("port") ? { ports: [{ containerPort: f.int("port", 0) }] } : {}),
      resources: {},
    }));
    const spec = {
      replicas: f.int("replicas", 1),
      selector: { matchLabels: labels },
      strategy: {},
      template: { metadata: { labels }, spec: { containers } },
    };
    return submit(ctx, f, "Deployment", { metadata: { labels, name }, spec, status: {} } as ApiObject);
  },
);

const jobSpec = (name: string, image: string, words: readonly string[]) => ({
  template: {
    metadata: {},
    spec: {
      containers: [{ image, name, ...(words.length > 0 ? { command: words } : {}), resources: {} }],
      restartPolicy: "Never",
    },
  },
});

const job = command("kubectl create job", flags("image=string from=string"), (f, ctx) => {
  const name = nameArg(f, "kubectl create job");
  const words = f.dashAt < 0 ? f.args.slice(1) : f.args.slice(f.dashAt);
  if (f.has("image") === f.has("from"))
    fail(
      f.has("from")
        ? "either --image or --from must be specified"
        : "either --image or --from must be specified",
    );
  if (f.has("image"))
    return submit(ctx, f, "Job", {
      metadata: { name },
      spec: jobSpec(name, f.string("image"), words),
      status: {},
    } as ApiObject);
  if (words.length > 0) fail("cannot specify --from and command");
  const [type, from = ""] = f.string("from").split("/");
  if (!/^(cronjobs?|cj)(\.batch)?$/.test(type ?? "")) fail(`from must be an existing cronjob`);
  const cron = getObject(ctx, resourceOfKind("CronJob") as Resource, namespaceOf(ctx, f), from);
  if (!cron.ok) {
    const errors = new Errors();
    errors.add(cron.error);
    return errors.print(ctx);
  }
  const template = (
    cron.object as {
      spec?: { jobTemplate?: { metadata?: { labels?: object; annotations?: object }; spec?: object } };
    }
  ).spec?.jobTemplate;
  const owner = {
    apiVersion: "batch/v1",
    controller: true,
    kind: "CronJob",
    name: from,
    uid: cron.object.metadata?.uid ?? "",
  };
  const metadata = {
    annotations: { "cronjob.kubernetes.io/instantiate": "manual", ...template?.metadata?.annotations },
    ...(template?.metadata?.labels ? { labels: template.metadata.labels } : {}),
    name,
    ownerReferences: [owner],
  };
  return submit(ctx, f, "Job", { metadata, spec: template?.spec ?? {}, status: {} } as unknown as ApiObject);
});

const cronJob = command(
  "kubectl create cronjob",
  flags("image=string schedule=string restart=string"),
  (f, ctx) => {
    const name = nameArg(f, "kubectl create cronjob");
    const words = f.dashAt < 0 ? f.args.slice(1) : f.args.slice(f.dashAt);
    const { template } = jobSpec(name, f.string("image"), words);
    const jobTemplate = {
      metadata: { name },
      spec: {
        template: {
          ...template,
          spec: { ...template.spec, restartPolicy: f.string("restart", "OnFailure") },
        },
      },
    };
    return submit(ctx, f, "CronJob", {
      metadata: { name },
      spec: { jobTemplate, schedule: f.string("schedule") },
      status: {},
    } as ApiObject);
  },
);

const quota = command("kubectl create quota", flags("hard=string scopes=string"), (f, ctx) => {
  const name = nameArg(f, "kubectl create quota");
  const hard = Object.fromEntries(
    f
      .string("hard")
      .split(",")
      .filter((p) => p !== "")
      .map((p) => p.split("=") as [string, string]),
  );
  const scopes = f
    .string("scopes")
    .split(",")
    .filter((s) => s !== "");
  return submit(ctx, f, "ResourceQuota", {
    metadata: { name },
    spec: { ...(Object.keys(hard).length > 0 ? { hard } : {}), ...(scopes.length > 0 ? { scopes } : {}) },
    status: {},
  } as ApiObject);
});

const priorityClass = command(
  "kubectl create priorityclass",
  flags("value=int global-default description=string preemption-policy=string"),
  (f, ctx) => {
    const name = nameArg(f, "kubectl create priorityclass");
    const description = f.string("description");
    return submit(ctx, f, "PriorityClass", {
      ...(description ? { description } : {}),
      ...(f.bool("global-default") ? { globalDefault: true } : {}),
      metadata: { name },
      preemptionPolicy: f.string("preemption-policy", "PreemptLowerPriority"),
      value: f.int("value", 0),
    } as ApiObject);
  },
);

const budget = command(
  "kubectl create poddisruptionbudget",
  flags("min-available=string max-unavailable=string selector=string"),
  (f, ctx) => {
    const name = nameArg(f, "kubectl create poddisruptionbudget");
    if (!f.has("selector")) fail("a selector must be specified");
    if (f.has("min-available") === f.has("max-unavailable"))
      fail(
        f.has("min-available")
          ? "min-available and max-unavailable cannot be both specified"
          : "one of min-available or max-unavailable must be specified",
      );
    const amount = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text);
    const matchLabels = Object.fromEntries(
      f
        .string("selector")
        .split(",")
        .map((p) => p.split("=") as [string, string]),
    );
    const limit = f.has("min-available")
      ? { minAvailable: amount(f.string("min-available")) }
      : { maxUnavailable: amount(f.string("max-unavailable")) };
    return submit(ctx, f, "PodDisruptionBudget", {
      metadata: { name },
      spec: { ...limit, selector: { matchLabels } },
      status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
    } as ApiObject);
  },
);

const token: Command = (args, ctx) => {
  const f = parseFlags(
    flags(
      "duration=duration audience=list bound-object-kind=string bound-object-name=string bound-object-uid=string output|o=string",
    ),
    args,
  );
  const name = nameArg(f, "kubectl create token");
  const audiences = f.list("audience");
  const kind = f.string("bound-object-kind");
  const spec = {
    ...(audiences.length > 0 ? { audiences } : {}),
    ...(f.has("duration") ? { expirationSeconds: Math.floor(f.ms("duration", 0) / 1000) } : {}),
    ...(kind ? { boundObjectRef: { kind, apiVersion: "v1", name: f.string("bound-object-name") } } : {}),
  };
  const result = ctx.api<ApiObject & { status?: { token?: string } }>({
    verb: "create",
    kind: "ServiceAccount",
    namespace: namespaceOf(ctx, f),
    name,
    subresource: "token",
    body: { spec },
  });
  if (!result.ok) return fail(`failed to create token: ${result.error.message}`);
  ctx.out(`${result.object.status?.token ?? ""}\n`);
  return 0;
};

export const GENERATORS: Readonly<Record<string, Command>> = {
  configmap: configMap,
  cm: configMap,
  secret,
  namespace,
  ns: namespace,
  serviceaccount: serviceAccount,
  sa: serviceAccount,
  deployment,
  deploy: deployment,
  job,
  cronjob: cronJob,
  cj: cronJob,
  quota,
  resourcequota: quota,
  priorityclass: priorityClass,
  pc: priorityClass,
  poddisruptionbudget: budget,
  pdb: budget,
  token,
  service: createService,
  svc: createService,
  role: createRole(false),
  clusterrole: createRole(true),
  rolebinding: createRoleBinding(false),
  clusterrolebinding: createRoleBinding(true),
};
