/** `kubectl create role`, `rolebinding` and their cluster-wide kin. */
import type { ApiObject } from "../../api/types.ts";
import type { Command } from "../context.ts";
import { Failure, fail } from "./errors.ts";
import { flags, parseFlags } from "./flags.ts";
import { MADE_FLAGS, nameArg, submit } from "./making.ts";
import { findResource } from "./resources.ts";

const ROLE = [
  ...MADE_FLAGS,
  ...flags("verb=list resource=list resource-name=list non-resource-url=list aggregation-rule=string"),
];

export const createRole =
  (cluster: boolean): Command =>
  (args, ctx) => {
    const kind = cluster ? "ClusterRole" : "Role";
    const f = parseFlags(ROLE, args);
    const name = nameArg(f, `kubectl create ${kind.toLowerCase()}`);
    const split = (flag: string): string[] =>
      f
        .list(flag)
        .flatMap((v) => v.split(","))
        .filter((v) => v !== "");
    const verbs = [...new Set(split("verb"))];
    if (verbs.length === 0) fail("at least one verb must be specified");
    const urls = split("non-resource-url");
    const names = split("resource-name");
    if (split("resource").length === 0 && urls.length === 0) fail(`at least one resource must be specified`);
    const groups = new Map<string, string[]>();
    for (const text of split("resource")) {
      const [type = "", sub] = text.split("/");
      const resource = type === "*" ? undefined : findResource(type);
      if (!resource && type !== "*") throw new Failure(`the server doesn't have a resource type "${type}"\n`);
      const group = type === "*" ? "*" : (resource?.group ?? "");
      const plural = `${resource?.name ?? "*"}${sub ? `/${sub}` : ""}`;
      groups.set(group, [...(groups.get(group) ?? []), plural]);
    }
    const rules = [...groups].map(([group, resources]) => ({
      apiGroups: [group],
      ...(names.length > 0 ? { resourceNames: names } : {}),
      resources: [...new Set(resources)],
      verbs,
    }));
    if (urls.length > 0) rules.push({ nonResourceURLs: urls, verbs } as never);
    return submit(ctx, f, kind, { metadata: { name }, rules } as unknown as ApiObject);
  };

const BINDING = [
  ...MADE_FLAGS,
  ...flags("role=string clusterrole=string user=list group=list serviceaccount=list"),
];

export const createRoleBinding =
  (cluster: boolean): Command =>
  (args, ctx) => {
    const kind = cluster ? "ClusterRoleBinding" : "RoleBinding";
    const f = parseFlags(BINDING, args);
    const name = nameArg(f, `kubectl create ${kind.toLowerCase()}`);
    if (f.has("role") === f.has("clusterrole") || (cluster && !f.has("clusterrole")))
      fail("exactly one of clusterrole or role must be specified");
    const apiGroup = "rbac.authorization.k8s.io";
    const subjects = [
      ...f.list("user").map((u) => ({ apiGroup, kind: "User", name: u })),
      ...f.list("group").map((g) => ({ apiGroup, kind: "Group", name: g })),
      ...f.list("serviceaccount").map((sa) => {
        const [namespace, account] = sa.split(":");
        if (!namespace || !account) return fail("serviceaccount must be <namespace>:<name>");
        return { kind: "ServiceAccount", name: account, namespace };
      }),
    ];
    const roleRef = {
      apiGroup,
      kind: f.has("role") ? "Role" : "ClusterRole",
      name: f.string("role") || f.string("clusterrole"),
    };
    return submit(ctx, f, kind, {
      metadata: { name },
      roleRef,
      ...(subjects.length > 0 ? { subjects } : {}),
    } as unknown as ApiObject);
  };
