/** `kubectl delete` (kubectl/pkg/cmd/delete): delete, and by default wait until what was deleted is gone. */
import type { ApiObject } from "../../api/types.ts";
import type { Command, Context, Source, StreamStep } from "../context.ts";
import { Errors, fail } from "./errors.ts";
import { type Flags, flags, parseFlags } from "./flags.ts";
import { type DryRun, dryRunOf, dryRunSuffix } from "./made.ts";
import { namespaceFor, readManifests } from "./manifests.ts";
import { listObjects, namespaceOf, type Selection, targetsOf } from "./objects.ts";
import { sendRaw } from "./raw.ts";
import { isStored, kindRef, objectRef, qualified, type Resource } from "./resources.ts";

const FLAGS = flags(
  "filename|f=list recursive|R kustomize|k=string selector|l=string field-selector=string all all-namespaces|A force grace-period=int now wait timeout=duration ignore-not-found cascade=string?background dry-run=string?client output|o=string interactive|i raw=string",
);

const NO_RESOURCES = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

const FORCE_WARNING =
  "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n";

interface Item {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
}

interface Plan {
  readonly gracePeriodSeconds?: number;
  readonly force: boolean;
  readonly wait: boolean;
  readonly propagationPolicy: string;
  readonly dryRun: DryRun;
  readonly timeoutMs: number;
}

/** A week stands for no limit. */
const FOREVER = 7 * 86_400_000;

