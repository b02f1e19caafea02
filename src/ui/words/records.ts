/**
 * Records in words. Each type has a message `record.TYPE`; families whose members only differ in a name fall back to
 * `record.FAMILY.*`. The level of detail decides which types are told.
 */
import { splitComponent } from "../../api/component-ids.ts";
import type { TraceRecord } from "../../sim/index.ts";
import type { Args, Key, Translator } from "../i18n.tsx";
import type { State, Traffic } from "../parts/states.ts";
import type { Detail } from "../store/view.ts";

const FAMILIES = [
  "input",
  "fault",
  "apply",
  "syncloop",
  "podworker",
  "pleg",
  "cri",
  "cni",
  "registry",
  "sandbox",
  "container",
  "kernel",
  "cgroup",
  "exec",
  "prober",
  "status",
  "event",
  "api",
  "lease",
  "node",
  "node-lifecycle",
  "kubelet",
  "runtime",
  "image",
  "volume",
  "config",
  "mirror",
  "scheduler",
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
  if (record.type === "input.apply") args["objects"] = namesIn(String(record.data["manifest"] ?? ""));
  const named = record.object.startsWith("pod/") ? record.object : String(text(record.data["pod"]));
  const pod = named.startsWith("pod/") ? shortName(named) : named;
  return {
    ...args,
    pod,
    container:
      containerName(record.object) ||
      (record.data["sandbox"] === true ? "pause" : text(record.data["container"])),
    object: record.object === "" ? "" : shortName(record.object),
    from: shortName(record.from),
    to: shortName(record.to),
    name: record.type.slice(record.type.indexOf(".") + 1),
    type: record.type,
  };
}

/** Names of the objects of a manifest, for a sentence: not a parser, only a glance. */
export function namesIn(manifest: string): string {
  const names = manifest
    .split(/^---/m)
    .map(
      (part) =>
        /(?:^|\n)metadata:(?:\s*\{[^}]*?name:\s*|(?:\n\s+[^\n]*)*?\n\s+name:\s*)["']?([\w.-]+)/.exec(
          part,
        )?.[1],
    )
    .filter((name): name is string => name !== undefined);
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} …` : names.join(", ");
}

function keyOf(record: TraceRecord, { has }: Translator): Key {
  const exact = `record.${record.type}`;
  if (has(exact)) return exact;
  const family = record.type.split(".")[0] ?? "";
  const general = `record.${FAMILIES.find((f) => f === family) ?? "other"}.*`;
  return has(general) ? general : ("record.other.*" as Key);
}

/** One plain sentence for a record, in the language of the translator. */
export function tell(record: TraceRecord, translator: Translator): string {
  const args: Record<string, unknown> = { ...recordArgs(record) };
  if (record.type === "input.fault") {
    const type = (record.data["fault"] as { type?: string } | undefined)?.type ?? "";
    const key = `ui.fault.${type}`;
    args["fault"] = translator.has(key) ? translator.t(key) : type;
  }
  return translator.t(keyOf(record, translator), args as Args);
}

/** What was seen, as printed: the second line under the sentence. */
export function seen(record: TraceRecord): string {
  const { data, type } = record;
  if (type === "status.patch") return patched(data["patch"]) || type;
  // Of an answer that is well, the first line is enough.
  if (type.startsWith("prober.") && data["result"] === "success")
    return String(data["output"] ?? "").split("\n", 1)[0] || type;
  for (const field of ["line", "message", "output", "error", "reason", "image"]) {
    const value = data[field];
    if (typeof value === "string" && value !== "")
      return value.length > 220 ? `${value.slice(0, 219)}…` : value;
  }
  return type;
}

interface PatchView {
  readonly phase?: string;
  readonly conditions?: readonly { readonly type?: string; readonly status?: string }[];
  readonly containerStatuses?: readonly { readonly name?: string; readonly state?: object }[];
}

/** The telling part of a patch of a status: phase, conditions, container states. */
function patched(patch: unknown): string {
  const { phase, conditions = [], containerStatuses = [] } = (patch ?? {}) as PatchView;
  return [
    phase ? `phase: ${phase}` : "",
    ...conditions.filter((c) => c.status).map((c) => `${c.type}: ${c.status}`),
    ...containerStatuses.map((c) => `${c.name}: ${Object.keys(c.state ?? {})[0] ?? ""}`),
  ]
    .filter(Boolean)
    .join(", ");
}

/** Kind of traffic a record is drawn as. */
export function trafficOf(record: TraceRecord): Traffic {
  const { type, from, to } = record;
  const ends = [splitComponent(from).part, splitComponent(to).part];
  const meets = (...parts: string[]): boolean => parts.some((p) => ends.includes(p));
  if (type.startsWith("prober.") || type === "syncloop.PROBE" || meets("prober")) return "probe";
  if (meets("status-manager", "node-status", "event-recorder")) return "status";
  if (type.startsWith("cri.") || meets("containerd", "pleg", "cni", "container", "kernel")) return "cri";
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
  /^(lease\.|cgroup\.|node\.|sandbox\.|cri\.(List|Status|Version|ContainerStatus|PodSandboxStatus|ImageStatus|ImageFsInfo)|reply$|api\.(get|list|watch)|syncloop\.(SYNC|HOUSEKEEPING|RECONCILE)|prober\.|event\.(Scheduled|Created|Started|Pulled)|exec\.)/;

/** Whether a record is told at that level of detail. */
export function toldAt(record: TraceRecord, detail: Detail): boolean {
  if (detail === "full") return record.type !== "reply";
  if (detail === "short") return SHORT.test(record.type);
  const { type, data, object } = record;
  if (type.startsWith("prober.")) return data["result"] === "failure";
  // Sources that have no pods yet: the loop is told so once, at the start.
  if (type.startsWith("syncloop.") && object === "") return false;
  if (type.startsWith("podworker.") && data["end"] !== undefined) return false;
  if (type.startsWith("pleg.") && data["sandbox"] === true) return false;
  if (type === "api.create" && object.startsWith("serviceaccount/")) return false;
  return !QUIET.test(type);
}
