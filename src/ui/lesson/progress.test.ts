import { describe, expect, it } from "vitest";
import { mergeProgress, parseProgress, progressOf, readProgress } from "./progress.ts";

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

describe("a progress file", () => {
  it("is refused with a reason when it is none", () => {
    expect(parseProgress("{")).toBe("json");
    expect(parseProgress("[1]")).toBe("none");
    expect(parseProgress('{"version": 2, "lessons": {}}')).toBe("version");
    expect(parseProgress(`{"lessons": {}, "x": "${"x".repeat(300_000)}"}`)).toBe("size");
  });

  it("adds to what is there and takes nothing away", () => {
    const here = readProgress({ lessons: { a: { steps: ["one"], answers: { q: { ok: true, tries: 3 } } } } });
    const file = parseProgress(
      JSON.stringify({ lessons: { a: { steps: ["two"], answers: { q: { ok: false, tries: 9 } } }, b: {} } }),
    );
    if (typeof file === "string") throw new Error(file);
    expect(mergeProgress(here!, file).lessons).toEqual({
      a: { steps: ["one", "two"], answers: { q: { ok: true, tries: 3 } } },
      b: { steps: [], answers: {} },
    });
  });
});
