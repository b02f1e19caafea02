/**
 * `npm run --silent bench -- [--json] [--only TEXT]`: what the engine costs, in seconds of one core and as ratios to one
 * pod's ten minutes. The code is warm, as it is in a page that has been open for a moment.
 */
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Scenario } from "../scenario/format.ts";
import { parseScenario } from "../scenario/parse.ts";
import { createWorld, type World } from "../scenario/world.ts";

interface Measured {
  readonly name: string;
  /** Of one core, for one time. */
  readonly seconds: number;
  readonly events: number;
  readonly records: number;
  /** What is still held afterwards. */
  readonly heapMiB: number;
}

const MINUTE = 60_000;
const BASE = "1 probed pod, 10 simulated minutes";

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
        {
          name: "node-1",
          capacity: { cpu: "64", memory: "256Gi", pods: "250" },
          images: ["nginx:1.30"],
        },
      ],
      images: [],
      latencies: {},
      objects: [],
      timeline: [{ at: 0, apply: Array.from({ length: pods }, (_, i) => PROBED(`web-${i}`)).join("---\n") }],
      expect: [],
    },
  };
}

/** A small scenario as it is written, with an object of its own and a check. */
const WRITTEN = `apiVersion: syncloop/v1
kind: Scenario
metadata: {name: start-up}
spec:
  nodes:
  - {name: node-1, images: ["nginx:1.30"]}
  timeline:
  - at: 0s
    apply: |
${PROBED("web").replace(/^/gm, "      ")}
  expect:
  - {at: 30s, object: pod/web, fields: {status.phase: Running}}
`;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const opened = (pods: number): World => createWorld(scenario(pods), { traceLimit: 50_000 });

/** @param times how often `run` does the same thing: the result is for one of them */
function measure(name: string, world: World, run: () => void, times = 1): Measured {
  const { sim } = world;
  const dispatched = sim.dispatched;
  const from = sim.trace.next;
  collectGarbage();
  const start = process.cpuUsage();
  run();
  const used = process.cpuUsage(start);
  if (sim.failure !== null) throw sim.failure;
  collectGarbage();
  return {
    name,
    seconds: (used.user + used.system) / 1e6 / times,
    events: Math.max(0, sim.dispatched - dispatched),
    records: Math.max(0, sim.trace.next - from),
    heapMiB: process.memoryUsage().heapUsed / 2 ** 20,
  };
}

function running(name: string, pods: number, until: number): Measured {
  const world = opened(pods);
  return measure(name, world, () => void world.sim.run({ until }));
}

function startUp(name: string): Measured {
  const times = 20;
  const open = (): World => {
    const parsed = parseScenario(WRITTEN);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const world = createWorld(parsed.scenario);
    world.sim.run({ until: 0 });
    return world;
  };
  const repeat = (): void => {
    for (let i = 0; i < times; i++) open();
  };
  return measure(name, open(), repeat, times);
}

function rewinds(name: string): Measured {
  const world = busy();
  const times = 8;
  const back = (): void => {
    // Nine seconds after a keyframe: about the most that is run again.
    for (let i = times; i >= 1; i--) world.sim.seek(i * 60_000 + 9_000);
  };
  return measure(name, world, back, times);
}

/** Ten minutes of 110 pods. */
function busy(): World {
  const world = opened(110);
  world.sim.run({ until: 10 * MINUTE });
  return world;
}

function keyframes(name: string): Measured {
  const world = busy();
  const times = 200;
  const take = (): void => {
    for (let i = 0; i < times; i++) world.sim.keyframe();
  };
  return measure(name, world, take, times);
}

/** Which rows changed in each second, and their copies, as they are told to a screen. */
function changes(name: string): Measured {
  const world = busy();
  const { sim } = world;
  sim.watchTables();
  const seconds = 60;
  const told: unknown[][] = [];
  for (let i = 0; i < seconds; i++) {
    sim.run({ until: sim.now + 1000 });
    const rows = [];
    for (const table of sim.tables())
      if (table.name.startsWith("api/") || table.name.startsWith("node-1/p"))
        for (const key of table.drain()) rows.push(table.get(key));
    told.push(rows);
  }
  const copy = (): void => {
    for (const rows of told) structuredClone(rows);
  };
  return measure(name, world, copy, seconds);
}

const CASES: readonly { readonly name: string; readonly run: (name: string) => Measured }[] = [
  { name: BASE, run: (name) => running(name, 1, 10 * MINUTE) },
  { name: "10 probed pods, 10 simulated minutes", run: (name) => running(name, 10, 10 * MINUTE) },
  { name: "110 probed pods, 10 simulated minutes", run: (name) => running(name, 110, 10 * MINUTE) },
  { name: "110 pods created at once, until all run", run: (name) => running(name, 110, 30_000) },
  { name: "no pods, 10 simulated minutes", run: (name) => running(name, 0, 10 * MINUTE) },
  { name: "a scenario opened: read, put together, 0 s", run: startUp },
  { name: "a rewind anywhere into ten minutes of 110 pods", run: rewinds },
  { name: "a keyframe of 110 pods", run: keyframes },
  { name: "rows changed in a second of 110 pods, copied", run: changes },
  { name: "10 probed pods, 24 simulated hours", run: (name) => running(name, 10, 24 * 60 * MINUTE) },
];

function main(): void {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, only: { type: "string" } } });
  opened(20).sim.run({ until: 3 * MINUTE });
  const chosen = CASES.filter((c) => !values.only || c.name.includes(values.only));
  const base = running(BASE, 1, 10 * MINUTE).seconds || 1;
  const results = chosen.map((c) => {
    const measured = c.run(c.name);
    return { ...measured, ratio: measured.seconds / base };
  });
  if (values.json) {
    process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
    return;
  }
  for (const r of results) {
    process.stdout.write(
      `${r.name.padEnd(48)} ${r.seconds.toFixed(4).padStart(9)} s ${r.ratio.toFixed(2).padStart(8)}× ${String(r.events).padStart(8)} events ${String(r.records).padStart(7)} records ${r.heapMiB.toFixed(0).padStart(5)} MiB\n`,
    );
  }
}

main();
