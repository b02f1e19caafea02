/** `kubectl apply` (kubectl/pkg/cmd/apply): create what is not there, patch what differs. */
import type { ApiResult, ApiStatusError } from "../../api/contract.ts";
import { LAST_APPLIED, threeWayPatch } from "../../api/patch/last-applied.ts";
import { goJson, goJsonIndent } from "../../api/printers/go-format.ts";
import { toYaml } from "../../api/printers/yaml-output.ts";
import type { ApiObject } from "../../api/types.ts";
import type { Command, Context } from "../context.ts";
import { Errors, fail, usage } from "./errors.ts";
import { type Flags, flags, parseFlags } from "./flags.ts";
import { type DryRun, dryRunOf, dryRunSuffix, Made, printWarnings, validationOf } from "./made.ts";
import { type ManifestObject, namespaceFor, readManifests } from "./manifests.ts";
import { getObject, namespaceOf, targetsOf } from "./objects.ts";
import { apiVersionOf, isStored } from "./resources.ts";

const FLAGS = flags(
  "filename|f=list recursive|R kustomize|k=string dry-run=string?client output|o=string server-side force-conflicts field-manager=string force grace-period=int timeout=duration wait overwrite prune all selector|l=string validate=string?strict show-managed-fields openapi-patch cascade=string?background subresource=string template=string prune-allowlist=list",
);

/** The text that apply keeps of what it was given. */
function withLastApplied(object: ApiObject): ApiObject {
  const { [LAST_APPLIED]: _old, ...annotations } = object.metadata?.annotations ?? {};
  const bare = { ...object, metadata: { ...object.metadata, annotations } };
  return {
    ...object,
    metadata: {
      ...object.metadata,
      annotations: { ...annotations, [LAST_APPLIED]: `${goJson(bare)}\n` },
    } as ApiObject["metadata"] & object,
  };
}

