/**
 * `npm run --silent lessons:check [-- ID...]`: every lesson, case and demo. Format, four languages with the same
 * structure, terms; then by the engine: solutions, wrong ways, the answers of the quiz, predictions over 100 seeds.
 * A line a check; the last one `N passed, N failed`; exit 1 when one failed.
 */
import {
  goalFindings,
  momentFindings,
  predictionFindings,
  questionFindings,
  scenarioFindings,
  showMeFindings,
  solutionFindings,
} from "./lessons/check-run.ts";
import { structureFindings, termFindings, textFindings } from "./lessons/check-text.ts";
import { lessonIds, readFolder } from "./lessons/folder.ts";

const ROOT = "lessons";
let passed = 0;
let failed = 0;

function report(name: string, find: () => readonly string[]): void {
  let findings: readonly string[];
  try {
    findings = find();
  } catch (error) {
    findings = [error instanceof Error ? error.message : String(error)];
  }
  if (findings.length === 0) passed++;
  else failed++;
  process.stdout.write(`${findings.length === 0 ? "ok  " : "FAIL"} ${name}\n`);
  for (const f of findings) process.stdout.write(`       ${f}\n`);
}

const all = lessonIds(ROOT);
const wanted = process.argv.slice(2).filter((a) => !a.startsWith("-"));
for (const id of wanted) if (!all.includes(id)) report(id, () => [`there is no ${ROOT}/${id}/lesson.yaml`]);

for (const id of wanted.length > 0 ? all.filter((x) => wanted.includes(x)) : all) {
  const { folder, problems } = readFolder(ROOT, id);
  report(`${id}: format`, () => problems);
  if (!folder) continue;
  const { lesson } = folder;
  report(`${id}: structure`, () => structureFindings(folder));
  for (const [lang, text] of folder.texts) {
    report(`${id}: ${lang}: complete`, () => textFindings(folder, lang));
    report(`${id}: ${lang}: terms`, () => termFindings(text));
  }
  if (problems.some((p) => p.includes(".yaml:"))) continue;
  for (const name of folder.scenarios.keys()) report(`${id}: ${name}`, () => scenarioFindings(folder, name));
  if (lesson.kind === "Demo") report(`${id}: moments`, () => momentFindings(folder));
  else {
    report(`${id}: goals`, () => goalFindings(folder));
    report(`${id}: solution and wrong ways`, () => solutionFindings(folder));
    report(`${id}: show me`, () => showMeFindings(folder));
  }
  for (const p of lesson.spec.predictions)
    report(`${id}: prediction ${p.id}`, () => predictionFindings(p, folder));
  for (const q of lesson.spec.quiz)
    report(`${id}: question ${q.id} (${q.kind})`, () => questionFindings(q, folder));
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
