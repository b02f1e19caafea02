/**
 * Messages between the screen and the simulation worker. The engine never runs ahead: the screen asks it to advance.
 * Each request has a number; its answer carries the number, and every message before it is part of the answer.
 */
import type { Lesson, Question } from "../lessons/format.ts";
import type { GoalState } from "../lessons/goals.ts";
import type { Grade, Answer as LessonAnswer } from "../lessons/grade.ts";
import type { TimelineEntry } from "../scenario/format.ts";
import type { Input, LoggedInput, Ms, Seq, TraceRecord } from "../sim/index.ts";

/** What a run starts from. Text is a scenario file as written; it is checked in the worker. */
export interface RunSource {
  readonly scenario: string;
  /** Name shown in messages about the text, and by which built-in scenarios are found. */
  readonly name: string;
  readonly seed?: number;
  /** Inputs to replay. */
  readonly inputs?: readonly LoggedInput[];
  /** Where to go at once. */
  readonly at?: Ms;
  /** What of the state is told; absent: every table whole. */
  readonly mirror?: MirrorSpec;
  /** Other numbers in the scenario, by path: sliders, variants of a prediction. */
  readonly values?: Readonly<Record<string, string | number>>;
  /** The lesson whose goals are watched in this run. */
  readonly lesson?: Lesson;
}

/** Parts of the state that a screen reads. Names are regular expressions. */
export interface MirrorSpec {
  /** The first that fits a table's name counts; `fields`: paths of what is read of a row, all of it without. */
  readonly tables: readonly { readonly name: string; readonly fields?: readonly string[] }[];
  /** Components whose timers are told. */
  readonly timers?: string;
  /** Tables of machines whose latest transitions are told. */
  readonly transitions?: string;
}

/** How far a step of a lesson is. */
export interface StepState {
  readonly id: string;
  /** Virtual ms at which it became the current one, and at which its last goal was met; null: not yet. */
  readonly begunAt: Ms | null;
  /** How many inputs had been given when it began: to do it again the run goes back to there. */
  readonly inputs: number;
  readonly metAt: Ms | null;
  readonly goals: readonly GoalState[];
}

/** An answer to be graded, with all that grading needs of the lesson's folder. */
export interface GradeRequest {
  readonly lesson: Lesson;
  readonly files: Readonly<Record<string, string>>;
  readonly question: Question;
  readonly answer: LessonAnswer;
}

/** How far one step goes: to the next record, the next turn of SyncLoop, the next event, or a record of a type. */
export type StepKind = "record" | "iteration" | "event" | { readonly type: string };

export type Request =
  | { readonly type: "open"; readonly source: RunSource }
  | { readonly type: "advance"; readonly to: Ms; readonly maxRecords?: number }
  | { readonly type: "step"; readonly kind: StepKind; readonly limit: Ms }
  | { readonly type: "seek"; readonly time: Ms }
  | { readonly type: "input"; readonly input: Input }
  | { readonly type: "check"; readonly manifest: string }
  | { readonly type: "chain"; readonly seq: Seq }
  | { readonly type: "later"; readonly entries: readonly TimelineEntry[] }
  | { readonly type: "grade"; readonly request: GradeRequest }
  | { readonly type: "share" };

export type Numbered<T> = T & { readonly id: number };

/** One row of a kernel table: its key and value, or only the key when the row is gone. */
export type RowChange = readonly [key: string, value?: unknown];

/** What changed since the last message. `reset`: another run; forget every row, record and input first. */
export interface Update {
  readonly type: "update";
  readonly reset: boolean;
  readonly now: Ms;
  /** Records number `from` and later replace what the screen has from there on. */
  readonly from: Seq;
  readonly records: readonly TraceRecord[];
  readonly tables: readonly (readonly [table: string, rows: readonly RowChange[]])[];
  readonly inputs: readonly LoggedInput[];
  /** Inputs that lie ahead after a rewind. */
  readonly ahead: readonly LoggedInput[];
  /** When the next thing happens by itself. */
  readonly nextDue: Ms | null;
  /** Steps of the run's lesson; absent when nothing about them changed. */
  readonly steps?: readonly StepState[];
  /** Set once the engine has stopped on an error of its own. */
  readonly failure: string | null;
}

/** A problem in a text of the user's: where, and a code with arguments that the screen puts into words. */
export interface TextProblem {
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  /** `yaml.syntax`, `manifest.invalid`, `scenario.field`, … */
  readonly code: string;
  readonly args: Readonly<Record<string, string | number>>;
  /** What Kubernetes itself says, where it does. */
  readonly printed?: string;
  readonly severity: "error" | "warning";
}

export interface Share {
  readonly scenario: string;
  readonly name: string;
  readonly seed: number;
  readonly inputs: readonly LoggedInput[];
  readonly at: Ms;
}

/** Answer to a request; updates that belong to it were sent before. */
export type Answer =
  | { readonly type: "done"; readonly id: number; readonly reached: boolean }
  | { readonly type: "problems"; readonly id: number; readonly problems: readonly TextProblem[] }
  | { readonly type: "chain"; readonly id: number; readonly records: readonly TraceRecord[] }
  | { readonly type: "share"; readonly id: number; readonly share: Share }
  | { readonly type: "grade"; readonly id: number; readonly grade: Grade }
  | { readonly type: "failed"; readonly id: number; readonly message: string };

export type FromWorker = Update | Answer;
