import { describe, expect, it } from "vitest";
import type { Node } from "../../api/types.ts";
import { createNodeWorld, MANIFESTS, podOf } from "../testing/node-world.ts";

const manifest = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: etcd, namespace: kube-system}\nspec:\n  terminationGracePeriodSeconds: 1\n  containers: [{name: etcd, image: "${image}"}]\n`;
const types = (world: ReturnType<typeof createNodeWorld>, type: RegExp): string[] =>
  world.records(type).map((r) => r.type);

describe("the loop", () => {
  it("stays closed until the runtime has answered and the PLEG has looked", () => {
    const world = createNodeWorld({ warm: false, manifests: { "etcd.yaml": manifest("nginx:1") } });
    world.run(50);
    expect(world.records("syncloop.CLOSED")[0]?.data["errors"]).toEqual([
      "container runtime status check may not have completed yet",
      "PLEG is not healthy: pleg has yet to be successful",
    ]);
    expect(world.records("syncloop.ADD")).toEqual([]);
    world.run(1500);
    expect(types(world, /^syncloop\.(CLOSED|OPEN|ADD)$/).slice(0, 3)).toEqual([
      "syncloop.CLOSED",
      "syncloop.OPEN",
      "syncloop.ADD",
    ]);
  });

  it("takes a pod from the API to Running and back out", () => {
    const world = createNodeWorld();
    world.run(1000);
    world.create(podOf("web"));
    world.run(2500);
    expect(world.pod("web")?.status?.phase).toBe("Running");
    expect(world.pod("web")?.status?.conditions?.find((c) => c.type === "Ready")?.status).toBe("True");
    world.user.request({ verb: "delete", kind: "Pod", namespace: "default", name: "web" }, null);
    world.run(9000);
    expect(world.pod("web")).toBeUndefined();
    expect(types(world, /^syncloop\.(ADD|DELETE|REMOVE)$/).slice(-4)).toEqual([
      "syncloop.ADD",
      // Marked by the user, and again with grace 0 by the kubelet itself.
      "syncloop.DELETE",
      "syncloop.DELETE",
      "syncloop.REMOVE",
    ]);
    expect(world.host.cgroups.children("/kubepods/besteffort")).toEqual([]);
    expect(world.host.fs.list("/var/lib/kubelet/pods")).toEqual([]);
  });

  it("does not record ticks that find nothing to do", () => {
    const world = createNodeWorld();
    world.run(60_000);
    expect(types(world, /^syncloop\./)).toEqual(["syncloop.ADD", "syncloop.ADD"]);
  });

  it("closes 30 s after the runtime's last answer and opens when it is back", () => {
    const world = createNodeWorld();
    world.run(10_000);
    world.outage.set(true);
    world.run(50_000);
    const closed = world.records("syncloop.CLOSED");
    expect(closed[0]?.data["errors"]).toEqual(["container runtime is down"]);
    expect(closed[0]?.time).toBeGreaterThan(34_000);
    expect(closed.slice(0, 7).map((r) => r.data["sleepMs"])).toEqual([100, 200, 400, 800, 1600, 3200, 5000]);
    expect(
      world.api.server.store.get<Node>("Node", undefined, "node-1")?.status?.conditions?.at(-1),
    ).toMatchObject({
      type: "Ready",
      status: "False",
      message: "container runtime is down",
    });
    world.outage.set(false);
    world.run(70_000);
    expect(world.records("event.NodeReady")).toHaveLength(1);
    expect(world.records("syncloop.OPEN")).toHaveLength(1);
  });

  it("rejects the younger of two pods that want the last cpu", () => {
    const world = createNodeWorld();
    world.run(1000);
    for (const name of ["old", "young"])
      world.create(podOf(name, {}, { resources: { requests: { cpu: "3" } } }));
    world.run(3000);
    expect(world.pod("old")?.status?.phase).toBe("Running");
    expect(world.pod("young")?.status).toMatchObject({
      phase: "Failed",
      reason: "OutOfcpu",
      message:
        "Pod was rejected: Node didn't have enough resource: cpu, requested: 3000, used: 3000, capacity: 4000",
    });
  });

  it("makes room for a critical pod, one victim after the other, and waits for it", () => {
    const world = createNodeWorld();
    world.run(1000);
    for (const name of ["a", "b"])
      world.create(podOf(name, {}, { resources: { requests: { cpu: "1900m" } } }));
    world.run(4000);
    const critical = { priorityClassName: "system-node-critical", priority: 2_000_001_000 };
    world.create(podOf("critical", critical, { resources: { requests: { cpu: "3900m" } } }, "kube-system"));
    world.run(12_000);
    const [first, second] = world.records("event.Preempting").map((r) => r.time);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(900);
    expect(world.pod("critical", "kube-system")?.status?.phase).toBe("Running");
    expect(world.pod("a")?.status).toMatchObject({ phase: "Failed", reason: "Preempting" });
    expect(world.pod("a")?.status?.conditions?.[0]).toMatchObject({
      type: "DisruptionTarget",
      reason: "TerminationByKubelet",
    });
  });

  it("finds its pods again after a restart and leaves their containers alone", () => {
    const world = createNodeWorld();
    world.create(podOf("web"));
    world.run(3000);
    world.process.stop();
    world.create(podOf("late"));
    world.run(6000);
    expect(world.pod("late")?.status?.phase).toBe("Pending");
    world.process.start({ warm: false });
    world.run(12_000);
    expect(world.pod("late")?.status?.phase).toBe("Running");
    expect(world.runtime.containers().filter((c) => c.name === "app")).toHaveLength(2);
  });

  it("stops what runs on the node for nobody", () => {
    const world = createNodeWorld();
    world.create(podOf("web"));
    world.run(3000);
    world.process.stop();
    world.user.request(
      { verb: "delete", kind: "Pod", namespace: "default", name: "web", options: { gracePeriodSeconds: 0 } },
      null,
    );
    world.run(4000);
    world.process.start({ warm: false });
    world.run(15_000);
    expect(world.runtime.containers().filter((c) => c.state === "running")).toEqual([]);
    expect(world.host.cgroups.children("/kubepods/besteffort")).toEqual([]);
  });
});

describe("static pods", () => {
  it("run without the API and are shown there by a mirror pod", () => {
    const world = createNodeWorld({ manifests: { "etcd.yaml": manifest("nginx:1") } });
    world.run(2000);
    const mirror = world.pod("etcd-node-1", "kube-system");
    expect(mirror?.status?.phase).toBe("Running");
    expect(mirror?.metadata?.annotations?.["kubernetes.io/config.source"]).toBe("file");
    expect(mirror?.metadata?.ownerReferences?.[0]).toMatchObject({
      kind: "Node",
      name: "node-1",
      controller: true,
    });
    expect(mirror?.metadata?.annotations?.["kubernetes.io/config.mirror"]).toBe(
      world.kubelet.podManager.pods()[0]?.metadata?.uid,
    );
  });

  it("start in their new version once the old one is gone", () => {
    const world = createNodeWorld({ manifests: { "etcd.yaml": manifest("nginx:1") } });
    world.run(2000);
    world.host.fs.write(`${MANIFESTS}/etcd.yaml`, manifest("nginx:2"));
    world.run(2100);
    expect(types(world, /^syncloop\.(REMOVE|ADD)$/).slice(-2)).toEqual(["syncloop.REMOVE", "syncloop.ADD"]);
    expect(world.runtime.containers().map((c) => c.image)).toEqual(["nginx:1"]);
    world.run(30_000);
    expect(
      world.runtime
        .containers()
        .filter((c) => c.state === "running")
        .map((c) => c.image),
    ).toEqual(["nginx:2"]);
    expect(world.pod("etcd-node-1", "kube-system")?.spec?.containers[0]?.image).toBe("nginx:2");
  });

  const deleteMirror = (world: ReturnType<typeof createNodeWorld>, gracePeriodSeconds: number): void =>
    world.user.request(
      {
        verb: "delete",
        kind: "Pod",
        namespace: "kube-system",
        name: "etcd-node-1",
        options: { gracePeriodSeconds },
      },
      null,
    );

  it.each([
    ["at once when it was deleted with grace", 30, 10_000],
    ["by the next resync when it is gone before the kubelet can delete it", 0, 110_000],
  ])("keep running when their mirror pod is deleted: it is made again %s", (_, grace, until) => {
    const world = createNodeWorld({ manifests: { "etcd.yaml": manifest("nginx:1") } });
    world.run(2000);
    const before = world.pod("etcd-node-1", "kube-system")?.metadata?.uid;
    deleteMirror(world, grace);
    world.run(4000);
    expect(world.pod("etcd-node-1", "kube-system") === undefined).toBe(grace === 0);
    world.run(until);
    const after = world.pod("etcd-node-1", "kube-system")?.metadata?.uid;
    expect(after).toBeDefined();
    expect(after).not.toBe(before);
    expect(world.runtime.containers()).toHaveLength(1);
  });
});

describe("replay", () => {
  it("runs on from a keyframe as it ran the first time", () => {
    const world = createNodeWorld({ manifests: { "etcd.yaml": manifest("nginx:1") } });
    world.create(
      podOf(
        "web",
        { volumes: [{ name: "s", secret: { secretName: "late" } }] },
        { volumeMounts: [{ name: "s", mountPath: "/s" }] },
      ),
    );
    world.run(40_000);
    const first = JSON.stringify(world.sim.trace.all());
    const frame = world.sim.keyframes().find((k) => k.time === 10_000);
    if (!frame) throw new Error("no keyframe at 10 s");
    world.sim.restore(frame);
    world.run(40_000);
    expect(JSON.stringify(world.sim.trace.all())).toBe(first);
  });
});
