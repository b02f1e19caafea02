import { describe, expect, it } from "vitest";
import type { Pod, Probe } from "../../api/types.ts";
import { createEventRecorder } from "../events/index.ts";
import { createStatusManager } from "../status/index.ts";
import { type Fake, fakeKubelet, instance, podOf, runtimeWith } from "../status/testing/fake-kubelet.ts";
import { createProberManager } from "./index.ts";

/** A kubelet whose sync loop only writes statuses, `syncAfterMs` after each probe result. */
function world(
  probes: Record<string, Probe>,
  options: { syncAfterMs?: number } = {},
): { fake: Fake; pod: Pod } {
  const fake = fakeKubelet();
  const pod = podOf({ containers: [{ name: "app", image: "busybox", ...probes }], restartPolicy: "Always" });
  fake.pods.set("web", pod);
  const { k, sim } = fake;
  k.events = createEventRecorder(k);
  k.status = createStatusManager(k);
  k.prober = createProberManager(k);
  sim.component("sync", (event) => {
    const { pod: synced } = event as unknown as { pod: Pod };
    k.status.setPodStatus(synced, k.status.generateAPIPodStatus(synced, fake.runtime, false));
  });
  fake.onProbeResult = (update) => {
    if (update.probe === "readiness")
      k.status.setContainerReadiness(update.podUid, update.containerId, update.result === "success");
    if (update.probe === "startup")
      k.status.setContainerStartup(update.podUid, update.containerId, update.result === "success");
    if (update.probe !== "liveness" || update.result === "failure") {
      sim.send({ to: "sync" }, { type: "sync", pod }, { delayMs: options.syncAfterMs ?? 0 });
    }
  };
  return { fake, pod };
}

const sync = (fake: Fake, pod: Pod, at: number): void =>
  fake.sim.send({ to: "sync" }, { type: "sync", pod }, { delayMs: at });

/** The pod is added at 300 ms; its container runs from 500 ms on and is seen at 550 ms. */
function play(fake: Fake, pod: Pod, until: number): void {
  const { k, sim } = fake;
  sim.component("script", () => {
    sync(fake, pod, 0);
    k.prober.addPod(pod);
  });
  sim.send({ to: "script" }, { type: "add" }, { delayMs: 300 });
  sim.component("start", () => {
    fake.runtime = runtimeWith(instance({ startedAt: 500, createdAt: 500 }));
    sync(fake, pod, 0);
  });
  sim.send({ to: "start" }, { type: "started" }, { delayMs: 550 });
  sim.run({ until });
  if (sim.failure) throw sim.failure;
}

const runs = (fake: Fake, type: string): number[] =>
  fake.sim.trace
    .all()
    .filter((r) => r.type === `prober.${type}`)
    .map((r) => r.time);

const exec = { command: ["true"] };

