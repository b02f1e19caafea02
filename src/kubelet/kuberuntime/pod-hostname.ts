/** Host name of a pod (pkg/kubelet/kubelet_pods.go: GeneratePodHostNameAndDomain; pkg/kubelet/util: GetNodenameForKernel). */
import type { Pod } from "../../api/types.ts";

export type HostnameResult =
  | { readonly ok: true; readonly hostname: string; readonly domain: string }
  | { readonly ok: false; readonly error: string };

const LONGEST_LABEL = 63;
/** What the kernel's nodename field holds. */
const LONGEST_FQDN = 64;

/** Cut to what a host name may have, never ending in a dash or a dot. */
function truncate(hostname: string): string {
  return hostname.slice(0, LONGEST_LABEL).replace(/[-.]+$/, "");
}

/** Short name and domain; `clusterDomain` such as `cluster.local`. */
export function generatePodHostNameAndDomain(
  pod: Pod,
  clusterDomain: string,
): { hostname: string; domain: string } {
  const { hostname, subdomain, hostnameOverride } = (pod.spec ?? {}) as Pod["spec"] & {
    hostnameOverride?: string;
  };
  if (hostnameOverride !== undefined && hostnameOverride !== "")
    return { hostname: truncate(hostnameOverride), domain: "" };
  const domain = subdomain ? `${subdomain}.${pod.metadata?.namespace ?? ""}.svc.${clusterDomain}` : "";
  return { hostname: truncate(hostname || (pod.metadata?.name ?? "")), domain };
}

/** The name the kernel gets: short, or with the domain where the pod asks for it. */
export function getNodenameForKernel(pod: Pod, clusterDomain: string): HostnameResult {
  const { hostname, domain } = generatePodHostNameAndDomain(pod, clusterDomain);
  if (domain === "" || pod.spec?.setHostnameAsFQDN !== true) return { ok: true, hostname, domain };
  const fqdn = `${hostname}.${domain}`;
  if (fqdn.length <= LONGEST_FQDN) return { ok: true, hostname: fqdn, domain };
  const lengths = `(${LONGEST_FQDN} characters is the max, ${fqdn.length} characters requested)`;
  return {
    ok: false,
    error: `failed to construct FQDN from pod hostname and cluster domain, FQDN ${fqdn} is too long ${lengths}`,
  };
}
