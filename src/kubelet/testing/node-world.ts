/** A whole kubelet on a fake runtime, with the real API server and a fake machine: for tests of how managers work together. */
import { objectRules } from "../../api/object-rules.ts";
import { createControlPlaneApi } from "../../api/server/client.ts";
import type { ApiObject, Pod } from "../../api/types.ts";
import type { CriClient } from "../../cri/contract.ts";
import { createMachine } from "../../node/machine.ts";
import { ClusterNetwork } from "../../node/network.ts";
import { Simulation } from "../../sim/index.ts";
import type { Ms, TraceRecord } from "../../sim/types.ts";
import type { KubeletConfig } from "../contract.ts";
import { createKubelet } from "../kubelet.ts";
import { DEFAULT_KUBELET_CONFIG } from "../kubelet-config.ts";
import { logFileOf } from "../kuberuntime/log-paths.ts";
import { createFakeRuntime } from "../kuberuntime/testing/fake-runtime.ts";
import { warmNode } from "../node-status/index.ts";

export const MANIFESTS = "/etc/kubernetes/manifests";
const EPOCH = Date.parse("2026-01-05T09:00:00Z");
const GI = 2 ** 30;

export interface WorldOptions {
  readonly warm?: boolean;
  readonly config?: Partial<KubeletConfig>;
  /** Static pods by file name. */
  readonly manifests?: Readonly<Record<string, string>>;
}

export function createNodeWorld(options: WorldOptions = {}) {
  const { warm = true } = options;
  const sim = new Simulation({ seed: 7 });
  const stamp = (at: Ms = sim.now): string => `${new Date(EPOCH + at).toISOString().slice(0, 19)}Z`;
  const api = createControlPlaneApi({ sim, rules: objectRules, stamp });
  const seed = (object: object): ApiObject => api.server.seed(object as ApiObject);
  for (const name of ["default", "kube-system", "kube-node-lease"]) {
    seed({ apiVersion: "v1", kind: "Namespace", metadata: { name }, status: { phase: "Active" } });
    seed({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: name } });
    seed({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "kube-root-ca.crt", namespace: name },
      data: { "ca.crt": "CA" },
    });
  }
  seed({
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name: "system-node-critical" },
    value: 2_000_001_000,
  });
  const host = createMachine(sim, new ClusterNetwork(sim), {
    name: "node-1",
    index: 1,
    epochMs: EPOCH,
    cores: 4,
    memoryBytes: 8 * GI,
    diskBytes: 40 * GI,
  });
  const runtime = createFakeRuntime(sim);
  runtime.images.add("nginx:1").add("nginx:2");
  /** While it is set, nothing answers at the socket. */
  const outage = sim.cell<boolean>("testing/outage", false);
  /** The fake runtime has no disk: its logs are opened for it. */
  const openLog = (id: string): void => {
    const status = runtime.containers().find((c) => c.id === id);
    if (!status) return;
    const path = logFileOf(status);
    host.fs.mkdir(path.slice(0, path.lastIndexOf("/")));
    host.fs.openLog(path);
  };
  const good = (value: object) => ({ result: { ok: true, value } });
  const conditions = (["RuntimeReady", "NetworkReady"] as const).map((type) => ({
    type,
    status: true,
    reason: "",
    message: "",
  }));
  const cri: CriClient = {
    call(rpc, request, reply, more) {
      if (outage.get())
        sim.reply(
          reply,
          { result: { ok: false, error: { code: "Unavailable", desc: "connection refused" } } },
          { delayMs: 1 },
        );
      else if (rpc === "Status") sim.reply(reply, good({ conditions }), { delayMs: 3 });
      else if (rpc === "ListImages") sim.reply(reply, good({ images: [] }), { delayMs: 3 });
      else if (rpc === "ImageFsInfo")
        sim.reply(reply, good({ usedBytes: 0, inodesUsed: 0, capacityBytes: GI }), { delayMs: 3 });
      else {
        if (rpc === "StartContainer") openLog((request as { containerId: string }).containerId);
        runtime.call(rpc, request, reply, more);
      }
    },
  };
  const client = api.client({ from: "node-1/kubelet", user: "system:node:node-1", node: "node-1" });
  const config = { ...DEFAULT_KUBELET_CONFIG, ...options.config };
  const process = createKubelet({ sim, nodeName: "node-1", config, cri, api: client, host, epochMs: EPOCH });
  for (const [file, content] of Object.entries(options.manifests ?? {}))
    host.fs.write(`${MANIFESTS}/${file}`, content);
  if (warm) seed(warmNode(process.kubelet, { readySince: stamp(-600_000) }));
  process.start({ warm });
  const user = api.client({ from: "kubectl", user: "kubernetes-admin" });

  return {
    sim,
    api,
    host,
    openLog,
    runtime,
    outage,
    process,
    kubelet: process.kubelet,
    user,
    /** Runs to a time; a failure of the engine fails the test. */
    run(until: Ms): void {
      sim.run({ until });
      if (sim.failure) throw sim.failure;
    },
    create(object: object): void {
      const { kind, metadata } = object as { kind: string; metadata: { namespace?: string } };
      user.request(
        {
          verb: "create",
          kind,
          ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
          body: object,
        },
        null,
      );
    },
    pod: (name: string, namespace = "default"): Pod | undefined =>
      api.server.store.get<Pod>("Pod", namespace, name),
    /** Records of a type (or types that match), oldest first. */
    records: (type: string | RegExp): readonly TraceRecord[] =>
      sim.trace.all().filter((r) => (typeof type === "string" ? r.type === type : type.test(r.type))),
  };
}

/** A pod bound to the node, with one container of nginx:1. */
export function podOf(
  name: string,
  spec: object = {},
  container: object = {},
  namespace = "default",
): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      nodeName: "node-1",
      terminationGracePeriodSeconds: 1,
      containers: [{ name: "app", image: "nginx:1", ...container }],
      ...spec,
    },
  };
}
