import { describe, expect, it } from "vitest";
import { linesAbout, objectsOf } from "./documents.ts";
import { findTemplate, TEMPLATES } from "./templates.ts";

const seed = findTemplate("test-kubelet")?.text ?? "";

describe("objects of a manifest", () => {
  it("finds a probe's lines for a record of that probe", () => {
    expect(linesAbout(objectsOf(seed), "pod/default/test-kubelet/nginx", "prober.readiness")).toEqual([
      14, 18,
    ]);
    expect(linesAbout(objectsOf(seed), "pod/default/test-kubelet/nginx", "prober.startup")).toEqual([7, 18]);
  });

  it("finds the pod itself, among other documents", () => {
    const text = `kind: ConfigMap\nmetadata: {name: web}\n---\n${seed}`;
    expect(linesAbout(objectsOf(text), "pod/default/test-kubelet")).toEqual([6, 7]);
    expect(linesAbout(objectsOf(text), "pod/default/other")).toBeUndefined();
  });

  it("reads what it can of broken and hostile texts", () => {
    expect(objectsOf("kind: [")).toHaveLength(1);
    expect(objectsOf("- 1\n- 2")).toEqual([]);
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefgh"
      .split("")
      .map((c, i) => `${c}: &${c} [${Array(9).fill(`*${"abcdefgh"[i]}`).join(",")}]`)
      .join("\n")}\nkind: Pod`;
    expect(objectsOf(bomb)[0]?.toJS()).toBeUndefined();
  });

  it("reads every template", () => {
    for (const { text, id } of TEMPLATES.flatMap((g) => g.templates)) {
      const objects = objectsOf(text);
      expect(objects.length, id).toBeGreaterThan(0);
      for (const o of objects)
        expect(o.toJS(), id).toMatchObject({ apiVersion: "v1", metadata: { name: o.name } });
    }
  });
});
