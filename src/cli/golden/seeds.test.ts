import { describe, expect, it } from "vitest";
import { outcomeOf, seedsOf } from "./seeds.ts";

describe("seeds of a recording", () => {
  it("are all of them without a budget", () => {
    expect(seedsOf(1, 50, 7, 900)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    expect(seedsOf(3, 4, 0, 30)).toEqual([3, 4]);
  });

  it("are fewer of a long recording, never none, never one twice", () => {
    expect(seedsOf(1, 50, 0, 30, 1500)).toHaveLength(50);
    expect(seedsOf(1, 50, 0, 60, 1500)).toHaveLength(25);
    expect(seedsOf(1, 50, 0, 900, 1500)).toHaveLength(3);
    expect(new Set(seedsOf(1, 50, 49, 60, 1500)).size).toBe(25);
  });

  it("go round, so that the recordings together use all", () => {
    const used = new Set(Array.from({ length: 17 }, (_, place) => seedsOf(1, 50, place, 900, 1500)).flat());
    expect(used.size).toBe(50);
  });
});

describe("the outcome under seeds", () => {
  const result = { id: "golden/one", seeds: 30, failed: [], moved: 0, explanation: [] };
  it("fails with one seed that fails, or when most need the loops elsewhere", () => {
    expect(outcomeOf(result)).toBe("passed");
    expect(outcomeOf({ ...result, moved: 10 })).toBe("passed");
    expect(outcomeOf({ ...result, moved: 11 })).toBe("failed");
    expect(outcomeOf({ ...result, failed: [3] })).toBe("failed");
    expect(outcomeOf({ ...result, missing: "action: fly" })).toBe("skipped");
  });
});
