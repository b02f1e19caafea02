import { describe, expect, it } from "vitest";
import { createLanes } from "./lanes.ts";
import { denseFor, layoutRows, rowAt } from "./rows.ts";
import { crashLoop, Story } from "./testing/story.ts";

const model = (story: Story) => createLanes()(story.moment(100_000));
const options = { dense: false, selected: "" };

describe("lanes from top to bottom", () => {
  it("are the node, its pods, their containers, and under these their probes", () => {
    const story = crashLoop();
    const id = story.pod("web", {
      initContainers: [{ name: "init" }],
      containers: [{ name: "nginx", livenessProbe: {} }],
    });
    story.add(95_000, "scheduler.bind", id, { node: "node-1" });
    const { rows, height } = layoutRows(model(story), options);
    expect(rows.map((r) => r.kind)).toEqual(["node", "container", "pod", "container", "container", "probe"]);
    expect(rows.every((r, i) => i === 0 || r.y === rows[i - 1]!.y + rows[i - 1]!.h)).toBe(true);
    expect(height).toBe(rows.at(-1)!.y + rows.at(-1)!.h);
    expect(rows[rowAt(rows, rows[3]!.y + 1)]).toBe(rows[3]);
  });

  it("shows the probes of the selected pod only, when there are many", () => {
    const story = new Story();
    for (let i = 0; i < 30; i++)
      story.add(
        i,
        "scheduler.bind",
        story.pod(`web-${i}`, { containers: [{ name: "nginx", readinessProbe: {} }] }),
        { node: "node-1" },
      );
    const many = model(story);
    expect(denseFor(many, 200)).toBe(true);
    expect(layoutRows(many, options).rows.filter((r) => r.kind === "probe")).toHaveLength(0);
    expect(
      layoutRows(many, { ...options, selected: "pod/default/web-3" }).rows.filter((r) => r.kind === "probe"),
    ).toHaveLength(1);
  });

  it("shows one pod alone, and a recording under its pod", () => {
    const story = crashLoop();
    story.add(95_000, "scheduler.bind", story.pod("web", { containers: [{ name: "nginx" }] }), {
      node: "node-1",
    });
    const ghost = { pod: "pod/default/web", name: "crash-backoff-reset", segments: [], events: [] };
    const { rows } = layoutRows(model(story), { ...options, only: "pod/default/web", ghosts: [ghost] });
    expect(rows.map((r) => r.kind)).toEqual(["node", "container", "ghost"]);
  });

  it("shows pods that no node has taken", () => {
    const story = new Story();
    story.pod("too-big", { nodeName: undefined, containers: [{ name: "app" }] });
    story.add(5, "api.create", "pod/default/too-big", {}, { from: "kubectl" });
    expect(layoutRows(model(story), options).rows.map((r) => r.id)).toEqual([
      "node/node-1",
      "pod/default/too-big/app",
    ]);
  });
});
