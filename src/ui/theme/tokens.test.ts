import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { STATES, TRAFFIC } from "../parts/states.ts";
import { ciede2000, contrast, deuteranopia, lab, linear } from "./colour.ts";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

function block(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  const body = css.slice(start, css.indexOf("\n}", start));
  return new Map([...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1] ?? "", m[2] ?? ""]));
}

const themes = { light: block(":root"), dark: block(':root[data-theme="dark"]') };
const surfaces = ["s0", "s1", "sunk"];

/** Smallest distance between any two of these colours as a deuteranope sees them. */
function nearest(colours: Map<string, string>, names: readonly string[]): { pair: string; distance: number } {
  let best = { pair: "", distance: Number.POSITIVE_INFINITY };
  names.forEach((a, i) => {
    for (const b of names.slice(i + 1)) {
      const seen = (n: string) => lab(deuteranopia(linear(colours.get(n) ?? "")));
      const distance = ciede2000(seen(a), seen(b));
      if (distance < best.distance) best = { pair: `${a}/${b}`, distance };
    }
  });
  return best;
}

describe("CIEDE2000", () => {
  it("agrees with the published test data (Sharma, Wu, Dalal 2005)", () => {
    expect(ciede2000([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 4);
    expect(ciede2000([50, 2.5, 0], [73, 25, -18])).toBeCloseTo(27.1492, 4);
    expect(ciede2000([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514])).toBeCloseTo(0.9082, 4);
  });
});

describe.each(Object.entries(themes))("%s theme", (_name, colours) => {
  const least = (ink: string, on: readonly string[]) =>
    Math.min(...on.map((s) => contrast(colours.get(ink) ?? "", colours.get(s) ?? "")));

  it("keeps text readable on every surface", () => {
    for (const ink of ["t1", "t2", "t3", "accent"])
      expect([ink, least(ink, surfaces)]).toEqual([ink, expect.toSatisfy((r: number) => r >= 4.5)]);
    expect(least("on-accent", ["accent"])).toBeGreaterThanOrEqual(4.5);
    expect(least("accent", ["accent-bg"])).toBeGreaterThanOrEqual(4.5);
  });

  it("keeps marks of states and traffic visible, and inks readable also over their tint", () => {
    for (const s of STATES) {
      expect([s, least(s, surfaces)]).toEqual([s, expect.toSatisfy((r: number) => r >= 3)]);
      expect([s, least(`${s}-ink`, [...surfaces, `${s}-bg`])]).toEqual([
        s,
        expect.toSatisfy((r: number) => r >= 4.5),
      ]);
    }
    for (const t of [...TRAFFIC, "edge"])
      expect([t, least(t, surfaces)]).toEqual([t, expect.toSatisfy((r: number) => r >= 3)]);
  });

  it("keeps any two states and any two kinds of traffic apart under deuteranopia", () => {
    expect(nearest(colours, STATES)).toEqual({
      pair: expect.any(String),
      distance: expect.toSatisfy((d: number) => d >= 10),
    });
    expect(nearest(colours, TRAFFIC)).toEqual({
      pair: expect.any(String),
      distance: expect.toSatisfy((d: number) => d >= 10),
    });
  });
});
