/**
 * The kubelet's own log as a view of the trace: which record is which line of the real kubelet's, with its source
 * line, severity, verbosity and keys (staging/src/k8s.io/klog/v2; the lines as kubelet 1.36.1 writes them).
 */
import type { TraceRecord } from "../../sim/types.ts";
import { NODE_LINES } from "./klog-node.ts";
import { POD_LINES } from "./klog-pods.ts";
import { VOLUME_LINES } from "./klog-volumes.ts";
import { WORKER_LINES } from "./klog-workers.ts";

export type KlogValue = string | number | boolean | null | KlogRaw | KlogRef | readonly KlogRef[];
/** Written as it stands: structs and lists, which klog prints as JSON. */
export interface KlogRaw {
  readonly raw: string;
}
/** An object by namespace and name: `"default/web"`. */
export interface KlogRef {
  readonly ref: string;
}

export interface KlogLine {
  readonly severity: "I" | "W" | "E";
  /** `kubelet.go:2724`. */
  readonly source: string;
  /** Lowest `--v` that shows the line; errors and plain lines have 0. */
  readonly verbosity: number;
  readonly message: string;
  readonly keys?: readonly (readonly [string, KlogValue])[];
  /** Printf style: the message stands alone and unquoted. */
  readonly plain?: boolean;
  /** Ms after the record; negative: said before it, and listed after the record's own line all the same. */
  readonly after?: number;
}

/** Lines that a record stands for; most records have one or none. */
export type KlogView = (record: TraceRecord) => KlogLine | readonly KlogLine[] | undefined;

export interface KlogOptions {
  /** Unix ms of 0 s. */
  readonly epochMs: number;
  readonly verbosity: number;
  readonly pid?: number;
}

const VIEWS: Readonly<Record<string, KlogView>> = {
  ...POD_LINES,
  ...WORKER_LINES,
  ...VOLUME_LINES,
  ...NODE_LINES,
};

/** What the kubelet says about a record at any verbosity. */
export function klogLines(record: TraceRecord): readonly KlogLine[] {
  const view = VIEWS[record.type] ?? VIEWS[`${record.type.slice(0, record.type.indexOf(".") + 1)}*`];
  const lines = view?.(record);
  if (!lines) return [];
  return Array.isArray(lines) ? (lines as readonly KlogLine[]) : [lines as KlogLine];
}

/** The lines of a record that this verbosity shows, formatted. */
export function formatKlog(record: TraceRecord, options: KlogOptions): readonly string[] {
  return klogLines(record)
    .filter((line) => line.verbosity <= options.verbosity)
    .map((line) => formatKlogLine(line, record.time, options));
}

/** Whether a record belongs to the log of that node's kubelet. */
export function isKubeletRecord(record: TraceRecord, node: string): boolean {
  return record.from.startsWith(`${node}/`) || record.to.startsWith(`${node}/`);
}

/** `I0105 09:00:07.384000    1234 prober.go:122] "Probe failed" probeType="Liveness"`. */
export function formatKlogLine(line: KlogLine, timeMs: number, options: KlogOptions): string {
  const at = new Date(options.epochMs + timeMs + (line.after ?? 0)).toISOString();
  const stamp = `${at.slice(5, 7)}${at.slice(8, 10)} ${at.slice(11, 23)}000`;
  const head = `${line.severity}${stamp} ${String(options.pid ?? 1234).padStart(7)} ${line.source}]`;
  if (line.plain) return `${head} ${line.message}`;
  const keys = (line.keys ?? []).map(([key, value]) => ` ${key}${formatValue(value)}`).join("");
  return `${head} ${quote(line.message)}${keys}`;
}

/** `=` and the value as klog's text format has it; text of several lines stands indented between `<` and `>`. */
function formatValue(value: KlogValue): string {
  if (typeof value === "string") {
    if (!value.includes("\n")) return `=${quote(value)}`;
    const body = value.endsWith("\n") ? value.slice(0, -1) : value;
    return `=<\n${body
      .split("\n")
      .map((l) => `\t${l}\n`)
      .join("")} >`;
  }
  if (value === null || typeof value !== "object") return `=${value}`;
  if (Array.isArray(value)) return `=[${(value as readonly KlogRef[]).map((v) => quote(v.ref)).join(",")}]`;
  const single = value as KlogRaw | KlogRef;
  return "raw" in single ? `=${single.raw}` : `=${quote(single.ref)}`;
}

/** Go's strconv.Quote, as far as log lines need it. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/\\u00([01][0-9a-f])/g, "\\x$1");
}
