/** The sandbox of a pod as the runtime is asked for it (pkg/kubelet/kuberuntime/kuberuntime_sandbox.go: generatePodSandboxConfig). */
import type { Pod } from "../../api/types.ts";
import type { PodSandboxConfig, PortMapping } from "../../cri/contract.ts";
import { newPodLabels } from "./labels.ts";
import { podLogsDirectory } from "./log-paths.ts";
import { type DnsConfig, getPodDns } from "./pod-dns.ts";
import { getNodenameForKernel } from "./pod-hostname.ts";
import { isHostNetworkPod } from "./sandbox-changed.ts";

export interface SandboxEnvironment {
  readonly cgroupParent: string;
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  /** resolv.conf of the node. */
  readonly hostDns: DnsConfig;
  readonly runtimeHandler: string;
}

export type SandboxConfigResult =
  | { readonly ok: true; readonly config: PodSandboxConfig; readonly dnsWarnings: readonly string[] }
  | { readonly ok: false; readonly error: string };

export function generatePodSandboxConfig(
  pod: Pod,
  attempt: number,
  env: SandboxEnvironment,
): SandboxConfigResult {
  const { name = "", namespace = "", uid = "", annotations = {} } = pod.metadata ?? {};
  const hostNetwork = isHostNetworkPod(pod);
  const dns = getPodDns(pod, env.hostDns, { dns: env.clusterDns, domain: env.clusterDomain });
  let hostname = "";
  if (!hostNetwork) {
    const named = getNodenameForKernel(pod, env.clusterDomain);
    if (!named.ok) return named;
    hostname = named.hostname;
  }
  const sysctls = (pod.spec?.securityContext?.sysctls ?? []).map(
    (s) => [s.name.replaceAll("/", "."), s.value] as const,
  );
  return {
    ok: true,
    dnsWarnings: dns.warnings,
    config: {
      pod: { name, namespace, uid },
      attempt,
      hostname,
      hostNetwork,
      sharePid: pod.spec?.shareProcessNamespace === true,
      logDirectory: podLogsDirectory(pod),
      cgroupParent: env.cgroupParent,
      dns: dns.config,
      portMappings: portMappings(pod),
      labels: newPodLabels(pod),
      annotations,
      runtimeHandler: env.runtimeHandler,
      ...(sysctls.length > 0 ? { sysctls: Object.fromEntries(sysctls) } : {}),
    },
  };
}

/** Ports of the regular containers (pkg/kubelet/container/helpers.go: MakePortMappings). */
function portMappings(pod: Pod): PortMapping[] {
  return (pod.spec?.containers ?? []).flatMap((c) =>
    (c.ports ?? []).map((p) => ({
      containerPort: p.containerPort,
      protocol: p.protocol ?? "TCP",
      ...(p.hostPort ? { hostPort: p.hostPort } : {}),
    })),
  );
}
