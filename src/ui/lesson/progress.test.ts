import { describe, expect, it } from "vitest";
import { progressOf, readProgress } from "./progress.ts";

describe("progress", () => {
  it("keeps what can be read of a file and drops the rest", () => {
    const read = readProgress({
      lessons: {
        probes: { steps: ["apply", 3], answers: { q1: { ok: true, tries: 2 }, q2: { ok: "yes" } } },
        "No lesson": { steps: ["x"] },
        empty: null,
      },
    });
    expect(read?.lessons).toEqual({
      probes: { steps: ["apply"], answers: { q1: { ok: true, tries: 2 } } },
      empty: { steps: [], answers: {} },
    });
  });

  it("takes nothing else for progress", () => {
    for (const value of [null, 3, [], {}, { lessons: [] }]) expect(readProgress(value)).toBeNull();
  });

  it("counts steps and right answers that the lesson still has", () => {
    const progress = readProgress({
      lessons: {
        a: { steps: ["one", "gone"], answers: { q: { ok: true, tries: 1 }, r: { ok: false, tries: 1 } } },
      },
    });
    expect(progressOf(progress!, { id: "a", steps: ["one", "two"], quiz: ["q", "r"] })).toEqual({
      done: 2,
      all: 4,
    });
  });
});
