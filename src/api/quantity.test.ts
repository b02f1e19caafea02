import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration } from "./duration.ts";
import { addQuantity, compareQuantity, formatQuantity, parseQuantity, quantity } from "./quantity.ts";

describe("quantities", () => {
  it.each([
    ["0.5", "500m"],
    ["1.5Gi", "1536Mi"],
    ["1000Mi", "1000Mi"],
    ["0.1Gi", "107374182400m"],
    ["1000k", "1M"],
    ["0.0005", "500u"],
  ])("%s is shown as %s", (text, shown) => expect(formatQuantity(quantity(text))).toBe(shown));

  it.each(["", "K", "Gb", "1 Gi", "abc", "1.2.3"])("refuses %j", (text) =>
    expect(parseQuantity(text).ok).toBe(false),
  );

  it("compares across families and keeps the first one's when adding", () => {
    expect(compareQuantity(quantity("1Gi"), quantity("1G"))).toBe(1);
    expect(formatQuantity(addQuantity(quantity("1Gi"), quantity("1024")))).toBe("1048577Ki");
  });

  it("survives an absurd exponent", () => {
    expect(compareQuantity(quantity("1e999999999"), quantity("1"))).toBe(1);
  });
});

describe("durations", () => {
  it.each([
    ["1h30m", 5_400_000, "1h30m0s"],
    ["90s", 90_000, "1m30s"],
    ["500ms", 500, "500ms"],
    ["1.5s", 1500, "1.5s"],
    ["0", 0, "0s"],
  ])("%s", (text, ms, shown) => {
    expect(parseDuration(text)).toEqual({ ok: true, ms });
    expect(formatDuration(ms)).toBe(shown);
  });

  it("names the unit it does not know", () => {
    expect(parseDuration("1x")).toEqual({ ok: false, error: 'time: unknown unit "x" in duration "1x"' });
  });
});
