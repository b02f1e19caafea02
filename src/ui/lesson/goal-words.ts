/** Goals and what they lack, in words: the checks are the engine's, the sentences the catalogue's. */
import type { LessonStep } from "../../lessons/format.ts";
import type { GoalState } from "../../lessons/goals.ts";
import type { Key, Translator } from "../i18n.tsx";
import { runTime } from "../store/time.ts";

type Check = LessonStep["goal"][number];
type Finding = GoalState["missing"][number];

const SYMBOLS: Readonly<Record<string, string>> = { gte: "≥", lte: "≤" };

/** Fields that have a word of their own. */
const FIELDS: readonly (readonly [path: RegExp, word: Key])[] = [
  [/^status\.phase$/, "lesson.field.phase"],
  [/^status\.conditions\[(\w+)\]\.status$/, "lesson.field.condition"],
  [/^status\.containerStatuses\[\S+\]\.restartCount$/, "lesson.field.restartCount"],
  [/^status\.containerStatuses\[\S+\]\.ready$/, "lesson.field.ready"],
  [/^status\.containerStatuses\[\S+\]\.started$/, "lesson.field.started"],
  [/^status\.containerStatuses\[\S+\]\.state\.running$/, "lesson.field.running"],
  [/^status\.containerStatuses\[\S+\]\.state\.waiting\.reason$/, "lesson.field.waitingReason"],
  [/^metadata\.labels\.(\S+)$/, "lesson.field.label"],
  [/^spec\.nodeName$/, "lesson.field.nodeName"],
  [/^status\.readyReplicas$/, "lesson.field.readyReplicas"],
  [/^status\.updatedReplicas$/, "lesson.field.updatedReplicas"],
  [/\b(liveness|readiness|startup)Probe$/, "lesson.probe.readiness"],
];

/** A field by its word where it has one, else its path. */
export function fieldWords(path: string, tr: Translator): string {
  const short = shortPath(path);
  for (const [fits, word] of FIELDS) {
    const found = fits.exec(short);
    if (!found) continue;
    if (word.startsWith("lesson.probe.")) return tr.t(`lesson.probe.${found[1]}` as Key);
    return tr.t(word, { type: found[1] ?? "" });
  }
  return short;
}

/** A number that can be set, in words: `…readinessProbe.periodSeconds` is “readiness probe: period”. */
export function numberWords(path: string, tr: Translator): string {
  const inside = path.slice(path.indexOf(":") + 1).replace(/\[\d+\]$/, "");
  const name = inside.slice(inside.lastIndexOf(".") + 1);
  const key = `lesson.number.${name}`;
  const number = tr.has(key) ? tr.t(key as Key) : shortPath(inside);
  const probe = /\b(liveness|readiness|startup)Probe\./.exec(inside)?.[1];
  return probe ? tr.t("lesson.number.of", { probe: tr.t(`lesson.probe.${probe}` as Key), number }) : number;
}

/** The value of such a number: seconds and sizes with their unit, everything else as it stands in the manifest. */
export function numberValue(path: string, value: string | number, tr: Translator): string {
  if (/Seconds$/.test(path) && typeof value === "number")
    return tr.t("lesson.number.seconds", { seconds: value });
  const mebibytes = /\.size$/.test(path) ? /^(\d+)Mi$/.exec(String(value))?.[1] : undefined;
  return mebibytes !== undefined ? tr.t("lesson.number.mebibytes", { n: mebibytes }) : String(value);
}

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
  if (entries.length === 1 && first?.[0] === "gt")
    return tr.t("lesson.value.more", { number: String(first[1]) });
  if (entries.length === 1 && first?.[0] === "lt")
    return tr.t("lesson.value.less", { number: String(first[1]) });
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
    const probe = /^prober\.(liveness|readiness|startup)$/.exec(check.record.type)?.[1];
    if (probe)
      return [
        tr.t("lesson.goal.field", {
          object,
          path: tr.t(`lesson.probe.${probe}` as Key),
          wanted: printValue(check.record.data?.["result"] ?? { exists: true }, tr),
        }),
      ];
    if (check.record.type.startsWith("cri."))
      return [tr.t("lesson.goal.field", { object, path: "CRI", wanted: check.record.type.slice(4) })];
    return [tr.t("lesson.goal.record", { object: object === "" ? "—" : object, type: check.record.type })];
  }
  if (check.gone || check.exists === false) return [tr.t("lesson.goal.gone", { object })];
  const fields = goalFields(check);
  if (fields.length === 0 || fields.every(([path]) => path === "metadata.name"))
    return [tr.t("lesson.goal.exists", { object })];
  return fields.map(([path, wanted]) =>
    tr.t("lesson.goal.field", { object, path: fieldWords(path, tr), wanted: printValue(wanted, tr) }),
  );
}

const goalFields = (check: Check): [string, unknown][] => Object.entries(check.fields ?? {});

/** Of what a goal lacks, what belongs to its line number `line`: a field's own, everything else to the first. */
export function missingOfLine(check: Check, line: number, missing: readonly Finding[]): readonly Finding[] {
  const paths = goalFields(check).map(([path]) => path);
  return missing.filter((m) =>
    m.code === "field" && paths.includes(m.subject) ? m.subject === paths[line] : line === 0,
  );
}

/** What is missing, in a sentence. */
export function findingWords(finding: Finding, tr: Translator): string {
  const { code, subject, wanted, found } = finding;
  switch (code) {
    case "field":
      return found === undefined || found === null
        ? tr.t("lesson.missing.unset", { path: fieldWords(subject, tr) })
        : tr.t("lesson.missing.field", { path: fieldWords(subject, tr), found: printValue(found, tr) });
    case "refused":
      return tr.t("record.apply.refused", { message: String(found ?? "") });
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
      if (subject === "input.run") return tr.t("lesson.missing.command");
      if (/^prober\./.test(subject)) return tr.t("lesson.missing.answer");
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
