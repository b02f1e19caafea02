import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Suite } from "./conformance/adapter.ts";
import { adapters } from "./conformance/adapters/index.ts";
import { report, totals } from "./conformance/report.ts";
import { runSuite, type SuiteResult } from "./conformance/runner.ts";

const usage = "usage: conformance PATH... [--json] [--report FILE]";

function main(given: readonly string[]): number {
  const at = given.indexOf("--report");
  const reportFile = at < 0 ? undefined : given[at + 1];
  const args = at < 0 ? given : given.filter((_, i) => i !== at && i !== at + 1);
  const json = args.includes("--json");
  const unknown = args.find((arg) => arg.startsWith("--") && arg !== "--json");
  const paths = args.filter((arg) => !arg.startsWith("--"));
  if (unknown || paths.length === 0) return stop(unknown ? `unknown option ${unknown}\n${usage}` : usage);
  const suites: Suite[] = [];
  for (const path of paths) {
    try {
      for (const file of files(path)) suites.push(readSuite(file));
    } catch (error) {
      return stop(error instanceof Error ? error.message : String(error));
    }
  }
  const results = suites.map((suite) => runSuite(suite, adapters));
  const { failed } = totals(results);
  if (reportFile) writeReport(reportFile, results);
  if (json) {
    const cases = results.flatMap((suite) => suite.results);
    console.log(JSON.stringify(cases.map(({ id, ok, expected, actual }) => ({ id, ok, expected, actual }))));
  } else {
    console.log(report(results));
  }
  return failed > 0 ? 1 : 0;
}

/** Counts by suite, for the page that shows what is checked. */
function writeReport(file: string, results: readonly SuiteResult[]): void {
  const suites = results.map(({ suite, results: cases, skipped }) => ({
    suite,
    passed: cases.filter(({ ok }) => ok).length,
    failed: cases.filter(({ ok }) => !ok).length,
    skipped,
  }));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ suites }, null, 1)}\n`);
}

/** A folder stands for its `*.json`, in order of name. */
function files(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => join(path, name));
}

function readSuite(file: string): Suite {
  let suite: Partial<Suite>;
  try {
    suite = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof suite?.suite !== "string" || !Array.isArray(suite.cases))
    throw new Error(`${file}: not a vector file`);
  return suite as Suite;
}

function stop(message: string): number {
  console.error(message);
  return 2;
}

process.exitCode = main(process.argv.slice(2));
