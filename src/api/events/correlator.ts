/**
 * What a recorder does to events before it writes them (staging/src/k8s.io/client-go/tools/record/events_cache.go):
 * many alike become one, repeats are counted, floods are cut. Each step is a function of one remembered row.
 */
import type { Ms } from "../../sim/types.ts";

/** The parts of an Event that the correlator looks at. */
export interface EventDraft {
  readonly name: string;
  readonly namespace: string;
  readonly involved: {
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
    readonly uid?: string;
    readonly apiVersion?: string;
    readonly resourceVersion?: string;
    readonly fieldPath?: string;
  };
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  readonly component: string;
  readonly host: string;
  /** Virtual ms. */
  readonly firstMs: Ms;
  readonly lastMs: Ms;
  readonly count: number;
}

/** Rows kept of each kind; the least recently used goes first. */
export const MAX_REMEMBERED = 4096;
/** So many different messages of one reason make one event. */
const AGGREGATE_AT = 10;
const AGGREGATE_GAP_MS: Ms = 600_000;
const SPAM_BURST = 25;
const SPAM_REFILL_MS: Ms = 300_000;

/** Same source, object, part of it, type, reason and message (getEventKey). */
export function eventKey(e: EventDraft): string {
  return [...objectParts(e, e.involved.fieldPath ?? ""), e.type, e.reason, e.message].join("\u0000");
}

/** Same source, object, type and reason (EventAggregatorByReasonFunc). */
export function aggregateKey(e: EventDraft): string {
  return [...objectParts(e), e.type, e.reason].join("\u0000");
}

/** Same source, object and type (getSpamKey). */
export function spamKey(e: EventDraft): string {
  return [...objectParts(e), e.type].join("\u0000");
}

function objectParts(e: EventDraft, fieldPath?: string): string[] {
  const o = e.involved;
  return [
    e.component,
    e.host,
    o.kind,
    o.namespace ?? "",
    o.name,
    ...(fieldPath === undefined ? [] : [fieldPath]),
    o.uid ?? "",
    o.apiVersion ?? "",
  ];
}

export interface AggregateRecord {
  /** Different messages seen, the oldest first. */
  readonly messages: readonly string[];
  readonly lastMs: Ms;
}

/**
 * From the tenth different message on, events of one reason are combined into one.
 * @param combinedName name of the combined event, should there be one
 */
export function eventAggregate(
  record: AggregateRecord | undefined,
  e: EventDraft,
  now: Ms,
  combinedName: string,
): { readonly record: AggregateRecord; readonly event: EventDraft; readonly key: string } {
  const known = record && now - record.lastMs <= AGGREGATE_GAP_MS ? record.messages : [];
  const messages = known.includes(e.message) ? known : [...known, e.message];
  if (messages.length < AGGREGATE_AT)
    return { record: { messages, lastMs: now }, event: e, key: eventKey(e) };
  // One of the remembered messages is let go, so that a new message is combined again.
  return {
    record: { messages: messages.slice(1), lastMs: now },
    event: {
      ...e,
      name: combinedName,
      message: `(combined from similar events): ${e.message}`,
      firstMs: now,
      lastMs: now,
      count: 1,
    },
    key: aggregateKey(e),
  };
}

export interface EventLog {
  readonly name: string;
  readonly count: number;
  readonly firstMs: Ms;
}

/** A repeat keeps the name and first time of the event it repeats, and counts on. */
export function eventObserve(
  log: EventLog | undefined,
  e: EventDraft,
): { readonly log: EventLog; readonly event: EventDraft; readonly patch: boolean } {
  if (!log) return { log: { name: e.name, count: e.count, firstMs: e.firstMs }, event: e, patch: false };
  const next: EventLog = { ...log, count: log.count + 1 };
  return {
    log: next,
    event: { ...e, name: next.name, count: next.count, firstMs: next.firstMs },
    patch: true,
  };
}

export interface SpamBucket {
  readonly tokens: number;
  readonly atMs: Ms;
}

/** Whether the event goes through: 25 at once per object and type, then one every five minutes. */
export function spamFilter(
  bucket: SpamBucket | undefined,
  now: Ms,
): { readonly bucket: SpamBucket; readonly pass: boolean } {
  const tokens = bucket
    ? Math.min(SPAM_BURST, bucket.tokens + (now - bucket.atMs) / SPAM_REFILL_MS)
    : SPAM_BURST;
  // Sums of thirds and such must not miss a whole token by rounding.
  const pass = tokens >= 1 - 1e-9;
  return { bucket: { tokens: pass ? Math.max(0, tokens - 1) : tokens, atMs: now }, pass };
}

/** Where the rows are kept: three tables of the kernel, or maps in a test. */
export interface CorrelatorRows {
  readonly aggregates: Rows<AggregateRecord>;
  readonly logs: Rows<EventLog>;
  readonly buckets: Rows<SpamBucket>;
}

export interface Rows<V> {
  readonly size: number;
  get(key: string): V | undefined;
  set(key: string, value: V): unknown;
  delete(key: string): boolean;
  keys(): IterableIterator<string>;
}

export interface Correlated {
  /** Absent: the event is dropped. */
  readonly event?: EventDraft;
  /** The event was written before: patch it. */
  readonly patch: boolean;
}

/** All three steps in order (EventCorrelate). A dropped event counts in the first two all the same. */
export function eventCorrelate(
  rows: CorrelatorRows,
  draft: EventDraft,
  now: Ms,
  combinedName: string,
): Correlated {
  const key = aggregateKey(draft);
  const aggregated = eventAggregate(rows.aggregates.get(key), draft, now, combinedName);
  remember(rows.aggregates, key, aggregated.record);
  const observed = eventObserve(rows.logs.get(aggregated.key), aggregated.event);
  remember(rows.logs, aggregated.key, observed.log);
  const bucketKey = spamKey(draft);
  const spam = spamFilter(rows.buckets.get(bucketKey), now);
  remember(rows.buckets, bucketKey, spam.bucket);
  return spam.pass ? { event: observed.event, patch: observed.patch } : { patch: false };
}

function remember<V>(rows: Rows<V>, key: string, value: V): void {
  rows.delete(key);
  rows.set(key, value);
  if (rows.size > MAX_REMEMBERED) {
    const oldest = rows.keys().next().value;
    if (oldest !== undefined) rows.delete(oldest);
  }
}
