import { describe, expect, it } from "vitest";
import type { ApiStatusError } from "../../api/contract.ts";
import { createEventRecorder } from "../events/index.ts";
import { createStatusManager } from "./index.ts";
import { EPOCH, type Fake, fakeKubelet, instance, podOf, runtimeWith } from "./testing/fake-kubelet.ts";

function world(): { fake: Fake; at: (ms: number, action: () => void) => void; run: (until: number) => void } {
  const fake = fakeKubelet();
  const { k, sim } = fake;
  k.events = createEventRecorder(k);
  k.status = createStatusManager(k);
  k.prober = { updatePodStatus: (_pod: unknown, status: unknown) => status } as never;
  k.status.start?.({ warm: false });
  const actions: (() => void)[] = [];
  sim.component("script", (event) => actions[event["n"]]?.());
  return {
    fake,
    at: (ms, action) =>
      sim.send({ to: "script" }, { type: "do", n: actions.push(action) - 1 }, { delayMs: ms }),
    run: (until) => {
      sim.run({ until });
      if (sim.failure) throw sim.failure;
    },
  };
}

const verbs = (fake: Fake): string[] => fake.requests.map((r) => `${r.verb}@${r.at}`);

describe("status manager", () => {
  it("reads, patches what changed, and stays silent when nothing does", () => {
    const { fake, at, run } = world();
    const pod = podOf({});
    fake.pods.set("web", pod);
    const set = () =>
      fake.k.status.setPodStatus(pod, fake.k.status.generateAPIPodStatus(pod, fake.runtime, false));
    at(0, set);
    at(100, set);
    run(1000);
    expect(verbs(fake)).toEqual(["get@0", "patch@4"]);
    expect(fake.requests[1]).toMatchObject({ subresource: "status", body: { metadata: { uid: "u1" } } });
    expect(fake.pods.get("web")?.status).toMatchObject({
      phase: "Pending",
      startTime: "2026-01-05T09:00:00Z",
      observedGeneration: 1,
      hostIP: "192.168.0.2",
      containerStatuses: [{ name: "app", state: { waiting: { reason: "ContainerCreating" } } }],
    });
    expect(fake.pods.get("web")?.status?.conditions?.map((c) => `${c.type}=${c.status}`)).toEqual([
      "PodReadyToStartContainers=True",
      "Initialized=True",
      "Ready=False",
      "ContainersReady=False",
      "PodScheduled=True",
    ]);
  });

  it("sends only the last of several changes made while a batch is under way", () => {
    const { fake, at, run } = world();
    const pod = podOf({});
    fake.pods.set("web", pod);
    const set = () =>
      fake.k.status.setPodStatus(pod, fake.k.status.generateAPIPodStatus(pod, fake.runtime, false));
    at(0, set);
    at(2, () => {
      fake.runtime = runtimeWith(instance({ state: "created" }));
      set();
    });
    at(3, () => {
      fake.runtime = runtimeWith(instance({ startedAt: 3 }));
      set();
    });
    run(1000);
    expect(verbs(fake)).toEqual(["get@0", "patch@4", "get@8", "patch@12"]);
    expect(fake.pods.get("web")?.status?.phase).toBe("Running");
  });

  it("tries again at the tick when the server could not be reached, with the newest status", () => {
    const { fake, at, run } = world();
    const pod = podOf({});
    fake.pods.set("web", pod);
    const lost: ApiStatusError = {
      code: 0,
      reason: "",
      message: "dial tcp: connect: connection refused",
      transport: true,
    };
    fake.answers.push(() => ({ ok: false, error: lost }));
    at(500, () =>
      fake.k.status.setPodStatus(pod, fake.k.status.generateAPIPodStatus(pod, fake.runtime, false)),
    );
    run(12_000);
    expect(verbs(fake)).toEqual(["get@500", "get@10000", "patch@10004"]);
    expect(fake.sim.trace.all().find((r) => r.type === "status.failed")?.data).toMatchObject({ step: "get" });
  });

  it("puts back at the tick what somebody else changed", () => {
    const { fake, at, run } = world();
    const pod = podOf({});
    fake.pods.set("web", pod);
    at(0, () =>
      fake.k.status.setPodStatus(pod, fake.k.status.generateAPIPodStatus(pod, fake.runtime, false)),
    );
    at(5000, () => {
      const now = fake.pods.get("web") ?? pod;
      fake.pods.set("web", { ...now, status: { ...now.status, phase: "Running" } });
    });
    run(15_000);
    expect(verbs(fake)).toEqual(["get@0", "patch@4", "get@10000", "patch@10004"]);
    expect(fake.pods.get("web")?.status?.phase).toBe("Pending");
  });

  it("holds a terminal phase back while containers may run, and deletes the object at the end", () => {
    const { fake, at, run } = world();
    const deletionTimestamp = new Date(EPOCH + 30_000).toISOString();
    const pod = podOf({}, { metadata: { deletionTimestamp }, status: { phase: "Running" } });
    fake.pods.set("web", pod);
    fake.runtime = runtimeWith(
      instance({ state: "exited", exitCode: 0, reason: "Completed", startedAt: 0, finishedAt: 900 }),
    );
    at(1000, () =>
      fake.k.status.setPodStatus(pod, fake.k.status.generateAPIPodStatus(pod, fake.runtime, true)),
    );
    at(1500, () => {
      expect(fake.pods.get("web")?.status?.phase).toBe("Running");
      fake.couldRun = false;
      fake.k.status.terminatePod(pod);
    });
    run(2000);
    expect(verbs(fake)).toEqual(["get@1000", "patch@1004", "get@1500", "patch@1504", "delete@1508"]);
    expect(fake.requests[3]?.body).toMatchObject({ status: { phase: "Succeeded" } });
    expect(fake.requests[4]?.options).toEqual({ gracePeriodSeconds: 0, preconditions: { uid: "u1" } });
    expect(fake.k.status.getPodStatus("u1")).toBeUndefined();
  });

  it("moves a condition's time with its status alone", () => {
    const { fake, at, run } = world();
    const pod = podOf({ containers: [{ name: "app" }, { name: "b" }] });
    fake.pods.set("web", pod);
    const set = () =>
      fake.k.status.setPodStatus(pod, fake.k.status.generateAPIPodStatus(pod, fake.runtime, false));
    const readyTime = () =>
      fake.k.status.getPodStatus("u1")?.conditions?.find((c) => c.type === "Ready")?.lastTransitionTime;
    at(0, set);
    at(3000, () => {
      fake.runtime = runtimeWith(instance({ startedAt: 3000 }));
      set();
      fake.k.status.setContainerReadiness("u1", "c1", true);
      expect(readyTime()).toBe("2026-01-05T09:00:00Z");
    });
    at(7000, () => {
      fake.runtime = runtimeWith(instance({}), instance({ name: "b", id: "c2" }));
      set();
      fake.k.status.setContainerReadiness("u1", "c1", true);
      fake.k.status.setContainerReadiness("u1", "c2", true);
    });
    run(8000);
    expect(readyTime()).toBe("2026-01-05T09:00:07Z");
  });

  it("fails a pod that is active for too long, with an event", () => {
    const { fake, at, run } = world();
    const pod = podOf({ activeDeadlineSeconds: 5 });
    fake.pods.set("web", pod);
    const set = () =>
      fake.k.status.setPodStatus(pod, fake.k.status.generateAPIPodStatus(pod, fake.runtime, false));
    at(0, set);
    at(5000, set);
    run(6000);
    expect(fake.k.status.getPodStatus("u1")).toMatchObject({ phase: "Failed", reason: "DeadlineExceeded" });
    expect(fake.sim.trace.all().some((r) => r.type === "event.DeadlineExceeded")).toBe(true);
  });
});
