/** A node with a runtime and nobody else: calls the CRI, and keeps the answers. */
import { ClusterNetwork } from "../../node/network.ts";
import { createMachine } from "../../node/machine.ts";
import { Simulation } from "../../sim/index.ts";
import type { ContainerConfig, ContainerStatusCri, CriResult, CriRpc, CriRpcs, PodSandboxConfig } from "../contract.ts";
import { createRegistry, type DeclaredImage } from "../registry.ts";
import { createContainerd } from "./containerd.ts";

export interface TestNodeOptions {
  readonly images?: readonly DeclaredImage[];
  readonly present?: readonly string[];
  readonly seed?: number;
}

export function testNode(options: TestNodeOptions = {}) {
  const sim = new Simulation({ seed: options.seed ?? 1 });
  const network = new ClusterNetwork(sim);
  const registry = createRegistry(sim, options.images ?? []);
  const machine = createMachine(sim, network, { name: "node-1", index: 1, epochMs: Date.parse("2026-01-05T09:00:00Z") });
  const runtime = createContainerd(sim, { machine, network, registry, images: options.present ?? ["busybox:1.36", "nginx:1.29"] });
  const answers = sim.table<unknown>("test/answers");
  // biome-ignore lint/suspicious/noExplicitAny: results and pieces of output alike
  const heard = (key: string): any[] => (answers.get(key) as unknown[] | undefined) ?? [];
  sim.component("test", (event, key) => answers.update(key, (list) => [...((list as unknown[] | undefined) ?? []), event.result ?? event.exec ?? event]));
  let n = 0;

  function ask<R extends CriRpc>(rpc: R, request: CriRpcs[R]["request"]): string {
    const key = `${rpc}-${n++}`;
    runtime.client.call(rpc, request, { to: "test", key, event: { type: "answer" } });
    return key;
  }
  /** Calls and runs until the answer is there. */
  function call<R extends CriRpc>(rpc: R, request: CriRpcs[R]["request"], withinMs = 120_000): CriResult<R> {
    const key = ask(rpc, request);
    sim.run({ until: sim.now + withinMs, stopWhen: () => answers.has(key) });
    return heard(key)[0] as CriResult<R>;
  }
  function value<R extends CriRpc>(rpc: R, request: CriRpcs[R]["request"]): CriRpcs[R]["reply"] {
    const result = call(rpc, request);
    if (!result?.ok) throw new Error(`${rpc}: ${result ? result.error.desc : "no answer"}`);
    return result.value;
  }
  const pod = (name: string) => ({ name, namespace: "default", uid: `uid-${name}` });
  function sandbox(name = "web", change: Partial<PodSandboxConfig> = {}): string {
    const config: PodSandboxConfig = {
      pod: pod(name), attempt: 0, hostname: name, hostNetwork: false, sharePid: false, logDirectory: `/var/log/pods/default_${name}_uid-${name}`, cgroupParent: `/kubepods/burstable/poduid-${name}`,
      dns: { servers: ["10.96.0.10"], searches: ["default.svc.cluster.local", "svc.cluster.local", "cluster.local"], options: ["ndots:5"] },
      portMappings: [], labels: {}, annotations: {}, runtimeHandler: "", ...change,
    };
    return value("RunPodSandbox", { config }).sandboxId;
  }
  function container(sandboxId: string, change: Partial<ContainerConfig> = {}): string {
    const image = change.image ?? "busybox:1.36";
    const imageId = value("ImageStatus", { image }).image?.id ?? "";
    const config: ContainerConfig = {
      name: "app", attempt: 0, image, imageId, command: [], args: [], workingDir: "", env: [], mounts: [], logPath: `${change.name ?? "app"}/${change.attempt ?? 0}.log`, terminationMessagePath: "/dev/termination-log",
      labels: {}, annotations: {}, cgroup: { cpuShares: 2, oomScoreAdj: 1000 }, user: {}, kind: "regular", ...change,
    };
    return value("CreateContainer", { sandboxId, config }).containerId;
  }
  /** Creates and starts. */
  function run(sandboxId: string, change: Partial<ContainerConfig> = {}): string {
    const id = container(sandboxId, change);
    value("StartContainer", { containerId: id });
    return id;
  }
  const status = (containerId: string): ContainerStatusCri => value("ContainerStatus", { containerId }).container;
  const log = (name = "web", file = "app/0.log"): string => (machine.fs.read(`/var/log/pods/default_${name}_uid-${name}/${file}`) ?? "").split("\n").filter((l) => l !== "").map((l) => l.split(" ").slice(1).join(" ")).join("\n");
  return { sim, network, registry, machine, runtime, ask, call, value, heard, sandbox, container, run, status, log };
}
