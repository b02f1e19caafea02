/** A cluster as the console's host. */
import type { Cluster, ClusterNode } from "../cluster/cluster.ts";
import { execInContainer, kubeletJournal, readContainerLog } from "../cluster/kubelet-server.ts";
import type { ConsoleHost, HttpAnswer, JournalLine, LogAnswer, NodeConsole } from "./host.ts";

const HTTP_TIMEOUT = 30_000;

export function createClusterHost(cluster: Cluster): ConsoleHost {
  const { sim } = cluster;
  /** Requests from the console's own machine on their way: whom to answer. */
  const waiting = sim.table<Parameters<NonNullable<ConsoleHost["http"]>>[1]>("console/http");
  const count = sim.cell<number>("console/http-count", 0);
  sim.component("console-http", (event, key) => {
    const reply = waiting.get(key);
    waiting.delete(key);
    const result = event["result"] as { ok: boolean; response?: { status: number; body: string }; text?: string };
    const http: HttpAnswer = { ok: result.ok, status: result.response?.status ?? 0, body: result.response?.body ?? "", error: result.text ?? "" };
    if (reply) sim.reply(reply, { http });
  });

  const consoles = new Map<string, NodeConsole>();
  const nodeConsole = (node: ClusterNode): NodeConsole => {
    const { machine, runtime, process } = node;
    const { info } = machine;
    return {
      name: node.name,
      hostname: info.hostname,
      fs: machine.fs as unknown as NodeConsole["fs"],
      cri: runtime.client,
      kernelVersion: info.kernelVersion,
      osImage: info.osImage,
      internalIp: info.internalIp,
      cores: info.cores,
      memory: () => {
        const { memory } = machine.stats.node();
        return { totalBytes: info.memoryBytes, usedBytes: memory.workingSetBytes, cacheBytes: memory.usageBytes - memory.workingSetBytes, swapBytes: info.swapBytes };
      },
      filesystems: () => {
        const { nodefs, imagefs } = machine.stats.node();
        const row = (device: string, mount: string, fs: typeof nodefs) => ({ device, mount, sizeBytes: fs.capacityBytes, usedBytes: fs.usedBytes, inodes: fs.inodes, inodesUsed: fs.inodesUsed });
        return [row("/dev/sda1", "/", nodefs), ...(info.imagefs ? [row("/dev/sdb1", "/var/lib/containerd", imagefs)] : [])];
      },
      bootedAt: info.bootedAt,
      unit: (name) => machine.unit(name),
      control(name, verb) {
        if (name === "kubelet") {
          if (verb !== "start") process.stop();
          if (verb !== "stop" && !process.kubelet.running()) process.start({ warm: false });
          machine.setUnit("kubelet", verb !== "stop");
        } else runtime.setDown(verb === "stop");
      },
      journal: (unit, since): readonly JournalLine[] => (unit === null || unit === "kubelet" ? kubeletJournal(cluster, node, since) : []),
      processes: () => runtime.processes(),
      containerUsage(id) {
        const usage = machine.stats.container(id);
        return usage && { memoryBytes: usage.memory.workingSetBytes, cpuMilli: Math.round(usage.cpu.nanoCores / 1e6) };
      },
      wallClock: () => machine.wallClock(),
    };
  };

  return {
    sim,
    api: cluster.user,
    reader: cluster.store,
    epochMs: cluster.epochMs,
    nodeNames: cluster.nodeNames,
    node(name) {
      const node = cluster.node(name);
      if (!node) return undefined;
      let known = consoles.get(name);
      if (!known) consoles.set(name, (known = nodeConsole(node)));
      return known;
    },
    log: (query, cursor): LogAnswer => readContainerLog(cluster, query, cursor) as LogAnswer,
    exec: (query, reply) => execInContainer(cluster, query, reply),
    http(url, reply) {
      const key = String(count.get() + 1);
      count.set(count.get() + 1);
      waiting.set(key, reply);
      const ip = /^\d+\.\d+\.\d+\.\d+$/.test(url.host) ? url.host : (cluster.network.names.lookup(url.host)[0] ?? "");
      cluster.network.http({ ip, port: url.port, path: url.path, host: url.host, timeoutMs: HTTP_TIMEOUT }, { to: "console-http", key, event: { type: "answer" } });
    },
  };
}