describe("probe workers", () => {
  it("run liveness on the ticker that began at admission", () => {
    const { fake, pod } = world({ livenessProbe: { exec, periodSeconds: 5, initialDelaySeconds: 2 } });
    play(fake, pod, 16_000);
    expect(runs(fake, "liveness")).toEqual([5320, 10_320, 15_320]);
  });

  it("run readiness with the start, and then a period after the last sync that asked for it", () => {
    const { fake, pod } = world({ readinessProbe: { exec, periodSeconds: 10 } }, { syncAfterMs: 700 });
    play(fake, pod, 32_000);
    // At 550 the first failure is stored and the probe runs; the sync that this causes finds the container ready.
    expect(runs(fake, "readiness")).toEqual([570, 10_550 + 20, 20_550 + 20, 30_550 + 20]);
  });

  it("look at initialDelaySeconds only when they wake", () => {
    const { fake, pod } = world(
      { readinessProbe: { exec, periodSeconds: 10, initialDelaySeconds: 3 } },
      { syncAfterMs: 700 },
    );
    play(fake, pod, 25_000);
    // The sync at 1250 triggers in vain and starts the period anew.
    expect(runs(fake, "readiness")).toEqual([11_270, 21_270]);
  });

  it("do not probe faster than a slow probe ends, and keep one tick meanwhile", () => {
    const { fake, pod } = world({ livenessProbe: { exec, periodSeconds: 2, timeoutSeconds: 10 } });
    fake.exec = () => ({ took: 5000, result: { ok: true, value: { exitCode: 0, stdout: "", stderr: "" } } });
    play(fake, pod, 18_000);
    expect(runs(fake, "liveness")).toEqual([7300, 12_300, 17_300]);
  });

  it("tell the sync loop of a failure at the threshold, and hold until a new container comes", () => {
    const { fake, pod } = world({ livenessProbe: { exec, periodSeconds: 5, failureThreshold: 3 } });
    fake.exec = () => ({
      took: 10,
      result: { ok: true, value: { exitCode: 1, stdout: "", stderr: "no\n" } },
    });
    play(fake, pod, 40_000);
    expect(runs(fake, "liveness")).toEqual([5310, 10_310, 15_310]);
    expect(fake.probeUpdates.map((u) => [u.result, u.at])).toEqual([
      ["success", 5300],
      ["failure", 15_310],
    ]);
    const events = fake.requests.filter((r) => r.kind === "Event");
    expect(events.map((r) => r.verb)).toEqual(["create", "patch", "patch"]);
    expect(events[0]?.body).toMatchObject({
      reason: "Unhealthy",
      message: "Liveness probe failed: no\n",
      involvedObject: { fieldPath: "spec.containers{app}" },
      reportingComponent: "kubelet",
    });
    expect(events[2]?.body).toMatchObject({ count: 3 });
  });

  it("hold liveness and readiness back until the startup probe has succeeded", () => {
    const { fake, pod } = world({
      startupProbe: { exec: { command: ["up"] }, periodSeconds: 3, failureThreshold: 10 },
      livenessProbe: { exec, periodSeconds: 4 },
      readinessProbe: { exec, periodSeconds: 4 },
    });
    fake.exec = (command, at) => ({
      took: 10,
      result: {
        ok: true,
        value: { exitCode: command[0] === "up" && at < 7000 ? 1 : 0, stdout: "", stderr: "" },
      },
    });
    play(fake, pod, 14_000);
    expect(runs(fake, "startup")).toEqual([3310, 6310, 9310]);
    // Readiness runs in the sync that the startup result causes; liveness on its own next tick.
    expect(runs(fake, "readiness")).toEqual([9320, 13_320]);
    expect(runs(fake, "liveness")).toEqual([12_310]);
  });

  it("try three times after an error, and count none of it", () => {
    const { fake, pod } = world({ readinessProbe: { exec, periodSeconds: 5 } }, { syncAfterMs: 700 });
    let calls = 0;
    fake.exec = () => {
      calls++;
      return {
        took: 10,
        result: { ok: false, error: { code: "Unknown", desc: "failed to exec in container" } },
      };
    };
    play(fake, pod, 1000);
    expect(calls).toBe(3);
    expect(
      fake.requests.filter((r) => r.kind === "Event").map((r) => (r.body as { message: string }).message),
    ).toEqual([
      "Readiness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container",
    ]);
    expect(fake.k.prober.result("readiness", "c1")).toBe("failure");
  });

  it("follow a redirect on the same host, and warn of one to another", () => {
    const { fake, pod } = world(
      { readinessProbe: { httpGet: { path: "/a?x=1", port: 80 }, periodSeconds: 60 } },
      { syncAfterMs: 700 },
    );
    const asked: string[] = [];
    fake.http = (request) => {
      asked.push(`${request.ip}:${request.port}${request.path}`);
      const location = request.path === "/a?x=1" ? "/b" : "http://elsewhere/c";
      return {
        took: 2,
        result: { ok: true, response: { status: 302, headers: { Location: location }, body: "moved" } },
      };
    };
    play(fake, pod, 600);
    expect(asked).toEqual(["10.0.0.5:80/a?x=1", "10.0.0.5:80/b"]);
    expect(fake.k.prober.result("readiness", "c1")).toBe("success");
    expect(fake.sim.trace.all().find((r) => r.type === "event.ProbeWarning")?.data["message"]).toBe(
      "Readiness probe warning: Probe terminated redirects, Response body: moved",
    );
  });

  it("stop: liveness when termination begins, readiness when the pod is gone", () => {
    const { fake, pod } = world(
      { livenessProbe: { exec, periodSeconds: 1 }, readinessProbe: { exec, periodSeconds: 1 } },
      { syncAfterMs: 700 },
    );
    fake.sim.component("end", (event) =>
      event.type === "begin" ? fake.k.prober.stopLivenessAndStartup(pod) : fake.k.prober.removePod(pod),
    );
    fake.sim.send({ to: "end" }, { type: "begin" }, { delayMs: 2000 });
    fake.sim.send({ to: "end" }, { type: "gone" }, { delayMs: 4000 });
    play(fake, pod, 8000);
    expect(runs(fake, "liveness").at(-1)).toBe(1320);
    expect(runs(fake, "readiness").at(-1)).toBe(3570);
    expect(fake.k.prober.result("readiness", "c1")).toBeUndefined();
  });
});
