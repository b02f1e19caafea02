import { describe, expect, it } from "vitest";
import { after, beginning, type Command, commandOf, type Talk } from "./talk.ts";

const play = (from: Talk, commands: readonly Command[], apart = false): Talk =>
  commands.reduce((talk, command) => after(talk, command, 8, apart), from);

describe("a talk", () => {
  it("goes from the first moment to the last and not beyond", () => {
    expect(play(beginning(0), ["back"]).at).toBe(0);
    expect(play(beginning(0), ["next", "next", "back"]).at).toBe(1);
    expect(play(beginning(6), ["next", "next", "next"]).at).toBe(7);
    expect(play(beginning(3), ["last"]).at).toBe(7);
    expect(play(beginning(3), ["first"]).at).toBe(0);
  });

  it("keeps the audience's picture while it is frozen, and brings it up to the presenter after", () => {
    const ahead = play(beginning(2), ["freeze", "next", "next"], true);
    expect(ahead).toMatchObject({ at: 4, shown: 2, frozen: true });
    expect(play(ahead, ["freeze"], true)).toMatchObject({ at: 4, shown: 4, frozen: false });
  });

  it("has nothing to keep back where one window is all there is", () => {
    expect(play(beginning(2), ["freeze", "next"])).toMatchObject({ at: 3, shown: 3, frozen: true });
  });

  it("lifts the black first in one window, and goes on behind it where the audience has another", () => {
    expect(play(beginning(2), ["black", "next"])).toMatchObject({ at: 2, black: false });
    expect(play(beginning(2), ["black", "next", "next"])).toMatchObject({ at: 3, black: false });
    expect(play(beginning(2), ["black", "next"], true)).toMatchObject({ at: 3, shown: 3, black: true });
    expect(play(beginning(2), ["black", "escape"])).toMatchObject({ black: false });
  });
});

describe("keys", () => {
  const press = (key: string, code = key, more = {}) => ({
    key,
    code,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    repeat: false,
    ...more,
  });

  it("take a clicker's keys wherever the focus is", () => {
    expect(commandOf(press("PageDown"), "text")).toBe("next");
    expect(commandOf(press("PageUp"), "button")).toBe("back");
  });

  it("leave Space and Enter to a focused button, and every other key to a menu", () => {
    expect(commandOf(press(" ", "Space"), "button")).toBeUndefined();
    expect(commandOf(press(" ", "Space"), "none")).toBe("next");
    expect(commandOf(press("ArrowDown"), "text")).toBeUndefined();
  });

  it("know letters by their place, whatever the layout", () => {
    expect(commandOf(press("а", "KeyF"), "none")).toBe("freeze");
    expect(commandOf(press("ㅠ", "KeyB"), "none")).toBe("black");
    expect(commandOf(press("f", "KeyF", { ctrlKey: true }), "none")).toBeUndefined();
  });

  it("do not rush on while held down", () => {
    expect(commandOf(press("PageDown", "PageDown", { repeat: true }), "none")).toBeUndefined();
  });
});
