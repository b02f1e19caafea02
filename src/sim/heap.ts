import type { Ms, Seq, SimEvent } from "./types.ts";

/** Everything that will happen, as data: who gets which event when, and which record led to it. */
export interface HeapEntry {
  readonly at: Ms;
  /** Order of scheduling; breaks ties in time. */
  readonly seq: number;
  readonly to: string;
  readonly key: string;
  readonly event: SimEvent;
  readonly cause: Seq | null;
  /** Name of the timer, unique within (to, key); absent for plain messages. */
  readonly timer?: string;
}

const before = (a: HeapEntry, b: HeapEntry): boolean => a.at < b.at || (a.at === b.at && a.seq < b.seq);

/** A binary heap of entries in (time, sequence) order, with timers that can be cancelled by name. */
export class Heap {
  #entries: HeapEntry[] = [];
  /** Timers that are set, by component and key: few each. */
  #timers = new Map<string, Map<string, HeapEntry[]>>();
  #cancelled = new Set<number>();

  get size(): number {
    return this.#entries.length - this.#cancelled.size;
  }

  push(entry: HeapEntry): void {
    if (!Number.isFinite(entry.at))
      throw new Error(`not a time: ${entry.at} for ${entry.to} ${entry.event.type}`);
    if (entry.timer !== undefined) {
      this.cancel(entry.to, entry.key, entry.timer);
      let keys = this.#timers.get(entry.to);
      if (!keys) this.#timers.set(entry.to, (keys = new Map()));
      const timers = keys.get(entry.key);
      if (timers) timers.push(entry);
      else keys.set(entry.key, [entry]);
    }
    const heap = this.#entries;
    let i = heap.length;
    heap.push(entry);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = entry;
  }

  /** The next entry that has not been cancelled, left in place. */
  peek(): HeapEntry | undefined {
    while (this.#entries.length > 0) {
      const top = this.#entries[0]!;
      if (!this.#cancelled.delete(top.seq)) return top;
      this.#removeTop();
    }
    return undefined;
  }

  pop(): HeapEntry | undefined {
    const top = this.peek();
    if (!top) return undefined;
    this.#removeTop();
    if (top.timer !== undefined) this.#forget(top);
    return top;
  }

  /** Due time of a timer, if it is set. */
  due(to: string, key: string, timer: string): Ms | undefined {
    return this.#timer(to, key, timer)?.at;
  }

  /** Every timer that is set. */
  *timers(): Generator<HeapEntry> {
    for (const keys of this.#timers.values()) for (const entries of keys.values()) yield* entries;
  }

  cancel(to: string, key: string, timer: string): void {
    const entry = this.#timer(to, key, timer);
    if (!entry) return;
    this.#cancelled.add(entry.seq);
    this.#forget(entry);
  }

  /** Cancels every timer of one owner. Plain messages to it stay. */
  cancelAll(to: string, key: string): void {
    const keys = this.#timers.get(to);
    const timers = keys?.get(key);
    if (!keys || !timers) return;
    for (const entry of timers) this.#cancelled.add(entry.seq);
    keys.delete(key);
  }

  /** Live entries, in no useful order. */
  live(): HeapEntry[] {
    return this.#entries.filter((e) => !this.#cancelled.has(e.seq));
  }

  restore(entries: readonly HeapEntry[]): void {
    this.#entries = [];
    this.#timers.clear();
    this.#cancelled.clear();
    for (const e of entries) this.push(e);
  }

  #timer(to: string, key: string, name: string): HeapEntry | undefined {
    return this.#timers
      .get(to)
      ?.get(key)
      ?.find((entry) => entry.timer === name);
  }

  #forget(entry: HeapEntry): void {
    const keys = this.#timers.get(entry.to);
    const timers = keys?.get(entry.key);
    const at = timers?.indexOf(entry) ?? -1;
    if (!keys || !timers || at < 0) return;
    if (timers.length === 1) keys.delete(entry.key);
    else timers.splice(at, 1);
  }

  #removeTop(): void {
    const heap = this.#entries;
    const last = heap.pop()!;
    const n = heap.length;
    if (n === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= n) break;
      if (child + 1 < n && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
  }
}
