/** What the API server passes on: to a node's kubelet, to a pod's port, to a service's pods. */
import { goJsonInOrder } from "../../api/printers/go-format.ts";
import type { EndpointSlice, Pod, Service } from "../../api/types.ts";
import type { Context } from "../context.ts";
import type { NodeConsole } from "../host.ts";
import { errorText, Failure } from "./errors.ts";
import { NOT_FOUND } from "./raw-server.ts";

type Params = ReadonlyMap<string, string>;

export const serverError = (reason: string, message: string): Failure =>
  new Failure(`Error from server (${reason}): ${message}\n`);

/** `NAME`, `NAME:PORT`, `SCHEME:NAME:PORT`. */
function splitName(text: string): { name: string; port: string } {
  const parts = text.split(":");
  if (parts.length === 3) return { name: parts[1] ?? "", port: parts[2] ?? "" };
  return { name: parts[0] ?? "", port: parts[1] ?? "" };
}

function pass(ctx: Context, host: string, port: number, path: string): number {
  const answer = ctx.http({ host, port, path });
  if (!answer.ok) {
    const text = answer.error.replace(/^.*?(dial tcp .*)$/s, "$1");
    throw serverError("ServiceUnavailable", `error trying to reach service: ${text}`);
  }
  if (answer.status === 404) throw new Failure(NOT_FOUND);
  if (answer.status >= 400)
    throw serverError(
      "InternalError",
      `an error on the server ("${answer.body.trim()}") has prevented the request from succeeding`,
    );
  ctx.out(answer.body);
  return 0;
}

export function podProxy(ctx: Context, namespace: string, text: string, path: readonly string[]): number {
  const { name, port } = splitName(text);
  const found = ctx.api<Pod>({ verb: "get", kind: "Pod", namespace, name });
  if (!found.ok) throw new Failure(errorText(found.error));
  const ip = found.object.status?.podIP;
  if (!ip) throw serverError("BadRequest", "address not allowed");
  const first = found.object.spec?.containers?.flatMap((c) => c.ports ?? [])[0]?.containerPort;
  return pass(ctx, ip, port === "" ? (first ?? 80) : Number(port), `/${path.join("/")}`);
}

export function serviceProxy(ctx: Context, namespace: string, text: string, path: readonly string[]): number {
  const { name, port } = splitName(text);
  const found = ctx.api<Service>({ verb: "get", kind: "Service", namespace, name });
  if (!found.ok) throw new Failure(errorText(found.error));
  const ports = found.object.spec?.ports ?? [];
  const wanted =
    port === ""
      ? ports.length === 1
        ? ports[0]
        : undefined
      : ports.find((p) => p.name === port || String(p.port) === port);
  const none = serverError("ServiceUnavailable", `no endpoints available for service "${text}"`);
  if (!wanted) throw none;
  const target = ctx.once(() => {
    const slices = ctx.host.reader
      .list<EndpointSlice>("EndpointSlice", namespace)
      .filter((s) => s.metadata?.labels?.["kubernetes.io/service-name"] === name);
    for (const slice of slices) {
      const at = slice.ports?.find((p) => (p.name ?? "") === (wanted.name ?? ""))?.port;
      const ready = slice.endpoints?.find((e) => e.conditions?.ready !== false)?.addresses[0];
      if (at !== undefined && ready !== undefined) return { ip: ready, port: at };
    }
    return null;
  });
  if (!target) throw none;
  return pass(ctx, target.ip, target.port, `/${path.join("/")}`);
}

export function nodeProxy(ctx: Context, text: string, path: readonly string[], params: Params): number {
  const { name } = splitName(text);
  const verb = { verb: "get", resource: "nodes/proxy", name };
  const refused = ctx.refuse?.(verb);
  if (refused) throw serverError("Forbidden", refused);
  const found = ctx.api({ verb: "get", kind: "Node", name });
  if (!found.ok) throw new Failure(errorText(found.error));
  const node = ctx.host.node(name);
  if (!node || !ctx.once(() => node.unit("kubelet").active)) {
    const address = `${node?.internalIp ?? name}:10250`;
    throw serverError(
      "ServiceUnavailable",
      `error trying to reach service: dial tcp ${address}: connect: connection refused`,
    );
  }
  if (path[0] === "containerLogs" && path.length === 4) return containerLogs(ctx, path, params);
  const answer = ctx.once(() => kubeletPath(ctx, node, path));
  if (answer === null) throw new Failure(NOT_FOUND);
  ctx.out(answer);
  return 0;
}

function containerLogs(ctx: Context, path: readonly string[], params: Params): number {
  const [, namespace = "", pod = "", container = ""] = path;
  const tail = params.get("tailLines");
  const query = {
    namespace,
    pod,
    container,
    previous: params.get("previous") === "true",
    timestamps: params.get("timestamps") === "true",
    follow: false,
    ...(tail !== undefined ? { tailLines: Number(tail) } : {}),
  };
  const answer = ctx.once(() => ctx.host.log(query, null));
  if (!answer.ok)
    throw new Failure(
      answer.code === 404
        ? NOT_FOUND
        : errorText({ code: answer.code, reason: answer.reason, message: answer.message }),
    );
  ctx.out(answer.text);
  return 0;
}

