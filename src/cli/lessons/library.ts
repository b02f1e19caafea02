/** The lessons as a page shows them: of each file the last version that could be shown, and what is wrong with the present one. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { goalSteps, type Lesson } from "../../lessons/format.ts";
import { type CompiledLesson, LANGUAGES, type Language } from "../../lessons/text.ts";
import { checkFiles } from "./checks.ts";
import { type FolderResult, lessonIds, readFolder } from "./folder.ts";
import type { Outcome } from "./problem.ts";

export interface ShownLesson {
  readonly id: string;
  readonly lesson: Lesson;
  /** YAML files of the folder beside `lesson.yaml`, by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly texts: Readonly<Record<Language, CompiledLesson>>;
  readonly lines: Readonly<Partial<Record<Language, readonly number[]>>>;
}

export interface Reading {
  /** Null while no version could be shown. */
  readonly shown: ShownLesson | null;
  /** The checks of the files as they stand. */
  readonly outcomes: readonly Outcome[];
  /** Files that are shown in their last good version. */
  readonly stale: readonly string[];
}

export interface Library {
  /** Folders with a `lesson.yaml`, sorted. */
  ids(): string[];
  /** What was read last, or now for the first time. */
  get(id: string): Reading;
  /** Reads the folder again. */
  read(id: string): Reading;
}

/** The texts: each language's own, else its last good one, else another language's. */
function textsOf(
  result: FolderResult,
  before: ShownLesson | null,
  stale: string[],
  compiled: ReadonlyMap<Language, CompiledLesson>,
): ShownLesson["texts"] | null {
  const broken = new Set(
    result.problems.filter((p) => p.file.endsWith(".md") && p.code !== "text.html").map((p) => p.file),
  );
  const own = (lang: Language): CompiledLesson | undefined => {
    const text = compiled.get(lang);
    const last = before?.texts[lang];
    if (text && (!broken.has(`${lang}.md`) || last === undefined)) return text;
    if (last) stale.push(`${lang}.md`);
    return last;
  };
  const found = new Map(LANGUAGES.map((lang) => [lang, own(lang)]));
  const fallback = LANGUAGES.map((lang) => found.get(lang)).find((t) => t !== undefined);
  if (!fallback) return null;
  return Object.fromEntries(LANGUAGES.map((l) => [l, found.get(l) ?? fallback])) as ShownLesson["texts"];
}

export function createLibrary(root: string): Library {
  const known = new Map<string, Reading>();

  function yamlFiles(id: string, result: FolderResult, before: ShownLesson | null, stale: string[]) {
    const path = join(root, id);
    const names = readdirSync(path).filter((f) => f !== "lesson.yaml" && /\.ya?ml$/.test(f));
    const broken = new Set(result.problems.map((p) => p.file));
    return Object.fromEntries(
      names.sort().map((name) => {
        const last = before?.files[name];
        if (!broken.has(name) || last === undefined)
          return [name, readFileSync(join(path, name), "utf8").replace(/\r\n/g, "\n")];
        stale.push(name);
        return [name, last];
      }),
    );
  }

  function read(id: string): Reading {
    const before = known.get(id)?.shown ?? null;
    if (!existsSync(join(root, id, "lesson.yaml"))) {
      known.delete(id);
      return { shown: null, outcomes: [], stale: [] };
    }
    const result = readFolder(root, id);
    const stale: string[] = [];
    const compiled = new Map([...result.texts].map(([lang, t]) => [lang, t.lesson]));
    const texts = textsOf(result, before, stale, compiled);
    const files = yamlFiles(id, result, before, stale);
    const lesson = result.folder?.lesson ?? before?.lesson;
    if (!result.folder && before) stale.unshift("lesson.yaml");
    const lines = Object.fromEntries(
      LANGUAGES.flatMap((lang) => {
        const text = result.texts.get(lang);
        if (!text) return [];
        return [
          [lang, stale.includes(`${lang}.md`) ? before?.lines[lang] : text.blockPlaces.map((p) => p.line)],
        ];
      }),
    );
    const shown = lesson && texts ? { id, lesson, files, texts, lines } : null;
    const reading = { shown, outcomes: [...checkFiles(result)], stale };
    known.set(id, reading);
    return reading;
  }

  return { ids: () => lessonIds(root), read, get: (id) => known.get(id) ?? read(id) };
}

/** What the list of lessons needs to know of one. */
export const entryOf = ({ id, lesson, texts }: ShownLesson) => ({
  id,
  kind: lesson.kind,
  order: lesson.metadata.order,
  minutes: lesson.metadata.minutes,
  topics: lesson.metadata.topics,
  title: Object.fromEntries(LANGUAGES.map((l) => [l, texts[l].title])),
  description: Object.fromEntries(LANGUAGES.map((l) => [l, texts[l].description.replace(/`/g, "")])),
  steps: goalSteps(lesson).map((s) => s.id),
  quiz: lesson.spec.quiz.map((q) => q.id),
});
