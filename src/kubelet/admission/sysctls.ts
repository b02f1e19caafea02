/** Which sysctls a pod may set (pkg/kubelet/sysctl/allowlist.go). */
import type { Pod } from "../types.ts";

const SAFE: Readonly<Record<string, "ipc" | "net">> = {
  "kernel.shm_rmid_forced": "ipc",
  "net.ipv4.ip_local_port_range": "net",
  "net.ipv4.tcp_syncookies": "net",
  "net.ipv4.ping_group_range": "net",
  "net.ipv4.ip_unprivileged_port_start": "net",
  "net.ipv4.ip_local_reserved_ports": "net",
  "net.ipv4.tcp_keepalive_time": "net",
  "net.ipv4.tcp_fin_timeout": "net",
  "net.ipv4.tcp_keepalive_intvl": "net",
  "net.ipv4.tcp_keepalive_probes": "net",
  "net.ipv4.tcp_rmem": "net",
  "net.ipv4.tcp_wmem": "net",
};

/** Slashes may stand for the dots of a name: then dots stand for slashes. */
function normalize(name: string): string {
  const separator = name.search(/[./]/);
  if (separator < 0 || name[separator] === ".") return name;
  return name.replace(/[./]/g, (c) => (c === "." ? "/" : "."));
}

/** Text of the first sysctl that is refused, or null. */
export function forbiddenSysctl(pod: Pod): string | null {
  for (const { name: given } of pod.spec?.securityContext?.sysctls ?? []) {
    const name = normalize(given);
    const namespace = Object.hasOwn(SAFE, name) ? SAFE[name] : undefined;
    if (!namespace) return `forbidden sysctl: "${name}" not allowlisted`;
    const shared = namespace === "ipc" ? pod.spec?.hostIPC : pod.spec?.hostNetwork;
    if (shared) return `forbidden sysctl: "${name}" not allowed with host ${namespace} enabled`;
  }
  return null;
}