/** The kubelet's own endpoints (pkg/kubelet/server/server.go). */
function kubeletPath(ctx: Context, node: NodeConsole, path: readonly string[]): string | null {
  const pods = (): Pod[] => ctx.host.reader.list<Pod>("Pod").filter((p) => p.spec?.nodeName === node.name);
  switch (path.join("/")) {
    case "healthz":
      return "ok";
    case "configz":
      return JSON.stringify({ kubeletconfig: node.kubeletConfig() });
    case "pods":
    case "pods/":
      return `${goJsonInOrder({ kind: "PodList", apiVersion: "v1", metadata: {}, items: pods() })}\n`;
    case "stats/summary":
      return JSON.stringify(summary(ctx, node, pods()), null, 1);
    case "metrics/resource":
      return resourceMetrics(ctx, node, pods());
    default:
      return null;
  }
}

/** The summary API (pkg/kubelet/server/stats/summary.go). */
function summary(ctx: Context, node: NodeConsole, pods: readonly Pod[]): unknown {
  const time = new Date(ctx.host.epochMs + ctx.host.sim.now).toISOString().replace(/\.\d+Z$/, "Z");
  const usage = node.usage();
  const cpu = (c: { nanoCores: number; coreNanoSeconds: number }): unknown => ({
    time,
    usageNanoCores: Math.round(c.nanoCores),
    usageCoreNanoSeconds: Math.round(c.coreNanoSeconds),
  });
  const memory = (m: {
    usageBytes: number;
    workingSetBytes: number;
    rssBytes: number;
    availableBytes?: number;
  }): unknown => ({
    time,
    ...(m.availableBytes !== undefined ? { availableBytes: m.availableBytes } : {}),
    usageBytes: m.usageBytes,
    workingSetBytes: m.workingSetBytes,
    rssBytes: m.rssBytes,
    pageFaults: 0,
    majorPageFaults: 0,
  });
  return {
    node: {
      nodeName: node.name,
      startTime: new Date(ctx.host.epochMs + node.bootedAt).toISOString().replace(/\.\d+Z$/, "Z"),
      cpu: cpu(usage.cpu),
      memory: memory(usage.memory),
      fs: { time, ...usage.nodefs },
      runtime: { imageFs: { time, ...usage.imagefs } },
      rlimit: { time, maxpid: usage.pids.max, curproc: usage.pids.current },
    },
    pods: pods.map((pod) => {
      const containers = node.podUsage(pod.metadata?.uid ?? "");
      const nameOf = (id: string): string =>
        pod.status?.containerStatuses?.find((c) => c.containerID?.endsWith(id))?.name ?? id;
      return {
        podRef: { name: pod.metadata?.name, namespace: pod.metadata?.namespace, uid: pod.metadata?.uid },
        startTime: pod.status?.startTime,
        containers: containers.map((c) => ({
          name: nameOf(c.containerId),
          startTime: new Date(ctx.host.epochMs + c.startedAt).toISOString().replace(/\.\d+Z$/, "Z"),
          cpu: cpu(c.cpu),
          memory: memory(c.memory),
          rootfs: { time, ...c.rootfs },
          logs: { time, ...c.logs },
        })),
        process_stats: { process_count: containers.reduce((n, c) => n + c.pids, 0) },
      };
    }),
  };
}

/** `/metrics/resource` in the text format of Prometheus. */
function resourceMetrics(ctx: Context, node: NodeConsole, pods: readonly Pod[]): string {
  const at = ctx.host.epochMs + ctx.host.sim.now;
  const usage = node.usage();
  const families: [name: string, type: string, help: string, samples: [labels: string, value: number][]][] = [
    [
      "container_cpu_usage_seconds_total",
      "counter",
      "[STABLE] Cumulative cpu time consumed by the container in core-seconds",
      [],
    ],
    [
      "container_memory_working_set_bytes",
      "gauge",
      "[STABLE] Current working set of the container in bytes",
      [],
    ],
    [
      "node_cpu_usage_seconds_total",
      "counter",
      "[STABLE] Cumulative cpu time consumed by the node in core-seconds",
      [["", usage.cpu.coreNanoSeconds / 1e9]],
    ],
    [
      "node_memory_working_set_bytes",
      "gauge",
      "[STABLE] Current working set of the node in bytes",
      [["", usage.memory.workingSetBytes]],
    ],
  ];
  for (const pod of pods) {
    for (const c of node.podUsage(pod.metadata?.uid ?? "")) {
      const name =
        pod.status?.containerStatuses?.find((s) => s.containerID?.endsWith(c.containerId))?.name ?? "";
      const labels = `{container="${name}",namespace="${pod.metadata?.namespace}",pod="${pod.metadata?.name}"}`;
      families[0]?.[3].push([labels, c.cpu.coreNanoSeconds / 1e9]);
      families[1]?.[3].push([labels, c.memory.workingSetBytes]);
    }
  }
  return families
    .filter(([, , , samples]) => samples.length > 0)
    .map(
      ([name, type, help, samples]) =>
        `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.map(([l, v]) => `${name}${l} ${v} ${at}\n`).join("")}`,
    )
    .join("");
}
