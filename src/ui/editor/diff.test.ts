import { describe, expect, it } from "vitest";
import { expectedObject, lastApplied, withoutServerFields } from "./expected.ts";
import { diffLines } from "./line-diff.ts";

const marks = { same: " ", gone: "-", new: "+", gap: "…" };
const print = (a: string, b: string, context?: number) =>
  diffLines(a, b, context).map((l) => marks[l.kind] + l.text);

describe("lines of a diff", () => {
  it("is empty for equal texts", () => {
    expect(diffLines("a\nb\n", "a\nb")).toEqual([]);
  });
  it("shows what went and came, with lines around it and gaps for the rest", () => {
    expect(print("1\n2\n3\n4\n5\n6\n7", "1\n2\n3\nx\n5\n6\n7", 1)).toEqual([
      "…",
      " 3",
      "-4",
      "+x",
      " 5",
      "…",
    ]);
  });
  it("numbers lines in both texts", () => {
    expect(diffLines("a\nb", "x\na\nb")[1]).toEqual({ kind: "same", text: "a", before: 1, after: 2 });
  });
  it("takes long different texts", () => {
    const long = (c: string) => Array.from({ length: 4000 }, (_, i) => `${c}${i}`).join("\n");
    expect(diffLines(long("a"), long("b")).filter((l) => l.kind === "new")).toHaveLength(4000);
  });
});

describe("the object that an apply would leave", () => {
  const live = {
    metadata: { name: "p", uid: "u", resourceVersion: "7", managedFields: [] },
    spec: {
      nodeName: "n",
      containers: [
        { name: "app", image: "nginx", imagePullPolicy: "Always", env: [{ name: "A", value: "1" }] },
      ],
    },
    status: { phase: "Running" },
  };

  it("keeps defaults and other writers' fields, changes what the manifest says", () => {
    const wanted = { spec: { containers: [{ name: "app", image: "nginx:2" }] } };
    expect(expectedObject(live, wanted, undefined)).toMatchObject({
      spec: {
        nodeName: "n",
        containers: [
          { name: "app", image: "nginx:2", imagePullPolicy: "Always", env: [{ name: "A", value: "1" }] },
        ],
      },
    });
  });

  it("removes what the last applied text had and this one has not, and nothing else", () => {
    const last = {
      spec: { containers: [{ name: "app", image: "nginx", env: [{ name: "A", value: "1" }] }] },
    };
    const wanted = { spec: { containers: [{ name: "app", image: "nginx" }] } };
    const out = expectedObject(live, wanted, last) as typeof live;
    expect(out.spec.containers[0]).toEqual({ name: "app", image: "nginx", imagePullPolicy: "Always" });
    expect(out.spec.nodeName).toBe("n");
  });

  it("adds and removes list items by their key", () => {
    const list = [{ name: "a" }, { name: "injected" }];
    expect(expectedObject(list, [{ name: "b" }], [{ name: "a" }], "containers")).toEqual([
      { name: "injected" },
      { name: "b" },
    ]);
    expect(expectedObject(["x"], ["y"], ["x"], "command")).toEqual(["y"]);
  });

  it("reads the annotation of the last apply, whatever it holds", () => {
    const with_ = (text: string) => ({
      metadata: { annotations: { "kubectl.kubernetes.io/last-applied-configuration": text } },
    });
    expect(lastApplied(with_('{"kind":"Pod"}'))).toEqual({ kind: "Pod" });
    expect(lastApplied(with_("{"))).toBeUndefined();
    expect(lastApplied(live)).toBeUndefined();
  });

  it("leaves out what the server keeps for itself", () => {
    expect(withoutServerFields(live)).toEqual({ metadata: { name: "p", uid: "u" }, spec: live.spec });
  });
});
