/** A cluster as the console's host. */
import type { Cluster, ClusterNode } from "../cluster/cluster.ts";
import {
  execInContainer,
  kubeletConfigz,
  kubeletJournal,
  readContainerLog,
} from "../cluster/kubelet-server.ts";
import type { ConsoleHost, HttpAnswer, JournalLine, NodeConsole, ProcessInfo } from "./host.ts";

const KUBELET =
  "/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --kubeconfig=/etc/kubernetes/kubelet.conf";

/** Numbers of a sandbox's processes on the node start here, a thousand for each. */
const FIRST_PID = 5_000;
const PIDS_EACH = 1_000;

/** What runs in the containers of a node, as the node numbers it. */
function containerProcesses({ runtime }: ClusterNode, now: number): ProcessInfo[] {
  return [...runtime.os.entries()].flatMap(([, os], sandbox) => {
    const first = FIRST_PID + sandbox * PIDS_EACH;
    return Object.values(os.procs).map((p) => ({
      pid: first + p.pid,
      ppid: os.procs[p.ppid] ? first + p.ppid : 1,
      user: p.uid === 0 ? "root" : String(p.uid),
      startedAt: p.startedAt,
      rssBytes: now >= p.load.endMs ? p.load.to : p.load.from,
      cpuMilli: p.cpuMilli,
      command: p.argv.join(" "),
    }));
  });
}

function nodeConsole(cluster: Cluster, node: ClusterNode): NodeConsole {
  const { machine } = node;
  const { info } = machine;
  return {
    name: node.name,
    hostname: info.hostname,
    fs: machine.fs,
    cri: node.runtime,
    kernelVersion: info.kernelVersion,
    osImage: info.osImage,
    internalIp: info.internalIp,
    cores: info.cores,
    get bootedAt() {
      return machine.info.bootedAt;
    },
    off: () => machine.loads.get().off,
    unit: (name) => machine.unit(name),
    control(name, verb) {
      const was = machine.unit(name).active;
      const stop = (): void => {
        if (name === "kubelet") node.process.stop();
        machine.setUnit(name, false);
        if (name === "containerd") node.runtime.loseWatcher();
      };
      const start = (): void => {
        machine.setUnit(name, true);
        if (name === "kubelet") node.process.start({ warm: false });
      };
      if (verb !== "start" && was) stop();
      if (verb === "restart" || (verb === "start" && !was)) start();
    },
    power(verb) {
      if (verb === "cancel") node.power.cancel();
      else node.power.shutDown(verb);
    },
    journal(unit, since) {
      const lines: JournalLine[] =
        unit === null || unit === "kubelet" ? kubeletJournal(cluster, node, since) : [];
      return lines;
    },
    processes() {
      const out: ProcessInfo[] = [
        {
          pid: 1,
          ppid: 0,
          user: "root",
          startedAt: info.bootedAt,
          rssBytes: 12 * 1024 * 1024,
          cpuMilli: 1,
          command: "/sbin/init",
        },
      ];
      for (const name of ["containerd", "kubelet"] as const) {
        const unit = machine.unit(name);
        if (!unit.active) continue;
        const command = name === "kubelet" ? KUBELET : "/usr/bin/containerd";
        out.push({
          pid: unit.pid,
          ppid: 1,
          user: "root",
          startedAt: unit.since,
          rssBytes: 60 * 1024 * 1024,
          cpuMilli: 20,
          command,
        });
      }
      return [...out, ...containerProcesses(node, cluster.sim.now)];
    },
    usage: () => machine.stats.node(),
    cgroups: machine.cgroups,
    containerUsage: (id) => machine.stats.container(id),
    podUsage: (uid) => machine.stats.pod(uid),
    memoryBytes: info.memoryBytes,
    kubeletConfig: () => kubeletConfigz(node),
    wallClock: () => machine.wallClock(),
  };
}

export function hostOf(cluster: Cluster): ConsoleHost {
  const consoles = new Map(
    cluster.nodeNames.map((name) => [name, nodeConsole(cluster, cluster.node(name) as ClusterNode)]),
  );
  return {
    sim: cluster.sim,
    api: cluster.user,
    reader: cluster.store,
    epochMs: cluster.epochMs,
    nodeNames: cluster.nodeNames,
    node: (name) => consoles.get(name),
    log: (query, cursor) => readContainerLog(cluster, query, cursor),
    exec: (query, reply) => execInContainer(cluster, query, reply),
    http(url, reply) {
      cluster.network.http(
        { ip: url.host, port: url.port, path: url.path, timeoutMs: 10_000 },
        { ...reply, event: { ...reply.event, wrapped: true } },
      );
    },
  };
}

/** What the network says, as the console's commands read it. */
export function httpAnswer(result: unknown): HttpAnswer {
  const r = result as { ok: boolean; response?: { status: number; body: string }; text?: string };
  return r.ok
    ? { ok: true, status: r.response?.status ?? 0, body: r.response?.body ?? "", error: "" }
    : { ok: false, status: 0, body: "", error: r.text ?? "" };
}
