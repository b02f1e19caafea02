import { describe, expect, it } from "vitest";
import { backoffDelays } from "./backoff.ts";
import { createLanes } from "./lanes.ts";
import type { Segment } from "./model.ts";
import { crashLoop, START, Story, stamp } from "./testing/story.ts";

const model = (story: Story, now: number) => createLanes()(story.moment(now));
const print = (segments: readonly Segment[] = []) =>
  segments.map(
    (s) =>
      `${s.kind}${s.label ? `(${s.label})` : ""} ${s.from}-${s.to === Number.POSITIVE_INFINITY ? "" : s.to}`,
  );

describe("the life of a container", () => {
  it("is one unbroken row of spans, the waits with their back-off", () => {
    const [pod] = model(crashLoop(), 94_100).pods;
    const segments = pod?.containers[0]?.segments ?? [];
    expect(print(segments).slice(0, 5)).toEqual([
      "creating 4-120",
      "creating(sandbox) 120-430",
      "pulling(nginx) 430-2230",
      "creating 2230-2300",
      "running 2300-12300",
    ]);
    for (const [i, s] of segments.entries()) if (i > 0) expect(s.from).toBe(segments[i - 1]?.to);
    const waits = segments.filter((s) => s.kind === "waiting");
    expect(waits.map((s) => s.delay ?? 0)).toEqual([0, 10_000, 20_000, 40_000]);
    expect(waits.at(-1)).toMatchObject({ from: 82_100, to: Number.POSITIVE_INFINITY, until: 122_100 });
    expect(pod?.containers[0]?.exits.map((e) => [e.at, e.code])).toEqual([
      [12_300, 1],
      [24_000, 1],
      [47_100, 1],
      [82_100, 1],
    ]);
  });

  it("is named by the reason the API shows, while it waits", () => {
    const story = crashLoop();
    story.add(90_000, "status.patch", "pod/default/restart-test", {
      patch: {
        containerStatuses: [
          { name: "failing-container", ready: false, state: { waiting: { reason: "CrashLoopBackOff" } } },
        ],
      },
    });
    expect(model(story, 94_100).pods[0]?.containers[0]?.segments.at(-1)).toMatchObject({
      kind: "waiting",
      label: "CrashLoopBackOff",
      from: 82_100,
    });
  });

  it("is over after the exit, where nothing starts it again", () => {
    const story = new Story();
    const id = story.pod("once", { restartPolicy: "OnFailure", containers: [{ name: "work" }] });
    story.add(0, "scheduler.bind", id, { node: "node-1" });
    story.starts(id, "work", 1_000);
    story.exits(id, "work", 9_000, 0);
    expect(model(story, 20_000).pods[0]?.containers[0]?.segments.at(-1)).toMatchObject({
      kind: "succeeded",
      from: 9_000,
    });
    story.pod("once", { restartPolicy: "Never", containers: [{ name: "work" }] });
    story.records.splice(-2);
    story.exits(id, "work", 9_000, 3);
    expect(model(story, 20_000).pods[0]?.containers[0]?.segments.at(-1)).toMatchObject({
      kind: "failed",
      from: 9_000,
    });
  });

  it("turns ready, and back, when the API is told so", () => {
    const story = new Story();
    const id = story.pod("web", {
      containers: [{ name: "nginx", readinessProbe: { initialDelaySeconds: 5, periodSeconds: 4 } }],
    });
    const told = (at: number, ready: boolean) =>
      story.add(at, "status.patch", id, {
        patch: { containerStatuses: [{ name: "nginx", ready, state: { running: {} } }] },
      });
    story.starts(id, "nginx", 1_000);
    told(1_700, false);
    story.add(7_000, "prober.readiness", `${id}/nginx`, { result: "success", output: "200" });
    told(7_020, true);
    told(30_000, false);
    const nginx = model(story, 40_000).pods[0]?.containers[0];
    expect(print(nginx?.segments).slice(-3)).toEqual([
      "running 1000-7020",
      "ready 7020-30000",
      "running 30000-",
    ]);
    expect(nginx?.probes).toMatchObject([
      {
        type: "readiness",
        initialDelay: 5_000,
        period: 4_000,
        delays: [[1_000, 6_000]],
        runs: [{ at: 7_000, result: "success" }],
      },
    ]);
  });

  it("ends with its grace period, signals marked", () => {
    const story = new Story();
    const id = story.pod(
      "stubborn",
      { containers: [{ name: "app" }] },
      {},
      { deletionTimestamp: stamp(35_000), deletionGracePeriodSeconds: 15 },
    );
    story.starts(id, "app", 1_000);
    const run = story.add(
      20_000,
      "input.run",
      "",
      { command: "kubectl delete pod stubborn" },
      { cause: null },
    );
    story.add(20_004, "api.delete", id, {}, { cause: run, from: "kubectl", to: "apiserver" });
    story.add(20_100, "cri.StopContainer", id, { pod: id, container: "app", timeoutMs: 15_000 });
    const dying = model(story, 25_000).pods[0];
    expect(dying?.containers[0]?.segments.at(-1)).toMatchObject({
      kind: "terminating",
      from: 20_004,
      until: 35_100,
    });
    expect(dying?.inputs).toMatchObject([{ at: 20_000, label: "kubectl delete pod stubborn" }]);
    story.exits(id, "app", 35_100, 137);
    story.add(36_500, "syncloop.REMOVE", id);
    story.pods.clear();
    const gone = model(story, 40_000).pods[0];
    expect(gone?.gone).toBe(true);
    expect(gone?.containers[0]?.signals.map((s) => s.signal)).toEqual(["SIGTERM", "SIGKILL"]);
    expect(print(gone?.containers[0]?.segments).at(-1)).toBe("terminating 20004-36500");
  });

  it("goes on where the deletion is refused", () => {
    const story = new Story();
    const id = story.pod("early", { containers: [{ name: "app" }] });
    story.starts(id, "app", 1_000);
    const asked = story.add(2_000, "api.delete", id, {}, { from: "kubectl", to: "apiserver" });
    story.add(2_004, "reply", id, { code: 404 }, { cause: asked, from: "apiserver", to: "kubectl" });
    expect(print(model(story, 5_000).pods[0]?.containers[0]?.segments).at(-1)).toBe("running 1000-");
  });

  it("restarts at once after a probe's kill, though PLEG tells of the end when the next one runs", () => {
    const story = new Story();
    const id = story.pod("live", { containers: [{ name: "app" }] });
    story.starts(id, "app", 1_000);
    story.add(12_000, "container.exit", `${id}/app`, { exitCode: 137, containerId: "app-1000" });
    story.starts(id, "app", 12_100);
    story.add(12_700, "pleg.ContainerDied", `${id}/app`, { exitCode: 137, containerId: "app-1000" });
    const app = model(story, 20_000).pods[0]?.containers[0];
    expect(app?.exits.map((e) => e.at)).toEqual([12_000]);
    expect(app?.segments.at(-1)).toMatchObject({ kind: "running", from: 12_100 });
  });

  it("names the sandbox while it is made, then why the container is not begun", () => {
    const story = new Story();
    const id = story.pod("two", { initContainers: [{ name: "first" }], containers: [{ name: "app" }] });
    story.add(0, "scheduler.bind", id, { node: "node-1" });
    story.add(10, "status.patch", id, {
      patch: {
        containerStatuses: [{ name: "app", ready: false, state: { waiting: { reason: "PodInitializing" } } }],
      },
    });
    const call = story.add(300, "cri.RunPodSandbox", id, { pod: id });
    story.add(400, "reply", id, {}, { cause: call });
    expect(print(model(story, 1_000).pods[0]?.containers.find((c) => c.name === "app")?.segments)).toEqual([
      "creating 0-10",
      "creating(PodInitializing) 10-300",
      "creating(sandbox) 300-400",
      "creating(PodInitializing) 400-",
    ]);
  });

  it("waits for an image that cannot be had", () => {
    const story = new Story();
    const id = story.pod("missing", { containers: [{ name: "app" }] });
    const call = story.add(500, "cri.PullImage", id, { pod: id, container: "app", image: "nginx:nope" });
    story.add(800, "reply", id, { error: "not found" }, { cause: call });
    story.add(801, "event.Failed", id, {
      container: "app",
      type: "Warning",
      reason: "Failed",
      message: 'Failed to pull image "nginx:nope": rpc error',
    });
    story.add(802, "event.Failed", id, {
      container: "app",
      type: "Warning",
      reason: "Failed",
      message: "Error: ErrImagePull",
    });
    story.add(15_000, "event.Failed", id, {
      container: "app",
      type: "Warning",
      reason: "Failed",
      message: "Error: ImagePullBackOff",
    });
    const [pod] = model(story, 20_000).pods;
    expect(print(pod?.containers[0]?.segments)).toEqual([
      "pulling(nginx:nope) 500-801",
      "waiting(ImagePullBackOff) 801-",
    ]);
    expect(pod?.events.map((e) => e.reason)).toEqual(["Failed", "Failed", "Failed"]);
  });

  it("begins again on the same lane when a pod of that name is made anew", () => {
    const story = new Story();
    const id = story.pod("web", { containers: [{ name: "nginx" }] });
    story.starts(id, "nginx", 1_000);
    story.add(10_000, "api.delete", id, {}, { from: "kubectl" });
    story.add(12_000, "syncloop.REMOVE", id);
    story.add(12_001, "pleg.ContainerDied", `${id}/nginx`, { exitCode: 0 });
    story.add(20_000, "api.create", id, {}, { from: "kubectl" });
    story.starts(id, "nginx", 21_000);
    expect(print(model(story, 30_000).pods[0]?.containers[0]?.segments).slice(-3)).toEqual([
      "terminating 10000-12000",
      "creating 20000-21000",
      "running 21000-",
    ]);
  });
});

