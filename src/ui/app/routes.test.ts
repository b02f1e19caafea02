import { describe, expect, it } from "vitest";
import { href, parseRoute } from "./routes.ts";

describe("routes", () => {
  it("opens the home page at an empty address", () => {
    expect(parseRoute("").route).toEqual({ page: "home" });
    expect(parseRoute("#/").route).toEqual({ page: "home" });
  });

  it("reads a lesson's id, also an escaped one, and leads back to it", () => {
    const { route } = parseRoute("#/lesson/pod%20life");
    expect(route).toEqual({ page: "lesson", id: "pod life" });
    expect(href(route)).toBe("#/lesson/pod%20life");
  });

  it("hands over what a share link carries", () => {
    const { route, params } = parseRoute("#/sandbox?s=1.abc_-");
    expect(route).toEqual({ page: "sandbox" });
    expect(params.get("s")).toBe("1.abc_-");
  });

  it("says so when there is no such page, also for broken escapes", () => {
    expect(parseRoute("#/nowhere").route).toEqual({ page: "missing", path: "/nowhere" });
    expect(parseRoute("#/lesson").route.page).toBe("missing");
    expect(parseRoute("#/%E0%A4%A").route.page).toBe("missing");
  });
});
