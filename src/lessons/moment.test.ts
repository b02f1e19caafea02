import { describe, expect, it } from "vitest";
import type { TraceRecord } from "../sim/types.ts";
import { lineRecord } from "./moment.ts";

const record = (seq: number, time: number, type: string, object: string, data = {}): TraceRecord => ({
  seq,
  time,
  cause: null,
  from: "node-1/kubelet",
  to: "node-1/kubelet",
  type,
  object,
  data,
});

const trace = [
  record(1, 1000, "syncloop.PROBE", "pod/default/web/app", { status: "not ready" }),
  record(2, 2000, "syncloop.PROBE", "pod/default/web/app", { status: "ready" }),
  record(3, 2500, "syncloop.PROBE", "pod/default/web-2/app", { status: "ready" }),
  record(4, 5000, "syncloop.PROBE", "pod/default/web/app", { status: "not ready" }),
];

describe("the line of a moment", () => {
  it("is the last record of its kind about that pod, and never one that comes later", () => {
    const line = { type: "syncloop.PROBE", object: "pod/web" };
    expect(lineRecord(trace, { line, at: 3000 })?.seq).toBe(2);
    expect(lineRecord(trace, { line, at: 5000 })?.seq).toBe(4);
    expect(lineRecord(trace, { line, at: 900 })).toBeUndefined();
  });

  it("can ask for what the record says", () => {
    const line = { type: "syncloop.PROBE", object: "pod/default/web", data: { status: "not ready" } };
    expect(lineRecord(trace, { line, at: 3000 })?.seq).toBe(1);
  });

  it("is absent where a moment has none", () => {
    expect(lineRecord(trace, { at: 3000 })).toBeUndefined();
  });
});
