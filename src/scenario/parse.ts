/** Reading scenario files: YAML with positions, the schema, and what a schema cannot say. Never throws. */
import * as v from "valibot";
import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import {
  ACTIONS,
  type Check,
  type Scenario,
  SUBJECTS,
  scenarioSchema,
  type TimelineEntry,
} from "./format.ts";

/** A problem of the file: where, and a code with arguments; words are put to it elsewhere. */
export interface ScenarioProblem {
  readonly line: number;
  readonly column: number;
  readonly code:
    | "yaml.syntax"
    | "yaml.too-large"
    | "scenario.unknown-field"
    | "scenario.missing-field"
    | "scenario.wrong-type"
    | "scenario.wrong-value"
    | "scenario.no-action"
    | "scenario.two-actions"
    | "scenario.no-time"
    | "scenario.no-subject";
  readonly args: Readonly<Record<string, string | number>>;
}

export type ScenarioResult =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly problems: readonly ScenarioProblem[] };

/** Larger texts are refused before they are read. */
const MAX_BYTES = 1_000_000;

interface Placed {
  readonly document: Document;
  readonly lines: LineCounter;
}

/** Line and column of the node at a path, or of the nearest one above it that exists. `key`: of the key itself. */
export function positionOf(
  { document, lines }: Placed,
  path: readonly (string | number)[],
  key = false,
): { line: number; column: number } {
  let node: unknown = document.contents;
  let offset = (node as Node | null)?.range?.[0] ?? 0;
  for (const [i, part] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part),
      );
      if (!pair) break;
      const target = key && i === path.length - 1 ? pair.key : (pair.value ?? pair.key);
      node = pair.value;
      offset = (target as Node | null)?.range?.[0] ?? offset;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      offset = (node as Node | null)?.range?.[0] ?? offset;
    } else break;
  }
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** `spec.timeline[2].at` */
const pathText = (path: readonly (string | number)[]): string =>
  path.reduce<string>(
    (out, part) => (typeof part === "number" ? `${out}[${part}]` : out ? `${out}.${part}` : part),
    "",
  );

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
  base: readonly (string | number)[] = [],
): ScenarioProblem[] {
  return issues.map((issue) => {
    const path = [...base, ...(issue.path ?? []).map((p) => p.key as string | number)];
    const field = pathText(path);
    const unknownField = issue.kind === "schema" && issue.expected === "never";
    const missing = issue.received === "undefined";
    const { line, column } = positionOf(placed, path, unknownField);
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
    ...scenario.spec.timeline.flatMap((entry, i) =>
      timelineProblems(entry, ["spec", "timeline", i], read.placed),
    ),
    ...scenario.spec.expect.flatMap((entry, i) => checkProblems(entry, ["spec", "expect", i], read.placed)),
  ];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, scenario };
}

function timelineProblems(
  entry: TimelineEntry,
  path: (string | number)[],
  placed: Placed,
): ScenarioProblem[] {
  const actions = ACTIONS.filter((a) => entry[a] !== undefined);
  if (actions.length === 1) return [];
  const code = actions.length === 0 ? "scenario.no-action" : "scenario.two-actions";
  return [
    {
      ...positionOf(placed, path),
      code,
      args: { field: pathText(path), actions: (actions.length ? actions : ACTIONS).join(", ") },
    },
  ];
}

/** A check needs a subject, and a time that fits it. */
export function checkProblems(check: Check, path: (string | number)[], placed: Placed): ScenarioProblem[] {
  const subjects = SUBJECTS.filter((s) => check[s] !== undefined);
  const at = { ...positionOf(placed, path) };
  if (subjects.length === 0 && check.object === undefined) {
    return [
      {
        ...at,
        code: "scenario.no-subject",
        args: { field: pathText(path), subjects: ["object", ...SUBJECTS].join(", ") },
      },
    ];
  }
  const subject = subjects[0] ?? "object";
  const needsAt = subject === "object" || subject === "run" || subject === "http";
  const needsWindow = subject === "never" || subject === "always";
  if ((needsAt && check.at === undefined) || (needsWindow && check.between === undefined)) {
    return [
      {
        ...at,
        code: "scenario.no-time",
        args: { field: pathText(path), needed: needsAt ? "at" : "between" },
      },
    ];
  }
  return [];
}
