/** What must hold for any pods, faults and timings. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { ContainerStatus, Pod } from "../api/types.ts";
import type { ClusterNode } from "../cluster/cluster.ts";
import type { ContainerStatusCri } from "../cri/contract.ts";
import type { TraceRecord } from "../sim/types.ts";
import type { Scenario } from "./format.ts";
import { createWorld, type World } from "./world.ts";

const SCRIPTS = [
  "sleep 3600",
  "exit 0",
  "exit 3",
  "sleep 2; exit 1",
  "sleep 5",
  "trap 'exit 0' TERM; while true; do sleep 1; done",
];
const PROBES = [
  undefined,
  { exec: { command: ["true"] }, periodSeconds: 2 },
  { exec: { command: ["false"] }, periodSeconds: 3, failureThreshold: 1 },
  { tcpSocket: { port: 81 }, periodSeconds: 4 },
];

const HOOKS = [
  undefined,
  undefined,
  { preStop: { sleep: { seconds: 2 } } },
  { preStop: { exec: { command: ["sleep", "60"] } } },
  { postStart: { exec: { command: ["sleep", "3"] } } },
  { postStart: { exec: { command: ["false"] } } },
];

const container = fc.record({
  startup: fc.constantFrom(...PROBES),
  lifecycle: fc.constantFrom(...HOOKS),
  script: fc.constantFrom(...SCRIPTS),
  liveness: fc.constantFrom(...PROBES),
  readiness: fc.constantFrom(...PROBES),
  image: fc.constantFrom("busybox:1.36", "busybox:1.36", "busybox:no such"),
});
const podSpec = fc.record({
  containers: fc.array(container, { minLength: 1, maxLength: 2 }),
  inits: fc.array(
    fc.record({ script: fc.constantFrom("true", "sleep 1", "exit 1", "sleep 3600"), sidecar: fc.boolean() }),
    { maxLength: 2 },
  ),
  restartPolicy: fc.constantFrom("Always", "OnFailure", "Never"),
  grace: fc.constantFrom(0, 1, 5),
});
const FAULTS = [
  "registry-down",
  "runtime-down",
  "api-unreachable",
  "kubelet-stop",
  "cni-fail",
  "node-down",
  "certificate-expire",
  "volume-fail",
  "kill",
] as const;
const scene = fc.record({
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  pods: fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 20 }),
      deleteAt: fc.option(fc.integer({ min: 0, max: 60 })),
      force: fc.constantFrom(false, false, true),
      spec: podSpec,
    }),
    { minLength: 1, maxLength: 3 },
  ),
  faults: fc.array(
    fc.record({
      type: fc.constantFrom(...FAULTS),
      at: fc.integer({ min: 0, max: 50 }),
      for: fc.integer({ min: 1, max: 30 }),
    }),
    { maxLength: 2 },
  ),
  restart: fc.option(fc.integer({ min: 0, max: 60 })),
});
type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

/** The same scenes each time: a scene that breaks a promise is found when somebody looks for more of them. */
const SEED = 20_260_105;
/** Of the test as a whole, on a busy machine. */
const PATIENCE_MS = 120_000;
const END_MS = 220_000;
/** All faults are over by 80 s; what is deleted by then is gone by this time after it, the grace and the waits of retries included. */
const BOUND_MS = 110_000;

function manifest(name: string, spec: Scene["pods"][number]["spec"]): string {
  const sh = (script: string): object => ({ image: "busybox:1.36", command: ["sh", "-c", script] });
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: {
      restartPolicy: spec.restartPolicy,
      terminationGracePeriodSeconds: spec.grace,
      initContainers: spec.inits.map((c, i) => ({
        name: `init-${i}`,
        ...sh(c.script),
        ...(c.sidecar ? { restartPolicy: "Always" } : {}),
      })),
      containers: spec.containers.map((c, i) => ({
        name: `c-${i}`,
        ...sh(c.script),
        image: c.image.replace(" such", "such"),
        startupProbe: c.startup,
        lifecycle: c.lifecycle,
        livenessProbe: c.liveness,
        readinessProbe: c.readiness,
      })),
    },
  });
}

function worldOf(s: Scene): World {
  const timeline = [
    ...s.pods.map((p, i) => ({ at: p.at * 1000, apply: manifest(`pod-${i}`, p.spec) })),
    ...s.pods.flatMap((p, i) =>
      p.deleteAt === null
        ? []
        : [
            {
              at: Math.max(p.at, p.deleteAt) * 1000 + 50,
              run: `kubectl delete pod pod-${i} --wait=false${p.force ? " --force --grace-period=0" : ""}`,
            },
          ],
    ),
    ...s.faults.map((f) => ({
      at: f.at * 1000,
      fault: { type: f.type, node: "node-1", pod: "pod-0", for: f.for * 1000 },
    })),
    ...(s.restart === null ? [] : [{ at: s.restart * 1000, fault: { type: "kubelet-restart" as const } }]),
  ].sort((a, b) => a.at - b.at);
  return createWorld(
    {
      apiVersion: "syncloop/v1",
      kind: "Scenario",
      metadata: { name: "random" },
      spec: {
        seed: s.seed,
        start: "2026-01-05T09:00:00Z",
        kubernetes: "1.36",
        boot: "warm",
        nodes: [{ name: "node-1", images: ["busybox:1.36"] }],
        images: [],
        latencies: {},
        objects: [],
        timeline,
        expect: [],
      },
    } as Scenario,
    { traceLimit: 1_000_000 },
  );
}

