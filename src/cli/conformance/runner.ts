import type { Adapter, Case, Suite } from "./adapter.ts";
import { firstDifference, plain } from "./compare.ts";

/** One compared case. `detail` says where it went wrong, or what was thrown. */
export interface CaseResult {
  id: string;
  ok: boolean;
  expected: unknown;
  actual: unknown;
  detail?: string;
}

/** A suite's results; `skipped` is the number of its cases when the build has no adapter for it. */
export interface SuiteResult {
  suite: string;
  results: CaseResult[];
  skipped: number;
}

/** Runs every case of a suite. A case that throws has failed. */
export function runSuite(suite: Suite, adapters: ReadonlyMap<string, Adapter>): SuiteResult {
  const adapter = adapters.get(suite.suite);
  if (!adapter) return { suite: suite.suite, results: [], skipped: suite.cases.length };
  return { suite: suite.suite, results: suite.cases.map((each) => runCase(each, adapter)), skipped: 0 };
}

function runCase(testCase: Case, adapter: Adapter): CaseResult {
  const { id, expect } = testCase;
  const expected = expectation(testCase);
  // Cases may share parts of their file; an adapter that changes what it is given must not spoil the next.
  const given = structuredClone(testCase.given);
  try {
    const how = typeof adapter === "function" ? { run: adapter } : adapter;
    const actual = how.run(given, testCase);
    if (how.compare) {
      const verdict = how.compare(expect, actual, testCase.given);
      const { ok, actual: shown } = typeof verdict === "boolean" ? { ok: verdict, actual } : verdict;
      return { id, ok, expected, actual: plain(shown) };
    }
    if (expected === undefined)
      return { id, ok: false, expected, actual, detail: "the case expects nothing" };
    const difference = firstDifference(expected, actual, how.sets);
    if (!difference) return { id, ok: true, expected, actual: plain(actual) };
    const where = difference.path === "" ? "the answer" : difference.path;
    const detail = `${where}: expected ${text(difference.expected)}, got ${text(difference.actual)}`;
    return { id, ok: false, expected, actual: plain(actual), detail };
  } catch (error) {
    const thrown = error instanceof Error ? error.message : String(error);
    const at =
      error instanceof Error ? (error.stack ?? "").split("\n").find((l) => /^\s+at /.test(l)) : undefined;
    return {
      id,
      ok: false,
      expected,
      actual: { thrown },
      detail: `thrown: ${thrown}${at ? ` (${at.trim()})` : ""}`,
    };
  }
}

/** `{allSteps: true}` stands for the list of the steps' own expectations, an empty object asserting nothing. */
function expectation({ given, expect }: Case): unknown {
  const inSteps =
    typeof expect === "object" && expect !== null && "allSteps" in expect && Array.isArray(given?.steps);
  return inSteps ? given.steps.map((step: { expect?: unknown }) => step?.expect ?? {}) : expect;
}

/** JSON on one line, cut to `limit` characters. */
export function text(value: unknown, limit = 400): string {
  const json = JSON.stringify(value) ?? "nothing";
  return json.length > limit ? `${json.slice(0, limit)}… (${json.length} characters)` : json;
}
