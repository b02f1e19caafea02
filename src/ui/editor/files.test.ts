import { describe, expect, it } from "vitest";
import { freeName, restoreFiles, withNew, withoutFile, withRestored } from "./files.ts";

const file = (id: string, name = `${id}.yaml`, text = "kind: Pod") => ({ id, name, text });

describe("files of the editor", () => {
  it("begins with the two starters when nothing or nonsense was kept", () => {
    for (const kept of [null, 7, { open: [{ id: 1 }] }, { open: "x" }]) {
      expect(restoreFiles(kept).open.map((f) => f.name)).toEqual(["test-kubelet.yaml", "restart-test.yaml"]);
    }
  });

  it("drops what cannot be read of what was kept, and views a file that exists", () => {
    const files = restoreFiles({ open: [file("a"), { id: "b" }, file("c")], active: "b", closed: [3] });
    expect(files).toEqual({ open: [file("a"), file("c")], active: "a", closed: [] });
  });

  it("never gives two files one name", () => {
    expect(freeName("pod.yaml", [file("1", "pod.yaml"), file("2", "pod-2.yaml")])).toBe("pod-3.yaml");
    expect(freeName("Makefile", [file("1", "Makefile")])).toBe("Makefile-2");
  });

  it("brings a closed file back, and shows it", () => {
    const closed = withoutFile(
      { open: [file("a"), file("b"), file("c")], active: "b", closed: [] },
      "b",
      "pod.yaml",
    );
    expect(closed.active).toBe("c");
    const back = withRestored(closed);
    expect(back.open.map((f) => f.id)).toEqual(["a", "c", "b"]);
    expect(back.active).toBe("b");
  });

  it("leaves an empty file when the last is closed, and does not keep empty ones", () => {
    const none = withoutFile(
      { open: [file("a", "x.yaml", " \n")], active: "a", closed: [] },
      "a",
      "pod.yaml",
    );
    expect(none.open).toHaveLength(1);
    expect(none.open[0]).toMatchObject({ name: "pod.yaml", text: "" });
    expect(none.closed).toEqual([]);
  });

  it("gives a new file an id of its own", () => {
    const files = withNew(withNew({ open: [], active: "", closed: [] }, "pod.yaml", ""), "pod.yaml", "");
    expect(new Set(files.open.map((f) => f.id)).size).toBe(2);
    expect(files.open.map((f) => f.name)).toEqual(["pod.yaml", "pod-2.yaml"]);
  });
});
