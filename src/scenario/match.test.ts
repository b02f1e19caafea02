import { describe, expect, it } from "vitest";
import { checkPattern, countMatches, isMatcher, matches } from "./match.ts";

describe("what a check wants", () => {
  it("is equal to plain values; objects and lists by what is named of them", () => {
    expect(matches("Running", "Running")).toBe(true);
    expect(matches("Running", "Runn")).toBe(false);
    expect(matches(1, 1)).toBe(true);
    expect(matches(1, 2)).toBe(false);
    expect(matches(true, true)).toBe(true);
    expect(matches({ a: 1, b: 2 }, { a: 1 })).toBe(true);
    expect(matches({ a: 1 }, { a: 1, b: 2 })).toBe(false);
    expect(matches([1, 2], [1, 2])).toBe(true);
    expect(matches([1, 2], [1])).toBe(false);
    expect(matches(undefined, "x")).toBe(false);
  });

  it("is a number or a quantity in a range", () => {
    expect(matches(3, { gt: 2 })).toBe(true);
    expect(matches(2, { gt: 2 })).toBe(false);
    expect(matches(2, { gte: 2, lte: 2 })).toBe(true);
    expect(matches(5, { gt: 2, lt: 5 })).toBe(false);
    expect(matches("1500m", { gt: "1" })).toBe(true);
    expect(matches("128Mi", { lt: "1Gi" })).toBe(true);
    expect(matches("soon", { gt: 1 })).toBe(false);
    expect(matches(undefined, { lt: 5 })).toBe(false);
  });

  it("is a pattern, line by line; a bad one fits nothing", () => {
    expect(matches("a\nweb 0/1 Error 2\n", { matches: "^web +0/1 +Error" })).toBe(true);
    expect(matches("web", { matches: "^x" })).toBe(false);
    expect(matches(undefined, { matches: ".*" })).toBe(false);
    expect(matches("a", { matches: "(" })).toBe(false);
    expect(checkPattern("(")).toBe(false);
    expect(checkPattern("a+")).toBe(true);
  });

  it("is being there or not", () => {
    expect(matches(0, { exists: true })).toBe(true);
    expect(matches(null, { exists: false })).toBe(true);
    expect(matches(undefined, { exists: true })).toBe(false);
  });

  it("is text without the blank at its end, with equals", () => {
    expect(matches("ok\n", { equals: "ok" })).toBe(true);
    expect(matches("ok", { equals: "no" })).toBe(false);
  });

  it("tells a matcher from an object that looks like one", () => {
    expect(isMatcher({ gt: 1 })).toBe(true);
    expect(isMatcher({ gt: 1, name: "x" })).toBe(false);
    expect(isMatcher({})).toBe(false);
    expect(isMatcher([1])).toBe(false);
  });

  it("counts: any, exactly so many, or within bounds", () => {
    expect([countMatches(0, undefined), countMatches(3, undefined)]).toEqual([false, true]);
    expect([countMatches(2, 2), countMatches(3, 2)]).toEqual([true, false]);
    expect([countMatches(3, { gt: 2 }), countMatches(2, { gt: 2 })]).toEqual([true, false]);
  });
});
