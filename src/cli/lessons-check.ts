/**
 * `npm run --silent lessons:check [-- ID... --lang ru --json]`: every lesson, case and demo. Format, four
 * languages with the same structure, terms; then by the engine: solutions, wrong ways, the answers of the quiz,
 * predictions over 100 seeds. A line a check, under it what is wrong as `FILE:LINE:COL: message`; the last line
 * `N passed, N failed`; exit 1 when one failed. `--json`: a line of JSON for each check, in all languages. `--runs`:
 * only what the engine says. `--root`: another folder of lessons.
 */
import { parseArgs } from "node:util";
import { LANGUAGES, type Language } from "../lessons/text.ts";
import { checkFiles, checkRuns } from "./lessons/checks.ts";
import { lessonIds, readFolder } from "./lessons/folder.ts";
import type { Outcome } from "./lessons/problem.ts";
import { told } from "./lessons/told.ts";
import { checkWords, problemWords } from "./lessons/words.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    lang: { type: "string", default: "en" },
    runs: { type: "boolean", default: false },
    root: { type: "string", default: "lessons" },
  },
});
const ROOT = values.root;
const lang = LANGUAGES.find((l) => l === values.lang) ?? ("en" satisfies Language);
let passed = 0;
let failed = 0;

function report(id: string, outcome: Outcome): void {
  const ok = outcome.problems.length === 0;
  if (ok) passed++;
  else failed++;
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ id, ...told(outcome) })}\n`);
    return;
  }
  process.stdout.write(`${ok ? "ok  " : "FAIL"} ${id}: ${checkWords(lang, outcome)}\n`);
  for (const p of outcome.problems)
    process.stdout.write(`       ${ROOT}/${id}/${p.file}:${p.line}:${p.column}: ${problemWords(lang, p)}\n`);
}

const all = lessonIds(ROOT);
for (const id of positionals.filter((name) => !all.includes(name))) {
  failed++;
  process.stdout.write(`FAIL ${id}: ${ROOT}/${id}/lesson.yaml is missing\n`);
}
for (const id of positionals.length > 0 ? all.filter((name) => positionals.includes(name)) : all) {
  const read = readFolder(ROOT, id);
  if (!values.runs) for (const outcome of checkFiles(read)) report(id, outcome);
  for (const outcome of checkRuns(read)) report(id, outcome);
}
if (!values.json) process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
