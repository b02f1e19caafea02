/** Files that an installer such as kubeadm leaves on a node; they say how the kubelet was started. */
import { toYaml } from "../api/printers/yaml-output.ts";

const CA = "/etc/kubernetes/pki/ca.crt";
const CLIENT = "/var/lib/kubelet/pki/kubelet-client-current.pem";

/**
 * @param settings KubeletConfiguration fields that the scenario sets
 * @returns text by path
 */
export function kubeletFiles(
  nodeName: string,
  settings: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const config = {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    authentication: {
      anonymous: { enabled: false },
      webhook: { cacheTTL: "0s", enabled: true },
      x509: { clientCAFile: CA },
    },
    authorization: { mode: "Webhook" },
    cgroupDriver: "cgroupfs",
    clusterDNS: ["10.96.0.10"],
    clusterDomain: "cluster.local",
    containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
    healthzBindAddress: "127.0.0.1",
    healthzPort: 10248,
    kind: "KubeletConfiguration",
    rotateCertificates: true,
    staticPodPath: "/etc/kubernetes/manifests",
    ...settings,
  };
  const user = `system:node:${nodeName}`;
  const access = {
    apiVersion: "v1",
    clusters: [
      {
        cluster: { "certificate-authority": CA, server: "https://192.168.1.10:6443" },
        name: "kubernetes",
      },
    ],
    contexts: [{ context: { cluster: "kubernetes", user }, name: `${user}@kubernetes` }],
    "current-context": `${user}@kubernetes`,
    kind: "Config",
    users: [{ name: user, user: { "client-certificate": CLIENT, "client-key": CLIENT } }],
  };
  return { "/var/lib/kubelet/config.yaml": toYaml(config), "/etc/kubernetes/kubelet.conf": toYaml(access) };
}
