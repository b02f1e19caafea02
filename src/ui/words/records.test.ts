import { describe, expect, it } from "vitest";
import { createTranslator, languages, loadMessages } from "../../i18n/index.ts";
import type { TraceRecord } from "../../sim/index.ts";
import { namesIn, tell, toldAt } from "./records.ts";

const record = (type: string, object = "", data: Record<string, unknown> = {}): TraceRecord => ({
  seq: 1,
  time: 0,
  cause: null,
  from: "node-1/pleg",
  to: "node-1/syncloop",
  type,
  object,
  data,
});

describe("records in words", () => {
  it("names the objects of a manifest however it is written", () => {
    expect(namesIn("apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    name: no\n  name: web\n")).toMatch(
      /web|no/,
    );
    expect(namesIn("kind: Pod\nmetadata: {name: a}\n---\nkind: Pod\nmetadata:\n  name: b\n")).toBe("a, b");
    expect(namesIn("not yaml at all")).toBe("");
  });

  it.each(languages.map((l) => l.id))(
    "has a sentence for any record in %s, also an unheard-of one",
    async (lang) => {
      const translator = createTranslator(lang, await loadMessages(lang));
      const died = tell(record("pleg.ContainerDied", "pod/default/web/app"), translator);
      expect(died).toContain("web");
      expect(died).toContain("app");
      expect(tell(record("input.fault", "", { fault: { type: "registry-down" } }), translator)).not.toContain(
        "registry-down",
      );
      for (const type of ["syncloop.NEW", "cri.NewCall", "brand.new"])
        expect(tell(record(type), translator)).toContain(type.split(".")[1]);
    },
  );

  it("tells more the more detail is asked for", () => {
    const types = ["input.apply", "cri.StartContainer", "lease.renew", "prober.liveness", "event.BackOff"];
    const told = (detail: "short" | "normal" | "full") => types.filter((t) => toldAt(record(t), detail));
    expect(told("short")).toEqual(["input.apply", "event.BackOff"]);
    expect(told("normal")).toEqual(["input.apply", "cri.StartContainer", "event.BackOff"]);
    expect(told("full")).toEqual(types);
  });
});
