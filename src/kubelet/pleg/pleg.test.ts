import { describe, expect, it } from "vitest";
import { createNodeWorld, podOf } from "../testing/node-world.ts";
import { computeEvents, type PlegPod } from "./generate-events.ts";

const seen = (containers: PlegPod["containers"], sandboxes: PlegPod["sandboxes"] = []): PlegPod => ({
  uid: "u",
  name: "p",
  namespace: "n",
  containers,
  sandboxes,
});

describe("two looks at a pod", () => {
  it("show a container that began and ended between them only as dead", () => {
    expect(computeEvents(seen([]), seen([{ id: "c", state: "exited" }]))).toEqual([
      { podUid: "u", type: "ContainerDied", containerId: "c" },
    ]);
  });

  it("give the sandbox events like a container", () => {
    const events = computeEvents(seen([], [{ id: "s", state: "running" }]), undefined);
    expect(events.map((e) => e.type)).toEqual(["ContainerDied", "ContainerRemoved"]);
  });
});

describe("the running PLEG", () => {
  it("looks at a pod at once when a sync has started its container", () => {
    const world = createNodeWorld();
    world.run(1000);
    world.create(podOf("web"));
    world.run(3000);
    const started = world.records("event.Started")[0]?.time ?? 0;
    const told = world.records("pleg.ContainerStarted").find((r) => r.data["container"] === "app")?.time ?? 0;
    expect(told - started).toBeLessThan(50);
  });

  it("leaves that to the listing of every second when the gate is off", () => {
    const world = createNodeWorld({ config: { featureGates: { PLEGOnDemandRelist: false } } });
    world.run(1000);
    world.create(podOf("web"));
    world.run(4000);
    const machine = world.records("pleg.ContainerStarted").find((r) => r.data["container"] === "app");
    expect(machine?.cause).toBeNull();
  });

  it("sees a death at the next listing and tells the exit code", () => {
    const world = createNodeWorld();
    world.create(podOf("web"));
    world.run(5000);
    world.runtime.end("app", 3);
    world.run(6100);
    const [died] = world.records("pleg.ContainerDied");
    expect(died?.data).toMatchObject({ container: "app", exitCode: 3 });
    expect(world.records("syncloop.PLEG").at(-1)?.cause).toBe(
      world.records(/^pleg\.ContainerStarted$/).at(-1)?.seq,
    );
  });

  it("is unhealthy three minutes after its last look", () => {
    const world = createNodeWorld();
    world.run(10_000);
    world.outage.set(true);
    world.run(195_000);
    expect(world.kubelet.syncLoop.runtimeErrors()).toEqual([
      "container runtime is down",
      expect.stringMatching(
        /^PLEG is not healthy: pleg was last seen active 3m5\.\d+s ago; threshold is 3m0s$/,
      ),
    ]);
  });
});
