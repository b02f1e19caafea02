import { describe, expect, it } from "vitest";
import type { TraceRecord } from "../../../sim/index.ts";
import type { Edge } from "../edges.ts";
import { durationOf, plan, slownessOf } from "./plan.ts";

const edges: Edge[] = [
  { id: "watch", a: "apiserver", b: "pod-config", points: [] },
  { id: "lease", a: "lease", b: "apiserver", points: [] },
];
let seq = 1;
const record = (from: string, to: string, data: Record<string, unknown> = {}): TraceRecord => ({
  seq: seq++,
  time: 0,
  cause: null,
  from,
  to,
  type: "x",
  object: "",
  data,
});

describe("messages on screen", () => {
  it("last between 220 and 900 ms at 1× to 10×, and shrink to 120 ms at 100×", () => {
    expect(durationOf(1, 1)).toBe(220);
    expect(durationOf(1e6, 1)).toBe(900);
    expect(durationOf(1e6, 100)).toBeCloseTo(120);
    expect(slownessOf({ duration: 220, latency: 4 }, 1)).toBe(55);
    expect(slownessOf({ duration: 120, latency: 4 }, 100)).toBe(1);
  });

  it("go along the edge between their ends, in their direction", () => {
    const [there, back] = plan(
      [record("apiserver", "node-1/pod-config"), record("node-1/pod-config", "apiserver")],
      edges,
      "kubelet",
      "node-1",
      1,
    );
    expect([there?.edge.id, there?.back, back?.back]).toEqual(["watch", false, true]);
  });

  it("are left out when they concern another node", () => {
    expect(plan([record("apiserver", "node-2/pod-config")], edges, "kubelet", "node-1", 1)).toEqual([]);
  });

  it("become one with a number when more than three go the same way", () => {
    const four = Array.from({ length: 4 }, () => record("apiserver", "node-1/pod-config"));
    expect(plan(four, edges, "kubelet", "node-1", 1).map((f) => f.records.length)).toEqual([4]);
    expect(plan(four.slice(1), edges, "kubelet", "node-1", 1)).toHaveLength(3);
  });
});
