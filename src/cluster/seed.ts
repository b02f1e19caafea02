/** What every cluster has before the first input: namespaces, the default service accounts, the API's own service. */
import type { ApiServer } from "../api/server/server.ts";
import type { ApiObject } from "../api/types.ts";
import { seedRoles } from "./seed-rbac.ts";

const NAMESPACES = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** Self-signed certificate of the cluster, as text only: nothing is encrypted here. */
const CA = "-----BEGIN CERTIFICATE-----\nMIIB syncloop cluster CA\n-----END CERTIFICATE-----\n";

export function seedCluster(server: ApiServer): void {
  const put = (object: object): ApiObject => server.seed(object as ApiObject);
  for (const name of NAMESPACES) {
    put({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels: { "kubernetes.io/metadata.name": name } },
      spec: { finalizers: ["kubernetes"] },
      status: { phase: "Active" },
    });
  }
  for (const namespace of NAMESPACES) {
    put({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } });
    put({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "kube-root-ca.crt", namespace },
      data: { "ca.crt": CA },
    });
  }
  put({
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { component: "apiserver", provider: "kubernetes" },
    },
    spec: {
      type: "ClusterIP",
      clusterIP: "10.96.0.1",
      clusterIPs: ["10.96.0.1"],
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      internalTrafficPolicy: "Cluster",
      sessionAffinity: "None",
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }],
    },
    status: { loadBalancer: {} },
  });
  for (const [name, value] of [
    ["system-cluster-critical", 2_000_000_000],
    ["system-node-critical", 2_000_001_000],
  ] as const) {
    put({
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name },
      value,
      preemptionPolicy: "PreemptLowerPriority",
    });
  }
  seedRoles(server);
}
