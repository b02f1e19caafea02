/** Problems of a text in words. What Kubernetes itself says stays as it says it. */
import type { TextProblem } from "../../worker/protocol.ts";
import type { Translator } from "../i18n.tsx";

/** A problem ready to be shown at its line. Lines and columns from 1. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly message: string;
  readonly severity: "error" | "warning";
}

function wordsOf(problem: TextProblem, { t, has }: Translator): string {
  if (problem.printed) return problem.printed;
  const key = `editor.problem.${problem.code}`;
  return has(key) ? t(key, problem.args) : t("editor.problem.other", { code: problem.code });
}

export function problemOf(problem: TextProblem, translator: Translator): Problem {
  const line = Math.max(1, problem.line);
  const column = Math.max(1, problem.column);
  return {
    line,
    column,
    endLine: problem.endLine ?? line,
    endColumn: problem.endColumn ?? 1_000,
    message: wordsOf(problem, translator),
    severity: problem.severity,
  };
}

/** What the schema's checks say, by pattern; they know English only. */
const SCHEMA: readonly (readonly [RegExp, "type" | "types" | "missing" | "extra" | "value" | "tabs"])[] = [
  [/^Incorrect type\. Expected "(.*)"\.$/, "type"],
  [/^Incorrect type\. Expected one of (.*)\.$/, "types"],
  [/^Missing property "(.*)"\.$/, "missing"],
  [/^Property (.*) is not allowed\.$/, "extra"],
  [/^Value is not accepted\. Valid values: (.*)\.$/, "value"],
  [/^(Tabs are not allowed as indentation)/, "tabs"],
];

export function rewordSchema(message: string, { t }: Pick<Translator, "t">): string {
  for (const [pattern, kind] of SCHEMA) {
    const found = pattern.exec(message);
    if (found) return t(`editor.schema.${kind}`, { what: found[1] ?? "" });
  }
  return message;
}

/** The server's problems, and those of the schema at lines where the server has found no error; in order of line. */
export function mergeProblems(server: readonly Problem[], schema: readonly Problem[]): Problem[] {
  const told = new Set(server.filter((p) => p.severity === "error").map((p) => p.line));
  const seen = new Set<string>();
  return [...server, ...schema.filter((p) => !told.has(p.line))]
    .filter((p) => {
      const key = `${p.line} ${p.message}`;
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => a.line - b.line || a.column - b.column);
}
