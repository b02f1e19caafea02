import { describe, expect, it } from "vitest";
import { checkCatalogues, checkUse } from "./check.ts";
import { keyUse } from "./key-use.ts";

const faults = (catalogues: Record<string, Record<string, string>>) =>
  checkCatalogues(catalogues).map(({ lang, key, message }) => `${lang} ${key}: ${message}`);

describe("the catalogues", () => {
  it("have the same keys", () => {
    expect(faults({ en: { a: "A", b: "B" }, ko: { a: "가", c: "다" } })).toEqual([
      "ko b: missing",
      "ko c: not in en",
    ]);
  });

  it("have the same arguments, wherever they stand", () => {
    expect(faults({ en: { a: "{pod} on {node}" }, zh: { a: "{node} 上的 {pod}" } })).toEqual([]);
    expect(faults({ en: { a: "{pod}" }, zh: { a: "{Pod}" } })).toEqual([
      "zh a: arguments {Pod}, en has {pod}",
    ]);
  });

  it("have the plural branches of their language", () => {
    const en = { a: "{n, plural, one {# pod} other {# pods}}" };
    expect(faults({ en, ru: { a: "{n, plural, one {# под} other {# пода}}" } })).toEqual([
      "ru a: n: no plural branch few",
      "ru a: n: no plural branch many",
    ]);
    expect(faults({ en, ko: { a: "{n, plural, other {파드 #개}}" } })).toEqual([]);
    expect(faults({ en, ko: { a: "{n, plural, one {파드 #개} other {파드 #개}}" } })).toEqual([
      "ko a: n: plural branch one is never chosen in this language",
    ]);
  });

  it("can be read", () => {
    expect(faults({ en: { a: "{pod" } })[0]).toMatch(/^en a: 1:\d+: /);
    expect(faults({ en: { a: "logs of <pod> as text" } })).toEqual([]);
    expect(faults({ en: { a: " " } })).toEqual(["en a: empty, or not a text"]);
  });
});

describe("the use of keys", () => {
  it("is found in calls, conditions and data", () => {
    const use = keyUse('const x = [{ label: "d" }]; f(t(ok ? "a" : "b"), i18n.t("c", { n: 1 }));', "x.tsx");
    expect([...use.called].sort()).toEqual(["a", "b", "c"]);
    expect(use.literals.has("d")).toBe(true);
  });

  it("reports what is unknown and what is unused", () => {
    const use = { called: new Map([["gone", "src/ui/x.tsx"]]), literals: new Set(["a"]) };
    expect(checkUse(["a", "b", "record.x"], use, ["record."])).toEqual([
      { key: "gone", message: "used in src/ui/x.tsx, in no catalogue" },
      { key: "b", message: "not used" },
    ]);
  });
});
