/** A node with a runtime and nothing else, for tests: pods are made by CRI calls. */
import { createMachine, type Machine } from "../../node/machine.ts";
import type { NameService } from "../../node/net-types.ts";
import { ClusterNetwork } from "../../node/network.ts";
import { Simulation } from "../../sim/index.ts";
import { type Containerd, createContainerd } from "../containerd/containerd.ts";
import type {
  ContainerConfig,
  ContainerStatusCri,
  CriResult,
  CriRpc,
  CriRpcs,
  PodSandboxConfig,
} from "../contract.ts";
import { type DeclaredImage, Registry } from "../images/registry.ts";

export interface Bench {
  readonly sim: Simulation;
  readonly machine: Machine;
  readonly network: ClusterNetwork;
  readonly runtime: Containerd;
  readonly registry: Registry;
  /** Calls and runs until the answer is there. */
  call<R extends CriRpc>(rpc: R, request: CriRpcs[R]["request"]): CriResult<R>;
  /** Calls, and leaves the answer for later. */
  send<R extends CriRpc>(
    rpc: R,
    request: CriRpcs[R]["request"],
  ): { readonly result: CriResult<R> | undefined; readonly at: number | undefined };
  pod(name: string, config?: Partial<PodSandboxConfig>): string;
  /** Pulls, creates and starts; the id. */
  run(sandbox: string, config: Partial<ContainerConfig> & { image: string }): string;
  /** Until so many ms from now. */
  wait(ms: number): void;
  status(id: string): ContainerStatusCri;
  /** Lines of a container's log without stamps. */
  log(id: string): string[];
  exec(id: string, command: readonly string[], timeoutMs?: number): CriResult<"ExecSync">;
  http(
    ip: string,
    port: number,
    path: string,
    timeoutMs?: number,
  ): { status?: number; body?: string; text?: string };
  ip(sandbox: string): string;
}

export function createBench(
  options: {
    images?: readonly DeclaredImage[];
    seed?: number;
    memoryBytes?: number;
    names?: NameService;
  } = {},
): Bench {
  const sim = new Simulation({ seed: options.seed ?? 1 });
  const network = new ClusterNetwork(sim);
  network.setNames(options.names ?? network.names);
  const machine = createMachine(sim, network, {
    name: "node-1",
    index: 1,
    epochMs: Date.parse("2026-01-05T09:00:00Z"),
    ...(options.memoryBytes ? { memoryBytes: options.memoryBytes } : {}),
  });
  const registry = new Registry(sim, options.images);
  const runtime = createContainerd({ sim, machine, network, registry });
  const answers = sim.table<{ result: unknown; at: number }>("bench/answers");
  sim.component("bench", (event, key) => answers.set(key, { result: event.result, at: sim.now }));
  let next = 0;
  const bench: Bench = {
    sim,
    machine,
    network,
    runtime,
    registry,
    send(rpc, request) {
      const key = String(next++);
      runtime.call(rpc, request, { to: "bench", key, event: { type: "answer" } });
      return {
        get result() {
          return answers.get(key)?.result as never;
        },
        get at() {
          return answers.get(key)?.at;
        },
      };
    },
    call(rpc, request) {
      const sent = bench.send(rpc, request);
      sim.run({ until: sim.now + 600_000, stopWhen: () => sent.result !== undefined });
      if (sim.failure) throw sim.failure;
      return sent.result as never;
    },
    pod(name, config = {}) {
      const made = bench.call("RunPodSandbox", {
        config: {
          pod: { name, namespace: "default", uid: `uid-${name}` },
          attempt: 0,
          hostname: name,
          hostNetwork: false,
          sharePid: false,
          logDirectory: `/var/log/pods/default_${name}_uid-${name}`,
          cgroupParent: `/kubepods/besteffort/poduid-${name}`,
          dns: {
            servers: ["10.96.0.10"],
            searches: ["default.svc.cluster.local", "svc.cluster.local", "cluster.local"],
            options: ["ndots:5"],
          },
          portMappings: [],
          labels: {},
          annotations: {},
          runtimeHandler: "",
          ...config,
        },
      });
      if (!made.ok) throw new Error(made.error.desc);
      return made.value.sandboxId;
    },
    run(sandbox, config) {
      const pulled = bench.call("PullImage", { image: config.image });
      if (!pulled.ok) throw new Error(pulled.error.desc);
      const made = bench.call("CreateContainer", {
        sandboxId: sandbox,
        config: {
          name: "app",
          attempt: 0,
          imageId: pulled.value.imageRef,
          command: [],
          args: [],
          workingDir: "",
          env: [],
          mounts: [],
          logPath: `${config.name ?? "app"}/${config.attempt ?? 0}.log`,
          terminationMessagePath: "/dev/termination-log",
          labels: {},
          annotations: {},
          cgroup: { cpuShares: 2, oomScoreAdj: 1000 },
          user: {},
          kind: "regular",
          ...config,
        },
      });
      if (!made.ok) throw new Error(made.error.desc);
      const started = bench.call("StartContainer", { containerId: made.value.containerId });
      if (!started.ok) throw new Error(started.error.desc);
      return made.value.containerId;
    },
    wait(ms) {
      sim.run({ until: sim.now + ms });
      if (sim.failure) throw sim.failure;
    },
    status(id) {
      return runtime.containers.get(id)!.status;
    },
    log(id) {
      const text = machine.fs.read(bench.status(id).logPath) ?? "";
      return text
        .split("\n")
        .filter((l) => l !== "")
        .map((l) => l.split(" ").slice(3).join(" "));
    },
    exec(id, command, timeoutMs) {
      return bench.call("ExecSync", {
        containerId: id,
        command,
        ...(timeoutMs !== undefined ? { timeoutMs } : {}),
      });
    },
    http(ip, port, path, timeoutMs = 1000) {
      const key = String(next++);
      machine.network.http({ ip, port, path, timeoutMs }, { to: "bench", key, event: { type: "answer" } });
      sim.run({ until: sim.now + 60_000, stopWhen: () => answers.has(key) });
      if (sim.failure) throw sim.failure;
      const r = answers.get(key)?.result as {
        ok: boolean;
        response?: { status: number; body: string };
        text?: string;
      };
      return r.ok ? { status: r.response!.status, body: r.response!.body } : { text: r.text ?? "" };
    },
    ip(sandbox) {
      return runtime.sandboxes.get(sandbox)!.sandbox.ips[0]!;
    },
  };
  return bench;
}
