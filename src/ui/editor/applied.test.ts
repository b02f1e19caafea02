import { describe, expect, it } from "vitest";
import { appliedState } from "./applied.ts";

const pod = (name: string, image = "nginx") =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\nspec:\n  containers:\n  - image: ${image}\n`;
const apply = (at: number, manifest: string) => ({ at, after: 0, input: { type: "apply", manifest } });

describe("applied state of a file", () => {
  it("is the last time this text was given", () => {
    const inputs = [apply(0, pod("a")), apply(5000, pod("b")), apply(9000, pod("a"))];
    expect(appliedState(`${pod("a")}\n`, inputs)).toEqual({ kind: "same", at: 9000 });
  });
  it("tells when the text has changed since", () => {
    expect(appliedState(pod("a", "nginx:2"), [apply(3000, pod("a"))])).toMatchObject({
      kind: "changed",
      at: 3000,
    });
  });
  it("goes by the newest text of the object", () => {
    expect(appliedState(pod("a"), [apply(0, pod("a")), apply(1, pod("a", "x"))])).toMatchObject({
      kind: "changed",
      at: 1,
    });
  });
  it("is nothing for another object, and for other inputs", () => {
    expect(
      appliedState(pod("a"), [apply(0, pod("b")), { at: 1, after: 0, input: { type: "run", line: "x" } }]),
    ).toEqual({ kind: "never" });
  });
});
