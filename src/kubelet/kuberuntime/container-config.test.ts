import { describe, expect, it } from "vitest";
import type { Container, Pod } from "../../api/types.ts";
import { generateContainerConfig } from "./container-config.ts";
import { calcRestartCountByLogDir } from "./log-paths.ts";
import { getPodDns } from "./pod-dns.ts";
import { getNodenameForKernel } from "./pod-hostname.ts";
import { pod } from "./testing/fake-node.ts";

function config(container: Partial<Container>, more: Partial<NonNullable<Pod["spec"]>> = {}, image = {}) {
  const made = { name: "app", image: "busybox:1.36", ...container } as Container;
  return generateContainerConfig({
    pod: pod("web", { containers: [made], ...more }),
    container: made,
    kind: "regular",
    restartCount: 3,
    image: { id: "sha256:1", ...image },
    options: { env: [["NAME", "world"]], mounts: [], hostname: "web" },
    memoryCapacity: 8 * 2 ** 30,
  });
}

describe("a container's configuration", () => {
  it("names the log after the restart count and expands the command", () => {
    const made = config({ command: ["sh", "-c"], args: ["echo $(NAME) $$(NAME) $(OTHER)"] });
    expect(made.ok && made.config).toMatchObject({
      logPath: "app/3.log",
      attempt: 3,
      args: ["echo world $(NAME) $(OTHER)"],
      annotations: { "io.kubernetes.container.restartCount": "3" },
    });
  });

  it("refuses an image that runs as root where the pod forbids it", () => {
    const securityContext = { runAsNonRoot: true };
    expect(config({}, { securityContext })).toEqual({
      ok: false,
      error:
        'container has runAsNonRoot and image will run as root (pod: "web_default(uid-web)", container: app)',
    });
    expect(config({ securityContext: { runAsUser: 0 } }, { securityContext })).toEqual({
      ok: false,
      error: `container's runAsUser breaks non-root policy (pod: "web_default(uid-web)", container: app)`,
    });
    expect(config({}, { securityContext }, { username: "nginx" })).toMatchObject({
      error: expect.stringContaining("non-numeric user (nginx)"),
    });
    expect(config({ securityContext: { runAsUser: 1000 } }, { securityContext }).ok).toBe(true);
  });

  it("turns requests and limits into shares, quota and bytes", () => {
    const resources = { requests: { cpu: "250m", memory: "64Mi" }, limits: { cpu: "500m", memory: "128Mi" } };
    const made = config({ resources });
    expect(made.ok && made.config.cgroup).toMatchObject({
      cpuShares: 256,
      cpuQuota: 50_000,
      memoryLimit: 128 * 2 ** 20,
    });
    const limited = config({ resources: { limits: { cpu: "1" } } });
    expect(limited.ok && limited.config.cgroup.cpuShares).toBe(1024);
  });
});

describe("restart counts from log files", () => {
  it("go on after the highest, rotated ones included", () => {
    expect(calcRestartCountByLogDir([])).toBe(0);
    expect(calcRestartCountByLogDir(["0.log", "2.log.20260105-090000", "notes.txt"])).toBe(3);
  });
});

describe("names", () => {
  const host = { servers: ["192.168.0.53"], searches: ["lan"], options: [] };
  const cluster = { dns: ["10.96.0.10"], domain: "cluster.local" };

  it("resolv.conf of a pod points to the cluster first", () => {
    expect(getPodDns(pod("web", {}), host, cluster).config).toEqual({
      servers: ["10.96.0.10"],
      searches: ["default.svc.cluster.local", "svc.cluster.local", "cluster.local", "lan"],
      options: ["ndots:5"],
    });
    expect(
      getPodDns(pod("web", { hostNetwork: true, dnsPolicy: "ClusterFirst" }), host, cluster).config,
    ).toEqual(host);
  });

  it("more than three nameservers are cut, with a warning", () => {
    const dnsConfig = { nameservers: ["1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4"] };
    const dns = getPodDns(pod("web", { dnsPolicy: "None", dnsConfig }), host, cluster);
    expect(dns.config.servers).toEqual(["1.1.1.1", "2.2.2.2", "3.3.3.3"]);
    expect(dns.warnings).toHaveLength(1);
  });

  it("a host name is cut at 63 characters, a full name must fit the kernel", () => {
    const long = "a".repeat(62) + "-b";
    expect(getNodenameForKernel(pod(long, {}), "cluster.local")).toMatchObject({ hostname: "a".repeat(62) });
    const named = { hostname: "web", subdomain: "s".repeat(60), setHostnameAsFQDN: true };
    expect(getNodenameForKernel(pod("web", named), "cluster.local").ok).toBe(false);
  });
});
