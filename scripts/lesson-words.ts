import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createFormatters, type Formatters } from "../src/i18n/format.ts";
import type { Language } from "../src/lessons/text.ts";

export interface PageWords {
  /** A message of the interface in the page's language, its arguments put in. */
  (key: string, args?: Readonly<Record<string, string | number>>): string;
  readonly format: Formatters;
}

/** The interface's own words for a page that is made at build. */
export function wordsOf(lang: Language): PageWords {
  const file = join(import.meta.dirname, `../src/i18n/messages/${lang}.json`);
  const catalogue = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
  const tell = (key: string, args: Readonly<Record<string, string | number>> = {}): string =>
    (catalogue[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(args[name] ?? whole));
  return Object.assign(tell, { format: createFormatters(lang) });
}
