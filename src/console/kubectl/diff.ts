/** `kubectl diff`: what applying a manifest would change. */
import { LAST_APPLIED, threeWayPatch } from "../../api/patch/last-applied.ts";
import { toYaml } from "../../api/printers/yaml-output.ts";
import type { ApiObject } from "../../api/types.ts";
import { unifiedDiff } from "../../api/validation/unified-diff.ts";
import type { Command } from "../context.ts";
import { Errors, fail } from "./errors.ts";
import { flags, parseFlags } from "./flags.ts";
import { namespaceFor, readManifests } from "./manifests.ts";
import { getObject } from "./objects.ts";
import { apiVersionOf } from "./resources.ts";

export const diff: Command = (args, ctx) => {
  const f = parseFlags(
    flags(
      "filename|f=list recursive|R kustomize|k=string server-side force-conflicts field-manager=string prune selector|l=string concurrency=int show-managed-fields",
    ),
    args,
  );
  if (!f.has("filename")) fail("must specify one of -f and -k");
  const errors = new Errors();
  const { objects, problems } = readManifests(ctx, f, { validate: true });
  for (const p of problems) errors.addText(p);
  let differs = false;
  for (const m of objects) {
    const namespace = namespaceFor(m, f, ctx.session.namespace) ?? "";
    const name = m.object.metadata?.name ?? "";
    const live = getObject(ctx, m.resource, namespace, name);
    const place = { kind: m.resource.kind, ...(namespace ? { namespace } : {}) };
    const body: ApiObject = {
      ...m.object,
      metadata: { ...m.object.metadata, ...(namespace ? { namespace } : {}) } as ApiObject["metadata"] &
        object,
    };
    let merged = null as ReturnType<typeof ctx.api> | null;
    if (live.ok) {
      const last = live.object.metadata?.annotations?.[LAST_APPLIED];
      const annotations = live.object.metadata?.annotations?.[LAST_APPLIED]
        ? { ...body.metadata?.annotations, [LAST_APPLIED]: last ?? "" }
        : body.metadata?.annotations;
      const patch = threeWayPatch(
        apiVersionOf(m.resource),
        m.resource.kind,
        last === undefined ? undefined : JSON.parse(last),
        { ...body, metadata: { ...body.metadata, annotations } },
        live.object,
      );
      merged =
        Object.keys(patch).length === 0
          ? { ok: true, object: live.object }
          : ctx.api({
              verb: "patch",
              ...place,
              name,
              patchType: "strategic",
              body: patch,
              options: { dryRun: true },
            });
    } else if (live.error.reason === "NotFound")
      merged = ctx.api({ verb: "create", ...place, body, options: { dryRun: true } });
    else errors.add(live.error);
    if (!merged) continue;
    if (!merged.ok) {
      errors.add(merged.error);
      continue;
    }
    const file = `${m.resource.group ? `${m.resource.group}.` : ""}${m.resource.version}.${m.resource.kind}.${namespace}.${name}`;
    const [before, after] = [
      live.ok ? toYaml(live.object) : "",
      toYaml({
        ...(merged.object as ApiObject),
        kind: m.resource.kind,
        apiVersion: apiVersionOf(m.resource),
      }),
    ];
    if (before === after) continue;
    differs = true;
    ctx.out(
      `diff -u -N /tmp/LIVE-1/${file} /tmp/MERGED-1/${file}\n--- /tmp/LIVE-1/${file}\n+++ /tmp/MERGED-1/${file}\n${unifiedDiff(before.split("\n"), after.split("\n"))}`,
    );
  }
  const code = errors.print(ctx);
  return code !== 0 ? 2 : differs ? 1 : 0;
};
