/** What panels ask of the trace again and again, kept up record by record: latest of a kind, streaks, load. */
import type { Ms, TraceRecord } from "../../../sim/index.ts";
import type { TraceView } from "../world.ts";

interface Latest {
  readonly record: TraceRecord;
  /** How many in a row had the same `data.result`. */
  readonly streak: number;
}

const NO_TIMES: readonly Ms[] = [];
const WINDOW: Ms = 10_000;
/** So many records in ten seconds mean a part is busy all the time. */
const FULL_LOAD = 40;

export class TraceIndex {
  #lastSeq = 0;
  #lastRecord: TraceRecord | null = null;
  #byKind = new Map<string, Latest>();
  #byPart = new Map<string, TraceRecord>();
  #times = new Map<string, Ms[]>();
  #beats = new Map<string, readonly Ms[]>();

  /** Takes in what is new; starts over when the past has changed. */
  follow(trace: TraceView): this {
    if (this.#lastRecord && trace.get(this.#lastSeq) !== this.#lastRecord) this.#clear();
    for (const record of trace.after(this.#lastSeq)) this.#feed(record);
    return this;
  }

  /** The latest record of a type about an object, with its streak. */
  latest(type: string, object: string): Latest | undefined {
    return this.#byKind.get(`${type} ${object}`);
  }

  /** The latest record of a type, whatever it is about. */
  latestOf(type: string): TraceRecord | undefined {
    return this.#byKind.get(type)?.record;
  }

  /** The latest record that went from or to a part. */
  latestAt(part: string): TraceRecord | undefined {
    return this.#byPart.get(part);
  }

  /** Times of the records of a kind about an object, `TYPE OBJECT`; kept for beats that a view draws one by one. */
  timesOf(kind: string): readonly Ms[] {
    return this.#beats.get(kind) ?? NO_TIMES;
  }

  /** How busy a part was in the last ten virtual seconds, 0 to 1. */
  load(part: string, now: Ms): number {
    const times = this.#times.get(part);
    if (!times) return 0;
    let count = 0;
    for (let i = times.length - 1; i >= 0 && times[i]! > now - WINDOW; i--) count++;
    return Math.min(1, count / FULL_LOAD);
  }

  #clear(): void {
    this.#lastSeq = 0;
    this.#lastRecord = null;
    this.#byKind.clear();
    this.#byPart.clear();
    this.#times.clear();
    this.#beats.clear();
  }

  #feed(record: TraceRecord): void {
    this.#lastSeq = record.seq;
    this.#lastRecord = record;
    const { type, object, from, to, time, data } = record;
    const before = this.#byKind.get(`${type} ${object}`);
    const streak = before && before.record.data["result"] === data["result"] ? before.streak + 1 : 1;
    this.#byKind.set(`${type} ${object}`, { record, streak });
    this.#byKind.set(type, { record, streak: 1 });
    if (type === "lease.renew")
      this.#beats.set(`${type} ${object}`, [
        ...(this.#beats.get(`${type} ${object}`) ?? []).slice(-500),
        time,
      ]);
    if (type === "reply") return;
    for (const part of from === to ? [from] : [from, to]) {
      this.#byPart.set(part, record);
      const times = this.#times.get(part) ?? [];
      times.push(time);
      if (times.length > 2 * FULL_LOAD) times.splice(0, FULL_LOAD);
      this.#times.set(part, times);
    }
  }
}

const index = new TraceIndex();

/** The index of the trace in view. */
export const indexOf = (trace: TraceView): TraceIndex => index.follow(trace);
