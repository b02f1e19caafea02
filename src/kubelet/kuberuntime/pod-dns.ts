/** resolv.conf of a pod (pkg/kubelet/network/dns/dns.go: GetPodDNS). */
import type { Pod } from "../../api/types.ts";
import { isHostNetworkPod } from "./sandbox-changed.ts";

export interface DnsConfig {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  /** `ndots:5`. */
  readonly options: readonly string[];
}

export interface PodDns {
  readonly config: DnsConfig;
  /** Warnings for events of reason DNSConfigForming. */
  readonly warnings: readonly string[];
}

const MAX_SERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;
const MAX_DOMAIN = 253;

/** Reads a resolv.conf; of several search lines the last one counts. */
export function parseResolvConf(text: string): DnsConfig {
  const servers: string[] = [];
  let searches: string[] = [];
  let options: string[] = [];
  for (const line of text.split("\n")) {
    const [word, ...rest] = line.trim().split(/\s+/);
    if (word === "nameserver" && rest[0]) servers.push(rest[0]);
    if (word === "search") searches = rest.filter((s) => s !== ".").map((s) => s.replace(/\.$/, ""));
    if (word === "options") options = [...new Set([...options, ...rest])];
  }
  return { servers, searches, options };
}

export function getPodDns(
  pod: Pod,
  host: DnsConfig,
  cluster: { dns: readonly string[]; domain: string },
): PodDns {
  const policy = pod.spec?.dnsPolicy ?? "ClusterFirst";
  const clusterFirst =
    policy === "ClusterFirstWithHostNet" || (policy === "ClusterFirst" && !isHostNetworkPod(pod));
  let config: DnsConfig = host;
  if (policy === "None") config = { servers: [], searches: [], options: [] };
  else if (clusterFirst && cluster.dns.length > 0) {
    const own = cluster.domain
      ? [`${pod.metadata?.namespace ?? ""}.svc.${cluster.domain}`, `svc.${cluster.domain}`, cluster.domain]
      : [];
    config = { servers: cluster.dns, searches: unique([...own, ...host.searches]), options: ["ndots:5"] };
  }
  const extra = pod.spec?.dnsConfig;
  if (extra) {
    config = {
      servers: unique([...config.servers, ...(extra.nameservers ?? [])]),
      searches: unique([...config.searches, ...(extra.searches ?? [])]),
      options: mergeOptions(config.options, extra.options ?? []),
    };
  }
  return withinLimits(config);
}

function mergeOptions(
  base: readonly string[],
  extra: readonly { name?: string; value?: string }[],
): string[] {
  const merged = new Map<string, string>();
  for (const option of base) merged.set(option.split(":")[0] as string, option);
  for (const { name = "", value } of extra) merged.set(name, value ? `${name}:${value}` : name);
  return [...merged.values()];
}

function withinLimits(config: DnsConfig): PodDns {
  const warnings: string[] = [];
  const servers = config.servers.slice(0, MAX_SERVERS);
  if (servers.length < config.servers.length) {
    warnings.push(
      `Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: ${servers.join(" ")}`,
    );
  }
  const searches = config.searches.slice(0, MAX_SEARCHES).filter((s) => s.length <= MAX_DOMAIN);
  while (searches.join(" ").length > MAX_SEARCH_CHARACTERS) searches.pop();
  if (searches.length < config.searches.length) {
    warnings.push(
      `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${searches.join(" ")}`,
    );
  }
  return { config: { ...config, servers, searches }, warnings };
}

function unique(list: readonly string[]): string[] {
  return [...new Set(list)];
}
