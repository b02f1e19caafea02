/** `kubectl patch`, `label` and `annotate`. */
import { parseYaml } from "../../api/manifest/yaml.ts";
import { deepEqual } from "../../api/plain.ts";
import type { ApiObject } from "../../api/types.ts";
import type { Command, Context } from "../context.ts";
import { readFile } from "../files.ts";
import { Errors, fail, usage } from "./errors.ts";
import { type Flags, flags, parseFlags } from "./flags.ts";
import { dryRunOf, dryRunSuffix, Made, printWarnings } from "./made.ts";
import { namespaceFor, readManifests } from "./manifests.ts";
import { getObject, listObjects, namespaceOf, type Selection, targetsOf } from "./objects.ts";
import type { Resource } from "./resources.ts";

const PATCH = flags(
  "patch|p=string patch-file=string type=string filename|f=list recursive|R kustomize|k=string dry-run=string?client output|o=string local subresource=string field-manager=string template=string show-managed-fields",
);
const META = flags(
  "overwrite all all-namespaces|A selector|l=string field-selector=string list filename|f=list recursive|R kustomize|k=string dry-run=string?client output|o=string local resource-version=string field-manager=string template=string show-managed-fields",
);

export interface Subject {
  readonly resource: Resource;
  readonly object: ApiObject;
}

/** The objects that a changing command names: arguments, files or a selection. */
export function subjectsOf(
  ctx: Context,
  f: Flags,
  args: readonly string[],
  verb: string,
  errors: Errors,
): Subject[] {
  if (f.has("filename")) {
    const { objects, problems } = readManifests(ctx, f, { validate: false });
    for (const p of problems) errors.addText(p);
    return objects.flatMap((m) => {
      const got = getObject(
        ctx,
        m.resource,
        namespaceFor(m, f, ctx.session.namespace) ?? "",
        m.object.metadata?.name ?? "",
      );
      if (!got.ok) errors.add(got.error);
      return got.ok ? [{ resource: m.resource, object: got.object }] : [];
    });
  }
  const selection: Selection = {
    namespace: namespaceOf(ctx, f),
    allNamespaces: f.bool("all-namespaces"),
    selector: f.string("selector"),
    fieldSelector: f.string("field-selector"),
  };
  const targets = targetsOf(args, verb);
  const many = f.bool("all") || f.has("selector") || f.has("field-selector");
  if (targets.length === 0)
    fail("one or more resources must be specified as <resource> <name> or <resource>/<name>");
  if (!many && targets.some((t) => t.name === null))
    fail("resource(s) were provided, but no name was specified");
  return targets.flatMap(({ resource, name }) => {
    if (name === null)
      return (listObjects(ctx, resource, selection, errors) ?? []).map((object) => ({ resource, object }));
    const got = getObject(ctx, resource, selection.namespace, name);
    if (!got.ok) errors.add(got.error);
    return got.ok ? [{ resource, object: got.object }] : [];
  });
}

/** Where an object is, for a request. */
export const placeOf = ({ resource, object }: Subject) => ({
  kind: resource.kind,
  name: object.metadata?.name ?? "",
  ...(resource.namespaced ? { namespace: object.metadata?.namespace ?? "" } : {}),
});

export const patch: Command = (args, ctx) => {
  const f = parseFlags(PATCH, args);
  const type = f.string("type", "strategic").toLowerCase();
  if (type !== "strategic" && type !== "merge" && type !== "json")
    fail(`--type must be one of [json merge strategic], not "${f.string("type")}"`);
  const text = f.has("patch-file")
    ? (ctx.once(() => readFile(ctx.host, ctx.session, f.string("patch-file")) ?? null) ??
      fail(`unable to read patch file: open ${f.string("patch-file")}: no such file or directory`))
    : f.string("patch");
  if (text === "")
    usage("must specify --patch or --patch-file containing the contents of the patch", "kubectl patch");
  const parsed = parseYaml(text);
  const body = parsed.documents[0]?.value;
  const bad = parsed.documents[0]?.problems.find((p) => p.severity === "error");
  if (bad || body === undefined || body === null || typeof body !== "object")
    fail(`unable to parse "${text}": ${bad?.message || "yaml: did not find expected node content"}`);
  const errors = new Errors();
  const dryRun = dryRunOf(f, ctx);
  const made = new Made(ctx, f.string("output"));
  for (const subject of subjectsOf(ctx, f, f.args, "kubectl patch", errors)) {
    const { resource, object } = subject;
    if (dryRun === "client") {
      made.add(object, resource, "patched (dry run)");
      continue;
    }
    const result = ctx.api({
      verb: "patch",
      ...placeOf(subject),
      patchType: type as "strategic" | "merge" | "json",
      body,
      ...(f.has("subresource") ? { subresource: f.string("subresource") } : {}),
      ...(dryRun === "server" ? { options: { dryRun: true } } : {}),
    });
    if (!result.ok) {
      errors.add(result.error);
      continue;
    }
    printWarnings(ctx, result.warnings);
    const same =
      result.object.metadata?.resourceVersion === object.metadata?.resourceVersion && dryRun === "none";
    made.add(result.object, resource, `patched${same ? " (no change)" : ""}${dryRunSuffix(dryRun)}`);
  }
  made.flush();
  return errors.print(ctx);
};

