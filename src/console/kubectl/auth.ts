/** `kubectl auth`: who one is and what one may do. */

import { goJsonIndent } from "../../api/printers/go-format.ts";
import { alignTabs, TABLE_TABS } from "../../api/printers/tabwriter.ts";
import { toYaml } from "../../api/printers/yaml-output.ts";
import type { Command, Context } from "../context.ts";
import { Failure, fail } from "./errors.ts";
import { type Flags, flags, parseFlags } from "./flags.ts";
import { readManifests } from "./manifests.ts";
import { namespaceOf } from "./objects.ts";
import { allows, type Rule, rulesFor, type User, userOf } from "./rbac.ts";
import { findResource } from "./resources.ts";

const CAN_I = flags("all-namespaces|A list no-headers quiet|q subresource=string");
const ADMIN: User = { name: "admin", groups: ["system:masters", "system:authenticated"] };

const HELP = `Inspect authorization.

Available Commands:
  can-i         Check whether an action is allowed
  reconcile     Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects
  whoami        Experimental: Check self subject attributes

Usage:
  kubectl auth [flags] [options]

Use "kubectl auth <command> --help" for more information about a given command.
Use "kubectl options" for a list of global command-line options (applies to all commands).
`;

const list = (items: readonly string[] | undefined): string => `[${(items ?? []).join(" ")}]`;

/** One row for each resource and each path, sorted as the rules' text sorts (describe: SortableRuleSlice). */
function ruleRows(rules: readonly Rule[]): string[] {
  const rows = rules.flatMap((r) =>
    r.nonResourceURLs
      ? r.nonResourceURLs.map((url) => ({
          verbs: r.verbs,
          group: "",
          resource: "",
          names: r.resourceNames,
          url,
        }))
      : (r.apiGroups ?? []).flatMap((group) =>
          (r.resources ?? []).map((resource) => ({
            verbs: r.verbs,
            group,
            resource,
            names: r.resourceNames,
            url: "",
          })),
        ),
  );
  const key = (r: (typeof rows)[number]): string =>
    `${list(r.verbs)},${r.url ? "[]" : `[${r.group}]`},[${r.resource}],${list(r.names)},[${r.url}]`;
  return rows
    .map((r) => ({ r, k: key(r) }))
    .sort((a, b) => (a.k < b.k ? -1 : a.k > b.k ? 1 : 0))
    .map(
      ({ r }) =>
        `${r.resource}${r.group ? `.${r.group}` : ""}\t${r.url ? `[${r.url}]` : "[]"}\t${list(r.names)}\t${list(r.verbs)}\n`,
    );
}

function canI(f: Flags, ctx: Context): number {
  const user = userOf(f) ?? ADMIN;
  const namespace = f.bool("all-namespaces") ? undefined : namespaceOf(ctx, f);
  if (f.bool("list")) {
    const head = f.bool("no-headers") ? "" : "Resources\tNon-Resource URLs\tResource Names\tVerbs\n";
    const rows = ctx.once(() => ruleRows(rulesFor(ctx, user, namespaceOf(ctx, f))));
    ctx.out(alignTabs(head + rows.join(""), TABLE_TABS).text);
    return 0;
  }
  if (f.args.length < 2)
    throw new Failure(
      "error: you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.\n",
    );
  const [verb = "", target = "", named] = f.args;
  let asked: boolean;
  if (target.startsWith("/")) asked = allows(ctx, user, { verb, path: target });
  else {
    const [type = "", below] = target.split("/");
    const resource = findResource(type);
    if (type !== "*") {
      if (!resource) ctx.err(`Warning: the server doesn't have a resource type '${type}'\n\n`);
      else if (!resource.namespaced)
        ctx.err(`Warning: resource '${resource.name}' is not namespace scoped\n\n`);
    }
    // The word behind the slash is a subresource where the server has one of that name.
    const isSub =
      /^(log|exec|attach|portforward|proxy|status|scale|eviction|binding|ephemeralcontainers|token|finalizers|resize)$/.test(
        below ?? "",
      );
    const sub = f.string("subresource") || (isSub ? below : "");
    asked = allows(ctx, user, {
      verb,
      group: resource?.group ?? "",
      resource: `${resource?.name ?? type}${sub ? `/${sub}` : ""}`,
      ...((named ?? (isSub ? undefined : below)) ? { name: named ?? below ?? "" } : {}),
      ...(namespace !== undefined ? { namespace } : {}),
    });
  }
  if (!f.bool("quiet")) ctx.out(asked ? "yes\n" : "no\n");
  return asked ? 0 : 1;
}

function whoami(f: Flags, ctx: Context): number {
  const as = userOf(f);
  const { name, groups } = as ?? ADMIN;
  const extra = as
    ? undefined
    : {
        "authentication.kubernetes.io/credential-id": [
          "X509SHA256=8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4",
        ],
      };
  const userInfo = { ...(extra ? { extra } : {}), groups, username: name };
  const review = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "SelfSubjectReview",
    metadata: { creationTimestamp: `${new Date(ctx.epochNow()).toISOString().slice(0, 19)}Z` },
    status: { userInfo },
  };
  if (f.string("output") === "yaml") ctx.out(toYaml(review));
  else if (f.string("output") === "json") ctx.out(`${goJsonIndent(review)}\n`);
  else {
    const rows = [
      ["ATTRIBUTE", "VALUE"],
      ["Username", name],
      ["Groups", list(groups)],
      ...Object.entries(extra ?? {}).map(([k, v]) => [`Extra: ${k}`, list(v)]),
    ];
    ctx.out(alignTabs(rows.map((r) => `${r.join("\t")}\n`).join(""), TABLE_TABS).text);
  }
  return 0;
}

export const auth: Command = (args, ctx) => {
  const [sub, ...rest] = args;
  if (sub === "can-i") return canI(parseFlags(CAN_I, rest), ctx);
  if (sub === "whoami") return whoami(parseFlags(flags("output|o=string"), rest), ctx);
  if (sub === "reconcile") {
    const f = parseFlags(
      flags(
        "filename|f=list recursive|R dry-run=string?client remove-extra-permissions remove-extra-subjects output|o=string kustomize|k=string",
      ),
      rest,
    );
    if (!f.has("filename")) fail("must specify one of -f and -k");
    const { problems } = readManifests(ctx, f, { validate: true });
    if (problems.length > 0) fail(String(problems[0]));
    return fail("kubectl auth reconcile is not available in this console");
  }
  throw new Failure(HELP, 1);
};
