/** `kubectl cordon`, `uncordon`, `drain` and `taint` (kubectl/pkg/drain, cmd/taint). */

import type { ApiStatusError } from "../../api/contract.ts";
import type { Node, Pod, Taint } from "../../api/types.ts";
import type { Command, Context } from "../context.ts";
import { waitGone } from "./delete.ts";
import { Errors, fail, usage } from "./errors.ts";
import { type Flags, flags, parseFlags } from "./flags.ts";
import { dryRunOf, dryRunSuffix } from "./made.ts";
import { getObject, listObjects } from "./objects.ts";
import { POD } from "./pods.ts";
import { type Resource, resourceOfKind } from "./resources.ts";

const NODE = resourceOfKind("Node") as Resource;

function nodesOf(ctx: Context, f: Flags, verb: string, errors: Errors): Node[] {
  if (f.args.length === 0 && !f.has("selector"))
    usage(`USAGE: ${verb} NODE [flags]`, `kubectl ${verb.split(" ")[0]}`);
  if (f.args.length > 0 && f.has("selector"))
    usage("error: cannot specify both a node name and a --selector option", `kubectl ${verb.split(" ")[0]}`);
  if (f.has("selector"))
    return (listObjects(ctx, NODE, { namespace: "", selector: f.string("selector") }, errors) ??
      []) as Node[];
  return f.args.flatMap((arg) => {
    const got = getObject(ctx, NODE, "", arg.replace(/^(node|nodes|no)\//, ""));
    if (!got.ok) errors.add(got.error);
    return got.ok ? [got.object as Node] : [];
  });
}

function setUnschedulable(
  ctx: Context,
  node: Node,
  wanted: boolean,
  suffix: string,
  dry: boolean,
): ApiStatusError | null {
  const name = node.metadata?.name ?? "";
  const verb = wanted ? "cordoned" : "uncordoned";
  if ((node.spec?.unschedulable ?? false) === wanted) {
    ctx.out(`node/${name} already ${verb}${suffix}\n`);
    return null;
  }
  if (!dry) {
    const result = ctx.api({
      verb: "patch",
      kind: "Node",
      name,
      patchType: "strategic",
      body: { spec: { unschedulable: wanted || null } },
    });
    if (!result.ok) return result.error;
  }
  ctx.out(`node/${name} ${verb}${suffix}\n`);
  return null;
}

const cordonCommand =
  (wanted: boolean): Command =>
  (args, ctx) => {
    const f = parseFlags(flags("selector|l=string dry-run=string?client"), args);
    const errors = new Errors();
    const dryRun = dryRunOf(f, ctx);
    for (const node of nodesOf(ctx, f, wanted ? "cordon" : "uncordon", errors)) {
      const error = setUnschedulable(ctx, node, wanted, dryRunSuffix(dryRun), dryRun !== "none");
      if (error) errors.add(error);
    }
    return errors.print(ctx);
  };
export const cordon = cordonCommand(true);
export const uncordon = cordonCommand(false);

const DRAIN = flags(
  "force ignore-daemonsets delete-emptydir-data grace-period=int timeout=duration selector|l=string pod-selector=string dry-run=string?client disable-eviction skip-wait-for-delete-timeout=int chunk-size=int",
);

interface Sorted {
  readonly evict: readonly Pod[];
  readonly warnings: readonly (readonly [text: string, pods: readonly string[]])[];
  readonly problems: readonly (readonly [text: string, pods: readonly string[]])[];
}

const fullName = (p: Pod): string => `${p.metadata?.namespace ?? ""}/${p.metadata?.name ?? ""}`;

/** Which pods go, and what is in the way (kubectl/pkg/drain/filters.go). */
function sortPods(pods: readonly Pod[], f: Flags): Sorted {
  const evict: Pod[] = [];
  const warnings = new Map<string, string[]>();
  const problems = new Map<string, string[]>();
  const note = (to: Map<string, string[]>, text: string, pod: Pod): void =>
    void to.set(text, [...(to.get(text) ?? []), fullName(pod)]);
  for (const pod of pods) {
    const owner = pod.metadata?.ownerReferences?.find((o) => o.controller);
    if (pod.metadata?.annotations?.["kubernetes.io/config.mirror"] !== undefined) continue;
    if (owner?.kind === "DaemonSet") {
      if (f.bool("ignore-daemonsets")) note(warnings, "ignoring DaemonSet-managed Pods", pod);
      else note(problems, "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)", pod);
      continue;
    }
    const ended = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
    let blocked = false;
    if (!ended && pod.spec?.volumes?.some((v) => v.emptyDir)) {
      if (!f.bool("delete-emptydir-data")) {
        note(problems, "cannot delete Pods with local storage (use --delete-emptydir-data to override)", pod);
        blocked = true;
      }
    }
    if (!ended && !owner) {
      if (f.bool("force")) note(warnings, "deleting Pods that declare no controller", pod);
      else {
        note(
          problems,
          "cannot delete cannot delete Pods that declare no controller (use --force to override)",
          pod,
        );
        blocked = true;
      }
    }
    if (!blocked) evict.push(pod);
  }
  return { evict, warnings: [...warnings], problems: [...problems] };
}

export const drain: Command = (args, ctx) => {
  const f = parseFlags(DRAIN, args);
  const errors = new Errors();
  const dryRun = dryRunOf(f, ctx);
  const nodes = nodesOf(ctx, f, "drain", errors);
  if (errors.list.length > 0) return errors.print(ctx);
  for (const node of nodes) {
    const error = setUnschedulable(ctx, node, true, dryRunSuffix(dryRun), dryRun !== "none");
    if (error) errors.add(error);
  }
  if (errors.list.length > 0) return errors.print(ctx);
  let failed = false;
  for (const node of nodes)
    failed = drainOne(ctx, node, f, dryRun !== "none", dryRunSuffix(dryRun), nodes) || failed;
  return failed ? 1 : 0;
};

/** True when the node could not be drained. */
function drainOne(
  ctx: Context,
  node: Node,
  f: Flags,
  dry: boolean,
  suffix: string,
  all: readonly Node[],
): boolean {
  const name = node.metadata?.name ?? "";
  const found =
    listObjects(
      ctx,
      POD,
      {
        namespace: "",
        allNamespaces: true,
        fieldSelector: `spec.nodeName=${name}`,
        selector: f.string("pod-selector"),
      },
      new Errors(),
    ) ?? [];
  const { evict, warnings, problems } = sortPods(found as Pod[], f);
  const pending = (errors: readonly string[], list: string): void => {
    ctx.err(
      `error: unable to drain node "${name}" due to error: ${list}, continuing command...\nThere are pending nodes to be drained:\n`,
    );
    for (const n of all) ctx.err(` ${n.metadata?.name ?? ""}\n`);
    for (const e of errors) ctx.err(`${e}\n`);
  };
  if (problems.length > 0) {
    const texts = problems.map(([text, pods]) => `${text}: ${pods.join(", ")}`);
    pending(texts, texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(", ")}]`);
    return true;
  }
  if (warnings.length > 0)
    ctx.err(`Warning: ${warnings.map(([text, pods]) => `${text}: ${pods.join(", ")}`).join("; ")}\n`);
  if (dry) {
    for (const p of evict) ctx.out(`evicting pod ${fullName(p)} ${suffix.trim()}\n`);
    ctx.out(`node/${name} drained${suffix}\n`);
    return false;
  }
  const failures = evictAll(ctx, evict, f);
  if (failures.length > 0) {
    const list =
      failures.length === 1 ? (failures[0]?.text ?? "") : `[${failures.map((x) => x.text).join(", ")}]`;
    ctx.err(`There are pending pods in node "${name}" when an error occurred: ${list}\n`);
    for (const x of failures) ctx.err(`pod/${x.pod.metadata?.name ?? ""}\n`);
    pending(
      failures.map((x) => x.text),
      list,
    );
    return true;
  }
  ctx.out(`node/${name} drained\n`);
  return false;
}

/** Evicts all pods, tries again every five seconds where a budget forbids it, and waits until they are gone. */
function evictAll(ctx: Context, pods: readonly Pod[], f: Flags): { pod: Pod; text: string }[] {
  const begun = ctx.now();
  const limit = f.ms("timeout", 0);
  const left = (): number => (limit > 0 ? limit - (ctx.now() - begun) : 7 * 86_400_000);
  const grace = f.int("grace-period", -1);
  const body = (pod: Pod) => ({
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name: pod.metadata?.name, namespace: pod.metadata?.namespace },
    ...(grace >= 0 ? { deleteOptions: { gracePeriodSeconds: grace } } : {}),
  });
  const failures: { pod: Pod; text: string }[] = [];
  let open = pods.map((pod) => pod);
  const waiting: Pod[] = [];
  for (const pod of open) ctx.out(`evicting pod ${fullName(pod)}\n`);
  while (open.length > 0) {
    const blocked: Pod[] = [];
    for (const pod of open) {
      const { name = "", namespace = "" } = pod.metadata ?? {};
      const result = ctx.api({
        verb: "create",
        kind: "Pod",
        namespace,
        name,
        subresource: "eviction",
        body: body(pod),
        ...(grace >= 0 ? { options: { gracePeriodSeconds: grace } } : {}),
      });
      if (result.ok) waiting.push(pod);
      else if (result.error.code === 429) {
        ctx.err(
          `error when evicting pods/"${name}" -n "${namespace}" (will retry after 5s): ${result.error.message}\n`,
        );
        blocked.push(pod);
      } else if (result.error.reason !== "NotFound")
        failures.push({
          pod,
          text: `error when evicting pods/"${name}" -n "${namespace}": ${result.error.message}`,
        });
    }
    open = blocked;
    if (open.length === 0) break;
    if (left() <= 5000) {
      ctx.sleep(Math.max(0, left()));
      for (const pod of open)
        failures.push({
          pod,
          text: `error when evicting pods/"${pod.metadata?.name}" -n "${pod.metadata?.namespace}": global timeout reached: ${limit / 1000}s`,
        });
      break;
    }
    ctx.sleep(5000);
    for (const pod of open) ctx.out(`evicting pod ${fullName(pod)}\n`);
  }
  for (const pod of waiting) {
    const { name = "", namespace = "", uid = "" } = pod.metadata ?? {};
    const late = waitGone(ctx, [{ resource: POD, namespace, name, uid }], Math.max(1, left()));
    if (late)
      failures.push({
        pod,
        text: `error when waiting for pod "${name}" in namespace "${namespace}" to terminate: context deadline exceeded`,
      });
    else ctx.out(`pod/${name} evicted\n`);
  }
  return failures;
}

const TAINT = flags(
  "overwrite all selector|l=string dry-run=string?client output|o=string validate=string?strict field-manager=string template=string",
);
const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

interface TaintChange {
  readonly add: readonly Taint[];
  readonly remove: readonly { readonly key: string; readonly effect: string }[];
}

function taintChanges(specs: readonly string[]): TaintChange {
  const add: Taint[] = [];
  const drop: { key: string; effect: string }[] = [];
  for (const spec of specs) {
    const removing = spec.endsWith("-");
    const text = removing ? spec.slice(0, -1) : spec;
    const match = /^([^=:]+)(?:=([^:]*))?(?::(.*))?$/.exec(text);
    if (!match) return fail(`invalid taint spec: ${spec}`);
    const [, key = "", value = "", effect = ""] = match;
    if (!removing && effect === "") return fail(`invalid taint spec: ${spec}`);
    if (effect !== "" && !EFFECTS.includes(effect))
      return fail(`invalid taint effect: ${effect}, unsupported taint effect`);
    if (removing) drop.push({ key, effect });
    else add.push({ effect, key, ...(value ? { value } : {}) });
  }
  return { add, remove: drop };
}

export const taint: Command = (args, ctx) => {
  const f = parseFlags(TAINT, args);
  const isSpec = (a: string): boolean => /[=:]/.test(a) || a.endsWith("-");
  const [type = "", ...rest] = f.args;
  if (!/^(nodes?|no)$/.test(type.split("/")[0] ?? "")) {
    if (f.args.length === 0)
      usage(
        "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        "kubectl taint",
      );
    return fail(`invalid resource type ${type}, only node(s) is supported`);
  }
  const names = [
    ...(type.includes("/") ? [type.split("/")[1] ?? ""] : []),
    ...rest.filter((a) => !isSpec(a)),
  ];
  const specs = rest.filter(isSpec);
  if (specs.length === 0) return fail("at least one taint update is required");
  const change = taintChanges(specs);
  const errors = new Errors();
  const nodes: Node[] =
    f.bool("all") || f.has("selector")
      ? ([
          ...(listObjects(ctx, NODE, { namespace: "", selector: f.string("selector") }, errors) ?? []),
        ] as Node[])
      : [];
  for (const name of names) {
    const got = getObject(ctx, NODE, "", name);
    if (got.ok) nodes.push(got.object as Node);
    else errors.add(got.error);
  }
  for (const node of nodes) taintOne(ctx, node, change, f, errors);
  return errors.print(ctx);
};

function taintOne(ctx: Context, node: Node, change: TaintChange, f: Flags, errors: Errors): void {
  const name = node.metadata?.name ?? "";
  const old = node.spec?.taints ?? [];
  const clash = change.add.find(
    (t) =>
      old.some((o) => o.key === t.key && o.effect === t.effect && (o.value ?? "") !== (t.value ?? "")) ||
      (old.some((o) => o.key === t.key && o.effect === t.effect) && !f.bool("overwrite")),
  );
  if (clash && !f.bool("overwrite")) {
    errors.addText(
      `node ${name} already has ${clash.key} taint(s) with same effect(s) and --overwrite is false`,
    );
    return;
  }
  const missing = change.remove.filter(
    (r) => !old.some((o) => o.key === r.key && (r.effect === "" || o.effect === r.effect)),
  );
  if (missing.length > 0) {
    for (const m of missing)
      errors.addText(m.effect ? `taint "${m.key}:${m.effect}" not found` : `taint "${m.key}" not found`);
    return;
  }
  const kept = old.filter(
    (o) =>
      !change.remove.some((r) => r.key === o.key && (r.effect === "" || r.effect === o.effect)) &&
      !change.add.some((t) => t.key === o.key && t.effect === o.effect),
  );
  const dryRun = dryRunOf(f, ctx);
  if (dryRun !== "client") {
    const result = ctx.api({
      verb: "patch",
      kind: "Node",
      name,
      patchType: "merge",
      body: { spec: { taints: [...kept, ...change.add] } },
      ...(dryRun === "server" ? { options: { dryRun: true } } : {}),
    });
    if (!result.ok) {
      errors.add(result.error);
      return;
    }
  }
  const words =
    change.add.length > 0 && change.remove.length > 0
      ? "modified"
      : change.remove.length > 0
        ? "untainted"
        : "tainted";
  ctx.out(`node/${name} ${words}${dryRunSuffix(dryRun)}\n`);
}
