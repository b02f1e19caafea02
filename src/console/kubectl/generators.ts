/** `kubectl create KIND NAME …`: objects made from flags (kubectl/pkg/cmd/create). */
import { encodeBase64 } from "../../api/base64.ts";
import { goJson } from "../../api/printers/go-format.ts";
import type { ApiObject } from "../../api/types.ts";
import type { Command, Context } from "../context.ts";
import { isDirectory, readFile } from "../files.ts";
import { Errors, Failure, fail } from "./errors.ts";
import { type Flag, type Flags, flags, parseFlags } from "./flags.ts";
import { createRole, createRoleBinding } from "./generators-rbac.ts";
import { createService } from "./generators-service.ts";
import { MADE_FLAGS, nameArg, submit } from "./making.ts";
import { getObject, namespaceOf } from "./objects.ts";
import { type Resource, resourceOfKind } from "./resources.ts";

const command =
  (path: string, own: readonly Flag[], make: (f: Flags, ctx: Context) => number): Command =>
  (args, ctx) => {
    const f = parseFlags([...MADE_FLAGS, ...own], args);
    for (const name of requiredOf(path)) if (!f.has(name)) fail(`required flag(s) "${name}" not set`);
    return make(f, ctx);
  };
const requiredOf = (path: string): readonly string[] =>
  path.endsWith("deployment") || path.endsWith("cronjob")
    ? path.endsWith("cronjob")
      ? ["image", "schedule"]
      : ["image"]
    : [];

