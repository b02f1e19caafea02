/** What the development server tells the author's view of a lesson while its files are edited. */
import type { CompiledLesson, Language } from "./text.ts";

/** A sentence in every language. */
export type Words = Readonly<Record<Language, string>>;

export interface ToldProblem {
  /** Its name within the lesson's folder. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: Words;
}

export interface ToldOutcome {
  readonly ok: boolean;
  readonly name: Words;
  /** What was seen where all is well; may be empty. */
  readonly seen: Words;
  readonly problems: readonly ToldProblem[];
}

/** Everything that is known of a lesson's files, sent when asked for and whenever it changes. */
export interface AuthorState {
  readonly id: string;
  /** Where the folder is, to open a file of it in an editor. */
  readonly folder: string;
  /** Checks of the files, as they stand. */
  readonly files: readonly ToldOutcome[];
  /** Checks by the engine, of the files as they stood when it began. */
  readonly runs: readonly ToldOutcome[];
  readonly running: boolean;
  /** Files that cannot be shown as they stand; what is seen is their last good version. */
  readonly stale: readonly string[];
  /** The line on which each block of a text begins, in order. */
  readonly lines: Readonly<Partial<Record<Language, readonly number[]>>>;
}

/** New content for the pages that show it. */
export interface LessonChange {
  readonly id: string;
  readonly entry: unknown;
  /** Absent where it did not change. */
  readonly folder?: unknown;
  readonly texts: Readonly<Partial<Record<Language, CompiledLesson>>>;
}
