import { describe, expect, it } from "vitest";
import { parseScenario } from "../parse.ts";
import { scenarioText } from "../serialize.ts";
import { adaptRecording } from "./adapt.ts";
import { ghostEntry, ghostOf } from "./ghost.ts";
import type { RecordedStatus, Recording } from "./recording.ts";

const container = (state: object, restartCount = 0, ready = false): object => ({
  name: "app",
  state,
  ready,
  restartCount,
});
const status = (at: number, phase: string, one?: object, more: object = {}): RecordedStatus =>
  ({
    at,
    status: { phase, ...(one ? { containerStatuses: [one] } : {}), ...more },
  }) as unknown as RecordedStatus;

const running = { running: {} };
const exited = (exitCode: number) => ({ terminated: { exitCode, reason: exitCode ? "Error" : "Completed" } });

function recording(statuses: readonly RecordedStatus[], more: Partial<Recording> = {}): Recording {
  return {
    id: "golden/one",
    describes: "one",
    kubernetes: "v1.36.1",
    manifest: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "one" },
      spec: { containers: [{ name: "app", image: "busybox:1.36" }] },
    },
    until: 60,
    statuses,
    events: [],
    ...more,
  };
}

const crash = [
  status(0, "Pending"),
  status(0.1, "Pending", container({ waiting: { reason: "ContainerCreating" } })),
  status(0.5, "Running", container(running, 0, true)),
  status(3, "Running", container(exited(1))),
  status(15, "Running", container({ waiting: { reason: "CrashLoopBackOff" } }, 0)),
  status(15.2, "Running", container(running, 1, true)),
];

describe("ghostOf", () => {
  it("has what was submitted as YAML; of a static pod its file", () => {
    expect(ghostOf(recording(crash)).manifest).toMatch(
      /^apiVersion: v1\nkind: Pod\nmetadata:\n {2}name: one\n/,
    );
    const content = '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"still"}}';
    const file = { at: 1, do: "file", args: { path: "/etc/kubernetes/manifests/a.yaml", content } };
    expect(ghostOf(recording(crash, { manifest: null, actions: [file] })).manifest).toContain("name: still");
  });

  it("draws a life as the API showed it, at the times of the run", () => {
    const [app] = ghostOf(recording(crash)).pods[0]!.containers;
    expect(app!.segments.map((s) => [s.kind, s.from, s.label])).toEqual([
      ["creating", 5000, ""],
      ["ready", 5500, ""],
      ["waiting", 8000, "Error"],
      ["waiting", 20_000, "CrashLoopBackOff"],
      ["ready", 20_200, ""],
    ]);
    expect(app!.segments.at(-1)!.to).toBeNull();
  });

  it("numbers starts and exits by the restart count", () => {
    const [app] = ghostOf(recording(crash)).pods[0]!.containers;
    expect(app!.moments).toContainEqual({ kind: "started", nth: 1, at: 20_200 });
    expect(app!.moments).toContainEqual({ kind: "exited", nth: 0, at: 8000 });
    expect(app!.moments.filter((m) => m.kind === "exited")).toHaveLength(1);
  });

  it("knows a life too short to be seen from the next one", () => {
    const [app] = ghostOf(recording([status(1, "Running", container(running, 2, true))])).pods[0]!.containers;
    expect(app!.moments.filter((m) => m.kind === "started").map((m) => m.nth)).toEqual([0, 1, 2]);
  });

  it("lets a container that ended wait or rest as its restart policy says", () => {
    const ended = [...crash.slice(0, 3), status(3, "Running", container(exited(1)))];
    const never = { kind: "Pod", spec: { restartPolicy: "Never", containers: [{ name: "app" }] } };
    const last = (more: Partial<Recording>) =>
      ghostOf(recording(ended, more)).pods[0]!.containers[0]!.segments.at(-1)!.kind;
    expect(last({})).toBe("waiting");
    expect(last({ manifest: never })).toBe("failed");
  });

  it("ends with the pod: terminating while it stops, then gone", () => {
    const [pod] = ghostOf(
      recording([
        ...crash.slice(0, 3),
        status(8, "Running", container(running, 0, true), { deletionTimestamp: 38 }),
        status(12, "Succeeded", container(exited(0)), { deletionTimestamp: 38 }),
        { at: 12.5, deleted: true },
      ]),
    ).pods;
    const [app] = pod!.containers;
    expect(app!.segments.slice(-2)).toEqual([
      { kind: "terminating", from: 13_000, to: 17_000, label: "" },
      { kind: "succeeded", from: 17_000, to: 17_500, label: "Completed" },
    ]);
    expect(pod!.moments).toEqual([{ kind: "gone", nth: 0, at: 17_500 }]);
  });

  it("tells a pod without containers by its phase", () => {
    const [pod] = ghostOf(
      recording([
        status(0, "Pending"),
        status(1, "Failed", undefined, { reason: "UnexpectedAdmissionError" }),
      ]),
    ).pods;
    expect(pod!.containers).toEqual([]);
    expect(pod!.segments.map((s) => [s.kind, s.label])).toEqual([
      ["creating", "Pending"],
      ["failed", "UnexpectedAdmissionError"],
    ]);
  });

  it("names what keeps a recording from being played", () => {
    const odd = recording(crash, { actions: [{ at: 1, do: "pray", args: {} }] });
    expect(ghostOf(odd)).toMatchObject({ scenario: null, missing: "action: pray" });
    expect(ghostEntry(odd).playable).toBe(false);
  });
});

describe("scenarioText", () => {
  it("is read back as the scenario it was made of", () => {
    const adapted = adaptRecording(
      recording(crash, {
        world: { faults: [{ type: "registry-down", from: 0, until: 40 }] },
        actions: [
          { at: 8, do: "delete", args: { gracePeriodSeconds: 3 } },
          { at: 9, do: "patch", args: { patch: { metadata: { labels: { at: "noon" } } } } },
        ],
      }),
    );
    if (!adapted.ok) throw new Error(adapted.missing);
    const read = parseScenario(scenarioText(adapted.scenario));
    expect(read).toEqual({ ok: true, scenario: adapted.scenario });
  });
});
