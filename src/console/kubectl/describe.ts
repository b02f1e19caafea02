/** `kubectl describe`. */
import { describeObject } from "../../api/printers/describe/index.ts";
import type { Command } from "../context.ts";
import { Errors, Failure, usage } from "./errors.ts";
import { flags, parseFlags } from "./flags.ts";
import { namespaceFor, readManifests } from "./manifests.ts";
import {
  type Found,
  findObjects,
  getObject,
  listObjects,
  namespaceOf,
  nothingFound,
  type Selection,
  targetsOf,
} from "./objects.ts";

const FLAGS = flags(
  "selector|l=string all-namespaces|A filename|f=list recursive|R show-events chunk-size=int kustomize|k=string",
);

const NO_TYPE = `You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.
`;

export const describe: Command = (args, ctx) => {
  const f = parseFlags(FLAGS, args);
  const selection: Selection = {
    namespace: namespaceOf(ctx, f),
    allNamespaces: f.bool("all-namespaces"),
    selector: f.string("selector"),
  };
  if (f.args.length === 0 && !f.has("filename")) throw new Failure(`error: ${NO_TYPE}`);
  const errors = new Errors();
  const found: Found[] = [];
  const targets = f.has("filename") ? [] : targetsOf(f.args, "kubectl describe");
  if (targets.some((t) => t.name !== null) && selection.allNamespaces)
    usage("a resource cannot be retrieved by name across all namespaces", "kubectl describe");
  if (f.has("filename")) {
    const { objects, problems } = readManifests(ctx, f, { validate: false });
    for (const p of problems) errors.addText(p);
    for (const m of objects) {
      const got = getObject(
        ctx,
        m.resource,
        namespaceFor(m, f, ctx.session.namespace) ?? "",
        m.object.metadata?.name ?? "",
      );
      if (got.ok) found.push({ resource: m.resource, objects: [got.object], list: false });
      else errors.add(got.error);
    }
  } else {
    for (const target of targets) {
      const missing = new Errors();
      const own = findObjects(ctx, [target], selection, missing);
      const [miss] = missing.list;
      if (miss?.error.reason === "NotFound" && target.name !== null) {
        // A name that is not there may be the beginning of others.
        const fitting = (listObjects(ctx, target.resource, selection, errors) ?? []).filter((o) =>
          o.metadata?.name?.startsWith(target.name ?? ""),
        );
        if (fitting.length > 0) found.push({ resource: target.resource, objects: fitting, list: true });
        else errors.add(miss.error);
      } else {
        found.push(...own);
        for (const e of missing.list) errors.add(e.error);
      }
    }
  }
  const all = found.flatMap((x) => x.objects);
  if (all.length === 0 && errors.list.length === 0 && errors.texts.length === 0)
    ctx.err(nothingFound(selection, targets));
  const nowMs = ctx.epochNow();
  const showEvents = f.bool("show-events", true);
  const texts = ctx.once(() =>
    all.map((object) => describeObject(object, ctx.host.reader, { showEvents, nowMs })),
  );
  ctx.out(texts.join("\n\n"));
  return errors.print(ctx);
};
