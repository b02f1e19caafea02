/** Checks of a scenario: each is asserted on the run, and says what it found. */
import type { ApiObject } from "../api/types.ts";
import type { Ms, TraceRecord } from "../sim/types.ts";
import type { Check } from "./format.ts";
import { countMatches, matches } from "./match.ts";
import { valueAt } from "./paths.ts";

/** The outcome of one check. `found` is plain data for a message. */
export interface CheckResult {
  readonly ok: boolean;
  /** Virtual ms at which it was decided. */
  readonly at: Ms;
  readonly found: readonly Finding[];
}

/** What did not fit (or, for a met check, what did): a code, what was looked at, wanted and found. */
export interface Finding {
  readonly code:
    | "field"
    | "missing-object"
    | "not-gone"
    | "no-event"
    | "event-outside"
    | "event-count"
    | "unwanted-event"
    | "order"
    | "output"
    | "exit"
    | "record-count"
    | "http"
    | "engine"
    | "violated"
    /** A manifest that was not taken; `found` says why, as kubectl or the API server does. */
    | "refused";
  readonly subject: string;
  readonly wanted?: unknown;
  readonly found?: unknown;
  readonly at?: Ms;
}

export interface ObjectName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** `pod/web` or `pod/NS/web`: kind as written, namespace `default` where none is given. */
export function parseObjectName(text: string): ObjectName {
  const parts = text.split("/");
  if (parts.length >= 3)
    return { kind: parts[0] as string, namespace: parts[1] as string, name: parts.slice(2).join("/") };
  return { kind: parts[0] ?? "", namespace: "default", name: parts[1] ?? "" };
}

export type Lookup = (name: ObjectName) => ApiObject | undefined;

/** Fields of an object against what is wanted; an empty list when all fit. */
export function fieldFindings(object: ApiObject, fields: Readonly<Record<string, unknown>>): Finding[] {
  const out: Finding[] = [];
  for (const [path, wanted] of Object.entries(fields)) {
    const found = valueAt(object, path);
    if (!matches(found, wanted)) out.push({ code: "field", subject: path, wanted, found });
  }
  return out;
}

