import type { Ms, Seq, TraceRecord } from "./types.ts";

/** How far past its limit the trace grows before it is cut: cutting looks at every record. */
const SLACK = 1.25;

/**
 * The stream of everything that happened. Memory is bounded: when it grows a quarter past `limit`, the oldest records
 * go, except the ancestors of what still lives, so that every fact on screen can be walked back to its first input.
 */
export class Trace {
  #records: TraceRecord[] = [];
  #next: Seq = 1;
  #oldestWhole: Seq = 1;
  readonly limit: number;
  /** Length that is too much. */
  #pruneAt: number;

  constructor(limit: number) {
    this.limit = limit;
    this.#pruneAt = limit * SLACK;
  }

  /** Number the next record will get. */
  get next(): Seq {
    return this.#next;
  }

  /** From this number on no record is missing. */
  get oldestWhole(): Seq {
    return this.#oldestWhole;
  }

  /** @param record numbered `next` */
  append(record: TraceRecord): Seq {
    this.#records.push(record);
    this.#next = record.seq + 1;
    return record.seq;
  }

  get(seq: Seq): TraceRecord | undefined {
    const i = this.#indexOf(seq);
    const found = this.#records[i];
    return found?.seq === seq ? found : undefined;
  }

  /** Records numbered `seq` and later. */
  since(seq: Seq): readonly TraceRecord[] {
    return this.#records.slice(this.#indexOf(seq));
  }

  all(): readonly TraceRecord[] {
    return this.#records;
  }

  /** From a record back to the input or start-up that began it, the record itself first. */
  chain(seq: Seq): TraceRecord[] {
    const out: TraceRecord[] = [];
    for (let at: Seq | null = seq; at !== null; ) {
      const record = this.get(at);
      if (!record) break;
      out.push(record);
      at = record.cause;
    }
    return out;
  }

  get full(): boolean {
    return this.#records.length > this.#pruneAt;
  }

  /** Drops the oldest records but for those that `living` descend from. */
  prune(living: Iterable<Seq | null>): void {
    const cut = this.#records.length - this.limit;
    if (cut <= 0) return;
    const firstKept = this.#records[cut]!.seq;
    const wanted = new Set<Seq>();
    const follow = (from: Seq | null): void => {
      for (let at = from; at !== null && at < firstKept && !wanted.has(at); ) {
        wanted.add(at);
        at = this.get(at)?.cause ?? null;
      }
    };
    for (const seq of living) {
      if (seq === null) continue;
      if (seq < firstKept) follow(seq);
    }
    for (let i = cut; i < this.#records.length; i++) follow(this.#records[i]!.cause);
    this.#records = this.#records.filter((r) => r.seq >= firstKept || wanted.has(r.seq));
    this.#oldestWhole = firstKept;
    // With many ancestors it is still a good while until the next time.
    this.#pruneAt = Math.max(this.#records.length, this.limit) + this.limit * (SLACK - 1);
  }

  /** Forgets every record numbered `next` and later: the state of a keyframe. */
  rewind(next: Seq): void {
    this.#records.length = this.#indexOf(next);
    this.#next = next;
  }

  lastTime(): Ms {
    return this.#records.at(-1)?.time ?? 0;
  }

  #indexOf(seq: Seq): number {
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.#records[mid]!.seq < seq) low = mid + 1;
      else high = mid;
    }
    return low;
  }
}
