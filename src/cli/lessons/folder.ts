/** A lesson's folder as read from disk, with what is wrong about its files. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Lesson } from "../../lessons/format.ts";
import type { Folder } from "../../lessons/grade.ts";
import { type LessonProblem, parseLesson } from "../../lessons/parse.ts";
import { type CompiledLesson, LANGUAGES, type Language } from "../../lessons/text.ts";
import type { Scenario } from "../../scenario/format.ts";
import { parseScenario, type ScenarioProblem } from "../../scenario/parse.ts";
import { describeProblem } from "../words.ts";
import { compileLesson, type TextProblem } from "./compile.ts";

export interface ReadFolder extends Folder {
  readonly id: string;
  readonly path: string;
  readonly scenarios: ReadonlyMap<string, Scenario>;
  readonly texts: ReadonlyMap<Language, CompiledLesson>;
  /** Text of any other file of the folder; undefined when there is none. */
  file(name: string): string | undefined;
}

export type FolderResult = { readonly folder: ReadFolder | null; readonly problems: readonly string[] };

/** Folders of lessons, cases and demos: those with a `lesson.yaml`. */
export function lessonIds(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((d) => d.isDirectory() && existsSync(join(root, d.name, "lesson.yaml")))
    .map((d) => d.name)
    .sort();
}

/** English for a problem of a lesson's text. */
export function describeTextProblem({ code, args }: TextProblem): string {
  switch (code) {
    case "front-matter":
      return "the file has to begin with front matter: ---, title, description, ---";
    case "missing-field":
      return `the front matter lacks ${args["field"]}`;
    case "unknown-field":
      return `the front matter knows title and description, not ${args["field"]}`;
    case "unknown-directive":
      return `there is no block ::${args["name"]}`;
    case "misplaced-directive":
      return `::${args["name"]} does not stand here`;
    case "missing-id":
      return `::${args["name"]} needs an id: {id=…}`;
    case "duplicate-id":
      return `::${args["name"]}{id=${args["id"]}} is there twice`;
    case "missing-title":
      return `::${args["name"]} needs a heading as its title`;
    case "stray-colons":
      return "colons that close nothing: the outer block needs more of them than the inner ones";
    case "html":
      return "raw HTML is left out; write Markdown";
  }
}

function describeLessonProblem(p: LessonProblem): string {
  switch (p.code) {
    case "lesson.duplicate-id":
      return `${p.args["field"]}: the id ${p.args["id"]} is there twice`;
    case "lesson.unknown-id":
      return `${p.args["field"]}: there is no ${p.args["id"]}`;
    case "lesson.empty":
      return `${p.args["field"]} is empty`;
    default:
      return describeProblem(p as ScenarioProblem);
  }
}

/** Files of scenarios that a lesson names. */
export function scenarioFiles({ spec }: Lesson): string[] {
  return [
    ...new Set([
      spec.scenario,
      ...spec.miniStages.map((m) => m.scenario),
      ...spec.predictions.flatMap((p) => p.scenario ?? []),
      ...spec.quiz.flatMap((q) => (q.kind === "mend" || q.kind === "command" ? (q.scenario ?? []) : [])),
    ]),
  ];
}

function otherFiles({ spec }: Lesson): string[] {
  return [
    ...Object.values(spec.files),
    ...spec.quiz.flatMap((q) => (q.kind === "mend" ? [q.file, q.answer, ...q.wrong] : [])),
  ];
}

export function readFolder(root: string, id: string): FolderResult {
  const path = join(root, id);
  const problems: string[] = [];
  const shown = (file: string): string => `${path}/${file}`.replaceAll("\\", "/");
  const file = (name: string): string | undefined => {
    const full = join(path, name);
    return existsSync(full) ? readFileSync(full, "utf8").replace(/\r\n/g, "\n") : undefined;
  };
  const parsed = parseLesson(file("lesson.yaml") ?? "");
  if (!parsed.ok) {
    for (const p of parsed.problems)
      problems.push(`${shown("lesson.yaml")}:${p.line}:${p.column}: ${describeLessonProblem(p)}`);
    return { folder: null, problems };
  }
  const { lesson } = parsed;
  if (lesson.metadata.id !== id)
    problems.push(`${shown("lesson.yaml")}:1:1: metadata.id is ${lesson.metadata.id}, the folder is ${id}`);
  const scenarios = new Map<string, Scenario>();
  for (const name of scenarioFiles(lesson)) {
    const source = file(name);
    if (source === undefined) {
      problems.push(`${shown("lesson.yaml")}:1:1: there is no file ${name}`);
      continue;
    }
    const read = parseScenario(source);
    if (read.ok) scenarios.set(name, read.scenario);
    else
      for (const p of read.problems)
        problems.push(`${shown(name)}:${p.line}:${p.column}: ${describeProblem(p)}`);
  }
  for (const name of otherFiles(lesson))
    if (file(name) === undefined) problems.push(`${shown("lesson.yaml")}:1:1: there is no file ${name}`);
  const texts = new Map<Language, CompiledLesson>();
  for (const lang of LANGUAGES) {
    const source = file(`${lang}.md`);
    if (source === undefined) {
      problems.push(`${shown(`${lang}.md`)}:1:1: missing`);
      continue;
    }
    const compiled = compileLesson(source, id, lang);
    texts.set(lang, compiled.lesson);
    for (const p of compiled.problems)
      problems.push(`${shown(`${lang}.md`)}:${p.line}:${p.column}: ${describeTextProblem(p)}`);
  }
  const folder: ReadFolder = {
    id,
    path,
    lesson,
    scenarios,
    texts,
    file,
    scenario(name) {
      const found = scenarios.get(name);
      if (!found) throw new Error(`no scenario ${name}`);
      return found;
    },
  };
  return { folder, problems };
}
