import { describe, expect, it } from "vitest";
import type { TraceRecord } from "../../sim/types.ts";
import { createNodeWorld, podOf } from "../testing/node-world.ts";
import { formatKlog, isKubeletRecord } from "./klog.ts";

/** Messages of the log of node-1, without head and keys. */
function messages(records: readonly TraceRecord[], verbosity: number): string[] {
  return records
    .filter((r) => isKubeletRecord(r, "node-1"))
    .flatMap((r) => [...formatKlog(r, { epochMs: 0, verbosity })])
    .map((line) => line.slice(line.indexOf("] ") + 2));
}

describe("the log of a running kubelet", () => {
  it("tells of a pod from its volumes to its end", () => {
    const world = createNodeWorld();
    world.run(1000);
    world.create(
      podOf("web", {
        volumes: [{ name: "scratch", emptyDir: {} }],
        containers: [
          { name: "app", image: "busybox:1.36", volumeMounts: [{ name: "scratch", mountPath: "/s" }] },
        ],
      }),
    );
    world.run(5000);
    const log = messages(world.sim.trace.all(), 4).join("\n");
    expect(log).toMatch(/"SyncLoop ADD" source="api" pods=\["default\/web"\]/);
    expect(log).toMatch(
      /MountVolume.SetUp succeeded for volume \\"scratch\\" \(UniqueName: \\"kubernetes.io\/empty-dir\/[0-9a-f-]+-scratch\\"\) pod \\"web\\"/,
    );
    expect(log).toMatch(/"SyncLoop \(PLEG\): event for pod" pod="default\/web"/);
  });

  it("is shorter at a lower verbosity", () => {
    const world = createNodeWorld();
    world.run(1000);
    world.create(podOf("web"));
    world.run(5000);
    const of = (v: number) => messages(world.sim.trace.all(), v);
    expect(of(2).length).toBeLessThan(of(4).length);
    expect(of(2).some((l) => l.includes("SyncPod enter"))).toBe(false);
    expect(of(4).some((l) => l.includes("SyncPod enter"))).toBe(true);
  });
});
