/**
 * Records in words. Each type has a message `record.TYPE`; families whose members only differ in a name fall back to
 * `record.FAMILY.*`. The level of detail decides which types are told.
 */
import type { TraceRecord } from "../../sim/index.ts";
import type { Args, Key, Translator } from "../i18n.tsx";
import type { State, Traffic } from "../parts/states.ts";
import type { Detail } from "../store/view.ts";

const FAMILIES = [
  "input",
  "syncloop",
  "podworker",
  "pleg",
  "cri",
  "prober",
  "status",
  "event",
  "api",
  "lease",
  "kubelet",
  "image",
  "volume",
  "scheduler",
  "container",
] as const;

/** What of an id people call it by: `pod/default/web/nginx` is `web`, a component id its last part. */
export function shortName(object: string): string {
  const parts = object.split("/");
  return (parts[0] === "pod" ? parts[2] : parts.at(-1)) ?? object;
}

export const containerName = (object: string): string => {
  const parts = object.split("/");
  return parts[0] === "pod" ? (parts[3] ?? "") : "";
};

const text = (value: unknown): string | number =>
  typeof value === "number"
    ? value
    : typeof value === "string"
      ? value
      : value === undefined || value === null
        ? ""
        : JSON.stringify(value);

/** Arguments of a record's messages: its data, and the names of what it is about. */
export function recordArgs(record: TraceRecord): Args {
  const args: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(record.data)) args[key] = text(value);
  const pod = record.object.startsWith("pod/") ? shortName(record.object) : text(record.data["pod"]);
  return {
    ...args,
    pod,
    container: containerName(record.object) || text(record.data["container"]),
    object: record.object === "" ? "" : shortName(record.object),
    from: shortName(record.from),
    to: shortName(record.to),
    name: record.type.slice(record.type.indexOf(".") + 1),
    type: record.type,
  };
}

function keyOf(record: TraceRecord, { has }: Translator): Key {
  const exact = `record.${record.type}`;
  if (has(exact)) return exact;
  const family = record.type.split(".")[0] ?? "";
  const general = `record.${FAMILIES.find((f) => f === family) ?? "other"}.*`;
  return has(general) ? general : ("record.other.*" as Key);
}

/** One plain sentence for a record, in the language of the translator. */
export const tell = (record: TraceRecord, translator: Translator): string =>
  translator.t(keyOf(record, translator), recordArgs(record));

/** What was seen, as printed: the second line under the sentence. */
export function seen(record: TraceRecord): string {
  const { data, type } = record;
  for (const field of ["line", "message", "output", "error", "reason", "image"]) {
    const value = data[field];
    if (typeof value === "string" && value !== "")
      return value.length > 220 ? `${value.slice(0, 219)}…` : value;
  }
  return type;
}

/** Kind of traffic a record is drawn as. */
export function trafficOf(record: TraceRecord): Traffic {
  const { type } = record;
  if (type.startsWith("cri.") || type.startsWith("pleg.") || type.startsWith("image.")) return "cri";
  if (type.startsWith("prober.") || type === "syncloop.PROBE") return "probe";
  if (type.startsWith("status.") || type.startsWith("node-status.") || type.startsWith("event."))
    return "status";
  return "api";
}

/** A state's glyph stands for the record where one fits better than a message's shape. */
export function markOf(record: TraceRecord): State | null {
  const { type, data } = record;
  if (type === "pleg.ContainerDied" || type === "container.exited")
    return Number(data["exitCode"] ?? 0) === 0 && type !== "pleg.ContainerDied" ? "succeeded" : "failed";
  if (type.startsWith("input.fault")) return "failed";
  if (type.startsWith("event.") && data["type"] === "Warning")
    return /BackOff/.test(String(data["reason"] ?? type)) ? "waiting" : "failed";
  if (type === "kubelet.stopped" || type === "engine.error") return "failed";
  return null;
}

const SHORT =
  /^(input\.|event\.(Started|Killing|Failed|BackOff|Unhealthy|Evicted|FailedScheduling|Pulling|Pulled|OOMKilling|NodeNotReady|NodeReady)|kubelet\.|engine\.)/;
const QUIET =
  /^(lease\.|cri\.(List|Status|Version|ContainerStatus|PodSandboxStatus|ImageStatus|ImageFsInfo)|reply$|api\.(get|list|watch)|syncloop\.(SYNC|HOUSEKEEPING)|prober\.|container\.write)/;

/** Whether a record is told at that level of detail. */
export function toldAt(record: TraceRecord, detail: Detail): boolean {
  if (detail === "full") return record.type !== "reply";
  if (detail === "short") return SHORT.test(record.type);
  return (
    !QUIET.test(record.type) || (record.type.startsWith("prober.") && record.data["result"] === "failure")
  );
}
