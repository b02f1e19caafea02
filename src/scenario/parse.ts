/** Reading scenario files: YAML with positions, the schema, and what a schema cannot say. Never throws. */
import * as v from "valibot";
import { LineCounter, parseDocument } from "yaml";
import { type Scenario, scenarioSchema } from "./format.ts";
import { type Path, type Placed, pathText, positionOf, writtenAt } from "./positions.ts";
import { checkProblems, nodeProblems, type ScenarioProblem, timelineProblems } from "./rules.ts";

export { positionOf } from "./positions.ts";
export { checkProblems, type ScenarioProblem } from "./rules.ts";

export type ScenarioResult =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly problems: readonly ScenarioProblem[] };

/** Larger texts are refused before they are read. */
const MAX_BYTES = 1_000_000;

/** Reads YAML for a schema; positions are kept for later messages. */
export function readYaml(
  source: string,
): { ok: true; value: unknown; placed: Placed } | { ok: false; problems: ScenarioProblem[] } {
  if (source.length > MAX_BYTES) {
    return {
      ok: false,
      problems: [
        { line: 1, column: 1, code: "yaml.too-large", args: { limit: MAX_BYTES, size: source.length } },
      ],
    };
  }
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return {
      ok: false,
      problems: document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return { line, column: col, code: "yaml.syntax", args: { message: error.message } };
      }),
    };
  }
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: 100 }), placed: { document, lines } };
  } catch (error) {
    return {
      ok: false,
      problems: [
        {
          line: 1,
          column: 1,
          code: "yaml.syntax",
          args: { message: error instanceof Error ? error.message : String(error) },
        },
      ],
    };
  }
}

/** Issues of valibot as problems with positions; unions are reported by their deepest branch. */
export function schemaProblems(
  issues: readonly v.BaseIssue<unknown>[],
  placed: Placed,
  base: Path = [],
): ScenarioProblem[] {
  return issues.map((issue) => {
    const path = [...base, ...(issue.path ?? []).map((p) => p.key as string | number)];
    const field = pathText(path);
    const unknownField = issue.kind === "schema" && issue.expected === "never";
    const missing = issue.received === "undefined";
    const { line, column } = positionOf(placed, path, unknownField);
    // A check of ours that failed names the format that was wanted.
    if (issue.kind === "validation" && !missing) {
      const args = { field, format: issue.message, found: writtenAt(placed, path) };
      return { line, column, code: "scenario.bad-format" as const, args };
    }
    const code = unknownField
      ? "scenario.unknown-field"
      : missing
        ? "scenario.missing-field"
        : issue.kind === "schema" && issue.type !== "picklist" && issue.type !== "literal"
          ? "scenario.wrong-type"
          : "scenario.wrong-value";
    return {
      line,
      column,
      code,
      args: { field, expected: issue.expected ?? issue.message, received: issue.received },
    };
  });
}

/** Reads and checks a scenario file. */
export function parseScenario(source: string): ScenarioResult {
  const read = readYaml(source);
  if (!read.ok) return read;
  const parsed = v.safeParse(scenarioSchema, read.value);
  if (!parsed.success) return { ok: false, problems: schemaProblems(parsed.issues, read.placed) };
  const scenario = parsed.output;
  const problems = [
    ...nodeProblems(scenario, read.placed),
    ...scenario.spec.timeline.flatMap((entry, i) =>
      timelineProblems(entry, ["spec", "timeline", i], read.placed),
    ),
    ...scenario.spec.expect.flatMap((entry, i) => checkProblems(entry, ["spec", "expect", i], read.placed)),
  ];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, scenario };
}
