/** The Events section of every description (kubectl/pkg/describe: DescribeEvents). */
import type { ApiObject, CoreEvent } from "../../types.ts";
import { parseStamp, timestampSince } from "../human-duration.ts";
import type { DescribeWriter } from "./writer.ts";

/** `20s (x5 over 2m30s)` for an event seen often, else the age of its only sight. */
export function eventInterval(e: CoreEvent, nowMs: number): string {
  const first = timestampSince(parseStamp(e.eventTime) === null ? e.firstTimestamp : e.eventTime, nowMs);
  if (e.series)
    return `${timestampSince(e.series.lastObservedTime, nowMs)} (x${e.series.count ?? 0} over ${first})`;
  if ((e.count ?? 0) > 1) return `${timestampSince(e.lastTimestamp, nowMs)} (x${e.count} over ${first})`;
  return first;
}

/** Events about an object, as a client asks for them: by name, namespace and UID; a mirror pod goes by the hash it mirrors. */
export function eventsAbout(object: ApiObject, events: readonly CoreEvent[]): CoreEvent[] {
  const meta = object.metadata;
  const uid = (object.kind === "Pod" && meta?.annotations?.["kubernetes.io/config.mirror"]) || meta?.uid;
  return events.filter(({ involvedObject: o }) => {
    if (!o) return false;
    if (o.name !== meta?.name || (o.namespace ?? "") !== (meta?.namespace ?? "")) return false;
    if (object.kind !== "Pod" && object.kind && o.kind !== object.kind) return false;
    return !uid || o.uid === uid;
  });
}

/** Writes the section, oldest last sight first. `events` are the object's own; null leaves the section out. */
export function writeEvents(w: DescribeWriter, events: readonly CoreEvent[] | null, nowMs: number): void {
  if (events === null) return;
  if (events.length === 0) {
    w.write(0, "Events:\t<none>\n");
    return;
  }
  w.flush();
  const last = (e: CoreEvent): number => parseStamp(e.lastTimestamp) ?? Number.NEGATIVE_INFINITY;
  w.write(0, "Events:\n  Type\tReason\tAge\tFrom\tMessage\n");
  w.write(1, "----\t------\t----\t----\t-------\n");
  for (const e of [...events].sort((a, b) => (last(a) < last(b) ? -1 : last(a) > last(b) ? 1 : 0))) {
    const from = e.source?.component || e.reportingComponent || "";
    const message = (e.message ?? "").trim();
    const field = e.involvedObject?.fieldPath;
    w.write(
      1,
      `${e.type ?? ""}\t${e.reason ?? ""}\t${eventInterval(e, nowMs)}\t${from}\t${field ? `${field}: ${message}` : message}\n`,
    );
  }
}
