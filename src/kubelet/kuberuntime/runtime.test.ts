import { describe, expect, it } from "vitest";
import type { Container } from "../../api/types.ts";
import { createFakeNode, type FakeNode, pod } from "./testing/fake-node.ts";

const container = (name: string, more: Partial<Container> = {}): Container => ({
  name,
  image: "busybox:1.36",
  imagePullPolicy: "IfNotPresent",
  ...more,
});

function nodeWithImage(): FakeNode {
  const node = createFakeNode();
  node.runtime.images.add("busybox:1.36");
  return node;
}

const reasonsAfter = (node: FakeNode, at: number): string[] =>
  node.events.filter((e) => e.at >= at).map((e) => e.reason);

describe("hooks", () => {
  it("a failed postStart kills the container with its own reason", () => {
    const node = nodeWithImage();
    node.runtime.behaviour = { app: { onTerm: { afterMs: 100, code: 0 } } };
    node.runtime.execs = () => ({ exitCode: 4, stdout: "oops\n", stderr: "" });
    const lifecycle = { postStart: { exec: { command: ["sh", "-c", "exit 4"] } } };
    node.apply(pod("web", { containers: [container("app", { lifecycle })] }));
    node.run(700);
    expect(node.events.map((e) => `${e.reason} ${e.message}`).slice(-2)).toEqual([
      "FailedPostStartHook PostStartHook failed",
      "Killing FailedPostStartHook",
    ]);
    expect(node.k.runtime.startError("uid-web", "app")).toEqual({
      reason: "PostStartHookError",
      message:
        'Exec lifecycle hook ([sh -c exit 4]) for Container "app" in Pod "web_default(uid-web)" failed - ' +
        `error: command 'sh -c exit 4' exited with 4: , message: "oops\\n"`,
    });
  });

  it("the next container waits for the postStart hook of the one before", () => {
    const node = nodeWithImage();
    const lifecycle = { postStart: { sleep: { seconds: 3 } } };
    node.apply(pod("web", { containers: [container("first", { lifecycle }), container("second")] }));
    node.run(10_000);
    const [first, second] = node.runtime.calls.filter((c) => c.rpc === "StartContainer");
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(3000);
  });

  it("a preStop hook that takes too long is left behind, and its failure still told", () => {
    const node = nodeWithImage();
    node.runtime.execs = null;
    const lifecycle = { preStop: { exec: { command: ["sleep", "100"] } } };
    node.apply(pod("web", { containers: [container("app", { lifecycle })] }));
    node.run(5000);
    node.delete("uid-web", 5);
    node.run(11_000);
    const stop = node.runtime.calls.find((c) => c.rpc === "StopContainer");
    const killing = node.events.find((e) => e.reason === "Killing");
    expect((stop?.at ?? 0) - (killing?.at ?? 0)).toBe(5000);
  });
});

describe("RestartAllContainers", () => {
  it("removes everything and starts from the first init container, in the same sandbox", () => {
    const node = nodeWithImage();
    node.runtime.behaviour = {
      setup: { exit: { afterMs: 300, code: 0 } },
      app: { exit: { afterMs: 5000, code: 42 } },
      other: { onTerm: { afterMs: 100, code: 0 } },
    };
    const restartPolicyRules = [
      { action: "RestartAllContainers", exitCodes: { operator: "In", values: [42] } },
    ];
    const app = container("app", { restartPolicy: "Never", restartPolicyRules });
    node.apply(
      pod("web", {
        restartPolicy: "Never",
        initContainers: [container("setup")],
        containers: [app, container("other")],
      }),
    );
    node.run(11_000);
    const started = node.runtime.calls.filter((c) => c.rpc === "StartContainer").map((c) => c.about);
    expect(started.slice(0, 6)).toEqual(["setup", "app", "other", "setup", "app", "other"]);
    const removed = node.runtime.calls.filter((c) => c.rpc === "RemoveContainer").map((c) => c.about);
    expect(removed.slice(0, 3)).toEqual(["other", "setup", "app"]);
    expect(node.runtime.sandboxes()).toHaveLength(1);
    expect(node.runtime.calls.filter((c) => c.rpc === "RunPodSandbox")).toHaveLength(1);
  });
});

describe("in-place resize", () => {
  const sized = (memory: string, more: Partial<Container> = {}): Container =>
    container("app", {
      resources: { requests: { cpu: "100m", memory }, limits: { cpu: "100m", memory } },
      ...more,
    });

  it("changes the limits of the running container", () => {
    const node = nodeWithImage();
    const before = pod("web", { containers: [sized("64Mi")] });
    node.apply(before);
    node.run(5000);
    node.apply({
      ...before,
      metadata: { ...before.metadata, generation: 2 },
      spec: { ...before.spec, containers: [sized("96Mi")] },
    });
    node.run(9000);
    expect(node.runtime.calls.map((c) => c.rpc)).toContain("UpdateContainerResources");
    expect(reasonsAfter(node, 5000)).toEqual(["ResizeStarted", "ResizeCompleted"]);
    expect(node.events.at(-1)?.message).toBe(
      'Pod resize completed: {"containers":[{"name":"app","resources":{"limits":{"cpu":"100m","memory":"96Mi"},' +
        '"requests":{"cpu":"100m","memory":"96Mi"}}}],"generation":2}',
    );
  });

  it("restarts the container where its policy says so", () => {
    const node = nodeWithImage();
    node.runtime.behaviour = { app: { onTerm: { afterMs: 100, code: 0 } } };
    const resizePolicy = [{ resourceName: "memory", restartPolicy: "RestartContainer" }];
    const before = pod("web", { containers: [sized("64Mi", { resizePolicy })] });
    node.apply(before);
    node.run(5000);
    node.apply({ ...before, spec: { ...before.spec, containers: [sized("96Mi", { resizePolicy })] } });
    node.run(9000);
    const after = reasonsAfter(node, 5000);
    expect(after).toEqual(["ResizeStarted", "Killing", "Pulled", "Created", "Started", "ResizeCompleted"]);
    expect(node.events.find((e) => e.reason === "Killing")?.message).toBe(
      "Container app resize requires restart",
    );
  });
});

describe("garbage collection", () => {
  it("removes containers and sandbox of a pod that is deleted and gone", () => {
    const node = nodeWithImage();
    node.runtime.behaviour = { app: { onTerm: { afterMs: 100, code: 0 } } };
    const web = pod("web", { containers: [container("app")] });
    node.apply(web);
    node.run(5000);
    node.delete("uid-web", 5);
    node.run(10_000);
    node.k.podManager.remove(web);
    node.k.podWorkers.syncKnownPods([]);
    node.run(75_000);
    expect(node.runtime.containers()).toEqual([]);
    expect(node.runtime.sandboxes()).toEqual([]);
  });
});

describe("reading from the runtime", () => {
  it("shows only what runs to housekeeping", () => {
    const node = nodeWithImage();
    node.runtime.behaviour = { job: { exit: { afterMs: 500, code: 0 } } };
    node.apply(pod("done", { restartPolicy: "Never", containers: [container("job")] }));
    node.apply(pod("web", { containers: [container("app")] }));
    node.run(8000);
    let pods: readonly { name: string }[] = [];
    node.sim.component("asker", (event) => {
      pods = event["pods"];
    });
    node.k.runtime.runningPods({ to: "asker", event: { type: "pods" } });
    node.run(8100);
    expect(pods.map((p) => p.name)).toEqual(["web"]);
  });
});
