/** A lesson's folder as read from disk, with what is wrong about its files. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CLUSTER_PARTS, NODE_PARTS } from "../../api/component-ids.ts";
import type { Lesson } from "../../lessons/format.ts";
import { lessonSchema } from "../../lessons/format.ts";
import type { Folder } from "../../lessons/grade.ts";
import { parseLesson } from "../../lessons/parse.ts";
import { type CompiledLesson, LANGUAGES, type Language } from "../../lessons/text.ts";
import { type Scenario, scenarioSchema } from "../../scenario/format.ts";
import { parseScenario, positionOf, readYaml } from "../../scenario/parse.ts";
import { type Compiled, compileLesson, type Place } from "./compile.ts";
import { likelyField } from "./fields.ts";
import type { Problem } from "./problem.ts";

type Path = readonly (string | number)[];

/** A language's text as compiled, with its source. */
export interface ReadText extends Compiled {
  readonly source: string;
}

export interface ReadFolder extends Folder {
  readonly id: string;
  readonly scenarios: ReadonlyMap<string, Scenario>;
  readonly texts: ReadonlyMap<Language, CompiledLesson>;
  readonly read: ReadonlyMap<Language, ReadText>;
  /** Text of any other file of the folder; undefined when there is none. */
  file(name: string): string | undefined;
  /** Where something of `lesson.yaml`, or of another YAML file, stands. */
  place(path: Path, file?: string): Place;
}

export interface FolderResult {
  /** Null where `lesson.yaml` cannot be read. */
  readonly folder: ReadFolder | null;
  /** The texts that are there, whatever `lesson.yaml` is like. */
  readonly texts: ReadonlyMap<Language, ReadText>;
  readonly problems: readonly Problem[];
}

/** Folders of lessons, cases and demos: those with a `lesson.yaml`. */
export function lessonIds(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((d) => d.isDirectory() && existsSync(join(root, d.name, "lesson.yaml")))
    .map((d) => d.name)
    .sort();
}

interface Named {
  readonly name: string;
  readonly path: Path;
}

/** Files of scenarios that a lesson names, each with the first place that names it. */
function scenarioFiles({ spec }: Lesson): Named[] {
  const all: Named[] = [
    { name: spec.scenario, path: ["spec", "scenario"] },
    ...spec.miniStages.map((m, i) => ({ name: m.scenario, path: ["spec", "miniStages", i, "scenario"] })),
    ...spec.predictions.flatMap((p, i) =>
      p.scenario === undefined ? [] : [{ name: p.scenario, path: ["spec", "predictions", i, "scenario"] }],
    ),
    ...spec.quiz.flatMap((q, i) =>
      (q.kind === "mend" || q.kind === "command") && q.scenario !== undefined
        ? [{ name: q.scenario, path: ["spec", "quiz", i, "scenario"] }]
        : [],
    ),
  ];
  return all.filter(({ name }, i) => all.findIndex((other) => other.name === name) === i);
}

function otherFiles({ spec }: Lesson): Named[] {
  return [
    ...Object.entries(spec.files).map(([key, name]) => ({ name, path: ["spec", "files", key] })),
    ...spec.quiz.flatMap((q, i): Named[] =>
      q.kind === "mend"
        ? [
            { name: q.file, path: ["spec", "quiz", i, "file"] },
            { name: q.answer, path: ["spec", "quiz", i, "answer"] },
            ...q.wrong.map((name, k) => ({ name, path: ["spec", "quiz", i, "wrong", k] })),
          ]
        : [],
    ),
  ];
}

