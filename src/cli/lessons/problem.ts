/** What is wrong with a lesson: the file, the place in it, and a code with arguments. Words are put to it in words.ts. */
import type { LessonProblemCode } from "../../lessons/parse.ts";
import type { Finding } from "../../scenario/checks.ts";
import type { Place, TextProblemCode } from "./compile.ts";

export type ProblemCode =
  | LessonProblemCode
  | `text.${TextProblemCode}`
  | "lesson.wrong-id"
  | "lesson.no-file"
  | "lesson.no-text"
  | "lesson.no-component"
  | "lesson.engine"
  | "text.block-missing"
  | "text.block-unknown"
  | "text.block-order"
  | "text.hints"
  | "text.no-question"
  | "text.option-missing"
  | "text.option-unknown"
  | "text.option-empty"
  | "text.option-unexplained"
  | "text.part-missing"
  | "text.slide-lines"
  | "text.slide-notes"
  | "text.shape"
  | "text.code-differs"
  | "text.untranslated"
  | "text.term"
  | "text.term-missing"
  | "run.no-goal"
  | "run.goal-form"
  | "run.solution-misses"
  | "run.solution-late"
  | "run.idle"
  | "run.wrong-reaches"
  | "run.show-me-misses"
  | "run.answer-wrong"
  | "run.answer-right"
  | "run.no-answer"
  | "run.not-an-option"
  | "run.no-record"
  | "run.own-truth"
  | "run.far-off"
  | "run.check-fails"
  | "run.stopped"
  | "run.moment-line"
  | "run.moment-order"
  | "run.no-path"
  | "run.mini-object"
  | "run.mini-start";

export interface Problem extends Place {
  /** Its name within the lesson's folder: `ru.md`. */
  readonly file: string;
  readonly code: ProblemCode;
  readonly args: Readonly<Record<string, string | number>>;
  /** What the engine found, to be told with it. */
  readonly found?: readonly Finding[];
}

/** One of the things that are looked at, by name: `solution`, `prediction` with its id. */
export interface Outcome {
  readonly check: CheckName;
  readonly args: Readonly<Record<string, string | number>>;
  readonly problems: readonly Problem[];
  /** What was seen where all is well: counts to be told. */
  readonly seen?: Readonly<Record<string, string | number>>;
}

export type CheckName =
  | "format"
  | "structure"
  | "complete"
  | "terms"
  | "scenario"
  | "moments"
  | "goals"
  | "solution"
  | "wrong"
  | "show-me"
  | "mini"
  | "prediction"
  | "question";

/** Makes problems of one file. */
export const problemsOf =
  (file: string, at: Place) =>
  (code: ProblemCode, args: Problem["args"] = {}, found?: readonly Finding[]): Problem => ({
    file,
    line: at.line,
    column: at.column,
    code,
    args,
    ...(found ? { found } : {}),
  });