function readLast(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const apply: Command = (args, ctx) => {
  if (args[0] === "view-last-applied") return viewLastApplied(args.slice(1), ctx);
  const f = parseFlags(FLAGS, args);
  if (f.args.length > 0) usage(`Unexpected args: [${f.args.join(" ")}]`, "kubectl apply");
  if (f.has("kustomize"))
    fail(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${ctx.session.cwd}'`,
    );
  if (!f.has("filename")) fail("must specify one of -f and -k");
  const dryRun = dryRunOf(f, ctx);
  const made = new Made(ctx, f.string("output"), f.bool("show-managed-fields"));
  const errors = new Errors();
  const { objects, problems } = readManifests(ctx, f, { validate: validationOf(f) !== "Ignore" });
  if (objects.length === 0 && problems.length === 0) fail("no objects passed to apply");
  for (const m of objects) applyOne(ctx, m, f, dryRun, made, errors);
  for (const p of problems) errors.addText(p);
  made.flush();
  return errors.print(ctx);
};

function applyOne(
  ctx: Context,
  m: ManifestObject,
  f: Flags,
  dryRun: DryRun,
  made: Made,
  errors: Errors,
): void {
  const namespace = namespaceFor(m, f, ctx.session.namespace);
  const object: ApiObject = {
    ...m.object,
    metadata: { ...m.object.metadata, ...(namespace ? { namespace } : {}) } as ApiObject["metadata"] & object,
  };
  const name = object.metadata?.name ?? "";
  const where = { kind: m.resource.kind, ...(namespace ? { namespace } : {}) };
  const fieldValidation = validationOf(f);
  const options = { fieldValidation, ...(dryRun === "server" ? { dryRun: true } : {}) };
  if (!isStored(m.resource)) {
    errors.add(
      { code: 404, reason: "NotFound", message: "the server could not find the requested resource" },
      `error when creating "${m.source}"`,
    );
    return;
  }
  if (f.bool("server-side")) {
    const result = ctx.api({ verb: "patch", ...where, name, patchType: "apply", body: object, options });
    if (result.ok) made.add(result.object, m.resource, `serverside-applied${dryRunSuffix(dryRun)}`);
    else if (result.error.reason === "NotFound") {
      const created = ctx.api({ verb: "create", ...where, body: object, options });
      if (created.ok) made.add(created.object, m.resource, `serverside-applied${dryRunSuffix(dryRun)}`);
      else errors.add(typedPatchError(m, object, created.error));
    } else errors.add(typedPatchError(m, object, result.error));
    return;
  }
  if (!name) {
    const text = object.metadata?.generateName
      ? `from ${object.metadata.generateName}-: cannot use generate name with apply`
      : `error when retrieving current configuration of:\nResource: "${gvr(m)}", GroupVersionKind: "${gvk(m)}"\nName: "", Namespace: "${namespace ?? ""}"\nfrom server for: "${m.source}": resource name may not be empty`;
    errors.addText(text);
    return;
  }
  const live = getObject(ctx, m.resource, namespace ?? "", name);
  const wanted = withLastApplied(object);
  if (!live.ok && live.error.reason !== "NotFound") {
    errors.add(
      live.error,
      `error when retrieving current configuration of:\nResource: "${gvr(m)}", GroupVersionKind: "${gvk(m)}"\nName: "${name}", Namespace: "${namespace ?? ""}"\nfrom server for: "${m.source}"`,
    );
    return;
  }
  if (!live.ok) {
    if (dryRun === "client") {
      made.add(wanted, m.resource, "created (dry run)");
      return;
    }
    const result = ctx.api({ verb: "create", ...where, body: wanted, options });
    settle(ctx, result, errors, `error when creating "${m.source}"`, (o) =>
      made.add(o, m.resource, `created${dryRunSuffix(dryRun)}`),
    );
    return;
  }
  const last = live.object.metadata?.annotations?.[LAST_APPLIED];
  if (last === undefined) {
    ctx.err(
      `Warning: resource ${m.resource.name}/${name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
    );
  }
  if (live.object.metadata?.deletionTimestamp)
    ctx.err(`Warning: Detected changes to resource ${name} which is currently being deleted.\n`);
  const patch = threeWayPatch(apiVersionOf(m.resource), m.resource.kind, readLast(last), wanted, live.object);
  if (Object.keys(patch).length === 0) {
    made.add(live.object, m.resource, `unchanged${dryRunSuffix(dryRun)}`);
    return;
  }
  if (dryRun === "client") {
    made.add(live.object, m.resource, "configured (dry run)");
    return;
  }
  const result = ctx.api({ verb: "patch", ...where, name, patchType: "strategic", body: patch, options });
  const prefix = `error when applying patch:\n${goJson(patch)}\nto:\nResource: "${gvr(m)}", GroupVersionKind: "${gvk(m)}"\nName: "${name}", Namespace: "${namespace ?? ""}"\nfor: "${m.source}": error when patching "${m.source}"`;
  settle(ctx, result, errors, prefix, (o) =>
    made.add(
      o,
      m.resource,
      `${o.metadata?.resourceVersion === live.object.metadata?.resourceVersion ? "unchanged" : "configured"}${dryRunSuffix(dryRun)}`,
    ),
  );
}

/** Fields by which the entries of a list are told apart in the schema. */
const LIST_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ["name"],
  initContainers: ["name"],
  ephemeralContainers: ["name"],
  volumes: ["name"],
  env: ["name"],
  volumeMounts: ["mountPath"],
  imagePullSecrets: ["name"],
};

/** `spec.containers[0].comand` as the typed patch names it: `.spec.containers[name="c"].comand`. */
function typedPath(object: unknown, path: string): string {
  let at: unknown = object;
  let list = "";
  return path.replace(/([^.[\]]+)|\[(\d+)\]/g, (part, name?: string, index?: string) => {
    if (name !== undefined) {
      list = name;
      at = (at as Record<string, unknown> | undefined)?.[name];
      return part;
    }
    at = (at as readonly unknown[] | undefined)?.[Number(index)];
    const keys = LIST_KEYS[list];
    const entry = at as Record<string, unknown> | undefined;
    return keys ? `[${keys.map((k) => `${k}=${JSON.stringify(entry?.[k] ?? "")}`).join(",")}]` : part;
  });
}

/** Unknown fields in a server-side apply are met by the typed patch, which has its own words for them. */
function typedPatchError(m: ManifestObject, object: ApiObject, error: ApiStatusError): ApiStatusError {
  const unknown = [...error.message.matchAll(/unknown field "([^"]+)"/g)].map((found) => found[1] as string);
  if (!error.message.includes("strict decoding error") || unknown.length === 0) return error;
  const { namespace, name } = object.metadata ?? {};
  const lines = unknown.map((path) => `.${typedPath(object, path)}: field not declared in schema`);
  const text = lines.length === 1 ? lines[0] : `errors:\n${lines.map((l) => `  ${l}`).join("\n")}`;
  const { group, version } = m.resource;
  return {
    code: 500,
    reason: "",
    message: `failed to create typed patch object (${namespace ? `${namespace}/` : ""}${name}; ${group}/${version}, Kind=${m.resource.kind}): ${text}`,
  };
}

function settle(
  ctx: Context,
  result: ApiResult,
  errors: Errors,
  prefix: string,
  done: (object: ApiObject) => void,
): void {
  if (!result.ok) {
    errors.add(result.error, prefix);
    return;
  }
  printWarnings(ctx, result.warnings);
  done(result.object);
}

const gvr = ({ resource }: ManifestObject): string =>
  `${resource.group}/${resource.version}, Resource=${resource.name}`;
const gvk = ({ resource }: ManifestObject): string =>
  `${resource.group}/${resource.version}, Kind=${resource.kind}`;

function viewLastApplied(args: readonly string[], ctx: Context): number {
  const f = parseFlags(flags("output|o=string filename|f=list all selector|l=string"), args);
  const [target] = targetsOf(f.args, "kubectl apply view-last-applied");
  if (!target?.name) return fail("resource(s) were provided, but no name was specified");
  const got = getObject(ctx, target.resource, namespaceOf(ctx, f), target.name);
  const errors = new Errors();
  if (!got.ok) {
    errors.add(got.error);
    return errors.print(ctx);
  }
  const last = readLast(got.object.metadata?.annotations?.[LAST_APPLIED]);
  if (last === undefined)
    return fail(`no last-applied-configuration annotation found on resource: ${target.name}`);
  ctx.out(f.string("output") === "json" ? `${goJsonIndent(last, "  ")}\n` : toYaml(last));
  return 0;
}
