import { describe, expect, it } from "vitest";
import { parseScenario } from "./parse.ts";
import { createWorld } from "./world.ts";

function world() {
  const parsed = parseScenario("apiVersion: syncloop/v1\nkind: Scenario\nmetadata:\n  name: t\nspec: {}\n");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const made = createWorld(parsed.scenario);
  made.sim.run({ until: 1_000 });
  return made;
}

describe("an image that is let exist", () => {
  it("is pulled at the next attempt, and its container runs", () => {
    const { sim, lookup } = world();
    const manifest =
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - {name: c, image: example.com/own/thing:7}\n";
    sim.input({ type: "apply", manifest });
    sim.run({ until: 10_000 });
    const state = () => {
      const pod = lookup({ kind: "Pod", namespace: "default", name: "p" }) as {
        status?: { containerStatuses?: { state?: object }[] };
      };
      return JSON.stringify(pod.status?.containerStatuses?.[0]?.state);
    };
    expect(state()).toMatch(/ErrImagePull|ImagePullBackOff/);
    sim.input({ type: "image", image: "example.com/own/thing:7" });
    sim.run({ until: 60_000 });
    expect(state()).toContain("running");
  });
});

describe("a fault given while the run goes on", () => {
  it("lasts as long as it says, written as in a file or in ms", () => {
    for (const lasts of ["20s", 20_000]) {
      const { sim, faults } = world();
      sim.input({ type: "fault", fault: { type: "registry-down", for: lasts } });
      expect(faults.active().map((f) => f.until)).toEqual([21_000]);
      sim.run({ until: 22_000 });
      expect(faults.active()).toEqual([]);
    }
  });

  it("is left out, and said so, when it is none", () => {
    const { sim, faults } = world();
    for (const fault of [null, "x", { type: "nonsense" }, { type: "registry-down", for: "soon" }])
      sim.input({ type: "fault", fault });
    expect(faults.active()).toEqual([]);
    expect(sim.trace.all().filter((r) => r.type === "input.ignored")).toHaveLength(4);
    sim.run({ until: 5_000 });
    expect(sim.failure).toBeNull();
  });
});
