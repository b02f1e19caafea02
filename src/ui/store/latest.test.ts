import { describe, expect, it } from "vitest";
import type { TraceRecord } from "../../sim/index.ts";
import { latestOf } from "./latest.ts";
import { TraceView } from "./world.ts";

const record = (seq: number, type: string): TraceRecord =>
  ({ seq, time: seq, cause: null, type, from: "a", to: "b", object: "", data: {} }) as TraceRecord;
const event = (r: TraceRecord): boolean => r.type.startsWith("event.");

describe("latestOf", () => {
  it("finds the same whether it follows a run or looks at it whole", () => {
    const records = Array.from({ length: 40 }, (_, i) => record(i + 1, i % 3 ? "reply" : "event.x"));
    let known = latestOf(null, new TraceView(records.slice(0, 10)), "e", event, 5);
    for (let n = 11; n <= 40; n += 7)
      known = latestOf(known, new TraceView(records.slice(0, n)), "e", event, 5);
    known = latestOf(known, new TraceView(records), "e", event, 5);
    expect(known.list).toEqual(records.filter(event).slice(-5));
  });

  it("forgets what a rewind took back", () => {
    const first = [record(1, "event.a"), record(2, "event.b")];
    const before = latestOf(null, new TraceView(first), "e", event, 5);
    const other = [first[0]!, record(2, "reply"), record(3, "event.c")];
    expect(latestOf(before, new TraceView(other), "e", event, 5).list.map((r) => r.type)).toEqual([
      "event.a",
      "event.c",
    ]);
  });
});
