/** Everything that is looked at in a lesson, one after the other: first the files, then what the engine says. */
import type { Language } from "../../lessons/text.ts";
import { questionFindings } from "./check-answers.ts";
import {
  goalFindings,
  miniFindings,
  momentFindings,
  predictionFindings,
  type Seen,
  scenarioFindings,
  showMeFindings,
  solutionFindings,
  wrongFindings,
} from "./check-run.ts";
import { structureFindings, untranslated } from "./check-shape.ts";
import { missingTerms, termFindings } from "./check-terms.ts";
import { textFindings } from "./check-text.ts";
import type { FolderResult, ReadFolder } from "./folder.ts";
import type { CheckName, Outcome, Problem } from "./problem.ts";

type Look = readonly [CheckName, Outcome["args"], () => Seen];

const all = (find: () => readonly Problem[]): (() => Seen) => {
  return () => ({ problems: find() });
};

function textLooks(folder: ReadFolder): Look[] {
  return [
    ["structure", {}, all(() => structureFindings(folder))],
    ...[...folder.read].flatMap(([lang, text]): Look[] => [
      ["complete", { lang }, all(() => [...textFindings(folder, lang), ...untranslated(text, lang)])],
      ["terms", { lang }, all(() => terms(folder, lang))],
    ]),
  ];
}

const terms = (folder: ReadFolder, lang: Language): Problem[] => {
  const text = folder.read.get(lang);
  return text ? [...termFindings(text, lang), ...missingTerms(folder, lang)] : [];
};

function runLooks(folder: ReadFolder): Look[] {
  const { lesson } = folder;
  return [
    ...[...folder.scenarios.keys()].map(
      (name): Look => ["scenario", { name }, () => scenarioFindings(folder, name)],
    ),
    ...lesson.spec.miniStages.map(({ id }, i): Look => ["mini", { id }, () => miniFindings(folder, i)]),
    ...(lesson.kind === "Demo"
      ? [["moments", {}, all(() => momentFindings(folder))] as Look]
      : ([
          ["goals", {}, all(() => goalFindings(folder))],
          ["solution", {}, () => solutionFindings(folder)],
          ["wrong", {}, () => wrongFindings(folder)],
          ["show-me", {}, all(() => showMeFindings(folder))],
        ] as Look[])),
    ...lesson.spec.predictions.map(
      (p): Look => ["prediction", { id: p.id }, () => predictionFindings(p, folder)],
    ),
    ...lesson.spec.quiz.map(
      (q): Look => ["question", { id: q.id, kind: q.kind }, () => questionFindings(q, folder)],
    ),
  ];
}

function look([check, args, find]: Look): Outcome {
  try {
    return { check, args, ...find() };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const problem: Problem = {
      file: "lesson.yaml",
      line: 1,
      column: 1,
      code: "run.stopped",
      args: { message },
    };
    return { check, args, problems: [problem] };
  }
}

/** What can be seen without running anything: done in some milliseconds. */
export function* checkFiles({ folder, problems }: FolderResult): Generator<Outcome> {
  yield { check: "format", args: {}, problems };
  if (folder) for (const each of textLooks(folder)) yield look(each);
}

/** What the engine says; nothing where a YAML file cannot be read. */
export function* checkRuns({ folder, problems }: FolderResult): Generator<Outcome> {
  if (!folder || problems.some((p) => p.file.endsWith(".yaml"))) return;
  for (const each of runLooks(folder)) yield look(each);
}
