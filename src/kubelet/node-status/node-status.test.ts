import { describe, expect, it } from "vitest";
import type { Lease, Node } from "../../api/types.ts";
import { createNodeWorld } from "../testing/node-world.ts";

describe("a new node", () => {
  it("registers, tells its conditions and is ready within a second or two", () => {
    const world = createNodeWorld({ warm: false });
    world.run(2000);
    const node = world.api.server.store.get<Node>("Node", undefined, "node-1");
    expect(node?.status?.conditions?.map((c) => `${c.type}=${c.status}`)).toEqual([
      "MemoryPressure=False",
      "DiskPressure=False",
      "PIDPressure=False",
      "Ready=True",
    ]);
    expect(node?.status?.capacity).toMatchObject({ cpu: "4", memory: "8Gi", pods: "110" });
    // 100Mi and a tenth of the disk are kept back for eviction.
    expect(node?.status?.allocatable).toMatchObject({ cpu: "4", memory: "8092Mi", pods: "110" });
    expect(node?.status?.allocatable?.["ephemeral-storage"]).not.toBe(
      node?.status?.capacity?.["ephemeral-storage"],
    );
    const reasons = world.records(/^event\.Node/).map((r) => r.type);
    expect(reasons.slice(0, 4)).toEqual([
      "event.NodeAllocatableEnforced",
      "event.NodeHasSufficientMemory",
      "event.NodeHasNoDiskPressure",
      "event.NodeHasSufficientPID",
    ]);
  });
});

describe("a node that is up", () => {
  it("renews its lease every 10 to 10.4 s and reports its status only now and then", () => {
    const world = createNodeWorld();
    world.run(1_300_000);
    const renewals = world.records("lease.renew").map((r) => r.time);
    const gaps = renewals.slice(1).map((time, i) => time - (renewals[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10_000);
    expect(Math.max(...gaps)).toBeLessThan(10_450);
    expect(world.api.server.store.get<Lease>("Lease", "kube-node-lease", "node-1")?.spec).toMatchObject({
      holderIdentity: "node-1",
      leaseDurationSeconds: 40,
    });
    const reports = world.records("node.report").filter((r) => (r.data["changed"] as string[]).length === 0);
    expect(reports.length).toBeGreaterThanOrEqual(2);
    expect(reports.length).toBeLessThanOrEqual(6);
  });

  it("begins each round anew: no renewal is the cause of the next", () => {
    const world = createNodeWorld();
    world.run(60_000);
    for (const { cause } of world.records("lease.renew")) expect(cause).toBeNull();
  });
});
