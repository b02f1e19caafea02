import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dynamicKeys } from "../i18n/dynamic-keys.ts";
import { languages } from "../i18n/languages.ts";
import { type Catalogue, checkCatalogues, checkUse } from "./i18n/check.ts";
import { keyUse } from "./i18n/key-use.ts";

/** Checks the four catalogues against each other, their languages' plurals, and the code that uses them. */
const rooms = ["ui", "lessons", "worker", "i18n"];

function main(): number {
  const catalogues = read("messages");
  const author = read("author");
  if (!catalogues || !author) return 2;
  const called = new Map<string, string>();
  const literals = new Set<string>();
  for (const file of rooms.flatMap((room) => sources(join("src", room)))) {
    const use = keyUse(readFileSync(file, "utf8"), file);
    for (const key of use.called) called.set(key, file);
    for (const text of use.literals) literals.add(text);
  }
  const keys = Object.keys(catalogues["en"] ?? {});
  const faults = [
    ...checkCatalogues(catalogues),
    ...checkUse(keys, { called, literals }, dynamicKeys),
    ...checkCatalogues(author),
  ];
  for (const { lang, key, message } of faults)
    console.log(`FAIL ${lang ? `${lang} ` : ""}${key}: ${message}`);
  const faulty = new Set(faults.map(({ key }) => key));
  const all = new Set([...keys, ...Object.keys(author["en"] ?? {}), ...faulty]);
  console.log(`${all.size - faulty.size} passed, ${faulty.size} failed`);
  return faults.length > 0 ? 1 : 0;
}

/** The catalogues of a folder by language; null, and said why, where one cannot be read. */
function read(folder: string): Record<string, Catalogue> | null {
  const catalogues: Record<string, Catalogue> = {};
  for (const { id } of languages) {
    const file = `src/i18n/${folder}/${id}.json`;
    try {
      catalogues[id] = JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
      console.error(`${file}: ${error instanceof Error ? error.message : error}`);
      return null;
    }
  }
  return catalogues;
}

function sources(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

process.exitCode = main();
