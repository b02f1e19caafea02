/** Reading fields of trace records for log lines: records are open, so every field may be absent. */
import type { TraceRecord } from "../../sim/types.ts";
import type { KlogLine, KlogRef, KlogValue } from "./klog.ts";

type Keys = readonly (readonly [string, KlogValue | undefined])[];

function line(
  severity: KlogLine["severity"],
  verbosity: number,
  source: string,
  message: string,
  keys: Keys,
): KlogLine {
  const given = keys.filter((pair): pair is readonly [string, KlogValue] => pair[1] !== undefined);
  return { severity, verbosity, source, message, keys: given };
}

/** An informational line of that verbosity. */
export const info = (verbosity: number, source: string, message: string, keys: Keys = []): KlogLine =>
  line("I", verbosity, source, message, keys);

/** An error line; `err` comes first. */
export const error = (source: string, message: string, err: string | undefined, keys: Keys = []): KlogLine =>
  line("E", 0, source, message, [["err", err], ...keys]);

export function text(record: TraceRecord, field: string): string | undefined {
  const value = record.data[field];
  return typeof value === "string" ? value : undefined;
}

export function num(record: TraceRecord, field: string): number | undefined {
  const value = record.data[field];
  return typeof value === "number" ? value : undefined;
}

/** `NS/NAME` of what the record is about. */
export function podRef(record: TraceRecord): KlogRef | undefined {
  const [kind, namespace, name] = record.object.split("/");
  return kind === "pod" && namespace && name ? { ref: `${namespace}/${name}` } : undefined;
}

/** Container that the record is about. */
export function containerName(record: TraceRecord): string | undefined {
  return text(record, "container") ?? record.object.split("/")[3];
}

export function podUid(record: TraceRecord): string | undefined {
  return text(record, "podUid") ?? text(record, "uid");
}

/** The pods of a message: `data.pods`, else the one the record is about. */
export function podRefs(record: TraceRecord): readonly KlogRef[] {
  const { pods } = record.data;
  if (Array.isArray(pods)) return pods.map((p) => ({ ref: String(p).replace(/^pod\//, "") }));
  const one = podRef(record);
  return one ? [one] : [];
}

/** Id as the kubelet prints it, with the runtime's name. */
export function containerId(record: TraceRecord): string | undefined {
  const id = text(record, "containerId");
  return id === undefined || id.includes("://") ? id : `containerd://${id}`;
}

/** `{"Type":"containerd","ID":"…"}`. */
export function containerIdJson(record: TraceRecord): KlogValue | undefined {
  const id = containerId(record);
  return id === undefined
    ? undefined
    : { raw: JSON.stringify({ Type: "containerd", ID: id.slice(id.indexOf("://") + 3) }) };
}
