/**
 * Roles that a server comes with, those that tell of nodes (plugin/pkg/auth/authorizer/rbac/bootstrappolicy). Nothing
 * of what a kubelet does is checked against them.
 */
import type { ApiServer } from "../api/server/server.ts";
import type { ApiObject } from "../api/types.ts";

type Rule = readonly [verbs: string, groups: string, resources: string];

const READ = "get list watch";
const EVENTS: Rule = ["create patch update", "core events.k8s.io", "events"];

const ROLES: Readonly<Record<string, readonly Rule[]>> = {
  "cluster-admin": [["*", "*", "*"]],
  "system:kubelet-api-admin": [
    [READ, "core", "nodes"],
    ["proxy", "core", "nodes"],
    ["*", "core", "nodes/log nodes/metrics nodes/proxy nodes/stats"],
    ["*", "core", "nodes/configz nodes/healthz nodes/pods"],
  ],
  "system:node": [
    ["create", "authentication.k8s.io", "tokenreviews"],
    ["create", "authorization.k8s.io", "localsubjectaccessreviews subjectaccessreviews"],
    [READ, "core", "services"],
    [`create ${READ}`, "core", "nodes"],
    ["patch update", "core", "nodes/status"],
    ["patch update", "core", "nodes"],
    EVENTS,
    [READ, "core", "pods"],
    ["create delete", "core", "pods"],
    ["patch update", "core", "pods/status"],
    ["create", "core", "pods/eviction"],
    [READ, "core", "configmaps secrets"],
    ["get", "core", "persistentvolumeclaims persistentvolumes"],
    ["get", "core", "endpoints"],
    [`create ${READ}`, "certificates.k8s.io", "certificatesigningrequests"],
    ["create delete get patch update", "coordination.k8s.io", "leases"],
    ["get", "storage.k8s.io", "volumeattachments"],
    ["create", "core", "serviceaccounts/token"],
    ["get patch update", "core", "persistentvolumeclaims/status"],
    [READ, "storage.k8s.io", "csidrivers"],
    ["create delete get patch update", "storage.k8s.io", "csinodes"],
    [READ, "node.k8s.io", "runtimeclasses"],
    ["get", "core", "serviceaccounts"],
  ],
  "system:node-bootstrapper": [[`create ${READ}`, "certificates.k8s.io", "certificatesigningrequests"]],
  "system:node-problem-detector": [["get", "core", "nodes"], ["patch", "core", "nodes/status"], EVENTS],
  "system:node-proxier": [
    ["list watch", "core", "endpoints services"],
    [READ, "core", "nodes"],
    EVENTS,
    ["list watch", "networking.k8s.io", "servicecidrs"],
    ["list watch", "discovery.k8s.io", "endpointslices"],
  ],
  "system:certificates.k8s.io:certificatesigningrequests:nodeclient": [
    ["create", "certificates.k8s.io", "certificatesigningrequests/nodeclient"],
  ],
  "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient": [
    ["create", "certificates.k8s.io", "certificatesigningrequests/selfnodeclient"],
  ],
};

const BINDINGS: Readonly<Record<string, readonly { readonly kind: string; readonly name: string }[]>> = {
  "cluster-admin": [{ kind: "Group", name: "system:masters" }],
  "system:node": [],
  "system:node-proxier": [{ kind: "User", name: "system:kube-proxy" }],
};

const GROUP = "rbac.authorization.k8s.io";
const METADATA = {
  annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
  labels: { "kubernetes.io/bootstrapping": "rbac-defaults" },
};

const ruleOf = ([verbs, groups, resources]: Rule): object => ({
  apiGroups: groups.split(" ").map((g) => (g === "core" ? "" : g)),
  resources: resources.split(" "),
  verbs: verbs.split(" "),
});

export function seedRoles(server: ApiServer): void {
  for (const [name, rules] of Object.entries(ROLES)) {
    const urls = name === "cluster-admin" ? [{ nonResourceURLs: ["*"], verbs: ["*"] }] : [];
    const body: unknown = {
      apiVersion: `${GROUP}/v1`,
      kind: "ClusterRole",
      metadata: { ...METADATA, name },
      rules: [...rules.map(ruleOf), ...urls],
    };
    server.seed(body as ApiObject);
  }
  for (const [name, subjects] of Object.entries(BINDINGS)) {
    const body: unknown = {
      apiVersion: `${GROUP}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { ...METADATA, name },
      roleRef: { apiGroup: GROUP, kind: "ClusterRole", name },
      ...(subjects.length > 0 ? { subjects: subjects.map((s) => ({ apiGroup: GROUP, ...s })) } : {}),
    };
    server.seed(body as ApiObject);
  }
}
