import { describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  const nothing = () => {};
  Object.assign(globalThis, {
    innerWidth: 1440,
    location: { search: "" },
    matchMedia: () => ({ matches: false, addEventListener: nothing }),
    document: { documentElement: { dataset: {} } },
  });
});
const { clampSpan, cluster, followSpan, horizon, showSpan, spanNow, ticksFor, useFollow, zoomed } =
  await import("./span.ts");
const { setView, useView } = await import("../store/view.ts");
const { world } = await import("../store/world.ts");

describe("the span in view", () => {
  it("begins at 0 until now has come to its place, then moves with it", () => {
    const follow = { length: 100_000, ratio: 0.6 };
    expect(followSpan(10_000, follow)).toEqual([0, 100_000]);
    expect(followSpan(200_000, follow)).toEqual([140_000, 240_000]);
    expect(spanNow([1, 2], 200_000, follow)).toEqual([1, 2]);
  });

  it("zooms around a time that keeps its place, within limits", () => {
    const [from, to] = zoomed([100_000, 200_000], 0.5, 125_000);
    expect([from, to]).toEqual([112_500, 162_500]);
    expect(zoomed([0, 1_000], 0.0001, 500)[1] - zoomed([0, 1_000], 0.0001, 500)[0]).toBe(200);
    expect(clampSpan([-1e9, 50_000])[0]).toBeLessThan(0);
  });

  it("goes on following while now is in view, and holds when it is not", () => {
    world.setState({ now: 100_000 });
    setView({ span: null });
    showSpan([60_000, 140_000]);
    expect(useView.getState().span).toBeNull();
    expect(followSpan(100_000, useFollow.getState())).toEqual([60_000, 140_000]);
    showSpan([0, 50_000]);
    expect(useView.getState().span).toEqual([0, 50_000]);
  });

  it("shows the whole run with room to spare", () => {
    expect(horizon(0)).toBe(60_000);
    expect(horizon(94_000)).toBeGreaterThan(94_000);
  });
});

describe("axis and marks", () => {
  it("has labels in steps of 1, 2, 5 that do not touch", () => {
    expect(ticksFor([40_000, 128_000], 1200)).toEqual({ major: 10_000, minor: 2_000 });
    for (const length of [500, 3_000, 90_000, 600_000, 7_200_000, 86_400_000]) {
      const { major, minor } = ticksFor([0, length], 900);
      expect((major / length) * 900).toBeGreaterThanOrEqual(76);
      expect(major % minor).toBe(0);
    }
  });
  it("makes one mark of several that are close", () => {
    const found = cluster([0, 3, 6, 30, 100, 104], (x) => x);
    expect(found.map((c) => c.items.length)).toEqual([3, 1, 2]);
  });
});
