/** Checks and problems as the author's view takes them: plain data, in every language at once. */
import type { ToldOutcome } from "../../lessons/authoring.ts";
import type { Outcome } from "./problem.ts";
import { checkWords, inAll, problemWords, seenWords } from "./words.ts";

export const told = (outcome: Outcome): ToldOutcome => ({
  ok: outcome.problems.length === 0,
  name: inAll((lang) => checkWords(lang, outcome)),
  seen: inAll((lang) => seenWords(lang, outcome)),
  problems: outcome.problems.map((p) => ({
    file: p.file,
    line: p.line,
    column: p.column,
    message: inAll((lang) => problemWords(lang, p)),
  })),
});
