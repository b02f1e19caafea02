/** The worlds that are measured. */
import type { Scenario } from "../../scenario/format.ts";
import { createWorld, type World } from "../../scenario/world.ts";

export const MINUTE = 60_000;

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
export const WRITTEN = `apiVersion: syncloop/v1
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

export const opened = (pods: number): World => createWorld(scenario(pods), { traceLimit: 50_000 });

/** Ten minutes of 110 pods. */
export function busy(): World {
  const world = opened(110);
  world.sim.run({ until: 10 * MINUTE });
  return world;
}
