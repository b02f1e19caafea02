import { describe, expect, it } from "vitest";
import { age, parseRunTime, runTime, wallClock } from "./time.ts";

describe("times of the run", () => {
  it("are written as minutes and seconds, with as many digits as asked, never rounded up", () => {
    expect(runTime(94_199)).toBe("1:34.1");
    expect(runTime(94_199, 0)).toBe("1:34");
    expect(runTime(3_723_004, 3)).toBe("1:02:03.004");
  });

  it("are read in the forms people type", () => {
    expect(parseRunTime("90")).toBe(90_000);
    expect(parseRunTime("1:34.1")).toBe(94_100);
    expect(parseRunTime("1h2m3s")).toBe(3_723_000);
    expect(parseRunTime("soon")).toBeUndefined();
    expect(parseRunTime("")).toBeUndefined();
  });

  it("show the virtual clock", () => {
    expect(wallClock("2026-01-05T09:00:00Z", 94_100)).toEqual({ clock: "09:01:34", millis: "100" });
  });

  it("print ages as kubectl does", () => {
    expect([12_000, 94_000, 310_000, 660_000, 3 * 3_600_000, 50 * 3_600_000].map(age)).toEqual([
      "12s",
      "94s",
      "5m10s",
      "11m",
      "3h",
      "2d2h",
    ]);
  });
});