function planOf(f: Flags, ctx: Context): Plan {
  const force = f.bool("force");
  let grace = f.has("grace-period") ? f.int("grace-period", -1) : undefined;
  if (f.bool("now")) {
    if (grace !== undefined) fail("--now and --grace-period cannot be specified together");
    grace = 1;
  }
  if (force && grace === undefined) grace = 0;
  if (force && grace !== undefined && grace > 0)
    fail("--force and --grace-period greater than 0 cannot be specified together");
  // Without --force nothing is taken from the API before the kubelet has said that it ended.
  if (grace === 0 && !force) grace = 1;
  const dryRun = dryRunOf(f, ctx);
  const cascade = f.string("cascade", "background");
  const policies: Readonly<Record<string, string>> = {
    background: "Background",
    true: "Background",
    foreground: "Foreground",
    orphan: "Orphan",
    false: "Orphan",
  };
  const propagationPolicy =
    policies[cascade] ??
    fail(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`);
  const timeout = f.ms("timeout", 0);
  return {
    ...(grace !== undefined && grace >= 0 ? { gracePeriodSeconds: grace } : {}),
    force,
    wait: f.bool("wait", true) && !(force && grace === 0 && !f.has("wait")) && dryRun === "none",
    propagationPolicy,
    dryRun,
    timeoutMs: timeout > 0 ? timeout : FOREVER,
  };
}

export const remove: Command = (args, ctx) => {
  const f = parseFlags(FLAGS, args);
  if (f.has("raw")) return sendRaw("delete", f, ctx);
  const errors = new Errors();
  const plan = planOf(f, ctx);
  const items = itemsOf(ctx, f, errors);
  if (plan.force && plan.gracePeriodSeconds === 0 && items.length > 0) ctx.err(FORCE_WARNING);
  if (items.some((i) => !i.resource.namespaced) && f.has("namespace")) {
    ctx.err("Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n");
  }
  if (items.length === 0 && errors.list.length === 0 && errors.texts.length === 0) {
    if (!f.bool("ignore-not-found")) ctx.out("No resources found\n");
    return 0;
  }
  const waiting = deleteAll(
    ctx,
    items,
    plan,
    errors,
    f.bool("ignore-not-found") || f.bool("all") || f.has("selector"),
    f.string("output") === "name",
  );
  if (plan.wait && errors.list.length === 0) {
    const late = waitGone(ctx, waiting, plan.timeoutMs);
    if (late) return fail(`timed out waiting for the condition on ${qualified(late.resource)}/${late.name}`);
  }
  return errors.print(ctx);
};

function itemsOf(ctx: Context, f: Flags, errors: Errors): Item[] {
  if (f.has("filename")) {
    const { objects, problems } = readManifests(ctx, f, { validate: false });
    for (const p of problems) errors.addText(p);
    return objects.map((m) => ({
      resource: m.resource,
      namespace: namespaceFor(m, f, ctx.session.namespace) ?? "",
      name: m.object.metadata?.name ?? "",
    }));
  }
  if (f.args.length === 0) fail(NO_RESOURCES);
  const selection: Selection = {
    namespace: namespaceOf(ctx, f),
    allNamespaces: f.bool("all-namespaces"),
    selector: f.string("selector"),
    fieldSelector: f.string("field-selector"),
  };
  const targets = targetsOf(f.args, "kubectl delete");
  const named = targets.some((t) => t.name !== null);
  const many = f.bool("all") || f.has("selector") || f.has("field-selector");
  if (named && many) fail("name cannot be provided when a selector is specified");
  if (!named && !many) fail("resource(s) were provided, but no name was specified");
  return targets.flatMap(({ resource, name }) => {
    const of = (o: ApiObject): Item => ({
      resource,
      namespace: o.metadata?.namespace ?? "",
      name: o.metadata?.name ?? "",
    });
    if (name !== null) return [{ resource, namespace: resource.namespaced ? selection.namespace : "", name }];
    return (listObjects(ctx, resource, selection, errors) ?? []).map(of);
  });
}

/** Deletes one after the other; what is not gone at once is returned with its UID. */
function deleteAll(
  ctx: Context,
  items: readonly Item[],
  plan: Plan,
  errors: Errors,
  ignoreMissing: boolean,
  nameOnly: boolean,
): (Item & { uid: string })[] {
  const waiting: (Item & { uid: string })[] = [];
  for (const item of items) {
    const { resource, namespace, name } = item;
    const where = { kind: resource.kind, name, ...(resource.namespaced ? { namespace } : {}) };
    const result = !isStored(resource)
      ? ({
          ok: false,
          error: { code: 404, reason: "NotFound", message: `${qualified(resource)} "${name}" not found` },
        } as const)
      : plan.dryRun === "client"
        ? ctx.api({ verb: "get", ...where })
        : ctx.api({
            verb: "delete",
            ...where,
            options: {
              propagationPolicy: plan.propagationPolicy,
              ...(plan.gracePeriodSeconds !== undefined
                ? { gracePeriodSeconds: plan.gracePeriodSeconds }
                : {}),
              ...(plan.dryRun === "server" ? { dryRun: true } : {}),
            },
          });
    if (!result.ok) {
      if (!(ignoreMissing && result.error.reason === "NotFound")) errors.add(result.error);
      continue;
    }
    const uid = (result.object as ApiObject | undefined)?.metadata?.uid;
    if (uid !== undefined) waiting.push({ ...item, uid });
    ctx.out(
      nameOnly
        ? `${objectRef(resource, name)}\n`
        : `${deletedText(item, plan.force && plan.gracePeriodSeconds === 0)}${dryRunSuffix(plan.dryRun)}\n`,
    );
  }
  return waiting;
}

/** `pod "web" deleted from default namespace`. */
export function deletedText({ resource, namespace, name }: Item, force: boolean): string {
  return `${kindRef(resource)} "${name}" ${force ? "force deleted" : "deleted"}${resource.namespaced ? ` from ${namespace} namespace` : ""}`;
}

/** Waits until all are gone, in order; gives the first that was still there when the time was up. */
export function waitGone<T extends Item & { readonly uid: string }>(
  ctx: Context,
  items: readonly T[],
  timeoutMs: number,
): T | null {
  if (items.length === 0) return null;
  const kinds = [...new Set(items.map((i) => i.resource.kind))];
  const key = (kind: string, o: { metadata?: { namespace?: string; name?: string; uid?: string } }): string =>
    `${kind}/${o.metadata?.namespace ?? ""}/${o.metadata?.name ?? ""}/${o.metadata?.uid ?? ""}`;
  const keyOf = (i: T): string =>
    `${i.resource.kind}/${i.resource.namespaced ? i.namespace : ""}/${i.name}/${i.uid}`;
  const sources: Source[] = [
    ...kinds.map((kind): Source => ({ type: "watch", tag: kind, spec: { kind } })),
    { type: "tick", tag: "timeout", ms: timeoutMs, once: true },
  ];
  interface State {
    readonly gone: readonly string[];
    readonly synced: readonly string[];
  }
  const late = ctx.stream(
    sources,
    { gone: [], synced: [] } as State,
    (s, event): StreamStep<State, string | null> => {
      const open = (gone: readonly string[]): string | undefined =>
        items.map(keyOf).find((k) => !gone.includes(k));
      if (event.type === "tick") return { done: open(s.gone) ?? null };
      if (event.type !== "watch") return { state: s };
      let gone = s.gone;
      let synced = s.synced;
      if (event.watch.type === "SYNCED") {
        const there = new Set(event.watch.objects.map((o) => key(event.tag, o)));
        gone = [
          ...new Set([
            ...gone,
            ...items.filter((i) => i.resource.kind === event.tag && !there.has(keyOf(i))).map(keyOf),
          ]),
        ];
        synced = [...synced, event.tag];
      } else if (event.watch.type === "DELETED") gone = [...gone, key(event.tag, event.watch.object)];
      const next = { gone, synced };
      return open(gone) === undefined && kinds.every((k) => synced.includes(k))
        ? { done: null }
        : { state: next };
    },
  );
  return late === null ? null : (items.find((i) => keyOf(i) === late) ?? null);
}
