import { describe, expect, it } from "vitest";
import type { Container } from "../../api/types.ts";
import { createFakeNode, pod } from "../kuberuntime/testing/fake-node.ts";

const container = (name: string, more: Partial<Container> = {}): Container => ({
  name,
  image: "busybox:1.36",
  imagePullPolicy: "IfNotPresent",
  ...more,
});

const reasons = (node: ReturnType<typeof createFakeNode>): string[] => node.events.map((e) => e.reason);

describe("a pod from its arrival to running", () => {
  it("pulls the image once the sandbox is up, then creates and starts", () => {
    const node = createFakeNode();
    node.apply(pod("web", { containers: [container("app")] }));
    node.run(10_000);
    expect(reasons(node)).toEqual(["Pulling", "Pulled", "Created", "Started"]);
    expect(node.runtime.calls.map((c) => c.rpc)).toEqual([
      "RunPodSandbox",
      "PodSandboxStatus",
      "ImageStatus",
      "PullImage",
      "ImageStatus",
      "CreateContainer",
      "StartContainer",
    ]);
    expect(node.k.status.getPodStatus("uid-web")?.phase).toBe("Running");
    expect(node.events[1]?.message).toMatch(
      /^Successfully pulled image "busybox:1.36" in 2.003s \(2.003s including waiting\). Image size: 42 bytes\.$/,
    );
  });

  it("waits for volumes before the sandbox", () => {
    const node = createFakeNode();
    node.runtime.images.add("busybox:1.36");
    node.mountMs = 5000;
    node.apply(pod("web", { containers: [container("app")] }));
    node.run(6000);
    const sandbox = node.runtime.calls.find((c) => c.rpc === "RunPodSandbox");
    expect(sandbox?.at).toBeGreaterThanOrEqual(5000);
    expect(node.events[0]?.message).toBe(
      'Container image "busybox:1.36" already present on machine and can be accessed by the pod',
    );
  });

  it("tries again within two seconds while only the network is missing", () => {
    const node = createFakeNode();
    node.runtime.images.add("busybox:1.36");
    node.network = "network state unknown";
    node.apply(pod("web", { containers: [container("app")] }));
    node.run(4000);
    expect(node.runtime.calls).toEqual([]);
    expect(node.events[0]).toMatchObject({
      reason: "NetworkNotReady",
      message: "network is not ready: network state unknown",
    });
    node.network = null;
    node.run(8000);
    expect(reasons(node).slice(-3)).toEqual(["Pulled", "Created", "Started"]);
  });

  it("runs init containers one after the other, then the rest", () => {
    const node = createFakeNode();
    node.runtime.images.add("busybox:1.36");
    node.runtime.behaviour = {
      one: { exit: { afterMs: 500, code: 0 } },
      two: { exit: { afterMs: 500, code: 0 } },
    };
    node.apply(
      pod("web", { initContainers: [container("one"), container("two")], containers: [container("app")] }),
    );
    node.run(10_000);
    const started = node.runtime.calls.filter((c) => c.rpc === "StartContainer").map((c) => c.about);
    expect(started).toEqual(["one", "two", "app"]);
    expect(node.k.status.getPodStatus("uid-web")?.phase).toBe("Running");
  });

  it("reports a failed sandbox and tries again after ten to fifteen seconds", () => {
    const node = createFakeNode();
    node.runtime.images.add("busybox:1.36");
    node.runtime.failing = { RunPodSandbox: "failed to setup network" };
    node.apply(pod("web", { containers: [container("app")] }));
    node.run(9000);
    const message = "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network";
    expect(node.events).toEqual([{ at: expect.any(Number), reason: "FailedCreatePodSandBox", message }]);
    const ended = node.sim.trace.all().find((r) => r.type === "podworker.SyncPod" && r.data["end"]);
    expect(ended?.data["error"]).toBe(
      'failed to "CreatePodSandbox" for "web_default(uid-web)" with CreatePodSandboxError: ' +
        '"Failed to create sandbox for pod \\"web_default(uid-web)\\": rpc error: code = Unknown desc = failed to setup network"',
    );
    node.run(17_000);
    expect(node.events).toHaveLength(2);
  });
});

