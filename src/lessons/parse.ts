/** Reading `lesson.yaml`: positions of problems, ids that must exist, references that must lead somewhere. Never throws. */
import * as v from "valibot";
import {
  checkProblems,
  positionOf,
  readYaml,
  type ScenarioProblem,
  schemaProblems,
} from "../scenario/parse.ts";
import { goalSteps, type Lesson, lessonSchema } from "./format.ts";

export type LessonProblemCode =
  | ScenarioProblem["code"]
  | "lesson.duplicate-id"
  | "lesson.unknown-id"
  | "lesson.lacks-id"
  | "lesson.empty";

export interface LessonProblem extends Omit<ScenarioProblem, "code"> {
  readonly code: LessonProblemCode;
}

export type LessonResult =
  | { readonly ok: true; readonly lesson: Lesson }
  | { readonly ok: false; readonly problems: readonly LessonProblem[] };

type Path = (string | number)[];

/** Reads and checks a lesson, case or demo. */
export function parseLesson(source: string): LessonResult {
  const read = readYaml(source);
  if (!read.ok) return read;
  const parsed = v.safeParse(lessonSchema, read.value);
  if (!parsed.success) return { ok: false, problems: schemaProblems(parsed.issues, read.placed) };
  const lesson = parsed.output;
  const { spec } = lesson;
  const problems: LessonProblem[] = [];
  const at = (path: Path): { line: number; column: number } => positionOf(read.placed, path);
  const field = (path: Path): string =>
    path.map((p, i) => (typeof p === "number" ? `[${p}]` : i === 0 ? p : `.${p}`)).join("");

  const lists: readonly (readonly [string, readonly { id: string }[]])[] = [
    ["miniStages", spec.miniStages],
    ["steps", spec.steps],
    ["goals", spec.goals],
    ["predictions", spec.predictions],
    ["quiz", spec.quiz],
    ["moments", spec.moments],
  ];
  for (const [name, list] of lists) {
    const seen = new Set<string>();
    list.forEach((item, i) => {
      if (seen.has(item.id))
        problems.push({
          ...at(["spec", name, i, "id"]),
          code: "lesson.duplicate-id",
          args: { field: field(["spec", name, i, "id"]), id: item.id },
        });
      seen.add(item.id);
    });
  }
  const unknown = (path: Path, id: string, names: readonly string[]): number =>
    problems.push({
      ...at(path),
      code: "lesson.unknown-id",
      args: { field: field(path), id, names: names.join(", ") },
    });

  goalSteps(lesson).forEach((step, i) => {
    const list = lesson.kind === "Case" ? "goals" : "steps";
    step.goal.forEach((check, k) => {
      // A goal may do without a time: it is looked for from its step's beginning on.
      const timed = { at: 0, between: [0, 0] as [number, number], ...check };
      problems.push(...checkProblems(timed, ["spec", list, i, "goal", k], read.placed));
    });
  });
  spec.quiz.forEach((q, i) => {
    const path: Path = ["spec", "quiz", i];
    if (q.kind === "choice" && !q.options.includes(q.answer))
      unknown([...path, "answer"], q.answer, q.options);
    if (q.kind === "choices" || q.kind === "order") {
      const names = q.kind === "choices" ? q.options : q.items;
      q.answer.forEach((a, k) => {
        if (!names.includes(a)) unknown([...path, "answer", k], a, names);
      });
    }
    if (q.kind === "order")
      for (const item of q.items) if (!q.answer.includes(item)) unknown([...path, "answer"], item, q.answer);
    if (q.kind === "predict" && !spec.predictions.some((p) => p.id === q.prediction))
      unknown(
        [...path, "prediction"],
        q.prediction,
        spec.predictions.map((p) => p.id),
      );
  });
  const steps = goalSteps(lesson).map((s) => s.id);
  spec.wrong.forEach((w, i) => {
    w.fails.forEach((id, k) => {
      if (!steps.includes(id)) unknown(["spec", "wrong", i, "fails", k], id, steps);
    });
  });
  if (lesson.kind !== "Demo" && goalSteps(lesson).length === 0)
    problems.push({
      ...at(["spec"]),
      code: "lesson.empty",
      args: { field: lesson.kind === "Case" ? "spec.goals" : "spec.steps" },
    });
  if (lesson.kind === "Demo" && spec.moments.length === 0)
    problems.push({ ...at(["spec"]), code: "lesson.empty", args: { field: "spec.moments" } });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, lesson };
}