describe("pods, nodes, inputs", () => {
  it("takes several containers together", () => {
    const story = new Story();
    const id = story.pod("duo", {
      initContainers: [{ name: "first" }],
      containers: [{ name: "a" }, { name: "b" }],
    });
    story.add(0, "scheduler.bind", id, { node: "node-1" });
    story.starts(id, "first", 1_000);
    story.exits(id, "first", 3_000, 0);
    story.starts(id, "a", 4_000);
    story.starts(id, "b", 6_000);
    story.exits(id, "b", 9_000, 1);
    const [pod] = model(story, 10_000).pods;
    expect(pod?.containers.map((c) => `${c.kind} ${c.name}`)).toEqual([
      "init first",
      "regular a",
      "regular b",
    ]);
    expect(print(pod?.segments)).toEqual(["creating 0-6000", "running 6000-9000", "waiting 9000-"]);
  });

  it("puts an input under the pod it made, the others and faults on the node", () => {
    const story = crashLoop();
    story.add(50_000, "input.run", "", { command: "kubectl get pods" }, { cause: null });
    const fault = story.add(
      60_000,
      "input.fault",
      "",
      { fault: { type: "registry-down", for: "1m" } },
      { cause: null },
    );
    story.add(
      61_000,
      "input.fault",
      "",
      { fault: { type: "http", pod: "restart-test", path: "/" } },
      { cause: null },
    );
    story.add(70_000, "input.clear", "", { clear: { id: fault } }, { cause: null });
    const { nodes, pods } = model(story, 80_000);
    expect(nodes[0]?.inputs).toMatchObject([
      { kind: "input", label: "kubectl get pods" },
      { kind: "fault", label: "registry-down", at: 60_000, to: 70_000 },
    ]);
    expect(pods[0]?.inputs).toMatchObject([
      { kind: "input", label: "apply", at: 0 },
      { kind: "fault", label: "http", to: Number.POSITIVE_INFINITY },
    ]);
  });

  it("shows the Ready condition and the renewals of a node", () => {
    const story = new Story();
    for (const at of [0, 10_000, 20_000]) story.add(at, "lease.renew", "node/node-1");
    story.add(62_000, "event.NodeNotReady", "node/node-1", { type: "Normal" });
    story.add(90_000, "event.NodeReady", "node/node-1", { type: "Normal" });
    const [node] = model(story, 95_000).nodes;
    expect(print(node?.bands)).toEqual(["ready 0-62000", "unknown 62000-90000", "ready 90000-"]);
    expect(node?.leases).toHaveLength(3);
  });

  it("knows a pod that the trace has forgotten from its status", () => {
    const story = new Story();
    story.pod(
      "old",
      { containers: [{ name: "app" }] },
      { containerStatuses: [{ name: "app", ready: false, state: { running: { startedAt: stamp(5_000) } } }] },
    );
    expect(print(model(story, 50_000).pods[0]?.containers[0]?.segments)).toEqual(["running 5000-"]);
  });
});

describe("reading on", () => {
  it("gives step by step what it gives at once, and starts over after a rewind", () => {
    const whole = crashLoop();
    const lanes = createLanes();
    const grown = new Story();
    for (const [k, v] of whole.pods) grown.pods.set(k, v);
    for (const record of whole.records) {
      grown.records.push(record);
      lanes(grown.moment(record.time));
    }
    expect(lanes(grown.moment(94_100))).toEqual(createLanes()(whole.moment(94_100)));
    const back = { ...grown.moment(13_000), trace: crashLoop().moment(0).trace };
    expect(print(lanes({ ...back, start: START }).pods[0]?.containers[0]?.segments).at(-1)).toBe(
      "waiting 82100-",
    );
  });
});

describe("crash-loop back-off", () => {
  it("doubles from 10 s to 5 min and starts over after a long good run", () => {
    const exits = [0, 100, 200, 300, 400, 500, 600, 700].map((s) => s * 1000);
    const starts = exits.map((e) => e + 50_000);
    expect(backoffDelays(exits, starts)).toEqual([
      0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000,
    ]);
    expect(backoffDelays([0, 10_000, 700_000], [1_000, 20_000])).toEqual([0, 10_000, 0]);
  });
});
