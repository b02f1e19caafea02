import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import en from "../src/i18n/messages/en.json" with { type: "json" };
import { AREAS, FEATURES } from "../src/ui/fidelity/features.ts";

/** `tsx scripts/fidelity-doc.ts` writes the table of docs/fidelity.md from the same data as the page. */

export const DOC = "docs/fidelity.md";
const BEGIN = "<!-- features: written by scripts/fidelity-doc.ts -->";
const END = "<!-- end of features -->";

const word = (key: string): string => (en as Readonly<Record<string, string>>)[key] ?? key;
const cell = (text: string): string => text.replaceAll("|", "\\|");

/** The features as a table for each area, in English. */
export function featureTables(): string {
  return AREAS.map((area) => {
    const rows = FEATURES.filter((f) => f.area === area).map((f) => {
      const note = f.state === "modelled" ? "" : word(`fidelity.feature.${f.id}.note`);
      const source = f.source ? `\`${f.source}\`` : "";
      const suites = (f.suites ?? []).map((s) => `\`${s}\``).join(", ");
      return `| ${[word(`fidelity.feature.${f.id}.name`), f.state, note, source, suites].map(cell).join(" | ")} |`;
    });
    return [
      `### ${word(`fidelity.area.${area}`)}`,
      "",
      "| feature | state | how it is simpler, or why it is not there | in Kubernetes | vectors |",
      "|---|---|---|---|---|",
      ...rows,
    ].join("\n");
  }).join("\n\n");
}

/** The document with its tables up to date. */
export function withTables(text: string): string {
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from < 0 || to < from) throw new Error(`${DOC} has no place for the tables`);
  return `${text.slice(0, from + BEGIN.length)}\n\n${featureTables()}\n\n${text.slice(to)}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  writeFileSync(DOC, withTables(readFileSync(DOC, "utf8")));
