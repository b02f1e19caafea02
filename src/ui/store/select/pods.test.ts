import { describe, expect, it } from "vitest";
import type { Pod } from "../../../api/types.ts";
import { podState, podView } from "./pods.ts";

const pod = (status: unknown, over: unknown = {}): Pod =>
  ({
    metadata: { name: "web", namespace: "default" },
    spec: { restartPolicy: "Always", containers: [{ name: "app", image: "nginx" }] },
    status,
    ...(over as object),
  }) as Pod;

const app = (state: unknown, ready = false, restartCount = 0) => [
  { name: "app", ready, restartCount, state, image: "nginx", imageID: "" },
];

describe("state of a pod on screen", () => {
  it("is creating before anything runs", () => {
    expect(podState(pod({ phase: "Pending" }))).toBe("creating");
    expect(
      podState(
        pod({ phase: "Pending", containerStatuses: app({ waiting: { reason: "ContainerCreating" } }) }),
      ),
    ).toBe("creating");
  });

  it("is running until the Ready condition is true", () => {
    const statuses = app({ running: { startedAt: "2026-01-05T09:00:00Z" } });
    expect(podState(pod({ phase: "Running", containerStatuses: statuses }))).toBe("running");
    expect(
      podState(
        pod({
          phase: "Running",
          containerStatuses: statuses,
          conditions: [{ type: "Ready", status: "True" }],
        }),
      ),
    ).toBe("ready");
  });

  it("waits through the whole back-off, also while the API still says Error", () => {
    expect(
      podState(
        pod({ phase: "Running", containerStatuses: app({ terminated: { exitCode: 1, reason: "Error" } }) }),
      ),
    ).toBe("waiting");
    expect(
      podState(
        pod({ phase: "Running", containerStatuses: app({ waiting: { reason: "CrashLoopBackOff" } }) }),
      ),
    ).toBe("waiting");
  });

  it("prints what kubectl prints", () => {
    const crashed = podView(
      pod({
        phase: "Running",
        containerStatuses: app({ terminated: { exitCode: 1, reason: "Error" } }, false, 3),
      }),
    );
    expect([crashed.ready, crashed.status, crashed.restarts]).toEqual(["0/1", "Error", 3]);
    const going = podView(
      pod(
        { phase: "Running", containerStatuses: app({ running: {} }, true) },
        { metadata: { name: "web", deletionTimestamp: "2026-01-05T09:00:00Z" } },
      ),
    );
    expect(going.status).toBe("Terminating");
  });
});
