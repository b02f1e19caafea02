import { describe, expect, it } from "vitest";
import { HOTKEYS, matches } from "./hotkeys.ts";

const stroke = (
  key: string,
  code: string,
  held: Partial<Record<"ctrlKey" | "metaKey" | "altKey" | "shiftKey", boolean>> = {},
) => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe("hotkeys", () => {
  it("take Ctrl and Cmd alike", () => {
    expect(matches(stroke("k", "KeyK", { ctrlKey: true }), "Ctrl+K")).toBe(true);
    expect(matches(stroke("k", "KeyK", { metaKey: true }), "Ctrl+K")).toBe(true);
    expect(matches(stroke("k", "KeyK"), "Ctrl+K")).toBe(false);
  });

  it("find a letter by its place under another layout", () => {
    expect(matches(stroke("и", "KeyB"), "B")).toBe(true);
    expect(matches(stroke("ㅠ", "KeyB"), "B")).toBe(true);
  });

  it("know ? whatever key bears it", () => {
    expect(matches(stroke("?", "Minus", { shiftKey: true }), "?")).toBe(true);
    expect(matches(stroke(",", "Slash", { shiftKey: true }), "?")).toBe(true);
  });

  it("tell Shift+ArrowRight from ArrowRight", () => {
    const shifted = stroke("ArrowRight", "ArrowRight", { shiftKey: true });
    expect(matches(shifted, "ArrowRight")).toBe(false);
    expect(matches(shifted, "Shift+ArrowRight")).toBe(true);
  });

  it("are each given once", () => {
    const keys = Object.values(HOTKEYS).map((h) => h.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