describe("restarts", () => {
  it("are at once the first time, then wait 10, 20, 40 seconds", () => {
    const node = createFakeNode();
    node.runtime.images.add("busybox:1.36");
    node.runtime.behaviour = { app: { exit: { afterMs: 100, code: 1 } } };
    node.apply(pod("web", { containers: [container("app")] }));
    node.run(110_000);
    const starts = node.runtime.calls.filter((c) => c.rpc === "StartContainer").map((c) => c.at);
    const waits = starts.slice(1).map((at, i) => (at - (starts[i] as number)) / 1000);
    expect(waits[0]).toBeLessThan(2);
    expect(waits[1]).toBeGreaterThanOrEqual(10);
    expect(waits[1]).toBeLessThan(17);
    expect(waits[2]).toBeGreaterThanOrEqual(20);
    expect(waits[2]).toBeLessThan(32);
    expect(waits[3]).toBeGreaterThanOrEqual(40);
    expect(node.events.find((e) => e.reason === "BackOff")?.message).toBe(
      "Back-off restarting failed container app in pod web_default(uid-web)",
    );
    const status = node.k.status.getPodStatus("uid-web")?.containerStatuses?.[0];
    expect(status?.restartCount).toBe(starts.length - 1);
    expect(status?.lastState?.terminated?.exitCode).toBe(1);
    // Of the dead instances only the newest is kept.
    expect(node.runtime.containers().filter((c) => c.state === "exited").length).toBeLessThanOrEqual(2);
  });

  it("do not happen with policy Never: the pod ends and is cleaned up", () => {
    const node = createFakeNode();
    node.runtime.images.add("busybox:1.36");
    node.runtime.behaviour = { app: { exit: { afterMs: 2000, code: 0 } } };
    node.apply(pod("job", { restartPolicy: "Never", containers: [container("app")] }));
    node.run(10_000);
    expect(node.k.status.getPodStatus("uid-job")?.phase).toBe("Succeeded");
    expect(node.workers.worker("uid-job")).toMatchObject({ finished: true, deleted: false });
    expect(node.runtime.sandboxes().map((s) => s.state)).toEqual(["NOTREADY"]);
    const kinds = node.sim.trace
      .all()
      .filter((r) => r.type.startsWith("podworker.") && r.data["end"])
      .map((r) => r.type);
    expect(kinds.slice(-2)).toEqual(["podworker.SyncTerminatingPod", "podworker.SyncTerminatedPod"]);
  });

  it("replace a container whose image changed", () => {
    const node = createFakeNode();
    node.runtime.images.add("busybox:1.36").add("busybox:1.37");
    node.runtime.behaviour = { app: { onTerm: { afterMs: 100, code: 0 } } };
    const before = pod("web", { containers: [container("app")] });
    node.apply(before);
    node.run(5000);
    node.apply({
      ...before,
      spec: { ...before.spec, containers: [container("app", { image: "busybox:1.37" })] },
    });
    node.run(10_000);
    expect(node.events.find((e) => e.reason === "Killing")?.message).toBe(
      "Container app definition changed, will be restarted",
    );
    const newest = node.runtime.containers()[0];
    expect(newest).toMatchObject({ image: "busybox:1.37", state: "running", attempt: 1 });
  });

  it("make a new sandbox when the old one died", () => {
    const node = createFakeNode();
    node.runtime.images.add("busybox:1.36");
    node.runtime.behaviour = { app: { onTerm: { afterMs: 50, code: 0 } } };
    node.apply(pod("web", { containers: [container("app")] }));
    node.run(5000);
    node.runtime.killSandbox("uid-web");
    node.run(12_000);
    expect(reasons(node)).toContain("SandboxChanged");
    expect(node.runtime.sandboxes()[0]).toMatchObject({ attempt: 1, state: "READY" });
    expect(node.runtime.containers()[0]).toMatchObject({ attempt: 1, state: "running" });
  });
});

