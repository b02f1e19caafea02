/** `kubectl wait` (kubectl/pkg/cmd/wait). */
import {
  executeJsonPath,
  JsonPathError,
  parseJsonPath,
  relaxedJsonPath,
} from "../../api/printers/jsonpath.ts";
import type { ApiObject } from "../../api/types.ts";
import type { Command, Context, Source, StreamStep } from "../context.ts";
import { Errors, fail, usage } from "./errors.ts";
import { flags, parseFlags } from "./flags.ts";
import { findObjects, namespaceOf, type Selection, targetsOf } from "./objects.ts";
import { objectRef, qualified, type Resource } from "./resources.ts";

const FLAGS = flags(
  "for=list timeout=duration selector|l=string field-selector=string all all-namespaces|A filename|f=list recursive|R local output|o=string template=string",
);

/** Whether an object is as wanted; null stands for one that is not there. */
type Condition = (object: ApiObject | null) => boolean;

function conditionOf(text: string): { test: Condition; gone: boolean; created: boolean } {
  const lower = text.toLowerCase();
  if (lower === "delete") return { test: (o) => o === null, gone: true, created: false };
  if (lower === "create") return { test: (o) => o !== null, gone: false, created: true };
  if (lower.startsWith("condition=")) {
    const [name = "", value = "true"] = text.slice("condition=".length).split("=");
    return {
      test: (o) => {
        const list = (
          o as {
            status?: {
              conditions?: readonly { type: string; status: string; observedGeneration?: number }[];
            };
          } | null
        )?.status?.conditions;
        return (
          list?.find((c) => c.type.toLowerCase() === name.toLowerCase())?.status.toLowerCase() ===
          value.toLowerCase()
        );
      },
      gone: false,
      created: false,
    };
  }
  if (lower.startsWith("jsonpath=")) {
    const match = /^'?(\{.*\}|[^=]+?)'?(?:=(.*))?$/s.exec(text.slice("jsonpath=".length));
    if (!match?.[1])
      return fail(
        "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
      );
    const wanted = match[2];
    try {
      const path = parseJsonPath(relaxedJsonPath(match[1].replace(/^'|'$/g, "")));
      const test: Condition = (o) => {
        if (o === null) return false;
        const found = executeJsonPath(path, o, { allowMissingKeys: true });
        return wanted === undefined ? found !== "" : found === wanted.replace(/^(["'])(.*)\1$/, "$2");
      };
      return { test, gone: false, created: false };
    } catch (error) {
      if (error instanceof JsonPathError)
        return fail(
          `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
        );
      throw error;
    }
  }
  return fail(`unrecognized condition: "${text}"`);
}

export const wait: Command = (args, ctx) => {
  const f = parseFlags(FLAGS, args);
  if (!f.has("for")) fail("must specify --for");
  if (f.args.length === 0 && !f.has("filename"))
    usage("You must provide one or more resources by argument or filename.", "kubectl wait");
  const conditions = f.list("for").map(conditionOf);
  const timeout = f.has("timeout") ? f.ms("timeout", 30_000) : 30_000;
  const limit = timeout < 0 ? 7 * 86_400_000 : timeout;
  const selection: Selection = {
    namespace: namespaceOf(ctx, f),
    allNamespaces: f.bool("all-namespaces"),
    selector: f.string("selector"),
    fieldSelector: f.string("field-selector"),
  };
  const targets = targetsOf(f.args, "kubectl wait");
  const many = f.bool("all") || f.has("selector") || f.has("field-selector");
  if (!many && targets.some((t) => t.name === null))
    fail("resource(s) were provided, but no name was specified");
  const begun = ctx.now();
  const errors = new Errors();
  const created = conditions.some((c) => c.created);
  const gone = conditions.some((c) => c.gone);
  const subjects: { resource: Resource; namespace: string; name: string; uid: string | null }[] = [];
  if (created && !many) {
    for (const t of targets)
      subjects.push({ resource: t.resource, namespace: selection.namespace, name: t.name ?? "", uid: null });
  } else {
    for (const { resource, objects } of findObjects(ctx, targets, selection, errors, gone)) {
      for (const o of objects)
        subjects.push({
          resource,
          namespace: o.metadata?.namespace ?? "",
          name: o.metadata?.name ?? "",
          uid: o.metadata?.uid ?? null,
        });
    }
  }
  if (errors.list.length > 0) return errors.print(ctx);
  if (subjects.length === 0) {
    if (gone) return 0;
    return fail("no matching resources found");
  }
  for (const s of subjects) {
    const left = limit - (ctx.now() - begun);
    const outcome = waitFor(ctx, s, (o) => conditions.every((c) => c.test(o)), gone, Math.max(0, left));
    if (outcome === "met") {
      ctx.out(`${objectRef(s.resource, s.name)} condition met\n`);
      continue;
    }
    if (outcome === "gone")
      errors.add({
        code: 404,
        reason: "NotFound",
        message: `${qualified(s.resource)} "${s.name}" not found`,
      });
    else errors.addText(`timed out waiting for the condition on ${qualified(s.resource)}/${s.name}`);
  }
  return errors.print(ctx);
};

function waitFor(
  ctx: Context,
  s: { resource: Resource; namespace: string; name: string; uid: string | null },
  met: Condition,
  gone: boolean,
  ms: number,
): "met" | "late" | "gone" {
  const sources: Source[] = [
    {
      type: "watch",
      tag: "object",
      spec: {
        kind: s.resource.kind,
        ...(s.resource.namespaced ? { namespace: s.namespace } : {}),
        fieldSelector: `metadata.name=${s.name}`,
      },
    },
    { type: "tick", tag: "timeout", ms, once: true },
  ];
  return ctx.stream(sources, null, (state: null, event): StreamStep<null, "met" | "late" | "gone"> => {
    if (event.type === "tick") return { done: "late" };
    if (event.type !== "watch") return { state };
    const { watch } = event;
    const there =
      watch.type === "SYNCED" ? watch.objects[0] : watch.type === "DELETED" ? undefined : watch.object;
    // Another object of the same name is not the one that was waited for.
    const object = there && gone && s.uid !== null && there.metadata?.uid !== s.uid ? null : (there ?? null);
    if (met(object)) return { done: "met" };
    return watch.type === "DELETED" && !gone ? { done: "gone" } : { state };
  });
}
