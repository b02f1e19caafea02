import { describe, expect, it } from "vitest";
import { cronProblem, nextCronTime } from "./cron.ts";

const next = (schedule: string, after: string): string | null => {
  const time = nextCronTime(schedule, Date.parse(after));
  return time === null ? null : new Date(time).toISOString();
};

describe("a schedule", () => {
  it("is due at the next minute, hour and day that fit", () => {
    expect(next("* * * * *", "2026-01-05T09:00:00Z")).toBe("2026-01-05T09:01:00.000Z");
    expect(next("30 4 1 * *", "2026-01-05T09:00:00Z")).toBe("2026-02-01T04:30:00.000Z");
    expect(next("@weekly", "2026-01-05T09:00:00Z")).toBe("2026-01-11T00:00:00.000Z");
  });

  it("takes either day where day of month and day of week are given", () => {
    expect(next("0 0 13 * fri", "2026-01-05T09:00:00Z")).toBe("2026-01-09T00:00:00.000Z");
  });

  it("with @every counts from the last time, in whole seconds", () => {
    expect(next("@every 1h30m", "2026-01-05T09:00:00.700Z")).toBe("2026-01-05T10:30:00.000Z");
    expect(next("@every 10ms", "2026-01-05T09:00:00Z")).toBe("2026-01-05T09:00:01.000Z");
    expect(cronProblem("@every soon")).toBe(
      'failed to parse duration @every soon: time: invalid duration "soon"',
    );
  });

  it("that cannot be read is never due", () => {
    expect(cronProblem("*/5 * * * * *")).toBe("expected exactly 5 fields, found 6: [*/5 * * * * *]");
    expect(next("*/5 * * * * *", "2026-01-05T09:00:00Z")).toBeNull();
    expect(next("0 0 31 2 *", "2026-01-05T09:00:00Z")).toBeNull();
  });
});
