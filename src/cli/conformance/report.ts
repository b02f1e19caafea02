import { type SuiteResult, text } from "./runner.ts";

/** Passed, failed and skipped over all suites. */
export function totals(suites: readonly SuiteResult[]): { passed: number; failed: number; skipped: number } {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const suite of suites) {
    for (const { ok } of suite.results) ok ? passed++ : failed++;
    skipped += suite.skipped;
  }
  return { passed, failed, skipped };
}

/** A row a suite; under it each failed case with what was expected and found. Closes with the totals. */
export function report(suites: readonly SuiteResult[]): string {
  const width = Math.max(0, ...suites.map(({ suite }) => suite.length));
  const lines = suites.flatMap((suite) => [row(suite, width), ...failures(suite)]);
  const { passed, failed, skipped } = totals(suites);
  return [...lines, `${passed} passed, ${failed} failed, ${skipped} skipped`].join("\n");
}

function row({ suite, results, skipped }: SuiteResult, width: number): string {
  const name = suite.padEnd(width);
  if (skipped > 0 || results.length === 0) return `  ${name}  ${skipped} skipped`;
  const failed = results.filter(({ ok }) => !ok).length;
  const passed = `${results.length - failed} passed`;
  return failed > 0 ? `  ${name}  ${passed}, ${failed} failed` : `  ${name}  ${passed}`;
}

function failures({ results }: SuiteResult): string[] {
  return results
    .filter(({ ok }) => !ok)
    .flatMap(({ id, expected, actual, detail }) => [
      `    FAIL ${id}${detail ? `: ${detail}` : ""}`,
      `      expected ${text(expected)}`,
      `      actual   ${text(actual)}`,
    ]);
}
