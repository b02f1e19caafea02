import { describe, expect, it } from "vitest";
import type { Pod } from "../../api/types.ts";
import type { TraceRecord } from "../../sim/index.ts";
import { podView } from "../store/select/pods.ts";
import { TraceView } from "../store/world.ts";
import { commandsFor, whyOf } from "./chain.ts";
import { diagnosisOf } from "./diagnosis.ts";

const POD = "pod/default/web";
const record = (seq: number, cause: number | null, type: string, object = `${POD}/app`): TraceRecord =>
  ({ seq, time: seq * 1000, cause, type, from: "a", to: "b", object, data: {} }) as TraceRecord;

const TRACE = new TraceView([
  record(1, null, "input.apply", ""),
  record(2, 1, "container.start"),
  record(3, 2, "container.exit"),
  record(4, 3, "pleg.ContainerDied"),
  record(5, 4, "event.BackOff"),
  record(6, 4, "reply"),
  record(7, 2, "pleg.ContainerRemoved"),
]);
const SELECTED = { kind: "object", id: POD } as const;

const pod = (status: Pod["status"], extra: Partial<Pod["spec"]> = {}) =>
  podView({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default" },
    spec: { nodeName: "n", restartPolicy: "Always", containers: [{ name: "app", image: "i" }], ...extra },
    status,
  } as Pod);

const ended = (exitCode: number, reason: string) => ({
  terminated: { exitCode, reason, containerID: "containerd://1" },
});
const status = (state: object, lastState: object = {}, restartCount = 1) =>
  ({
    phase: "Running",
    containerStatuses: [
      { name: "app", ready: false, restartCount, state, lastState, containerID: "containerd://1" },
    ],
  }) as unknown as Pod["status"];

describe("why", () => {
  it("begins at the back-off for a pod that waits, and ends at the first input", () => {
    const types = whyOf(SELECTED, TRACE, "waiting").map((r) => r.type);
    expect(types).toEqual([
      "event.BackOff",
      "pleg.ContainerDied",
      "container.exit",
      "container.start",
      "input.apply",
    ]);
  });

  it("does not take the back-off of an earlier wait for the present one", () => {
    const again = new TraceView([
      ...TRACE.records,
      record(8, 1, "container.start"),
      record(9, 8, "pleg.ContainerDied"),
    ]);
    expect(whyOf(SELECTED, again, "waiting")[0]?.type).toBe("pleg.ContainerDied");
  });

  it("asks for the log that exists: of the run that ended, or of the one before the one that runs", () => {
    const selection = { kind: "object", id: POD } as const;
    const logs = (view: ReturnType<typeof pod>) =>
      commandsFor(selection, view).find((c) => c.includes("logs"));
    expect(logs(pod(status(ended(1, "Error"))))).toBe("kubectl logs web");
    expect(logs(pod(status({ waiting: { reason: "CrashLoopBackOff" } }, ended(1, "Error"))))).toBe(
      "kubectl logs web --previous",
    );
    expect(logs(pod(status({ waiting: { reason: "ContainerCreating" } }, {}, 0)))).toBe("kubectl logs web");
  });
});

describe("diagnosis", () => {
  it("tells a crash, an end with 0, memory and an image apart", () => {
    expect(diagnosisOf(pod(status(ended(1, "Error"))))).toBe("crash");
    expect(diagnosisOf(pod(status({ waiting: { reason: "CrashLoopBackOff" } }, ended(0, "Completed"))))).toBe(
      "completed-again",
    );
    expect(
      diagnosisOf(pod(status({ waiting: { reason: "CrashLoopBackOff" } }, ended(137, "OOMKilled")))),
    ).toBe("oom");
    expect(diagnosisOf(pod(status({ waiting: { reason: "ImagePullBackOff" } })))).toBe("image");
  });

  it("speaks of the scheduler while no node has the pod, and of nothing when all is well", () => {
    const pending = { phase: "Pending", conditions: [] } as unknown as Pod["status"];
    expect(diagnosisOf(pod(pending, { nodeName: "" }))).toBe("unscheduled");
    const well = {
      ...status({ running: {} }),
      conditions: [{ type: "Ready", status: "True" }],
    } as unknown as Pod["status"];
    expect(diagnosisOf(pod(well))).toBeNull();
  });
});
