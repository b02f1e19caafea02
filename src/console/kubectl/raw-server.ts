/** Paths of the API server that are not objects: health, version, what it serves. */
import { Failure } from "./errors.ts";
import { apiVersionOf, RESOURCES } from "./resources.ts";

export const NOT_FOUND = "Error from server (NotFound): the server could not find the requested resource\n";

/** How the programs were built. */
export const SERVER_BUILD = {
  gitVersion: "v1.36.1",
  gitCommit: "3d1f0b6a9c7e42d58b1f6c0e7a2d94c8e5b7f013",
  gitTreeState: "",
  buildDate: "2026-05-12T10:00:00Z",
  goVersion: "go1.26.10",
  compiler: "gc",
  platform: "linux/amd64",
};

export const SERVER_VERSION = {
  major: "1",
  minor: "36",
  emulationMajor: "1",
  emulationMinor: "36",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "35",
  ...SERVER_BUILD,
};

const HOOKS = [
  "start-apiserver-admission-initializer",
  "generic-apiserver-start-informers",
  "priority-and-fairness-config-consumer",
  "priority-and-fairness-filter",
  "storage-object-count-tracker-hook",
  "start-apiextensions-informers",
  "start-apiextensions-controllers",
  "crd-informer-synced",
  "start-system-namespaces-controller",
  "peer-endpoint-reconciler-controller",
  "start-cluster-authentication-info-controller",
  "start-kube-apiserver-identity-lease-controller",
  "start-kube-apiserver-identity-lease-garbage-collector",
  "storage-readiness",
  "start-legacy-token-tracking-controller",
  "start-service-ip-repair-controllers",
  "rbac/bootstrap-roles",
  "scheduling/bootstrap-system-priority-classes",
  "priority-and-fairness-config-producer",
  "bootstrap-controller",
  "start-kubernetes-service-cidr-controller",
  "start-kube-aggregator-informers",
  "apiservice-status-local-available-controller",
  "apiservice-status-remote-available-controller",
  "apiservice-registration-controller",
  "apiservice-wait-for-first-sync",
  "apiservice-discovery-controller",
  "kube-apiserver-autoregistration",
  "autoregister-completion",
  "apiservice-openapi-controller",
  "apiservice-openapiv3-controller",
].map((h) => (h === "autoregister-completion" ? h : `poststarthook/${h}`));

const BEFORE: Readonly<Record<string, readonly string[]>> = {
  healthz: ["ping", "log", "loopback-serving-certificate", "etcd"],
  livez: ["ping", "log", "loopback-serving-certificate", "etcd"],
  readyz: ["ping", "log", "informer-sync"],
};
const checksOf = (endpoint: string): readonly string[] => [
  ...(BEFORE[endpoint] ?? []),
  ...HOOKS,
  ...(endpoint === "readyz" ? ["shutdown"] : []),
];

const groups = (): readonly string[] =>
  [...new Set(RESOURCES.map((r) => r.group).filter((g) => g !== ""))].sort();

function paths(): readonly string[] {
  const apis = groups().flatMap((g) => [
    `/apis/${g}`,
    ...[...new Set(RESOURCES.filter((r) => r.group === g).map((r) => `/apis/${apiVersionOf(r)}`))],
  ]);
  const health = ["healthz", "livez", "readyz"].flatMap((e) => [
    `/${e}`,
    ...checksOf(e).map((c) => `/${e}/${c}`),
  ]);
  const others = [
    "/.well-known/openid-configuration",
    "/api",
    "/api/v1",
    "/apis",
    "/apis/",
    "/flagz",
    "/metrics",
    "/metrics/slis",
    "/openapi/v2",
    "/openapi/v3",
    "/openapi/v3/",
    "/openid/v1/jwks",
    "/statusz",
    "/version",
  ];
  return [...others, ...apis, ...health].sort();
}

function group(name: string): string {
  const [version] = [...new Set(RESOURCES.filter((r) => r.group === name).map((r) => r.version))];
  if (!version) throw new Failure(NOT_FOUND);
  const preferred = { groupVersion: `${name}/${version}`, version };
  return `${JSON.stringify({ kind: "APIGroup", apiVersion: "v1", name, versions: [preferred], preferredVersion: preferred })}\n`;
}

function resources(apiVersion: string): string {
  const list = RESOURCES.filter((r) => apiVersionOf(r) === apiVersion);
  if (list.length === 0) throw new Failure(NOT_FOUND);
  const entries = list.map((r) => ({
    name: r.name,
    singularName: r.kind.toLowerCase(),
    namespaced: r.namespaced,
    kind: r.kind,
    verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
    ...(r.short.length > 0 ? { shortNames: r.short } : {}),
  }));
  return `${JSON.stringify({ kind: "APIResourceList", groupVersion: apiVersion, resources: entries })}\n`;
}

/** What a path that is no object's answers; null: it may be one. */
export function serverPath(path: string, verbose: boolean): string | null {
  const parts = path.split("/").filter((p) => p !== "");
  const [first = "", ...rest] = parts;
  if (parts.length === 0) return JSON.stringify({ paths: paths() }, null, 2);
  if (Object.hasOwn(BEFORE, first)) {
    const checks = checksOf(first);
    if (rest.length > 0 && !checks.includes(rest.join("/"))) throw new Failure(NOT_FOUND);
    if (rest.length > 0 || !verbose) return "ok";
    return `${checks.map((c) => `[+]${c} ok\n`).join("")}${first} check passed\n`;
  }
  if (path === "/version" || path === "/version/") return JSON.stringify(SERVER_VERSION, null, 2);
  if (first === "api") {
    if (rest.length > 1) return null;
    return rest.length === 1
      ? resources(rest[0] ?? "")
      : '{"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":[{"clientCIDR":"0.0.0.0/0","serverAddress":"10.0.0.2:6443"}]}\n';
  }
  if (first !== "apis") throw new Failure(NOT_FOUND);
  if (rest.length > 2) return null;
  if (rest.length === 0)
    return `${JSON.stringify({ kind: "APIGroupList", apiVersion: "v1", groups: groups().map((g) => JSON.parse(group(g))) })}\n`;
  return rest.length === 1 ? group(rest[0] ?? "") : resources(rest.join("/"));
}
