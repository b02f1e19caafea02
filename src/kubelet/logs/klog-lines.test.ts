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

  it("tells what a listing saw, why a container waits, and how a pod ends", () => {
    const world = createNodeWorld();
    world.run(1000);
    world.create(podOf("web"));
    world.run(5000);
    world.runtime.end("app", 1);
    world.run(8000);
    world.runtime.end("app", 1);
    world.run(12_000);
    world.user.request(
      { verb: "delete", kind: "Pod", namespace: "default", name: "web", options: { gracePeriodSeconds: 1 } },
      null,
    );
    world.run(20_000);
    const log = messages(world.sim.trace.all(), 4);
    const has = (line: RegExp) => log.filter((l) => line.test(l)).length;
    expect(
      has(/^"Pod is being synced for the first time" pod="default\/web" podUID="\S+" updateType="create"/),
    ).toBe(1);
    expect(
      has(/^"GenericPLEG" podUID="\S+" containerID="\S+" oldState="running" newState="exited"/),
    ).toBeGreaterThan(1);
    expect(
      has(/^"Checking backoff for container in pod" containerName="app" pod="default\/web"/),
    ).toBeGreaterThan(0);
    expect(
      has(
        /^"Back-off restarting failed container" err="back-off 10s restarting failed container=app pod=web_default/,
      ),
    ).toBeGreaterThan(0);
    expect(has(/^"Pod terminating with grace period" .* gracePeriod=1$/)).toBeGreaterThan(0);
    expect(has(/^"Pod is complete and the worker can now stop" podUID=/)).toBe(1);
    expect(has(/^"Pod fully terminated and removed from etcd" pod="default\/web"$/)).toBe(1);
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
