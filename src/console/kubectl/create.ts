/** `kubectl create` and `kubectl replace` of files; the subcommands that make objects are in generators.ts. */
import { LAST_APPLIED } from "../../api/patch/last-applied.ts";
import { goJson } from "../../api/printers/go-format.ts";
import type { ApiObject } from "../../api/types.ts";
import type { Command, Context } from "../context.ts";
import { deletedText, waitGone } from "./delete.ts";
import { Errors, fail, usage } from "./errors.ts";
import { type Flags, flags, parseFlags } from "./flags.ts";
import { GENERATORS } from "./generators.ts";
import { dryRunOf, dryRunSuffix, Made, printWarnings, validationOf } from "./made.ts";
import { type ManifestObject, namespaceFor, readManifests } from "./manifests.ts";
import { getObject } from "./objects.ts";
import { sendRaw } from "./raw.ts";

const FLAGS = flags(
  "filename|f=list recursive|R kustomize|k=string dry-run=string?client output|o=string edit field-manager=string save-config selector|l=string validate=string?strict show-managed-fields raw=string template=string windows-line-endings",
);
const REPLACE = flags(
  "filename|f=list recursive|R kustomize|k=string dry-run=string?client output|o=string force grace-period=int timeout=duration wait cascade=string?background save-config validate=string?strict subresource=string raw=string field-manager=string template=string show-managed-fields",
);

/** The object with the text that apply will compare with later (--save-config). */
function saved(object: ApiObject, f: Flags): ApiObject {
  if (!f.bool("save-config")) return object;
  const annotations = { ...object.metadata?.annotations };
  const text = `${goJson({ ...object, metadata: { ...object.metadata, annotations } })}\n`;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      annotations: { ...annotations, [LAST_APPLIED]: text },
    } as ApiObject["metadata"] & object,
  };
}

const inNamespace = (m: ManifestObject, namespace: string | undefined): ApiObject => ({
  ...m.object,
  metadata: { ...m.object.metadata, ...(namespace ? { namespace } : {}) } as ApiObject["metadata"] & object,
});

export const create: Command = (args, ctx) => {
  const [sub = "", ...rest] = args;
  const generator = Object.hasOwn(GENERATORS, sub) ? GENERATORS[sub] : undefined;
  if (generator) return generator(rest, ctx);
  const f = parseFlags(FLAGS, args);
  if (f.args.length > 0) usage(`Unexpected args: [${f.args.join(" ")}]`, "kubectl create");
  if (!f.has("filename")) fail("must specify one of -f and -k");
  if (f.has("raw")) return sendRaw("create", f, ctx);
  const dryRun = dryRunOf(f, ctx);
  const made = new Made(ctx, f.string("output"), f.bool("show-managed-fields"));
  const errors = new Errors();
  const fieldValidation = validationOf(f);
  const { objects, problems } = readManifests(ctx, f, { validate: fieldValidation !== "Ignore" });
  if (objects.length === 0 && problems.length === 0) fail("no objects passed to create");
  for (const m of objects) {
    const namespace = namespaceFor(m, f, ctx.session.namespace);
    const object = saved(inNamespace(m, namespace), f);
    if (dryRun === "client") {
      made.add(object, m.resource, "created (dry run)");
      continue;
    }
    const options = { fieldValidation, ...(dryRun === "server" ? { dryRun: true } : {}) };
    const result = ctx.api({
      verb: "create",
      kind: m.resource.kind,
      ...(namespace ? { namespace } : {}),
      body: object,
      options,
    });
    if (!result.ok) errors.add(result.error, `error when creating "${m.source}"`);
    else {
      printWarnings(ctx, result.warnings);
      made.add(result.object, m.resource, `created${dryRunSuffix(dryRun)}`);
    }
  }
  for (const p of problems) errors.addText(p);
  made.flush();
  return errors.print(ctx);
};

export const replace: Command = (args, ctx) => {
  const f = parseFlags(REPLACE, args);
  if (f.args.length > 0) usage(`Unexpected args: [${f.args.join(" ")}]`, "kubectl replace");
  if (!f.has("filename")) fail("must specify --filename to replace");
  if (f.has("raw")) return sendRaw("update", f, ctx);
  const dryRun = dryRunOf(f, ctx);
  const made = new Made(ctx, f.string("output"), f.bool("show-managed-fields"));
  const errors = new Errors();
  const { objects, problems } = readManifests(ctx, f, { validate: validationOf(f) !== "Ignore" });
  for (const p of problems) errors.addText(p);
  if (objects.length === 0 && problems.length === 0) fail("no objects passed to replace");
  if (f.bool("force") && f.ms("timeout", 0) === 0) deleteFirst(ctx, objects, f, errors);
  for (const m of objects) {
    const namespace = namespaceFor(m, f, ctx.session.namespace);
    const object = saved(inNamespace(m, namespace), f);
    const name = object.metadata?.name ?? "";
    if (dryRun === "client") {
      made.add(object, m.resource, "replaced (dry run)");
      continue;
    }
    const where = { kind: m.resource.kind, ...(namespace ? { namespace } : {}) };
    const options = { fieldValidation: validationOf(f), ...(dryRun === "server" ? { dryRun: true } : {}) };
    const result = f.bool("force")
      ? ctx.api({ verb: "create", ...where, body: object, options })
      : ctx.api({
          verb: "update",
          ...where,
          name,
          body: object,
          options,
          ...(f.has("subresource") ? { subresource: f.string("subresource") } : {}),
        });
    if (!result.ok) errors.add(result.error, f.bool("force") ? "" : `error when replacing "${m.source}"`);
    else made.add(result.object, m.resource, `replaced${dryRunSuffix(dryRun)}`);
  }
  made.flush();
  return errors.print(ctx);
};

/** What `--force` replaces goes first, and is waited for. */
function deleteFirst(ctx: Context, objects: readonly ManifestObject[], f: Flags, errors: Errors): void {
  const gone = objects.flatMap((m) => {
    const namespace = namespaceFor(m, f, ctx.session.namespace) ?? "";
    const name = m.object.metadata?.name ?? "";
    const there = getObject(ctx, m.resource, namespace, name);
    if (!there.ok) return [];
    const grace = f.has("grace-period") ? f.int("grace-period", -1) : -1;
    const result = ctx.api({
      verb: "delete",
      kind: m.resource.kind,
      name,
      ...(namespace ? { namespace } : {}),
      ...(grace >= 0 ? { options: { gracePeriodSeconds: Math.max(1, grace) } } : {}),
    });
    if (!result.ok) {
      errors.add(result.error);
      return [];
    }
    const item = { resource: m.resource, namespace, name, uid: there.object.metadata?.uid ?? "" };
    ctx.out(`${deletedText(item, false)}\n`);
    return [item];
  });
  waitGone(ctx, gone, 300_000);
}
