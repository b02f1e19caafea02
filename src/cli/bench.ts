/** `npm run --silent bench -- [--json] [--only NAME]`: what the engine costs, in seconds of one core and as ratios to the smallest case. */
import { parseArgs } from "node:util";
import type { Scenario } from "../scenario/format.ts";
import { createWorld, type World } from "../scenario/world.ts";

interface Measured {
  readonly name: string;
  readonly seconds: number;
  readonly events: number;
  readonly records: number;
  readonly heapMiB: number;
}

const PROBED = (name: string): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  containers:
  - name: web
    image: nginx:1.30
    livenessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 10}
    readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 10}
`;

/** A cluster of one node with so many probed pods, all applied in one instant. */
function scenario(pods: number): Scenario {
  return {
    apiVersion: "syncloop/v1",
    kind: "Scenario",
    metadata: { name: `bench-${pods}` },
    spec: {
      seed: 1,
      start: "2026-01-05T09:00:00Z",
      kubernetes: "1.36",
      boot: "warm",
      nodes: [
        { name: "node-1", capacity: { cpu: "64", memory: "256Gi", pods: "250" }, images: ["nginx:1.30"] },
      ],
      images: [],
      latencies: {},
      objects: [],
      timeline: [{ at: 0, apply: Array.from({ length: pods }, (_, i) => PROBED(`web-${i}`)).join("---\n") }],
      expect: [],
    },
  };
}

function measure(name: string, prepare: () => World, run: (world: World) => void): Measured {
  const world = prepare();
  const dispatched = world.sim.dispatched;
  const from = world.sim.trace.next;
  const start = process.cpuUsage();
  run(world);
  const used = process.cpuUsage(start);
  if (world.sim.failure !== null) throw world.sim.failure;
  return {
    name,
    seconds: (used.user + used.system) / 1e6,
    events: world.sim.dispatched - dispatched,
    records: world.sim.trace.next - from,
    heapMiB: process.memoryUsage().heapUsed / 2 ** 20,
  };
}

const MINUTE = 60_000;
const opened =
  (pods: number, traceLimit = 50_000) =>
  () =>
    createWorld(scenario(pods), { traceLimit });

const CASES: readonly { readonly name: string; readonly run: () => Measured }[] = [
  ...[1, 10, 110].map((pods) => ({
    name: `${pods} probed pods, 10 simulated minutes`,
    run: () =>
      measure(
        `${pods} probed pods, 10 simulated minutes`,
        opened(pods),
        (w) => void w.sim.run({ until: 10 * MINUTE }),
      ),
  })),
  {
    name: "110 pods created at once, until all run",
    run: () =>
      measure(
        "110 pods created at once, until all run",
        opened(110),
        (w) => void w.sim.run({ until: 30_000 }),
      ),
  },
  {
    name: "rewind anywhere into ten minutes of 110 pods",
    run: () => {
      const world = opened(110)();
      world.sim.run({ until: 10 * MINUTE });
      return measure(
        "rewind anywhere into ten minutes of 110 pods",
        () => world,
        (w) => void w.sim.seek(305_000),
      );
    },
  },
  {
    name: "10 probed pods, 24 simulated hours",
    run: () =>
      measure(
        "10 probed pods, 24 simulated hours",
        opened(10),
        (w) => void w.sim.run({ until: 24 * 60 * MINUTE }),
      ),
  },
];

function main(): void {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, only: { type: "string" } } });
  const results = CASES.filter((c) => !values.only || c.name.includes(values.only)).map((c) => c.run());
  const base = results[0]?.seconds || 1;
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify(
        results.map((r) => ({ ...r, ratio: r.seconds / base })),
        null,
        2,
      )}\n`,
    );
    return;
  }
  for (const r of results) {
    process.stdout.write(
      `${r.name.padEnd(48)} ${r.seconds.toFixed(3).padStart(9)} s ${(r.seconds / base).toFixed(1).padStart(8)}×  ${String(r.events).padStart(9)} events ${String(r.records).padStart(8)} records ${r.heapMiB.toFixed(0).padStart(5)} MiB\n`,
    );
  }
}

main();