/** Data of `--from-literal`, `--from-file` and `--from-env-file`. */
function dataOf(f: Flags, ctx: Context): { [key: string]: string } {
  const data: { [key: string]: string } = {};
  const put = (key: string, value: string): void => {
    if (Object.hasOwn(data, key))
      fail(
        `cannot add key "${key}", another key by that name already exists in Data for ConfigMap "${f.args[0] ?? ""}"`,
      );
    data[key] = value;
  };
  const read = (path: string): string =>
    ctx.once(() => readFile(ctx.host, ctx.session, path) ?? null) ??
    fail(`error reading ${path}: no such file or directory`);
  for (const literal of f.list("from-literal")) {
    const at = literal.indexOf("=");
    if (at <= 0) fail(`invalid literal source ${literal}, expected key=value`);
    put(literal.slice(0, at), literal.slice(at + 1).replace(/^(["'])(.*)\1$/s, "$2"));
  }
  for (const source of f.list("from-file")) {
    const at = source.indexOf("=");
    const path = at < 0 ? source : source.slice(at + 1);
    if (at < 0 && ctx.once(() => isDirectory(ctx.host, ctx.session, path)))
      fail(`error reading ${path}: is a directory`);
    put(at < 0 ? (path.split("/").at(-1) ?? path) : source.slice(0, at), read(path));
  }
  for (const path of f.list("from-env-file")) {
    for (const line of read(path).split("\n")) {
      const text = line.trimStart();
      if (text === "" || text.startsWith("#")) continue;
      const at = text.indexOf("=");
      put(at < 0 ? text : text.slice(0, at), at < 0 ? (ctx.session.vars[text] ?? "") : text.slice(at + 1));
    }
  }
  return data;
}

const DATA = flags("from-literal=list from-file=list from-env-file=list append-hash");

const configMap = command("kubectl create configmap", DATA, (f, ctx) => {
  const name = nameArg(f, "kubectl create configmap");
  const data = dataOf(f, ctx);
  return submit(ctx, f, "ConfigMap", {
    ...(Object.keys(data).length > 0 ? { data } : {}),
    metadata: { name },
  } as ApiObject);
});

const secretGeneric = command(
  "kubectl create secret generic",
  [...DATA, ...flags("type=string")],
  (f, ctx) => {
    const name = nameArg(f, "kubectl create secret generic");
    const data = Object.fromEntries(Object.entries(dataOf(f, ctx)).map(([k, v]) => [k, encodeBase64(v)]));
    return submit(ctx, f, "Secret", {
      ...(Object.keys(data).length > 0 ? { data } : {}),
      metadata: { name },
      ...(f.has("type") ? { type: f.string("type") } : {}),
    } as ApiObject);
  },
);

const secretDocker = command(
  "kubectl create secret docker-registry",
  flags(
    "docker-server=string docker-username=string docker-password=string docker-email=string from-file=list append-hash",
  ),
  (f, ctx) => {
    const name = nameArg(f, "kubectl create secret docker-registry");
    const [user, password] = [f.string("docker-username"), f.string("docker-password")];
    if (!user || !password)
      fail(
        "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required",
      );
    const email = f.string("docker-email");
    const auth = `{"username":${goJson(user)},"password":${goJson(password)}${email ? `,"email":${goJson(email)}` : ""},"auth":${goJson(encodeBase64(`${user}:${password}`))}}`;
    const config = `{"auths":{${goJson(f.string("docker-server", "https://index.docker.io/v1/"))}:${auth}}}`;
    return submit(ctx, f, "Secret", {
      data: { ".dockerconfigjson": encodeBase64(config) },
      metadata: { name },
      type: "kubernetes.io/dockerconfigjson",
    } as ApiObject);
  },
);

const secretTls = command(
  "kubectl create secret tls",
  flags("cert=string key=string append-hash"),
  (f, ctx) => {
    const name = nameArg(f, "kubectl create secret tls");
    if (!f.has("key") || !f.has("cert")) fail("key and cert must be specified");
    const read = (path: string): string =>
      ctx.once(() => readFile(ctx.host, ctx.session, path) ?? null) ??
      fail(`Cannot read file ${path}, open ${path}: no such file or directory`);
    return submit(ctx, f, "Secret", {
      data: {
        "tls.crt": encodeBase64(read(f.string("cert"))),
        "tls.key": encodeBase64(read(f.string("key"))),
      },
      metadata: { name },
      type: "kubernetes.io/tls",
    } as ApiObject);
  },
);

const SECRET_HELP = `Create a secret with specified type.

 A docker-registry type secret is for accessing a container registry.

 A generic type secret indicate an Opaque secret type.

 A tls type secret holds TLS certificate and its associated key.

Available Commands:
  docker-registry   Create a secret for use with a Docker registry
  generic           Create a secret from a local file, directory, or literal value
  tls               Create a TLS secret

Usage:
  kubectl create secret (docker-registry | generic | tls) [options]

Use "kubectl create secret <command> --help" for more information about a given command.
Use "kubectl options" for a list of global command-line options (applies to all commands).
`;

const secret: Command = (args, ctx) => {
  const [kind, ...rest] = args;
  const made: Readonly<Record<string, Command>> = {
    generic: secretGeneric,
    "docker-registry": secretDocker,
    tls: secretTls,
  };
  const own = kind !== undefined && Object.hasOwn(made, kind) ? made[kind] : undefined;
  if (own) return own(rest, ctx);
  throw new Failure(SECRET_HELP);
};

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
  const seconds = f.has("duration") ? Math.floor(f.ms("duration", 0) / 1000) : 3600;
  if (seconds < 600)
    fail(
      `failed to create token: TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: ${seconds}: may not specify a duration less than 10 minutes`,
    );
  const account = getObject(ctx, resourceOfKind("ServiceAccount") as Resource, namespaceOf(ctx, f), name);
  if (!account.ok) return fail(`failed to create token: ${account.error.message}`);
  ctx.out(
    `${encodeBase64('{"alg":"RS256","kid":"syncloop"}')}.${encodeBase64(`{"sub":"system:serviceaccount:${namespaceOf(ctx, f)}:${name}"}`)}.${encodeBase64(name)}\n`.replace(
      /=/g,
      "",
    ),
  );
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
