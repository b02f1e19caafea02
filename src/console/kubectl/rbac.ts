/** What a user may do: rules of roles bound to it or to its groups (plugin/pkg/auth/authorizer/rbac). */
import type { ApiRequest, ApiResult } from "../../api/contract.ts";
import type { ApiObject } from "../../api/types.ts";
import type { Context } from "../context.ts";
import { Failure } from "./errors.ts";
import type { Flags } from "./flags.ts";
import { resourceOfKind } from "./resources.ts";

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

export interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** What is asked to be allowed: a resource, or a path of the server. */
export interface Attributes {
  readonly verb: string;
  readonly group?: string;
  /** With its subresource: `pods/log`. */
  readonly resource?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly path?: string;
}

interface Binding extends ApiObject {
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
  }[];
}

const READ = ["get", "list", "watch"];
const ALL_VERBS = ["create", "delete", "deletecollection", "patch", "update"];
const urls = (...nonResourceURLs: string[]): Rule => ({ verbs: ["get"], nonResourceURLs });
const CORE = [
  "configmaps",
  "endpoints",
  "events",
  "limitranges",
  "namespaces",
  "persistentvolumeclaims",
  "pods",
  "pods/log",
  "pods/status",
  "replicationcontrollers",
  "resourcequotas",
  "serviceaccounts",
  "services",
];
const WORK: readonly (readonly [string, readonly string[]])[] = [
  [
    "apps",
    [
      "controllerrevisions",
      "daemonsets",
      "deployments",
      "deployments/scale",
      "replicasets",
      "replicasets/scale",
      "statefulsets",
      "statefulsets/scale",
    ],
  ],
  ["autoscaling", ["horizontalpodautoscalers"]],
  ["batch", ["cronjobs", "jobs"]],
  ["discovery.k8s.io", ["endpointslices"]],
  ["networking.k8s.io", ["ingresses", "networkpolicies"]],
  ["policy", ["poddisruptionbudgets"]],
];
const VIEW: readonly Rule[] = [
  { verbs: READ, apiGroups: [""], resources: CORE },
  ...WORK.map(([group, resources]): Rule => ({ verbs: READ, apiGroups: [group], resources })),
];
const EDIT: readonly Rule[] = [
  ...VIEW,
  {
    verbs: READ,
    apiGroups: [""],
    resources: ["secrets", "pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy"],
  },
  {
    verbs: ALL_VERBS,
    apiGroups: [""],
    resources: [
      "configmaps",
      "events",
      "persistentvolumeclaims",
      "pods",
      "pods/attach",
      "pods/exec",
      "pods/portforward",
      "pods/proxy",
      "pods/eviction",
      "replicationcontrollers",
      "secrets",
      "serviceaccounts",
      "serviceaccounts/token",
      "services",
      "services/proxy",
    ],
  },
  ...WORK.map(([group, resources]): Rule => ({ verbs: ALL_VERBS, apiGroups: [group], resources })),
];
const RBAC_GROUP = "rbac.authorization.k8s.io";

