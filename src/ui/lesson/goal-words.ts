/** Goals and what they lack, in words: the checks are the engine's, the sentences the catalogue's. */
import type { LessonStep } from "../../lessons/format.ts";
import type { GoalState } from "../../lessons/goals.ts";
import type { Translator } from "../i18n.tsx";
import { runTime } from "../store/time.ts";

type Check = LessonStep["goal"][number];
type Finding = GoalState["missing"][number];

const SYMBOLS: Readonly<Record<string, string>> = { gt: ">", gte: "≥", lt: "<", lte: "≤" };

/** A wanted or found value as one would write it. */
export function printValue(value: unknown, tr: Translator): string {
  if (value === undefined || value === null) return tr.t("lesson.value.nothing");
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.map((v) => printValue(v, tr)).join(", ");
  const entries = Object.entries(value as Record<string, unknown>);
  const [first] = entries;
  if (first?.[0] === "exists") return tr.t(first[1] ? "lesson.value.any" : "lesson.value.nothing");
  if (first?.[0] === "matches") return `/${String(first[1])}/`;
  if (first?.[0] === "equals") return printValue(first[1], tr);
  if (entries.length > 0 && entries.every(([k]) => k in SYMBOLS))
    return entries.map(([k, v]) => `${SYMBOLS[k]} ${String(v)}`).join(", ");
  return JSON.stringify(value);
}

/** `status.conditions[?(@.type=='Ready')].status` is `status.conditions[Ready].status`. */
export const shortPath = (path: string): string =>
  path.replace(/\[\?\(@\.\w+==['"]([^'"]+)['"]\)\]/g, "[$1]");

/** What a goal asks for, one line each. */
export function goalLines(check: Check, tr: Translator): string[] {
  const object = check.object ?? check.event?.object ?? check.record?.object ?? "";
  if (check.event) {
    const args = { object, reason: check.event.reason ?? check.event.type ?? "" };
    return [check.none ? tr.t("lesson.goal.noEvent", args) : tr.t("lesson.goal.event", args)];
  }
  if (check.order) return [tr.t("lesson.goal.order", { object, events: check.order.join(" → ") })];
  if (check.record) {
    const command = check.record.type === "input.run" ? check.record.data?.["command"] : undefined;
    if (command !== undefined) return [tr.t("lesson.goal.command")];
    return [tr.t("lesson.goal.record", { object: object === "" ? "—" : object, type: check.record.type })];
  }
  if (check.gone || check.exists === false) return [tr.t("lesson.goal.gone", { object })];
  const fields = Object.entries(check.fields ?? {});
  if (fields.length === 0 || fields.every(([path]) => path === "metadata.name"))
    return [tr.t("lesson.goal.exists", { object })];
  return fields.map(([path, wanted]) =>
    tr.t("lesson.goal.field", { object, path: shortPath(path), wanted: printValue(wanted, tr) }),
  );
}

/** What is missing, in a sentence. */
export function findingWords(finding: Finding, tr: Translator): string {
  const { code, subject, wanted, found } = finding;
  switch (code) {
    case "field":
      return tr.t("lesson.missing.field", {
        path: shortPath(subject),
        found: printValue(found, tr),
        wanted: printValue(wanted, tr),
      });
    case "missing-object":
      return tr.t("lesson.missing.object", { object: subject });
    case "not-gone":
      return tr.t("lesson.missing.notGone", { object: subject });
    case "no-event":
      return tr.t("lesson.missing.noEvent", { event: subject });
    case "unwanted-event":
      return tr.t("lesson.missing.unwanted", { event: subject });
    case "event-outside":
      return tr.t("lesson.missing.outside", { event: subject, time: runTime(Number(found), 1) });
    case "event-count":
    case "record-count":
      return tr.t("lesson.missing.count", {
        what: subject,
        found: printValue(found, tr),
        wanted: printValue(wanted, tr),
      });
    case "order":
      return tr.t("lesson.missing.order", { found: printValue(found, tr) });
    default:
      return tr.t("lesson.missing.other", {
        what: subject,
        found: printValue(found, tr),
        wanted: printValue(wanted, tr),
      });
  }
}
