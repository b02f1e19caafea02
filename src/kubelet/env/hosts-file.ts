/** The hosts file of a pod (pkg/kubelet/kubelet_pods.go: managedHostsFileContent). */
import type { Pod } from "../types.ts";

type Aliases = NonNullable<Pod["spec"]>["hostAliases"];

const MANAGED = [
  "# Kubernetes-managed hosts file.",
  "127.0.0.1\tlocalhost",
  "::1\tlocalhost ip6-localhost ip6-loopback",
  "fe00::0\tip6-localnet",
  "fe00::0\tip6-mcastprefix",
  "fe00::1\tip6-allnodes",
  "fe00::2\tip6-allrouters",
];

/** One line an address, after an empty one and a remark. */
function aliasLines(aliases: Aliases): string {
  if (!aliases || aliases.length === 0) return "";
  const lines = aliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join("\t")}\n`);
  return `\n# Entries added by HostAliases.\n${lines.join("")}`;
}

export function managedHostsFileContent(
  ips: readonly string[],
  hostname: string,
  domain: string,
  aliases: Aliases,
): string {
  const own = ips.map((ip) => (domain ? `${ip}\t${hostname}.${domain}\t${hostname}` : `${ip}\t${hostname}`));
  return `${[...MANAGED, ...own].join("\n")}\n${aliasLines(aliases)}`;
}

/** On the host's network: the node's own file. */
export function nodeHostsFileContent(nodeFile: string, aliases: Aliases): string {
  return `# Kubernetes-managed hosts file (host network).\n${nodeFile}${aliasLines(aliases)}`;
}
