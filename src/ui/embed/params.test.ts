import { describe, expect, it } from "vitest";
import { naturalHeight, readParams } from "./params.ts";

const read = (query: string) => readParams(new URLSearchParams(query));

describe("the embed's address", () => {
  it("reads what the contract names", () => {
    expect(read("lesson=probes&panels=diagram,timeline&at=35s&play=1&origin=https://host.example")).toEqual({
      lesson: "probes",
      panels: ["diagram", "timeline"],
      play: true,
      target: "https://host.example",
    });
  });

  it("shows the diagram where no panel it knows is named", () => {
    expect(read("").panels).toEqual(["diagram"]);
    expect(read("panels=").panels).toEqual(["diagram"]);
    expect(read("panels=constructor,timeline,<b>").panels).toEqual(["timeline"]);
  });

  it("plays only when asked", () => {
    expect(read("").play).toBe(false);
    expect(read("play=0").play).toBe(false);
  });

  it("talks to anybody only when no origin is named, and to nobody when the name is none", () => {
    expect(read("").target).toBe("*");
    expect(read("origin=https://host.example:8443/a/page?x").target).toBe("https://host.example:8443");
    for (const bad of ["", "*", "null", "host.example", "javascript:alert(1)", "file:///etc"])
      expect(read(`origin=${encodeURIComponent(bad)}`).target).toBeNull();
  });

  it("asks for a height that does not depend on the height it has", () => {
    expect(naturalHeight(["diagram"], 800, false)).toBe(448);
    expect(naturalHeight(["diagram", "timeline"], 800, false)).toBeGreaterThan(600);
    expect(naturalHeight(["diagram"], 360, true)).toBeLessThan(450);
  });
});