interface Change {
  readonly set: { readonly [key: string]: string };
  readonly remove: readonly string[];
}

/** `a=b`, `c-`: what stands behind the resources. */
function splitChange(args: readonly string[], what: string): { rest: string[]; change: Change } {
  const set: { [key: string]: string } = {};
  const drop: string[] = [];
  const rest: string[] = [];
  for (const arg of args) {
    const at = arg.indexOf("=");
    if (at > 0) {
      const key = arg.slice(0, at);
      if (drop.includes(key))
        fail(
          `can not both modify and remove ${what === "label" ? "a label" : "an annotation"} in the same command`,
        );
      set[key] = arg.slice(at + 1);
    } else if (arg.endsWith("-") && arg.length > 1 && rest.length > 0) drop.push(arg.slice(0, -1));
    else rest.push(arg);
  }
  return { rest, change: { set, remove: drop } };
}

const metaCommand =
  (field: "labels" | "annotations"): Command =>
  (args, ctx) => {
    const verb = field === "labels" ? "label" : "annotate";
    const past = field === "labels" ? "labeled" : "annotated";
    const f = parseFlags(META, args);
    const { rest, change } = splitChange(f.args, verb);
    if (rest.length === 0 && !f.has("filename"))
      usage(
        "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        `kubectl ${verb}`,
      );
    if (Object.keys(change.set).length === 0 && change.remove.length === 0 && !f.bool("list"))
      usage(
        `at least one ${verb === "label" ? "label" : "annotation"} update is required`,
        `kubectl ${verb}`,
      );
    for (const [key, value] of Object.entries(change.set))
      if (field === "labels" && !/^([\w.-]+\/)?[\w.-]+$/.test(key))
        fail(`invalid label key "${key}": ${value}`);
    const errors = new Errors();
    const dryRun = dryRunOf(f, ctx);
    const made = new Made(ctx, f.string("output"));
    const subjects = subjectsOf(ctx, f, rest, `kubectl ${verb}`, errors);
    if (subjects.length === 0 && errors.list.length === 0 && errors.texts.length === 0)
      ctx.err(`No resources found in ${namespaceOf(ctx, f)} namespace.\n`);
    for (const subject of subjects) {
      const { resource, object } = subject;
      const old = object.metadata?.[field] ?? {};
      if (f.bool("list")) {
        for (const [k, v] of Object.entries(old).sort(([a], [b]) => (a < b ? -1 : 1))) ctx.out(`${k}=${v}\n`);
        continue;
      }
      const clash = Object.entries(change.set).find(([k, v]) => Object.hasOwn(old, k) && old[k] !== v);
      if (clash && !f.bool("overwrite")) {
        errors.addText(
          field === "labels"
            ? `'${clash[0]}' already has a value (${old[clash[0]]}), and --overwrite is false`
            : `--overwrite is false but found the following declared annotation(s): '${clash[0]}' already has a value (${old[clash[0]]})`,
        );
        continue;
      }
      const missing = change.remove.filter((k) => !Object.hasOwn(old, k));
      for (const k of missing)
        ctx.out(field === "labels" ? `label "${k}" not found.\n` : `annotation "${k}" not found.\n`);
      const wanted = Object.fromEntries([
        ...Object.entries(old).filter(([k]) => !change.remove.includes(k)),
        ...Object.entries(change.set),
      ]);
      const same = deepEqual(wanted, old);
      const removed = change.remove.length > missing.length;
      const words =
        field === "annotations"
          ? past
          : same
            ? "not labeled"
            : removed && Object.keys(change.set).length === 0
              ? "unlabeled"
              : "labeled";
      if (dryRun === "client" || (same && field === "labels")) {
        made.add(
          { ...object, metadata: { ...object.metadata, [field]: wanted } } as ApiObject,
          resource,
          `${words}${dryRunSuffix(dryRun)}`,
        );
        continue;
      }
      const body = {
        metadata: { [field]: { ...change.set, ...Object.fromEntries(change.remove.map((k) => [k, null])) } },
      };
      const result = ctx.api({
        verb: "patch",
        ...placeOf(subject),
        patchType: "merge",
        body,
        ...(dryRun === "server" ? { options: { dryRun: true } } : {}),
      });
      if (result.ok) made.add(result.object, resource, `${words}${dryRunSuffix(dryRun)}`);
      else errors.add(result.error);
    }
    made.flush();
    return errors.print(ctx);
  };

export const label = metaCommand("labels");
export const annotate = metaCommand("annotations");