/** What runs on a node, as its runtime lists it. */
const runningOn = (node: ClusterNode | undefined): ContainerStatusCri[] =>
  (node?.runtime.all().containers ?? []).filter((c) => c.state === "running");

const statusesOf = (pod: Pod): ContainerStatus[] => [
  ...(pod.status?.initContainerStatuses ?? []),
  ...(pod.status?.containerStatuses ?? []),
];

/** Starts and ends of syncs never overlap for one pod. */
function overlappingSyncs(records: readonly TraceRecord[]): string[] {
  const open = new Set<string>();
  const out: string[] = [];
  for (const r of records) {
    if (r.type === "kubelet.stopped") open.clear();
    if (!r.type.startsWith("podworker.Sync")) continue;
    const uid = String(r.data["uid"] ?? r.data["podUid"] ?? r.object);
    if (r.data["start"]) {
      if (open.has(uid)) out.push(`${r.time} ${r.type} ${r.object}`);
      open.add(uid);
    } else open.delete(uid);
  }
  return out;
}

describe("the kubelet, whatever comes", () => {
  test.prop([scene], { numRuns: 40, seed: SEED })(
    "keeps its promises",
    (s) => {
      const world = worldOf(s);
      const { sim } = world;
      const restarts = new Map<string, number>();
      const ended = new Set<string>();
      const broken: string[] = [];
      let last = sim.table<Pod>("api/Pod").share();
      sim.run({
        until: END_MS,
        stopWhen: () => {
          const rows = sim.table<Pod>("api/Pod").share();
          if (rows === last) return false;
          last = rows;
          for (const pod of rows.values()) {
            const uid = pod.metadata?.uid ?? "";
            for (const c of statusesOf(pod)) {
              const key = `${uid}/${c.name}`;
              if ((c.restartCount ?? 0) < (restarts.get(key) ?? 0))
                broken.push(`${sim.now}: restartCount of ${pod.metadata?.name}/${c.name} fell`);
              restarts.set(key, c.restartCount ?? 0);
              if (ended.has(uid) && c.state?.running)
                broken.push(`${sim.now}: ${pod.metadata?.name}/${c.name} runs in a pod that has ended`);
            }
            const terminal = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
            if (ended.has(uid) && !terminal)
              broken.push(`${sim.now}: ${pod.metadata?.name} left its terminal phase`);
            if (terminal) ended.add(uid);
          }
          return false;
        },
      });
      expect(sim.failure).toBeNull();
      expect(broken).toEqual([]);
      expect(overlappingSyncs(sim.trace.all())).toEqual([]);

      const node = world.cluster.node("node-1");
      const running = new Map<string, number>();
      for (const container of runningOn(node)) {
        const key = `${container.pod.uid}/${container.name}`;
        running.set(key, (running.get(key) ?? 0) + 1);
      }
      expect([...running].filter(([, n]) => n > 1)).toEqual([]);
      const known = new Set(world.cluster.store.list<Pod>("Pod").map((p) => p.metadata?.uid));
      expect(runningOn(node).filter((c) => !known.has(c.pod.uid))).toEqual([]);
      expect(node?.machine.fs.list("/var/lib/kubelet/pods")?.filter((uid) => !known.has(uid)) ?? []).toEqual(
        [],
      );
      const ready = (node?.runtime.all().sandboxes ?? []).filter((sandbox) => sandbox.state === "READY");
      expect(new Set(ready.map((sandbox) => sandbox.pod.uid)).size).toBe(ready.length);
      expect(new Set(ready.flatMap((sandbox) => sandbox.ips)).size).toBe(ready.length);
      s.pods.forEach((p, i) => {
        if (p.deleteAt === null || Math.max(p.at, p.deleteAt) * 1000 + BOUND_MS > END_MS) return;
        expect(world.cluster.store.get("Pod", "default", `pod-${i}`), `pod-${i} is gone`).toBeUndefined();
        expect(runningOn(node).filter((c) => c.pod.name === `pod-${i}`)).toEqual([]);
      });
    },
    PATIENCE_MS,
  );

  test.prop([scene, fc.integer({ min: 0, max: 100_000 })], { numRuns: 5, seed: SEED })(
    "replays and rewinds to the same trace",
    (s, back) => {
      const until = 110_000;
      const first = worldOf(s);
      first.sim.run({ until });
      const trace = JSON.stringify(first.sim.trace.all());
      first.sim.seek(back);
      first.sim.run({ until });
      expect(JSON.stringify(first.sim.trace.all())).toBe(trace);
      const again = worldOf(s);
      again.sim.run({ until });
      expect(JSON.stringify(again.sim.trace.all())).toBe(trace);
    },
    PATIENCE_MS,
  );
});
