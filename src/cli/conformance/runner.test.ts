import { describe, expect, it } from "vitest";
import type { Adapter, Suite } from "./adapter.ts";
import { firstDifference, matches } from "./compare.ts";
import { report, totals } from "./report.ts";
import { runSuite } from "./runner.ts";

const suite = (...cases: Suite["cases"]): Suite => ({ suite: "sum", cases });
const using = (adapter: Adapter) => new Map([["sum", adapter]]);

describe("comparing", () => {
  it("looks only at the keys that are expected", () => {
    expect(matches({ a: 1 }, { a: 1, b: 2 })).toBe(true);
    expect(firstDifference({ a: { b: [1, 2] } }, { a: { b: [1, 3] } })).toEqual({
      path: "a.b.1",
      expected: 2,
      actual: 3,
    });
  });

  it("takes null for absent, and nothing else for it", () => {
    expect(matches({ a: null }, {})).toBe(true);
    expect(matches({ a: null }, { a: "" })).toBe(false);
    expect(matches({ a: false }, {})).toBe(false);
  });

  it("wants arrays whole and in order unless named a set", () => {
    expect(matches([1, 2], [2, 1])).toBe(false);
    expect(matches([1], [1, 2])).toBe(false);
    expect(matches([1, 2], [2, 1], [""])).toBe(true);
    expect(matches([{ r: [1, 2] }], [{ r: [2, 1] }], ["*.r"])).toBe(true);
    expect(matches([1, 1], [1, 2], [""])).toBe(false);
  });

  it("pairs a set even when the greedy choice would fail", () => {
    expect(matches([{ a: 1 }, { a: 1, b: 2 }], [{ a: 1, b: 2 }, { a: 1 }], [""])).toBe(true);
  });
});

describe("running a suite", () => {
  it("counts a suite without an adapter as skipped", () => {
    const results = [runSuite(suite({ id: "s1", given: {} }), new Map())];
    expect(totals(results)).toEqual({ passed: 0, failed: 0, skipped: 1 });
  });

  it("fails a case that throws and goes on", () => {
    const adapter: Adapter = (given) => {
      if (given.bad) throw new Error("no such thing");
      return { n: 1 };
    };
    const cases = [
      { id: "s1", given: { bad: true }, expect: { n: 1 } },
      { id: "s2", given: {}, expect: { n: 1 } },
    ];
    const results = [runSuite(suite(...cases), using(adapter))];
    expect(totals(results)).toEqual({ passed: 1, failed: 1, skipped: 0 });
    expect(report(results)).toContain("FAIL s1: thrown: no such thing");
    expect(report(results).split("\n").at(-1)).toBe("1 passed, 1 failed, 0 skipped");
  });

  it("compares each step with its own expectation", () => {
    const given = { steps: [{ add: 1, expect: { n: 1 } }, { add: 1 }, { add: 1, expect: { n: 4 } }] };
    const adapter: Adapter = (world) => {
      let n = 0;
      return world.steps.map((step: { add: number }) => {
        n += step.add;
        return { n };
      });
    };
    const [result] = runSuite(suite({ id: "s1", given, expect: { allSteps: true } }), using(adapter)).results;
    expect(result?.ok).toBe(false);
    expect(result?.detail).toBe("2.n: expected 4, got 3");
  });

  it("leaves the vectors as they are when an adapter changes what it is given", () => {
    const shared = { list: [1] };
    const adapter: Adapter = (given) => given.list.push(1);
    const cases = [
      { id: "s1", given: shared, expect: 2 },
      { id: "s2", given: shared, expect: 2 },
    ];
    expect(totals([runSuite(suite(...cases), using(adapter))]).passed).toBe(2);
  });
});
