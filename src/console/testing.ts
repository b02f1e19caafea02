/** A cluster with a console, for tests: commands are typed one after another and waited for. */
import { createCluster } from "../cluster/cluster.ts";
import { Simulation } from "../sim/index.ts";
import type { Ms } from "../sim/types.ts";
import { type Console, type ConsoleOutput, createConsole, type StartOptions } from "./console.ts";

export interface Terminal {
  readonly sim: Simulation;
  readonly console: Console;
  /** Types a command and waits until it ends, or until the time is over. */
  run(command: string, options?: StartOptions & { readonly for?: Ms }): ConsoleOutput;
  /** Standard output of a command that has to succeed. */
  out(command: string, options?: StartOptions): string;
}

/**
 * One node whose images are at hand; five seconds have passed.
 * @param kubelet fields of the node's KubeletConfiguration
 */
export function terminal(kubelet: Readonly<Record<string, unknown>> = {}): Terminal {
  const sim = new Simulation({ seed: 1 });
  const cluster = createCluster(sim, {
    start: "2026-01-05T09:00:00Z",
    boot: "warm",
    latencies: {},
    nodes: [{ name: "node-1", images: ["busybox:1.36", "nginx:1.27"], kubelet }],
    images: [],
  });
  const console = createConsole(cluster);
  sim.run({ until: 5_000 });
  const run: Terminal["run"] = (command, options = {}) => {
    const id = console.start(command, { session: "main", ...options });
    sim.run({ until: sim.now + (options.for ?? 300_000), stopWhen: () => console.output(id).exit !== null });
    if (sim.failure !== null) throw sim.failure;
    return console.output(id);
  };
  return {
    sim,
    console,
    run,
    out(command, options) {
      const { stdout, stderr, exit } = run(command, options);
      if (exit !== 0) throw new Error(`${command}: exit ${exit}\n${stderr}`);
      return stdout;
    },
  };
}

/** A pod of busybox that runs a script. */
export const podOf = (name: string, script: string, more = ""): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec:
  terminationGracePeriodSeconds: 2
  containers:
  - name: main
    image: busybox:1.36
    command: ["sh", "-c", ${JSON.stringify(script)}]
${more}`;
