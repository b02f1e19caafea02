import { describe, expect, it } from "vitest";
import type { Ghost, GhostMoment } from "../../scenario/recordings/types.ts";
import { createLanes } from "../timeline/lanes.ts";
import type { ContainerTrack, PodTrack } from "../timeline/model.ts";
import { layoutRows } from "../timeline/rows.ts";
import { targetsOf } from "../timeline/targets.ts";
import { crashLoop, type Story } from "../timeline/testing/story.ts";
import { areaOfPart, areaOfRecording } from "./areas.ts";
import { driftsOf } from "./drift.ts";
import { lanesOf } from "./lanes.ts";
import { countOutcomes, joinReports, sum } from "./reports.ts";

const BEGIN = 5000;

const container = (
  starts: readonly number[],
  exits: readonly number[],
  readyAt: readonly number[] = [],
): ContainerTrack => ({
  id: "pod/default/one/app",
  name: "app",
  kind: "regular",
  segments: readyAt.map((from) => ({ kind: "ready", from, to: from + 1000, label: "", seq: 1 })),
  starts,
  exits: exits.map((at) => ({ at, seq: 1, code: 1, reason: "Error" })),
  signals: [],
  probes: [],
});

const pod = (app: ContainerTrack, ended: number | null = null): PodTrack => ({
  id: "pod/default/one",
  name: "one",
  namespace: "default",
  node: "node-1",
  from: BEGIN,
  segments: [],
  containers: [app],
  events: [],
  inputs: [],
  state: "ready",
  gone: ended !== null,
  ended,
});

const moment = (kind: GhostMoment["kind"], seconds: number, nth = 0): GhostMoment => ({
  kind,
  nth,
  at: BEGIN + seconds * 1000,
});
const drifts = (moments: readonly GhostMoment[], track: PodTrack) =>
  driftsOf({ container: "app", moments }, track, BEGIN);

describe("drift between the recorded life and the simulated one", () => {
  it("is not worth a mark when both agree to the eye, nor while the run has not come there", () => {
    expect(drifts([moment("started", 1), moment("exited", 9)], pod(container([6100], [])))).toEqual([]);
  });

  it("is within the tolerance up to 2.5 s or a quarter of the time", () => {
    const seen = drifts(
      [moment("started", 1), moment("exited", 100)],
      pod(container([8000], [BEGIN + 120_000])),
    );
    expect(seen.map((d) => [d.moment, d.fits])).toEqual([
      ["started", true],
      ["exited", true],
    ]);
    expect(seen[1]!.tolerance).toEqual({ kind: "time", within: 25_000 });
  });

  it("is told when it goes beyond", () => {
    const [late] = drifts([moment("started", 1)], pod(container([BEGIN + 5000], [])));
    expect(late).toMatchObject({ fits: false, recorded: 6000, simulated: 10_000 });
  });

  it("forgives a moment that is in time counted from the one before", () => {
    const seen = drifts(
      [moment("started", 1), moment("exited", 3)],
      pod(container([BEGIN + 5000], [BEGIN + 7000])),
    );
    expect(seen.map((d) => d.fits)).toEqual([false, true]);
    expect(seen[1]!.tolerance.kind).toBe("since");
  });

  it("lets back-offs differ by their own spread", () => {
    const seen = drifts(
      [moment("exited", 0), moment("started", 14.9, 1)],
      pod(container([0, BEGIN + 10_000], [BEGIN])),
    );
    expect(seen).toMatchObject([{ moment: "started", fits: true, tolerance: { kind: "backoff" } }]);
  });

  it("compares readiness of the same start, and when the pod is gone", () => {
    const track = pod(container([6000, 20_000], [12_000], [7000, 30_000]), 60_000);
    const seen = drifts([moment("ready", 2), moment("ready", 16, 1), moment("gone", 54)], track);
    expect(seen.map((d) => [d.moment, d.nth, d.simulated])).toEqual([
      ["ready", 1, 30_000],
      ["gone", 0, 60_000],
    ]);
  });
});

const ghost = (pods: Ghost["pods"]): Ghost => ({
  id: "one",
  describes: "",
  kubernetes: "v1.36.1",
  from: BEGIN,
  to: 65_000,
  scenario: "{}",
  manifest: "",
  missing: null,
  pods,
});
const life = (name: string | null, containers: readonly string[]): Ghost["pods"][number] => ({
  name,
  containers: containers.map((c) => ({
    name: c,
    segments: [{ kind: "ready", from: 6000, to: null, label: "" }],
    moments: [moment("started", 60)],
  })),
  segments: [],
  moments: [],
  events: [{ at: 6000, warning: false, reason: "Started", message: "Container started" }],
});

describe("lanes of a recording", () => {
  it("stand under the pod they were recorded of, generated names by order", () => {
    const ids = ["pod/kube-system/in-use", "pod/default/job-x7k2p", "pod/default/job-b9d4f"];
    const lanes = lanesOf(ghost([life("job-RAND2", ["a"]), life("other", ["a"])]), ids);
    expect(lanes.map((l) => l.pod)).toEqual(["pod/default/job-b9d4f"]);
    expect(lanesOf(ghost([life(null, ["a"])]), ids)[0]!.pod).toBe("pod/default/job-x7k2p");
    expect(lanesOf(ghost([life(null, ["a"])]), [])).toEqual([]);
  });

  it("are one a container, with the events on the first; what went on ends with the recording", () => {
    const lanes = lanesOf(ghost([life(null, ["a", "b"])]), ["pod/default/one"]);
    expect(lanes.map((l) => [l.name, l.events.length])).toEqual([
      ["one · a", 1],
      ["one · b", 0],
    ]);
    expect(lanes[0]!.segments[0]!.to).toBe(65_000);
  });

  it("can be walked: spans, events, and what differs", () => {
    const story: Story = crashLoop();
    const model = createLanes()(story.moment(100_000));
    const track = model.pods[0]!;
    const recording = ghost([life(null, [track.containers[0]!.name])]);
    const { rows } = layoutRows(model, {
      dense: false,
      selected: "",
      ghosts: lanesOf(recording, [track.id]),
    });
    const row = rows.find((r) => r.kind === "ghost")!;
    expect(
      targetsOf(row)
        .map((x) => x.kind)
        .sort(),
    ).toEqual(["drift", "events", "segment"]);
  });
});

describe("reports", () => {
  it("join the list of recordings with their comparison", () => {
    const list = joinReports(
      [
        { id: "a", describes: "", playable: true },
        { id: "b", describes: "", playable: true },
      ],
      {
        recordings: [
          { id: "golden/a", outcome: "passed" },
          { id: "golden/gone", outcome: "failed" },
        ],
      },
    );
    expect(list.map((r) => r.outcome)).toEqual(["passed", null]);
    expect(countOutcomes(list)).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(
      sum([
        { passed: 1, failed: 2, skipped: 3 },
        { passed: 1, failed: 0, skipped: 0 },
      ]),
    ).toEqual({ passed: 2, failed: 2, skipped: 3 });
  });

  it("put recordings and parts where a reader would look for them", () => {
    expect(areaOfRecording("liveness-exec-probe-grace")).toBe("prober");
    expect(areaOfRecording("term-handler")).toBe("termination");
    expect(areaOfRecording("e2e-b8-sidecars-between-inits")).toBe("restarts");
    expect(areaOfRecording("image-not-found-tag")).toBe("images");
    expect(areaOfPart("prober")).toBe("prober");
    expect(areaOfPart("user")).toBeUndefined();
  });
});