const wantsAbsence = (fields: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(fields).length === 0
    ? false
    : Object.values(fields).every(
        (w) => w !== null && typeof w === "object" && (w as { exists?: boolean }).exists === false,
      );

/** `object` with `fields`, `gone` or `exists`. */
export function checkObject(check: Check, lookup: Lookup): Finding[] {
  const name = parseObjectName(check.object ?? "");
  const object = lookup(name);
  if (check.gone || check.exists === false)
    return object ? [{ code: "not-gone", subject: check.object ?? "" }] : [];
  if (!object)
    return check.fields && wantsAbsence(check.fields)
      ? []
      : [{ code: "missing-object", subject: check.object ?? "" }];
  return fieldFindings(object, check.fields ?? {});
}

interface EventData {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  /** The rate limit cut it. */
  readonly dropped?: boolean;
  /** It went into one with others of its kind. */
  readonly combined?: boolean;
}

const eventData = (r: TraceRecord): EventData => r.data as never;

/** Message of the Event that the API has of it. */
const storedMessage = ({ message = "", combined }: EventData): string =>
  combined ? `(combined from similar events): ${message}` : message;

function aboutObject(record: TraceRecord, name: string | undefined, container: string | undefined): boolean {
  if (!name) return true;
  const { kind, namespace, name: object } = parseObjectName(name);
  const base = kind === "node" ? `node/${object}` : `${kind.toLowerCase()}/${namespace}/${object}`;
  if (container) return record.object === `${base}/${container}`;
  return record.object === base || record.object.startsWith(`${base}/`);
}

function isEvent(check: Check): (r: TraceRecord) => boolean {
  const want = check.event ?? {};
  return (r) => {
    if (!r.type.startsWith("event.")) return false;
    const data = eventData(r);
    if (want.reason !== undefined && data.reason !== want.reason) return false;
    if (want.type !== undefined && data.type !== want.type) return false;
    if (
      want.message !== undefined &&
      !matches(storedMessage(data), want.message) &&
      !matches(data.message ?? "", want.message)
    )
      return false;
    return aboutObject(r, want.object ?? check.object, want.container);
  };
}

/** The window of a check that looks at the trace; without one, from the start to its `at` or to the end. */
export function windowOf(check: Check, end: Ms): readonly [Ms, Ms] {
  return check.between ?? [0, check.at ?? end];
}

/** `event`: seen first in the window, so often by its end; or, with `none`, not at all in it. */
export function checkEvent(check: Check, records: readonly TraceRecord[], end: Ms): Finding[] {
  const [from, to] = windowOf(check, end);
  const subject = `${check.event?.reason ?? "*"} ${check.event?.object ?? check.object ?? ""}`.trim();
  const seen = records.filter((r) => r.time <= to && isEvent(check)(r));
  if (check.none) {
    const inside = seen.filter((r) => r.time >= from);
    return inside.length > 0
      ? [
          {
            code: "unwanted-event",
            subject,
            found: eventData(inside[0] as TraceRecord).message,
            at: (inside[0] as TraceRecord).time,
          },
        ]
      : [];
  }
  const first = seen[0];
  if (!first) return [{ code: "no-event", subject, wanted: check.event?.message }];
  if (first.time < from)
    return [{ code: "event-outside", subject, wanted: [from, to], found: first.time, at: first.time }];
  const count = seen.filter((r) => !eventData(r).dropped).length;
  if (check.event?.count !== undefined && !countMatches(count, check.event.count)) {
    return [{ code: "event-count", subject, wanted: check.event.count, found: count }];
  }
  return [];
}

/** `order`: these reasons among the object's events, in this order; others may lie between. */
export function checkOrder(check: Check, records: readonly TraceRecord[], end: Ms): Finding[] {
  const [from, to] = windowOf(check, end);
  const reasons = records
    .filter(
      (r) =>
        r.time >= from &&
        r.time <= to &&
        r.type.startsWith("event.") &&
        aboutObject(r, check.object, undefined),
    )
    .map((r) => eventData(r).reason ?? "");
  let at = 0;
  for (const reason of reasons) if (reason === check.order?.[at]) at++;
  return at === check.order?.length
    ? []
    : [{ code: "order", subject: check.object ?? "", wanted: check.order, found: [...new Set(reasons)] }];
}

/** `record`: so many records of a type in the window. */
export function checkRecord(check: Check, records: readonly TraceRecord[], end: Ms): Finding[] {
  const [from, to] = windowOf(check, end);
  const want = check.record;
  if (!want) return [];
  const found = records.filter((r) => {
    if (r.time < from || r.time > to || r.type !== want.type) return false;
    if (want.from !== undefined && r.from !== want.from && !r.from.endsWith(`/${want.from}`)) return false;
    if (want.to !== undefined && r.to !== want.to && !r.to.endsWith(`/${want.to}`)) return false;
    if (!aboutObject(r, want.object ?? check.object, undefined)) return false;
    return Object.entries(want.data ?? {}).every(([path, wanted]) => matches(valueAt(r.data, path), wanted));
  });
  return countMatches(found.length, check.none ? 0 : want.count)
    ? []
    : [
        {
          code: "record-count",
          subject: want.type,
          wanted: check.none ? 0 : (want.count ?? { gt: 0 }),
          found: found.length,
        },
      ];
}

/** Output of a command against `prints`, `stderr` and `exit`. */
export function outputFindings(
  check: Check,
  output: { stdout: string; stderr: string; exit: number | null },
): Finding[] {
  const out: Finding[] = [];
  if (check.prints !== undefined && !matches(trimmed(check.prints, output.stdout), check.prints))
    out.push({ code: "output", subject: check.run ?? "", wanted: check.prints, found: output.stdout });
  if (check.stderr !== undefined && !matches(trimmed(check.stderr, output.stderr), check.stderr))
    out.push({
      code: "output",
      subject: `${check.run} (stderr)`,
      wanted: check.stderr,
      found: output.stderr,
    });
  if (check.exit !== undefined && output.exit !== check.exit)
    out.push({ code: "exit", subject: check.run ?? "", wanted: check.exit, found: output.exit });
  return out;
}

/** A plain string is compared without the line end that every command prints. */
const trimmed = (wanted: unknown, text: string): string =>
  typeof wanted === "string" && !wanted.endsWith("\n") ? text.replace(/\n$/, "") : text;
