import { describe, expect, it } from "vitest";
import { isInUse, needsRotation, planRotation, rotatedLogName, rotatedLogs } from "./rotate.ts";

const LOG = "/var/log/pods/default_web_1/app/0.log";
const at = (n: number, suffix = ""): string => `${LOG}.20260105-09000${n}${suffix}`;

describe("rotation of a log", () => {
  it("begins at the limit, and never where the limit is negative", () => {
    expect([9, 10, 11].map((size) => needsRotation(size, 10))).toEqual([false, true, true]);
    expect(needsRotation(1e9, -1)).toBe(false);
  });

  it("names the file by the second", () => {
    expect(rotatedLogName(LOG, Date.parse("2026-01-05T09:00:07.900Z"))).toBe(`${LOG}.20260105-090007`);
  });

  it("finds what was rotated away from this log alone, the oldest first", () => {
    const names = ["0.log", "0.log.20260105-090002", "0.log.20260105-090001.gz", "1.log.20260105-090000"];
    expect(rotatedLogs(LOG, names)).toEqual([at(1, ".gz"), at(2)]);
  });

  it("compresses what was renamed last time, and keeps as many files as are allowed", () => {
    const rotated = [at(1, ".gz"), at(2, ".gz"), at(3, ".gz"), at(4)];
    expect(planRotation(rotated.slice(2), 5)).toEqual({ remove: [], compress: [at(4)] });
    expect(planRotation(rotated, 5)).toEqual({ remove: [at(1, ".gz")], compress: [at(4)] });
    expect(planRotation(rotated, 3)).toEqual({ remove: rotated.slice(0, 3), compress: [at(4)] });
    expect(planRotation(rotated, 2)).toEqual({ remove: rotated, compress: [] });
  });

  it("cleans up what a rotation that broke off has left", () => {
    const rotated = [at(1), at(1, ".gz"), at(2), at(2, ".tmp")];
    expect(rotated.map((log) => isInUse(log, rotated))).toEqual([false, true, true, false]);
    expect(planRotation(rotated, 5)).toEqual({ remove: [at(1), at(2, ".tmp")], compress: [at(2)] });
  });
});
