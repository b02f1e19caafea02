/** Inputs and faults as marks: what they are called, what they are about, how long they last. */
import type { Ms, Seq, TraceRecord } from "../../sim/types.ts";

export interface FaultDraft {
  readonly at: Ms;
  readonly seq: Seq;
  readonly kind: "input" | "fault";
  readonly label: string;
  to: Ms;
  /** It happened and was over. */
  readonly oneShot: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** Faults that are over at once (contracts: scenario file, faults). */
const ONE_SHOT = new Set(["kubelet-restart", "kill", "clock-jump"]);

const DURATION = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;
const UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `1m30s`, `500ms`, or milliseconds. */
function durationOf(value: unknown): Ms | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  let sum: number | undefined;
  for (const [, count, unit] of value.matchAll(DURATION))
    sum = (sum ?? 0) + Number(count) * (UNIT[unit ?? "s"] ?? 0);
  return sum;
}

const fieldsOf = (record: TraceRecord): Fields => (record.data["fault"] as Fields | undefined) ?? record.data;

export function faultOf(record: TraceRecord): FaultDraft {
  const fault = fieldsOf(record);
  const label = String(fault["type"] ?? "fault");
  const lasts = durationOf(fault["for"] ?? fault["forMs"]);
  const oneShot = ONE_SHOT.has(label);
  return {
    at: record.time,
    seq: record.seq,
    kind: "fault",
    label,
    to: oneShot ? record.time : record.time + (lasts ?? Number.POSITIVE_INFINITY),
    oneShot,
  };
}

/** `pod/NS/NAME` or `node/NAME` a fault is done to; empty where it is done to the cluster. */
export function targetOf(record: TraceRecord): string {
  const { pod, node } = fieldsOf(record);
  if (typeof pod === "string" && pod !== "")
    return pod.includes("/") ? `pod/${pod.replace(/^pod\//, "")}` : `pod/default/${pod}`;
  return typeof node === "string" && node !== "" ? `node/${node}` : "";
}

/** The command as typed, or the kind of input. */
export function inputLabel(record: TraceRecord): string {
  const line = record.data["command"] ?? record.data["line"];
  return typeof line === "string" && line !== "" ? line : record.type.slice("input.".length);
}
