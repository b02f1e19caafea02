/** A cluster put together: an API server, a control plane, nodes with a machine, a runtime and a kubelet each. */
import { nodePart } from "../api/component-ids.ts";
import type { ApiClient } from "../api/contract.ts";
import { objectRules } from "../api/object-rules.ts";
import { milliValueOf, wholeValueOf } from "../api/quantity.ts";
import { type ControlPlaneApi, createControlPlaneApi } from "../api/server/client.ts";
import type { Store } from "../api/server/store.ts";
import type { Pod, Service } from "../api/types.ts";
import { type ControlPlane, startControlPlane } from "../control-plane/index.ts";
import { type Containerd, createContainerd } from "../cri/containerd/containerd.ts";
import { LATENCIES, type RuntimeLatencies } from "../cri/containerd/state.ts";
import { type DeclaredImage, Registry } from "../cri/images/registry.ts";
import { createKubelet, type KubeletProcess } from "../kubelet/kubelet.ts";
import { readKubeletConfig } from "../kubelet/kubelet-config.ts";
import { warmNode } from "../kubelet/node-status/index.ts";
import { createMachine, type Machine } from "../node/machine.ts";
import { ClusterNetwork } from "../node/network.ts";
import type { Simulation } from "../sim/index.ts";
import type { Ms, ReplyTo } from "../sim/types.ts";
import { type Applier, createApplier } from "./apply.ts";
import { createNames } from "./names.ts";
import { kubeletFiles } from "./node-files.ts";
import { createPower, type Power } from "./power.ts";
import { seedCluster } from "./seed.ts";
import type { ClusterSpec, NodeSpec } from "./spec.ts";

export interface ClusterNode {
  readonly name: string;
  readonly machine: Machine;
  readonly runtime: Containerd;
  readonly process: KubeletProcess;
  readonly power: Power;
}

export interface HttpTarget {
  readonly pod?: string;
  readonly service?: string;
  readonly namespace?: string;
  readonly port: number;
  readonly path?: string;
  readonly scheme?: string;
}

export interface Cluster {
  readonly sim: Simulation;
  /** Unix ms of 0 s. */
  readonly epochMs: number;
  readonly api: ControlPlaneApi;
  readonly store: Store;
  /** The administrator's client: kubectl. */
  readonly user: ApiClient;
  readonly applier: Applier;
  readonly network: ClusterNetwork;
  readonly registry: Registry;
  readonly controlPlane: ControlPlane;
  readonly nodeNames: readonly string[];
  node(name: string): ClusterNode | undefined;
  stamp(at?: Ms): string;
  /** A GET from somewhere in the pod network; the answer is `result: HttpResult` on the reply's event. */
  httpAsPod(target: HttpTarget, reply: ReplyTo): void;
}

const PAUSE = "registry.k8s.io/pause:3.10";
/** When the nodes of a cluster that has been up became ready. */
const WARM_SINCE: Ms = -600_000;
const HTTP_TIMEOUT: Ms = 10_000;

function machineOf(
  sim: Simulation,
  network: ClusterNetwork,
  spec: NodeSpec,
  index: number,
  epochMs: number,
): Machine {
  const capacity = spec.capacity ?? {};
  return createMachine(sim, network, {
    name: spec.name,
    index,
    epochMs,
    cores: milliValueOf(capacity["cpu"] ?? "4") / 1000,
    memoryBytes: wholeValueOf(capacity["memory"] ?? "8Gi"),
    diskBytes: wholeValueOf(capacity["ephemeral-storage"] ?? "40Gi"),
  });
}

