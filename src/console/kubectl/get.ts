/** `kubectl get` (kubectl/pkg/cmd/get). */
import { findResults, JsonPathError, parseJsonPath, relaxedJsonPath } from "../../api/printers/jsonpath.ts";
import type { ApiObject } from "../../api/types.ts";
import type { Command, Context } from "../context.ts";
import { Errors, Failure, fail } from "./errors.ts";
import { type Flags, flags, parseFlags } from "./flags.ts";
import { namespaceFor, readManifests } from "./manifests.ts";
import {
  type Found,
  findObjects,
  getObject,
  namespaceOf,
  nothingFound,
  requestTimeoutOf,
  type Selection,
  type Target,
  targetsOf,
} from "./objects.ts";
import { printerFor, printObjects, type TableFlags } from "./output.ts";
import { getRaw } from "./raw.ts";
import type { Resource } from "./resources.ts";
import { watchObjects } from "./watch.ts";

const FLAGS = flags(
  "output|o=string selector|l=string field-selector=string all-namespaces|A watch|w watch-only output-watch-events no-headers show-labels show-kind label-columns|L=list sort-by=string ignore-not-found filename|f=list recursive|R chunk-size=int raw=string show-managed-fields subresource=string server-print template=string allow-missing-template-keys kustomize|k=string",
);

const NO_TYPE = `You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.

error: Required resource not specified.
Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).
See 'kubectl get -h' for help and examples
`;

export const get: Command = (args, ctx) => {
  const f = parseFlags(FLAGS, args);
  if (f.has("raw")) return getRaw(f.string("raw"), ctx);
  const timeoutMs = requestTimeoutOf(f);
  const format = f.string("output");
  const printer = printerFor(format, {
    noHeaders: f.bool("no-headers"),
    showManaged: f.bool("show-managed-fields"),
    template: f.string("template"),
  });
  const selection: Selection = {
    namespace: namespaceOf(ctx, f),
    allNamespaces: f.bool("all-namespaces"),
    selector: f.string("selector"),
    fieldSelector: f.string("field-selector"),
  };
  if (f.args.length === 0 && !f.has("filename")) throw new Failure(NO_TYPE);
  const targets = f.has("filename") ? [] : targetsOf(f.args, "kubectl get");
  const named = targets.some((t) => t.name !== null);
  if (named && selection.allNamespaces) fail("a resource cannot be retrieved by name across all namespaces");
  if (named && (selection.selector || selection.fieldSelector))
    fail("name cannot be provided when a selector is specified");

  const table: TableFlags = {
    wide: format === "wide",
    noHeaders: f.bool("no-headers"),
    withNamespace: selection.allNamespaces ?? false,
    showLabels: f.bool("show-labels"),
    labelColumns: f.list("label-columns").flatMap((l) => l.split(",")),
    showKind:
      f.bool("show-kind") ||
      new Set(targets.map((t) => t.resource)).size > 1 ||
      f.args.some((a) => a.includes(",") || a === "all") ||
      new Set(f.args.filter((a) => a.includes("/")).map((a) => a.split("/")[0])).size > 1,
  };
  if (f.bool("watch") || f.bool("watch-only")) {
    const [only] = targets;
    if (!only || new Set(targets.map((t) => t.resource)).size > 1)
      fail("you may only specify a single resource type");
    if (targets.length > 1)
      fail(
        "watch is only supported on individual resources and resource collections - more than 1 resource was found",
      );
    return watchObjects(ctx, only as Target, selection, {
      table,
      printer,
      watchOnly: f.bool("watch-only"),
      events: f.bool("output-watch-events"),
      timeoutMs,
    });
  }

  const errors = new Errors();
  const found = f.has("filename")
    ? fromFiles(ctx, f, errors)
    : findObjects(ctx, targets, selection, errors, f.bool("ignore-not-found"));
  const sorted = f.has("sort-by") ? sortAll(found, f.string("sort-by")) : found;
  const all = sorted.flatMap((x) => x.objects);
  if (printer) {
    const list = sorted.some((x) => x.list) || sorted.length > 1;
    if (list || all.length > 0) ctx.out(printer(all, list));
  } else if (all.length === 0) {
    if (errors.list.length === 0 && !f.bool("ignore-not-found")) ctx.err(nothingFound(selection, targets));
  } else printTables(ctx, sorted, table);
  return errors.print(ctx);
};

/** A table a kind, blank lines between; neighbours of one kind share a table. */
function printTables(ctx: Context, found: readonly Found[], table: TableFlags): void {
  const nowMs = ctx.epochNow();
  const groups: { resource: Resource; objects: ApiObject[] }[] = [];
  for (const { resource, objects } of found) {
    if (objects.length === 0) continue;
    const last = groups.at(-1);
    if (last?.resource === resource) last.objects.push(...objects);
    else groups.push({ resource, objects: [...objects] });
  }
  const showKind = table.showKind || groups.length > 1;
  ctx.out(
    groups
      .map((g) => printObjects(g.resource.kind, g.objects, { ...table, showKind }, nowMs).text)
      .join("\n"),
  );
}

function fromFiles(ctx: Context, f: Flags, errors: Errors): Found[] {
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
    return got.ok ? [{ resource: m.resource, objects: [got.object], list: false }] : [];
  });
}

/** Order by the first value of a JSONPath; what has none goes first. */
function sortAll(found: readonly Found[], expression: string): Found[] {
  const path = (() => {
    try {
      return parseJsonPath(relaxedJsonPath(expression));
    } catch (error) {
      if (error instanceof JsonPathError) return fail(error.message);
      throw error;
    }
  })();
  const value = (o: ApiObject): unknown => {
    try {
      return findResults(path, o, { allowMissingKeys: true })[0]?.[0];
    } catch {
      return undefined;
    }
  };
  return found.map((x) => {
    const keyed = x.objects.map((o) => ({ o, v: value(o) }));
    // A path that leads nowhere in any object leaves nothing to show.
    if (keyed.every((k) => k.v === undefined)) return { ...x, objects: [] };
    return { ...x, objects: keyed.sort((a, b) => compare(a.v, b.v)).map((k) => k.o) };
  });
}

function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === undefined || a === null) return -1;
  if (b === undefined || b === null) return 1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : 1;
}