describe("image pulls", () => {
  it("back off after a failure and say so", () => {
    const node = createFakeNode();
    node.runtime.failing = { PullImage: "not found" };
    node.apply(pod("web", { containers: [container("app")] }));
    node.run(30_000);
    expect(reasons(node).slice(0, 5)).toEqual(["Pulling", "Failed", "Failed", "BackOff", "Failed"]);
    expect(node.events.map((e) => e.message).slice(0, 5)).toEqual([
      'Pulling image "busybox:1.36"',
      'Failed to pull image "busybox:1.36": not found',
      "Error: ErrImagePull",
      'Back-off pulling image "busybox:1.36"',
      "Error: ImagePullBackOff",
    ]);
    expect(node.k.runtime.startError("uid-web", "app")?.reason).toMatch(/ErrImagePull|ImagePullBackOff/);
    delete node.runtime.failing.PullImage;
    node.run(80_000);
    expect(reasons(node).slice(-3)).toEqual(["Pulled", "Created", "Started"]);
  });

  it("are one at a time over all pods", () => {
    const node = createFakeNode();
    node.apply(pod("a", { containers: [container("app", { image: "one:1" })] }));
    node.apply(pod("b", { containers: [container("app", { image: "two:1" })] }));
    node.run(10_000);
    const [first, second] = node.runtime.calls.filter((c) => c.rpc === "PullImage").map((c) => c.at);
    expect((second as number) - (first as number)).toBeGreaterThanOrEqual(2000);
    const messages = node.events.filter((e) => e.reason === "Pulled").map((e) => e.message);
    expect(messages[1]).toMatch(/in 2\.0\ds|in 2\.003s \(4\./);
  });
});

describe("the end of a pod", () => {
  it("comes by SIGKILL when SIGTERM is ignored for the whole grace period", () => {
    const node = createFakeNode();
    node.runtime.images.add("busybox:1.36");
    node.apply(pod("web", { containers: [container("app")] }));
    node.run(5000);
    node.delete("uid-web", 8);
    node.run(20_000);
    expect(node.events.at(-1)).toMatchObject({ reason: "Killing", message: "Stopping container app" });
    const died = node.sim.trace
      .all()
      .find((r) => r.type === "pleg.ContainerDied" && r.data["container"] === "app");
    expect(died?.data["exitCode"]).toBe(137);
    expect(died?.time).toBeGreaterThanOrEqual(13_000);
    expect(died?.time).toBeLessThan(15_500);
    expect(node.workers.worker("uid-web")).toMatchObject({
      finished: true,
      deleted: true,
      gracePeriodSeconds: 8,
    });
    expect(node.workers.shouldPodBeFinished("uid-web")).toBe(true);
  });

  it("stops sidecars after the main containers, the last one first", () => {
    const node = createFakeNode();
    node.runtime.images.add("busybox:1.36");
    const gone = (afterMs: number) => ({ onTerm: { afterMs, code: 0 } });
    node.runtime.behaviour = { app: gone(3000), one: gone(1000), two: gone(1000) };
    const sidecar = (name: string) => container(name, { restartPolicy: "Always" });
    node.apply(
      pod("web", { initContainers: [sidecar("one"), sidecar("two")], containers: [container("app")] }),
    );
    node.run(10_000);
    node.delete("uid-web", 30);
    node.run(20_000);
    const stops = node.runtime.calls.filter((c) => c.rpc === "StopContainer");
    expect(stops.map((c) => c.about)).toEqual(["app", "two", "one"]);
    expect((stops[1]?.at ?? 0) - (stops[0]?.at ?? 0)).toBeGreaterThanOrEqual(3000);
    expect((stops[2]?.at ?? 0) - (stops[1]?.at ?? 0)).toBeGreaterThanOrEqual(1000);
  });

  it("runs the preStop hook inside the grace period", () => {
    const node = createFakeNode();
    node.runtime.images.add("busybox:1.36");
    const lifecycle = { preStop: { sleep: { seconds: 4 } } };
    node.apply(pod("web", { containers: [container("app", { lifecycle })] }));
    node.run(5000);
    node.delete("uid-web", 10);
    node.run(30_000);
    const stop = node.runtime.calls.find((c) => c.rpc === "StopContainer");
    const killing = node.events.find((e) => e.reason === "Killing");
    expect((stop?.at ?? 0) - (killing?.at ?? 0)).toBe(4000);
    const died = node.sim.trace
      .all()
      .find((r) => r.type === "pleg.ContainerDied" && r.data["container"] === "app");
    expect((died?.time ?? 0) - (killing?.at ?? 0)).toBeLessThan(11_500);
  });

  it("kills what the runtime runs and nobody knows, and forgets it", () => {
    const node = createFakeNode();
    node.runtime.images.add("busybox:1.36");
    node.apply(pod("web", { containers: [container("app")] }));
    node.run(5000);
    const status = node.k.podCache.get("uid-web").status;
    node.k.podWorkers.stop?.();
    node.k.podManager.remove(pod("web", {}));
    node.k.podWorkers.updatePod({ updateType: "kill", runningPod: status });
    node.run(12_000);
    expect(node.runtime.containers()[0]).toMatchObject({ state: "exited" });
    expect(node.workers.worker("uid-web")).toBeUndefined();
  });

  it("lets a create that came meanwhile start the pod anew", () => {
    const node = createFakeNode();
    node.runtime.images.add("busybox:1.36");
    node.runtime.behaviour = { app: { onTerm: { afterMs: 100, code: 0 } } };
    const web = pod("web", { containers: [container("app")] });
    node.apply(web);
    node.run(5000);
    node.k.podWorkers.updatePod({ updateType: "kill", pod: web });
    node.k.podWorkers.updatePod({ updateType: "create", pod: web });
    node.run(12_000);
    expect(node.workers.worker("uid-web")).toMatchObject({ finished: true, restartRequested: true });
    const known = node.k.podWorkers.syncKnownPods([web]);
    expect(known.has("uid-web")).toBe(false);
    expect(node.workers.worker("uid-web")).toBeUndefined();
  });
});

describe("static pods of one name", () => {
  it("start one after the other", () => {
    const node = createFakeNode();
    node.runtime.images.add("busybox:1.36");
    node.runtime.behaviour = { app: { onTerm: { afterMs: 3000, code: 0 } } };
    const version = (uid: string) => {
      const made = pod("etcd", { containers: [container("app")] });
      return {
        ...made,
        metadata: { ...made.metadata, uid, annotations: { "kubernetes.io/config.source": "file" } },
      };
    };
    node.apply(version("v1"));
    node.run(5000);
    node.k.podManager.remove(version("v1"));
    node.k.podWorkers.updatePod({ updateType: "kill", pod: version("v1") });
    node.apply(version("v2"));
    node.run(6000);
    expect(node.workers.worker("v2")?.startedAt).toBeUndefined();
    node.run(30_000);
    expect(node.workers.worker("v1")?.finished).toBe(true);
    expect(node.runtime.containers().find((c) => c.pod.uid === "v2")?.state).toBe("running");
  });
});

describe("keyframes", () => {
  it("hold everything that the managers are in the middle of", () => {
    const node = createFakeNode();
    node.runtime.images.add("busybox:1.36");
    node.runtime.behaviour = { app: { exit: { afterMs: 3000, code: 1 } } };
    const lifecycle = { preStop: { sleep: { seconds: 5 } } };
    node.apply(pod("web", { containers: [container("app"), container("other", { lifecycle })] }));
    node.run(37_000);
    node.sim.input({ type: "delete" });
    node.delete("uid-web", 20);
    node.run(41_000);
    const middle = node.sim.keyframe();
    node.run(90_000);
    const first = JSON.stringify(node.sim.trace.all());
    node.sim.restore(middle);
    node.run(90_000);
    expect(JSON.stringify(node.sim.trace.all())).toBe(first);
  });
});
