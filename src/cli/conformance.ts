import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Suite } from "./conformance/adapter.ts";
import { adapters } from "./conformance/adapters/index.ts";
import { report, totals } from "./conformance/report.ts";
import { runSuite } from "./conformance/runner.ts";

const usage = "usage: conformance PATH... [--json]";

function main(args: readonly string[]): number {
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
  if (json) {
    const cases = results.flatMap((suite) => suite.results);
    console.log(JSON.stringify(cases.map(({ id, ok, expected, actual }) => ({ id, ok, expected, actual }))));
  } else {
    console.log(report(results));
  }
  return failed > 0 ? 1 : 0;
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
