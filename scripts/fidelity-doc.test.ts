import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { areaOfSuite, isArea } from "../src/ui/fidelity/areas.ts";
import { AREAS, FEATURES } from "../src/ui/fidelity/features.ts";
import { DOC, withTables } from "./fidelity-doc.ts";

const catalogue = (lang: string): Record<string, string> =>
  JSON.parse(readFileSync(`src/i18n/messages/${lang}.json`, "utf8")) as Record<string, string>;

const VECTORS = "src/cli/conformance/vectors";
const suites = readdirSync(VECTORS)
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.slice(0, -5));

describe("the features", () => {
  it("stand in the document as the table has them", () => {
    const text = readFileSync(DOC, "utf8");
    expect(withTables(text), "run: npx tsx scripts/fidelity-doc.ts").toBe(text);
  });

  it("have a name in every language, and a note where they are not modelled", () => {
    for (const lang of ["en", "ru", "zh", "ko"]) {
      const words = catalogue(lang);
      for (const { id, state } of FEATURES) {
        expect(words[`fidelity.feature.${id}.name`], `${lang} ${id}`).toBeTruthy();
        expect(Boolean(words[`fidelity.feature.${id}.note`]), `${lang} ${id}`).toBe(state !== "modelled");
      }
      const known = new Set(FEATURES.map((f) => f.id));
      for (const key of Object.keys(words)) {
        const id = /^fidelity\.feature\.(.+)\.(name|note)$/.exec(key)?.[1];
        if (id) expect(known, `${lang} ${key}`).toContain(id);
      }
    }
  });

  it("each have an id of their own and an area, and no area is empty", () => {
    expect(new Set(FEATURES.map((f) => f.id)).size).toBe(FEATURES.length);
    for (const area of AREAS)
      expect(
        FEATURES.some((f) => f.area === area),
        area,
      ).toBe(true);
    expect(isArea("prober")).toBe(true);
    expect(isArea("toString")).toBe(false);
  });

  it("name suites that exist, and no suite is without an area", () => {
    for (const suite of FEATURES.flatMap((f) => f.suites ?? [])) expect(suites).toContain(suite);
    for (const suite of suites) expect(areaOfSuite(suite), suite).toBeDefined();
    expect(suites.length).toBeGreaterThan(0);
  });
});
