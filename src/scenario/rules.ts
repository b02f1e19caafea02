/** What a schema cannot say of a scenario file: what belongs together, what names something that is not there. */

import {
  ACTIONS,
  type Check,
  type Fault,
  type FaultType,
  type Scenario,
  SUBJECTS,
  type TimelineEntry,
} from "./format.ts";
import { kindByName } from "./kinds.ts";
import { checkPattern, isMatcher } from "./match.ts";
import { parsePath } from "./paths.ts";
import { type Path, type Placed, pathText, positionOf, writtenAt } from "./positions.ts";

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
    | "scenario.bad-format"
    | "scenario.unknown-node"
    | "scenario.duplicate"
    | "scenario.no-action"
    | "scenario.two-actions"
    | "scenario.no-time"
    | "scenario.no-subject";
  readonly args: Readonly<Record<string, string | number>>;
}

/** Fields that a fault cannot do without; of a list within, one is enough. */
const FAULT_NEEDS: Partial<Record<FaultType, readonly (keyof Fault | readonly (keyof Fault)[])[]>> = {
  "image-missing": ["image"],
  "memory-hog": ["use"],
  "pid-hog": ["count"],
  http: ["pod", ["status", "latency"]],
  exec: ["pod", ["exit", "latency"]],
  kill: ["pod"],
  "volume-fail": ["pod"],
  "clock-jump": ["by"],
};

const formatProblem = (placed: Placed, path: Path, format: string, key = false): ScenarioProblem => ({
  ...positionOf(placed, path, key),
  code: "scenario.bad-format",
  args: { field: pathText(path), format, found: key ? JSON.stringify(path.at(-1)) : writtenAt(placed, path) },
});

function faultProblems(fault: Fault, path: Path, placed: Placed): ScenarioProblem[] {
  return (FAULT_NEEDS[fault.type] ?? []).flatMap((need) => {
    const names = typeof need === "string" ? [need] : (need as readonly (keyof Fault)[]);
    if (names.some((name) => fault[name] !== undefined)) return [];
    const args = { field: `${pathText(path)}.${names[0]}`, expected: names.join(" or ") };
    return [{ ...positionOf(placed, path), code: "scenario.missing-field", args } as const];
  });
}

/** `pod/web`, `pod/NS/web`, `node/node-1`, with a kind that there is. */
function objectProblems(object: string | undefined, path: Path, placed: Placed): ScenarioProblem[] {
  if (object === undefined) return [];
  const [kind = "", ...rest] = object.split("/");
  const named = rest.length > 0 && rest.length <= 2 && rest.every((part) => part !== "");
  return named && kindByName(kind) !== undefined ? [] : [formatProblem(placed, path, "object")];
}

export function timelineProblems(entry: TimelineEntry, path: Path, placed: Placed): ScenarioProblem[] {
  const actions = ACTIONS.filter((a) => entry[a] !== undefined);
  if (actions.length !== 1) {
    const code = actions.length === 0 ? "scenario.no-action" : "scenario.two-actions";
    const args = { field: pathText(path), actions: (actions.length ? actions : ACTIONS).join(", ") };
    return [{ ...positionOf(placed, path), code, args }];
  }
  return [
    ...(entry.fault ? faultProblems(entry.fault, [...path, "fault"], placed) : []),
    ...objectProblems(entry.patch?.object, [...path, "patch", "object"], placed),
    ...objectProblems(entry.delete?.object, [...path, "delete", "object"], placed),
  ];
}

/** Patterns that cannot be read, wherever a check compares something. */
function matcherProblems(wanted: unknown, path: Path, placed: Placed): ScenarioProblem[] {
  if (!isMatcher(wanted) || typeof wanted["matches"] !== "string") return [];
  return checkPattern(wanted["matches"]) ? [] : [formatProblem(placed, [...path, "matches"], "pattern")];
}

function fieldsProblems(
  fields: Readonly<Record<string, unknown>>,
  path: Path,
  placed: Placed,
): ScenarioProblem[] {
  return Object.entries(fields).flatMap(([field, wanted]) => [
    ...(parsePath(field) ? [] : [formatProblem(placed, [...path, field], "path", true)]),
    ...matcherProblems(wanted, [...path, field], placed),
  ]);
}

/** A check needs a subject, and a time that fits it. */
export function checkProblems(check: Check, path: Path, placed: Placed): ScenarioProblem[] {
  const subjects = SUBJECTS.filter((s) => check[s] !== undefined);
  const at = positionOf(placed, path);
  if (subjects.length === 0 && check.object === undefined) {
    const args = { field: pathText(path), subjects: ["object", ...SUBJECTS].join(", ") };
    return [{ ...at, code: "scenario.no-subject", args }];
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
  const watched = check.never ?? check.always;
  const watch = check.never ? "never" : "always";
  return [
    ...objectProblems(check.object, [...path, "object"], placed),
    ...objectProblems(check.event?.object, [...path, "event", "object"], placed),
    ...objectProblems(check.record?.object, [...path, "record", "object"], placed),
    ...objectProblems(watched?.object, [...path, watch, "object"], placed),
    ...fieldsProblems(check.fields ?? {}, [...path, "fields"], placed),
    ...fieldsProblems(watched?.fields ?? {}, [...path, watch, "fields"], placed),
    ...fieldsProblems(check.record?.data ?? {}, [...path, "record", "data"], placed),
    ...(["prints", "stderr", "status", "body"] as const).flatMap((name) =>
      matcherProblems(check[name], [...path, name], placed),
    ),
    ...matcherProblems(check.event?.message, [...path, "event", "message"], placed),
  ];
}

/** Names of nodes: each once, and those that something is done on must be there. */
export function nodeProblems({ spec }: Scenario, placed: Placed): ScenarioProblem[] {
  const names = spec.nodes.map((n) => n.name);
  const twice = names.flatMap((name, i): ScenarioProblem[] => {
    if (names.indexOf(name) === i) return [];
    const path = ["spec", "nodes", i, "name"];
    return [
      {
        ...positionOf(placed, path),
        code: "scenario.duplicate",
        args: { field: pathText(path), found: name },
      },
    ];
  });
  const missing = (name: string | undefined, path: Path): ScenarioProblem[] => {
    if (name === undefined || names.includes(name)) return [];
    const args = { field: pathText(path), found: name, names: names.join(", ") };
    return [{ ...positionOf(placed, path), code: "scenario.unknown-node", args }];
  };
  return [
    ...twice,
    ...spec.timeline.flatMap((entry, i) => [
      ...missing(entry.on, ["spec", "timeline", i, "on"]),
      ...missing(entry.fault?.node, ["spec", "timeline", i, "fault", "node"]),
      ...missing(entry.write?.node, ["spec", "timeline", i, "write", "node"]),
      ...missing(entry.remove?.node, ["spec", "timeline", i, "remove", "node"]),
    ]),
    ...spec.expect.flatMap((check, i) => missing(check.on, ["spec", "expect", i, "on"])),
  ];
}
