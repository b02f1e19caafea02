import { describe, expect, it } from "vitest";
import { MACHINES } from "../../kubelet/machines.ts";
import { type DrawnState, draw } from "./draw.ts";
import { activeStates, around, fold, folded, graphOf } from "./graph.ts";

const graph = (id: string) => graphOf(MACHINES.find((m) => m.id === id)!.machine);
const none: ReadonlySet<string> = new Set();

describe("a machine as a graph", () => {
  it("has its states, composites, delays and guards", () => {
    const pleg = graph("pleg");
    expect(pleg.initial).toBe("idle");
    expect(pleg.states.find((s) => s.id === "listing")?.initial).toBe("listing.sandboxes");
    const failed = pleg.edges.find((e) => e.from === "listing.sandboxes" && e.to === "idle");
    expect(failed?.labels).toEqual([
      { event: "SANDBOXES", text: "SANDBOXES", guard: "failed", kind: "event" },
    ]);
    const lease = graph("lease").edges.find((e) => e.from === "waiting");
    expect(lease?.labels[0]).toMatchObject({ text: "interval", kind: "delay" });
    expect(lease?.labels[0]?.event).toMatch(/^xstate\.after\./);
    const prober = graph("prober");
    expect(prober.states.find((s) => s.id === "ended")?.final).toBe(true);
    expect(prober.edges.find((e) => e.from === "starting" && e.to === "jitter")?.labels[0]).toMatchObject({
      kind: "always",
      guard: "jitters",
    });
  });

  it("names the states of a value from the outside in", () => {
    expect(activeStates({ listing: "sandboxes" })).toEqual(["listing", "listing.sandboxes"]);
    expect(activeStates("idle")).toEqual(["idle"]);
    expect(activeStates(undefined)).toEqual([]);
  });

  it("folds composites until few enough states are in view", () => {
    const g = graph("node-status");
    expect(folded(g, 12, none)).toEqual(none);
    const closed = folded(g, 4, none);
    expect([...closed]).toEqual(["registering"]);
    const small = fold(g, closed);
    expect(small.states.map((s) => s.id)).toEqual(["waiting", "registering", "updating"]);
    expect(small.edges.filter((e) => e.from === "registering" && e.to === "registering")).toEqual([]);
    expect(folded(g, 4, new Set(["registering"]))).toEqual(none);
  });
});

const overlap = (a: DrawnState, b: DrawnState): boolean =>
  Math.abs(a.x - b.x) < (a.w + b.w) / 2 && Math.abs(a.y - b.y) < (a.h + b.h) / 2;

describe.each(["down", "right"] as const)("a statechart drawn %s", (flow) => {
  it.each(MACHINES.map((m) => [m.id, m.machine] as const))("%s: nothing lies on anything", (_, machine) => {
    const g = graphOf(machine);
    const drawing = draw(g, flow);
    expect(drawing.edges).toHaveLength(g.edges.length);
    const plain = drawing.states.filter((s) => s.state.initial === null);
    for (const [i, a] of plain.entries())
      for (const b of plain.slice(i + 1)) expect(overlap(a, b), `${a.state.id} ${b.state.id}`).toBe(false);
    for (const frame of drawing.states.filter((s) => s.state.initial !== null))
      for (const s of plain)
        if (s.state.parent === frame.state.id) {
          expect(Math.abs(s.x - frame.x) + s.w / 2).toBeLessThanOrEqual(frame.w / 2);
          expect(Math.abs(s.y - frame.y) + s.h / 2).toBeLessThanOrEqual(frame.h / 2);
        } else expect(overlap(s, frame), `${s.state.id} ${frame.state.id}`).toBe(false);
    for (const s of drawing.states) {
      expect(s.x - s.w / 2).toBeGreaterThanOrEqual(-0.5);
      expect(s.x + s.w / 2).toBeLessThanOrEqual(drawing.w + 0.5);
      expect(s.y + s.h / 2).toBeLessThanOrEqual(drawing.h + 0.5);
    }
    for (const e of drawing.edges) expect(e.path).not.toMatch(/NaN/);
  });
});

describe("around the live state", () => {
  const large = MACHINES.map((m) => graphOf(m.machine)).filter((g) => g.states.length > 12);

  it("a large machine is small enough to read, and every way from that state is there", () => {
    expect(large.length).toBeGreaterThan(0);
    for (const graph of large)
      for (const { id } of graph.states) {
        const near = around(graph, [id], []);
        const from = (g: typeof graph) => g.edges.filter((e) => e.from === id).map((e) => e.to);
        expect(near.states.map((s) => s.id)).toContain(id);
        expect(near.states.length).toBeLessThanOrEqual(12);
        expect(from(near)).toEqual(from(graph));
      }
  });

  it("is whole where the machine runs nowhere", () => {
    for (const graph of large) expect(around(graph, [], [])).toBe(graph);
  });
});
