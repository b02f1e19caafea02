/** Checks and problems as the author's view takes them: plain data, in every language at once. */
import type { Outcome, Problem } from "./problem.ts";
import { checkWords, inAll, problemWords, seenWords, type Words } from "./words.ts";

export interface ToldProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: Words;
}

export interface ToldOutcome {
  readonly ok: boolean;
  readonly name: Words;
  readonly seen: Words;
  readonly problems: readonly ToldProblem[];
}

export const toldProblem = (p: Problem): ToldProblem => ({
  file: p.file,
  line: p.line,
  column: p.column,
  message: inAll((lang) => problemWords(lang, p)),
});

export const told = (outcome: Outcome): ToldOutcome => ({
  ok: outcome.problems.length === 0,
  name: inAll((lang) => checkWords(lang, outcome)),
  seen: inAll((lang) => seenWords(lang, outcome)),
  problems: outcome.problems.map(toldProblem),
});