/** Cluster roles that a server comes with. */
const BUILT_IN: Readonly<Record<string, readonly Rule[]>> = {
  "cluster-admin": [
    { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
    { verbs: ["*"], nonResourceURLs: ["*"] },
  ],
  view: VIEW,
  edit: EDIT,
  admin: [
    ...EDIT,
    { verbs: [...READ, ...ALL_VERBS], apiGroups: [RBAC_GROUP], resources: ["roles", "rolebindings"] },
  ],
  "system:basic-user": [
    { verbs: ["create"], apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"] },
    {
      verbs: ["create"],
      apiGroups: ["authorization.k8s.io"],
      resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
    },
  ],
  "system:discovery": [
    urls(
      "/api",
      "/api/*",
      "/apis",
      "/apis/*",
      "/healthz",
      "/livez",
      "/openapi",
      "/openapi/*",
      "/readyz",
      "/version",
      "/version/",
    ),
  ],
  "system:public-info-viewer": [urls("/healthz", "/livez", "/readyz", "/version", "/version/")],
  "system:service-account-issuer-discovery": [
    urls(
      "/.well-known",
      "/.well-known/*",
      "/.well-known/openid-configuration",
      "/.well-known/openid-configuration/",
      "/openid/v1/jwks",
      "/openid/v1/jwks/",
    ),
  ],
};
/** Groups that cluster roles are bound to from the start. */
const BOUND: readonly (readonly [group: string, role: string])[] = [
  ["system:masters", "cluster-admin"],
  ["system:authenticated", "system:basic-user"],
  ["system:authenticated", "system:discovery"],
  ["system:authenticated", "system:public-info-viewer"],
  ["system:serviceaccounts", "system:service-account-issuer-discovery"],
];

/** Whom `--as` and `--as-group` stand for; undefined: the administrator himself. */
export function userOf(f: Flags): User | undefined {
  const name = f.string("as");
  const groups = f.list("as-group");
  if (name === "") {
    if (groups.length > 0)
      throw new Failure("error: requesting uid, groups or user-extra for without impersonating a user\n");
    return undefined;
  }
  const [, namespace] = /^system:serviceaccount:([^:]+):[^:]+$/.exec(name) ?? [];
  const own =
    namespace !== undefined && groups.length === 0
      ? ["system:serviceaccounts", `system:serviceaccounts:${namespace}`]
      : [];
  return { name, groups: [...groups, ...own, "system:authenticated"] };
}

/** Rules that hold for a user in a namespace, or at the cluster scope. */
export function rulesFor(ctx: Context, user: User, namespace: string | undefined): readonly Rule[] {
  const { reader } = ctx.host;
  const mine = (b: Binding): boolean =>
    (b.subjects ?? []).some((s) =>
      s.kind === "User"
        ? s.name === user.name
        : s.kind === "Group"
          ? user.groups.includes(s.name)
          : user.name === `system:serviceaccount:${s.namespace ?? b.metadata?.namespace}:${s.name}`,
    );
  const rulesOf = (kind: string, name: string): readonly Rule[] => {
    const role = reader.get<ApiObject>(kind, kind === "Role" ? namespace : undefined, name) as
      | { readonly rules?: readonly Rule[] }
      | undefined;
    return role?.rules ?? (kind === "ClusterRole" ? (BUILT_IN[name] ?? []) : []);
  };
  const bindings = [
    ...reader.list<Binding>("ClusterRoleBinding"),
    ...(namespace ? reader.list<Binding>("RoleBinding", namespace) : []),
  ];
  return [
    ...BOUND.filter(([group]) => user.groups.includes(group)).flatMap(([, role]) =>
      rulesOf("ClusterRole", role),
    ),
    ...bindings.filter(mine).flatMap((b) => rulesOf(b.roleRef?.kind ?? "", b.roleRef?.name ?? "")),
  ];
}

/** Whether a rule covers what is asked (rbac.RuleAllows). */
function ruleAllows(rule: Rule, a: Attributes): boolean {
  const has = (list: readonly string[] | undefined, value: string): boolean =>
    (list ?? []).includes("*") || (list ?? []).includes(value);
  if (!has(rule.verbs, a.verb)) return false;
  if (a.path !== undefined) {
    const { path } = a;
    return (rule.nonResourceURLs ?? []).some(
      (u) => u === path || (u.endsWith("*") && path.startsWith(u.slice(0, -1))),
    );
  }
  const [, sub] = (a.resource ?? "").split("/");
  return (
    has(rule.apiGroups, a.group ?? "") &&
    (has(rule.resources, a.resource ?? "") ||
      (sub !== undefined && (rule.resources ?? []).includes(`*/${sub}`))) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(a.name ?? ""))
  );
}

export const allows = (ctx: Context, user: User, a: Attributes): boolean =>
  ctx.once(() => rulesFor(ctx, user, a.namespace).some((r) => ruleAllows(r, a)));

/** The server's refusal of a request. */
function refusalText(user: User, a: Attributes): string {
  const who = `User "${user.name}" cannot ${a.verb}`;
  if (a.path !== undefined) return `forbidden: ${who} path "${a.path}"`;
  const [plain = ""] = (a.resource ?? "").split("/");
  const what = `${plain}${a.group ? `.${a.group}` : ""}${a.name && a.verb !== "list" ? ` "${a.name}"` : ""}`;
  const where = a.namespace ? `in the namespace "${a.namespace}"` : "at the cluster scope";
  return `${what} is forbidden: ${who} resource "${a.resource}" in API group "${a.group ?? ""}" ${where}`;
}

/** Null when it is allowed. */
function refusal(ctx: Context, user: User, a: Attributes): string | null {
  return allows(ctx, user, a) ? null : refusalText(user, a);
}

function attributesOf(request: ApiRequest): Attributes {
  const resource = resourceOfKind(request.kind);
  const sub = "subresource" in request && request.subresource ? `/${request.subresource}` : "";
  return {
    verb: request.verb,
    group: resource?.group ?? "",
    resource: `${resource?.name ?? request.kind.toLowerCase()}${sub}`,
    ...(request.name !== undefined ? { name: request.name } : {}),
    ...(request.namespace !== undefined ? { namespace: request.namespace } : {}),
  };
}

/** A context whose requests are those of somebody else. */
export function impersonating(ctx: Context, user: User): Context {
  const api = <T>(request: ApiRequest): ApiResult<T> => {
    const message = refusal(ctx, user, attributesOf(request));
    return message === null
      ? ctx.api<T>(request)
      : { ok: false, error: { code: 403, reason: "Forbidden", message } };
  };
  const refuse = (a: Attributes): string | null => refusal(ctx, user, a);
  return Object.create(ctx, { api: { value: api }, refuse: { value: refuse } }) as Context;
}