/** Puts a cluster together and starts it: by default as one that has been up for ten minutes. */
export function createCluster(sim: Simulation, spec: ClusterSpec): Cluster {
  const epochMs = Date.parse(spec.start);
  const stamp = (at: Ms = sim.now): string => `${new Date(epochMs + at).toISOString().slice(0, 19)}Z`;
  const timeOf = (text: string): Ms => Date.parse(text) - epochMs;
  const warm = spec.boot === "warm";

  const latencyMs = spec.latencies["api"];
  const api = createControlPlaneApi({
    sim,
    rules: objectRules,
    stamp,
    ...(latencyMs !== undefined ? { latencyMs } : {}),
  });
  const { store } = api.server;
  seedCluster(api.server);
  const network = new ClusterNetwork(sim);
  network.setNames(createNames(store));

  const registry = new Registry(sim, spec.images as readonly DeclaredImage[], {
    pull: spec.latencies["pull"],
    pullMebibyte: spec.latencies["pullMebibyte"],
  });
  const nodes = new Map<string, ClusterNode>();
  spec.nodes.forEach((node, i) => {
    const machine = machineOf(sim, network, node, i + 1, epochMs);
    const runtime = createContainerd({
      sim,
      machine,
      network,
      registry,
      images: [...new Set([PAUSE, ...(node.images ?? [])])],
      latencies: runtimeLatencies(spec.latencies),
    });
    const { config } = readKubeletConfig({
      ...(node.capacity?.["pods"] !== undefined ? { maxPods: Number(node.capacity["pods"]) } : {}),
      ...(node.kubelet ?? {}),
    });
    const client = api.client({
      from: nodePart(node.name, "kubelet"),
      user: `system:node:${node.name}`,
      node: node.name,
    });
    const process = createKubelet({
      sim,
      nodeName: node.name,
      config,
      cri: runtime,
      api: client,
      host: machine,
      epochMs,
    });
    const parts = { name: node.name, machine, runtime, process };
    nodes.set(node.name, { ...parts, power: createPower(sim, api, parts) });
    for (const [path, content] of Object.entries(kubeletFiles(node.name, node.kubelet ?? {})))
      machine.fs.write(path, content);
    for (const [file, content] of Object.entries(node.staticPods ?? {}))
      machine.fs.write(`/etc/kubernetes/manifests/${file}`, content);
  });

  const controlPlane = startControlPlane({ sim, clients: api, reader: store, stamp, timeOf });
  const user = api.client({ from: "kubectl", user: "kubernetes-admin" });
  for (const [name, node] of nodes) {
    const { labels, taints } = spec.nodes.find((n) => n.name === name) ?? {};
    // A cluster that has been up knows its nodes already.
    if (warm) {
      const options = {
        readySince: stamp(WARM_SINCE),
        ...(labels ? { labels } : {}),
        ...(taints ? { taints: [...taints] } : {}),
      };
      api.server.seed(warmNode(node.process.kubelet, options));
    }
    node.process.start({ warm });
  }

  return {
    sim,
    epochMs,
    api,
    store,
    user,
    applier: createApplier(sim, user),
    network,
    registry,
    controlPlane,
    nodeNames: [...nodes.keys()],
    node: (name) => nodes.get(name),
    stamp,
    httpAsPod(target, reply) {
      const namespace = target.namespace ?? "default";
      const ip = target.service
        ? store.get<Service>("Service", namespace, target.service)?.spec?.clusterIP
        : store.get<Pod>("Pod", namespace, target.pod ?? "")?.status?.podIP;
      if (!ip) {
        sim.reply(reply, { result: { ok: false, failure: "noSuchHost", text: "no such host" } });
        return;
      }
      network.http(
        {
          ip,
          port: target.port,
          path: target.path ?? "/",
          timeoutMs: HTTP_TIMEOUT,
          ...(target.scheme === "https" ? { scheme: "https" as const } : {}),
        },
        reply,
      );
    },
  };
}

/** The runtime's own names among a scenario's latencies. */
function runtimeLatencies(all: ClusterSpec["latencies"]): Partial<RuntimeLatencies> {
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => name in LATENCIES),
  ) as Partial<RuntimeLatencies>;
}
