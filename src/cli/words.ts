/** English for what the engine's rooms say in codes: problems of files, checks and what was found. */
import type { Finding } from "../scenario/checks.ts";
import type { Check } from "../scenario/format.ts";
import type { ScenarioProblem } from "../scenario/parse.ts";

const seconds = (ms: number): string => `${ms / 1000}s`;
const json = (value: unknown): string =>
  typeof value === "string" ? JSON.stringify(value) : (JSON.stringify(value) ?? "nothing");

/** What a field had to be, after what it says. */
const FORMATS: Readonly<Record<string, string>> = {
  duration: "is not a duration, like 500ms, 30s or 1h30m",
  quantity: "is not a quantity, like 100m, 64Mi or 2",
  percentage: "is not a percentage, like 92%",
  time: "is not a time, like 2026-01-05T09:00:00Z",
  name: "is not a name, like node-1",
  negative: "is negative",
  empty: "is empty",
  version: "is not possible here; expected 1.36",
  window: "is no window: the window ends before it begins",
  pattern: "is not a regular expression",
  path: "is not a path, like status.phase or items[0].name",
  object: "is no kind/name or kind/namespace/name of a kind that there is",
};

export function describeProblem({ code, args }: ScenarioProblem): string {
  switch (code) {
    case "yaml.syntax":
      return `not readable as YAML: ${args["message"]}`;
    case "yaml.too-large":
      return `the file has ${args["size"]} characters; at most ${args["limit"]} are read`;
    case "scenario.unknown-field":
      return `unknown field ${args["field"]}`;
    case "scenario.missing-field":
      return `${args["field"]} is missing; expected ${args["expected"]}`;
    case "scenario.wrong-type":
      return `${args["field"]}: expected ${args["expected"]}, found ${args["received"]}`;
    case "scenario.wrong-value":
      return `${args["field"]}: ${args["received"]} is not possible here; expected ${args["expected"]}`;
    case "scenario.bad-format":
      return `${args["field"]}: ${args["found"]} ${FORMATS[String(args["format"])] ?? `is not possible here; expected ${args["format"]}`}`;
    case "scenario.unknown-node":
      return `${args["field"]}: there is no node ${json(args["found"])}; there are ${args["names"]}`;
    case "scenario.duplicate":
      return `${args["field"]}: ${json(args["found"])} is there twice`;
    case "scenario.no-action":
      return `${args["field"]} does nothing; give it one of ${args["actions"]}`;
    case "scenario.two-actions":
      return `${args["field"]} does several things (${args["actions"]}); give each an entry of its own`;
    case "scenario.no-time":
      return `${args["field"]} needs \`${args["needed"]}\``;
    case "scenario.no-subject":
      return `${args["field"]} checks nothing; give it one of ${args["subjects"]}`;
  }
}

/** One line for a check: when and what. */
export function describeCheck(check: Check): string {
  const when = check.between
    ? `between ${seconds(check.between[0])} and ${seconds(check.between[1])}`
    : check.at !== undefined
      ? `at ${seconds(check.at)}`
      : "in the run";
  if (check.event) {
    const { reason, object, message, type } = check.event;
    return `${when}: ${check.none ? "no " : ""}event ${[type, reason, object ?? check.object].filter(Boolean).join(" ")}${message ? ` ${json(message)}` : ""}`;
  }
  if (check.order) return `${when}: events of ${check.object} in the order ${check.order.join(", ")}`;
  if (check.run !== undefined) return `${when}: ${check.run}`;
  if (check.record)
    return `${when}: ${check.none ? "no " : ""}record ${check.record.type}${check.record.count !== undefined ? ` × ${json(check.record.count)}` : ""}`;
  if (check.http)
    return `${when}: http ${check.http.pod ?? check.http.service}:${check.http.port}${check.http.path ?? "/"} → ${json(check.status)}`;
  if (check.never) return `${when}: never ${check.never.object} ${json(check.never.fields)}`;
  if (check.always) return `${when}: always ${check.always.object} ${json(check.always.fields)}`;
  if (check.gone || check.exists === false) return `${when}: ${check.object} is gone`;
  return `${when}: ${check.object} ${Object.entries(check.fields ?? {})
    .map(([k, v]) => `${k}=${json(v)}`)
    .join(", ")}`;
}

export function describeFinding(f: Finding): string {
  const at = f.at === undefined ? "" : ` at ${seconds(f.at)}`;
  switch (f.code) {
    case "field":
      return `${f.subject}: wanted ${json(f.wanted)}, found ${json(f.found)}${at}`;
    case "missing-object":
      return `there is no ${f.subject}${at}`;
    case "not-gone":
      return `${f.subject} is still there`;
    case "no-event":
      return `no event ${f.subject}${f.wanted === undefined ? "" : ` with message ${json(f.wanted)}`}`;
    case "event-outside":
      return `event ${f.subject} was first seen at ${seconds(Number(f.found))}, before ${(f.wanted as number[]).map(seconds).join(" to ")}`;
    case "event-count":
      return `event ${f.subject}: wanted count ${json(f.wanted)}, found ${json(f.found)}`;
    case "unwanted-event":
      return `event ${f.subject}${at}: ${json(f.found)}`;
    case "order":
      return `wanted the order ${(f.wanted as string[]).join(", ")}; found ${(f.found as string[]).join(", ") || "no events"}`;
    case "output":
      return `${f.subject}: wanted ${json(f.wanted)}, printed ${json(f.found)}`;
    case "exit":
      return `${f.subject}: wanted exit ${f.wanted}, found ${f.found}`;
    case "record-count":
      return `records ${f.subject}: wanted ${json(f.wanted)}, found ${f.found}`;
    case "http":
      return `${f.subject}: wanted ${json(f.wanted)}, found ${json(f.found)}`;
    case "engine":
      return `${f.subject}: the engine stopped${at}: ${f.found}`;
    case "refused":
      return `the manifest was refused: ${f.found}`;
    case "violated":
      return `${f.subject} became ${json(f.wanted)}${at}`;
  }
}
