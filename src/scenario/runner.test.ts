import { describe, expect, it } from "vitest";
import { parseScenario } from "./parse.ts";
import { runScenario, scenarioEnd } from "./runner.ts";

const POD = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "nginx:1.29"}]}
`;

function scenario(timeline: object[], expectations: object[], more: object = {}) {
  const source = JSON.stringify({
    apiVersion: "syncloop/v1",
    kind: "Scenario",
    metadata: { name: "test" },
    spec: { nodes: [{ name: "node-1", images: ["nginx:1.29"] }], timeline, expect: expectations, ...more },
  });
  const parsed = parseScenario(source);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
}

/** Which checks were met. */
const outcome = (timeline: object[], expectations: object[]): boolean[] =>
  runScenario(scenario(timeline, expectations)).results.map((r) => r.ok);

describe("running a scenario", () => {
  it("ends with its last moment", () => {
    const last = scenario(
      [{ at: "7s", run: "true" }],
      [{ between: ["0s", "9s"], record: { type: "x", count: 0 } }],
    );
    expect(scenarioEnd(last)).toBe(9000);
  });

  it("looks at each check's own moment, at the inputs of that moment too", () => {
    expect(
      outcome(
        [
          { at: "1s", apply: POD },
          { at: "10s", delete: { object: "pod/web", gracePeriodSeconds: 0 } },
        ],
        [
          { at: "1s", object: "pod/web", exists: false },
          { at: "8s", object: "pod/web", fields: { "status.phase": "Running" } },
          { at: "8s", object: "pod/web", fields: { "status.phase": "Failed" } },
          { at: "11s", object: "pod/web", gone: true },
        ],
      ),
    ).toEqual([true, true, false, true]);
  });

  it("runs commands in a frozen instant: what they do does not happen", () => {
    expect(
      outcome(
        [{ at: "0s", apply: POD }],
        [
          { at: "5s", run: "kubectl delete pod web --now", exit: 0 },
          { at: "6s", object: "pod/web", fields: { "metadata.deletionTimestamp": { exists: false } } },
          { at: "6s", run: "kubectl get pod nothing", exit: 1, stderr: { matches: "NotFound" } },
        ],
      ),
    ).toEqual([true, true, true]);
  });

  it("asserts never and always at every change in the window", () => {
    expect(
      outcome(
        [
          { at: "0s", apply: POD },
          { at: "20s", fault: { type: "kill", pod: "web" } },
        ],
        [
          {
            between: ["5s", "19s"],
            always: { object: "pod/web", fields: { "status.containerStatuses[0].ready": true } },
          },
          {
            between: ["5s", "30s"],
            always: { object: "pod/web", fields: { "status.containerStatuses[0].ready": true } },
          },
          {
            between: ["5s", "19s"],
            never: { object: "pod/web", fields: { "status.containerStatuses[0].restartCount": 1 } },
          },
          {
            between: ["5s", "30s"],
            never: { object: "pod/web", fields: { "status.containerStatuses[0].restartCount": 1 } },
          },
          { between: ["0s", "30s"], always: { object: "pod/none", fields: { a: 1 } } },
        ],
      ),
    ).toEqual([true, false, true, false, false]);
  });

  it("asks over the network as another pod would", () => {
    expect(
      outcome(
        [{ at: "0s", apply: POD }],
        [
          { at: "8s", http: { pod: "web", port: 80 }, status: 200, body: { matches: "nginx" } },
          { at: "8s", http: { pod: "web", port: 81 }, status: "refused" },
          { at: "8s", http: { pod: "web", port: 80, path: "/nothing" }, status: 200 },
        ],
      ),
    ).toEqual([true, true, false]);
  });

  it("fails what is open when the engine stops, and what a check makes it stop at", () => {
    const broken = scenario(
      [{ at: "0s", apply: POD }],
      [
        { at: "5s", object: "pod/web", fields: { "status.phase": "Running" } },
        { at: "20s", run: "kubectl get pods", exit: 0 },
        { between: ["0s", "20s"], never: { object: "pod/web", fields: { "status.phase": "Failed" } } },
        { between: ["0s", "20s"], record: { type: "nothing", count: 0 } },
      ],
    );
    const { world, results } = runScenario(broken, {
      prepare: ({ sim }) => {
        sim.component("stone", () => {
          throw new Error("broken here");
        });
        sim.send({ to: "stone" }, { type: "fall" }, { delayMs: 10_000 });
      },
    });
    expect(results.map((r) => r.ok)).toEqual([true, false, false, false]);
    expect(results[1]?.found[0]).toMatchObject({ code: "engine", found: "broken here" });
    expect(world.sim.failure).toBeInstanceOf(Error);
  });

  it("is the same run for the same seed, and another for another", () => {
    const file = scenario([{ at: "0s", apply: POD }], [{ at: "20s", object: "pod/web", fields: {} }]);
    const trace = (seed: number): string => JSON.stringify(runScenario(file, { seed }).world.sim.trace.all());
    expect(trace(3)).toBe(trace(3));
    expect(trace(3)).not.toBe(trace(4));
  });
});

describe("faults", () => {
  it("end by themselves, are cleared, and replace each other on one target", () => {
    const { world } = runScenario(
      scenario(
        [
          { at: "1s", fault: { type: "registry-down", for: "5s" } },
          { at: "1s", fault: { type: "http", pod: "a", status: 500 } },
          { at: "2s", fault: { type: "http", pod: "b", status: 500 } },
          { at: "3s", fault: { type: "http", pod: "a", status: 503 } },
        ],
        [{ between: ["0s", "4s"], record: { type: "fault.over", count: 0 } }],
      ),
    );
    const inForce = () =>
      world.faults.active().map(({ fault: f }) => `${f.type} ${f.pod ?? ""} ${f.status ?? ""}`.trim());
    expect(inForce()).toEqual(["registry-down", "http b 500", "http a 503"]);
    world.sim.run({ until: 7000 });
    expect(inForce()).toEqual(["http b 500", "http a 503"]);
    world.faults.clear({ type: "http", pod: "b" });
    expect(inForce()).toEqual(["http a 503"]);
    world.faults.clear({ type: "http" });
    expect(inForce()).toEqual([]);
  });

  it("leave a node cut off while one of several says so", () => {
    const { world } = runScenario(
      scenario(
        [
          { at: "1s", fault: { type: "api-unreachable", node: "node-1", for: "2s" } },
          { at: "1s", fault: { type: "node-down", node: "node-1", for: "20s" } },
          { at: "2s", fault: { type: "kubelet-restart" } },
        ],
        [{ between: ["0s", "10s"], record: { type: "kubelet.stopped" } }],
      ),
    );
    const node = world.cluster.node("node-1");
    expect(node?.process.kubelet.running()).toBe(false);
    expect(node?.process.kubelet.api.reachable()).toBe(false);
    world.sim.run({ until: 30_000 });
    expect(node?.process.kubelet.running()).toBe(true);
    expect(node?.process.kubelet.api.reachable()).toBe(true);
  });
});