/** Components that a lesson points at. */
function components({ kind, spec }: Lesson): Named[] {
  const steps = kind === "Case" ? "goals" : "steps";
  return [
    ...spec[steps].flatMap((s, i) =>
      s.focus.map((name, k) => ({ name, path: ["spec", steps, i, "focus", k] as Path })),
    ),
    ...spec.moments.flatMap((m, i) =>
      m.focus.map((name, k) => ({ name, path: ["spec", "moments", i, "focus", k] as Path })),
    ),
    ...spec.quiz.flatMap((q, i) =>
      q.kind === "click"
        ? q.answer.map((name, k) => ({ name, path: ["spec", "quiz", i, "answer", k] as Path }))
        : [],
    ),
  ];
}

const PARTS: readonly string[] = [...CLUSTER_PARTS, ...NODE_PARTS];
const isComponent = (name: string): boolean =>
  /^(pod|node)\/./.test(name) || PARTS.includes(name) || PARTS.includes(name.slice(name.indexOf("/") + 1));

/** Reads all of a folder. Where `lesson.yaml` cannot be read there is no folder, only problems. */
export function readFolder(root: string, id: string): FolderResult {
  const path = join(root, id);
  const problems: Problem[] = [];
  const file = (name: string): string | undefined => {
    const full = join(path, name);
    return existsSync(full) ? readFileSync(full, "utf8").replace(/\r\n/g, "\n") : undefined;
  };
  const add = (name: string, at: Place, code: Problem["code"], args: Problem["args"]): number =>
    problems.push({ file: name, line: at.line, column: at.column, code, args });
  const place = (where: Path, name = "lesson.yaml"): Place => {
    const yaml = readYaml(file(name) ?? "");
    return yaml.ok ? positionOf(yaml.placed, where) : { line: 1, column: 1 };
  };
  const read = new Map<Language, ReadText>();
  for (const lang of LANGUAGES) {
    const name = `${lang}.md`;
    const source = file(name);
    if (source === undefined) {
      add(name, { line: 1, column: 1 }, "lesson.no-text", { name });
      continue;
    }
    const compiled = compileLesson(source, id, lang);
    read.set(lang, { ...compiled, source });
    for (const p of compiled.problems) add(name, p, `text.${p.code}`, p.args);
  }
  const source = file("lesson.yaml") ?? "";
  const parsed = parseLesson(source);
  if (!parsed.ok) {
    for (const p of parsed.problems)
      add("lesson.yaml", p, p.code, { ...p.args, ...likelyField(lessonSchema, p.code, p.args["field"]) });
    return { folder: null, texts: read, problems };
  }
  const { lesson } = parsed;
  if (lesson.metadata.id !== id)
    add("lesson.yaml", place(["metadata", "id"]), "lesson.wrong-id", { found: lesson.metadata.id, id });
  const there = readdirSync(path)
    .filter((f) => f !== "lesson.yaml" && /\.ya?ml$/.test(f))
    .sort()
    .join(", ");
  const scenarios = new Map<string, Scenario>();
  for (const named of scenarioFiles(lesson)) {
    const text = file(named.name);
    if (text === undefined) {
      add("lesson.yaml", place(named.path), "lesson.no-file", { name: named.name, names: there });
      continue;
    }
    const result = parseScenario(text);
    if (result.ok) scenarios.set(named.name, result.scenario);
    else
      for (const p of result.problems)
        add(named.name, p, p.code, { ...p.args, ...likelyField(scenarioSchema, p.code, p.args["field"]) });
  }
  for (const { name, path: where } of otherFiles(lesson))
    if (file(name) === undefined) add("lesson.yaml", place(where), "lesson.no-file", { name, names: there });
  for (const { name, path: where } of components(lesson))
    if (!isComponent(name))
      add("lesson.yaml", place(where), "lesson.no-component", { name, names: PARTS.join(", ") });
  const folder: ReadFolder = {
    id,
    lesson,
    scenarios,
    texts: new Map([...read].map(([lang, r]) => [lang, r.lesson])),
    read,
    file,
    place,
    scenario(name) {
      const found = scenarios.get(name);
      if (!found) throw new Error(`no scenario ${name}`);
      return found;
    },
  };
  return { folder, texts: read, problems };
}
