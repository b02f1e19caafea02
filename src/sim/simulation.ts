/**
 * The kernel: one heap of events, tables of plain state, a trace with causes, an input log, and keyframes.
 * State at time T is a function of (set-up, seed, inputs up to T) and of nothing else.
 */
import { DrawCounts } from "./draw-counts.ts";
import { Heap, type HeapEntry } from "./heap.ts";
import { type Input, InputLog, type LoggedInput } from "./inputs.ts";
import { type Keyframe, Keyframes } from "./keyframes.ts";
import { hashDraw, hashHex } from "./random.ts";
import { Cell, Table } from "./table.ts";
import { Trace } from "./trace.ts";
import type { Address, Ms, ReplyTo, Seq, SimEvent, TraceRecord } from "./types.ts";

/** Gets the events that the heap holds for a component. `key` is "" where the component is one thing. */
export type Handler = (event: SimEvent, key: string) => void;

/** A machine went from one state to another: by which event, and the record that led to it. */
export interface Transition {
  readonly table: string;
  readonly key: string;
  readonly event: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly cause: Seq | null;
  readonly time: Ms;
}

export interface SendOptions {
  /** Virtual ms from now; 0 and absent mean in this instant, after what is already due. */
  readonly delayMs?: Ms;
  /** Names a timer of the address: setting it again moves it, `cancel` removes it. */
  readonly timer?: string;
  /** Record that led to it; absent: the one that leads now. */
  readonly cause?: Seq | null;
}

export interface RunOptions {
  /** Run everything due up to this time, and set the clock to it. */
  readonly until: Ms;
  /** Stop early once so many new records were written. */
  readonly maxRecords?: number;
  /** Stop early after the event that made this true. */
  readonly stopWhen?: () => boolean;
}

export type RecordFields = Pick<TraceRecord, "from" | "to" | "type" | "object"> & {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: Seq | null;
  readonly also?: readonly Seq[];
};

/** Draws that are given from outside: by purpose, object, and how many of the same there were before. */
export type Draws = (purpose: string, object: string, n: number) => number | undefined;

/** More events than this in one instant mean two components talk in a circle. */
const RUNAWAY = 200_000;
export class Simulation {
  readonly seed: number;
  readonly trace: Trace;
  readonly #heap = new Heap();
  readonly #tables = new Map<string, Table<unknown>>();
  readonly #handlers = new Map<string, Handler>();
  readonly #draws: DrawCounts;
  readonly #drawn: Draws | undefined;
  readonly #onRestore: (() => void)[] = [];
  #now: Ms = 0;
  #cause: Seq | null = null;
  #nextEntry = 1;
  #dispatched = 0;
  #sameInstant = 0;
  readonly #inputs = new InputLog();
  #onInput: (input: Input) => void = () => {};
  readonly #keyframes = new Keyframes();
  #failure: unknown = null;
  #watched: ((name: string) => boolean) | null = null;
  #onTransition: ((transition: Transition) => void) | null = null;

  /** @param options `drawn`: answers draws in place of the seed (undefined: the seed's own) */
  constructor(options: { seed: number; traceLimit?: number; drawn?: Draws }) {
    this.seed = options.seed;
    this.#drawn = options.drawn;
    this.trace = new Trace(options.traceLimit ?? 50_000);
    this.#draws = new DrawCounts(this.table("sim/draws"), this.table("sim/draws/sheets"));
  }

  get now(): Ms {
    return this.#now;
  }

  /** The record that led to what runs now. */
  get cause(): Seq | null {
    return this.#cause;
  }

  /** Set once a handler threw: the run stands still, the trace ends with `engine.error`. */
  get failure(): unknown {
    return this.#failure;
  }

  get dispatched(): number {
    return this.#dispatched;
  }

  // --- state ---------------------------------------------------------------------------------------------

  /** The table of that name; made on first use. Its rows are part of every keyframe. */
  table<V>(name: string): Table<V> {
    let table = this.#tables.get(name);
    if (!table) {
      table = new Table<unknown>(name);
      if (this.#watched?.(name)) table.watch();
      this.#tables.set(name, table);
    }
    return table as Table<V>;
  }

  cell<V>(name: string, initial: V): Cell<V> {
    return new Cell<V>(this.table<V>(name), initial);
  }

  tables(): IterableIterator<Table<unknown>> {
    return this.#tables.values();
  }

  /** From now on the tables wanted remember which rows changed (for a mirror of the state elsewhere). */
  watchTables(wanted: (name: string) => boolean = () => true): void {
    this.#watched = wanted;
    for (const table of this.#tables.values()) if (wanted(table.name)) table.watch();
  }

  /** Called whenever a machine has gone from one state to another; it must not touch the run. */
  watchTransitions(watcher: (transition: Transition) => void): void {
    this.#onTransition = watcher;
  }

  /** Whoever steps machines tells of it here. */
  get transitionWatcher(): ((transition: Transition) => void) | null {
    return this.#onTransition;
  }

  // --- events --------------------------------------------------------------------------------------------

  /** Registers the handler of a component, once, while the world is put together. */
  component(name: string, handler: Handler): void {
    if (this.#handlers.has(name)) throw new Error(`component ${name} registered twice`);
    this.#handlers.set(name, handler);
  }

  send(address: Address, event: SimEvent, options: SendOptions = {}): void {
    const at = this.#now + Math.max(0, Math.round(options.delayMs ?? 0));
    const seq = this.#nextEntry++;
    const key = address.key ?? "";
    const cause = options.cause === undefined ? this.#cause : options.cause;
    const { timer } = options;
    const entry: HeapEntry =
      timer === undefined
        ? { at, seq, to: address.to, key, event, cause }
        : { at, seq, to: address.to, key, event, cause, timer };
    this.#heap.push(entry);
  }

  /** Sends an answer: the event asked for, with the answer's fields. */
  reply(to: ReplyTo, fields: Readonly<Record<string, unknown>>, options: SendOptions = {}): void {
    this.send(to, { ...to.event, ...fields }, options);
  }

  cancel(address: Address, timer: string): void {
    this.#heap.cancel(address.to, address.key ?? "", timer);
  }

  cancelAll(address: Address): void {
    this.#heap.cancelAll(address.to, address.key ?? "");
  }

  /** When a timer is due, if it is set. */
  due(address: Address, timer: string): Ms | undefined {
    return this.#heap.due(address.to, address.key ?? "", timer);
  }

  /** Every timer that is set, in no useful order. */
  timers(): Iterable<HeapEntry> {
    return this.#heap.timers();
  }

  /** Time of the next thing that will happen by itself. */
  nextDue(): Ms | undefined {
    return this.#heap.peek()?.at;
  }

  // --- trace ---------------------------------------------------------------------------------------------

  /** Writes a record; its cause is the record that leads now, unless one is given. */
  record(fields: RecordFields): Seq {
    const seq = this.trace.next;
    const time = this.#now;
    const cause = fields.cause === undefined ? this.#cause : fields.cause;
    const { from, to, type, object, data = {}, also } = fields;
    return this.trace.append(
      also?.length
        ? { seq, time, cause, also, from, to, type, object, data }
        : { seq, time, cause, from, to, type, object, data },
    );
  }

  /** Writes a record and makes it the cause of all that follows in this dispatch. */
  lead(fields: RecordFields): Seq {
    this.#cause = this.record(fields);
    return this.#cause;
  }

  /** Runs `action` with another record leading; afterwards the present one leads again. */
  under<T>(cause: Seq | null, action: () => T): T {
    const previous = this.#cause;
    this.#cause = cause;
    try {
      return action();
    } finally {
      this.#cause = previous;
    }
  }

  // --- chance --------------------------------------------------------------------------------------------

  /** A number in [0, 1): the next draw of this purpose for this object. */
  draw(purpose: string, object: string): number {
    const n = this.#count(purpose, object);
    return this.#drawn?.(purpose, object, n) ?? hashDraw(this.seed, purpose, object, n);
  }

  /** Hexadecimal digits for ids: the next draw of this purpose for this object. */
  drawHex(purpose: string, object: string, digits: number): string {
    return hashHex(this.seed, purpose, object, this.#count(purpose, object), digits);
  }

  #count(purpose: string, object: string): number {
    return this.#draws.next(`${purpose}\n${object}`);
  }

  // --- inputs --------------------------------------------------------------------------------------------

  /** Who carries out inputs; set once while the world is put together. */
  onInput(handler: (input: Input) => void): void {
    this.#onInput = handler;
  }

  /** Gives an input now: logged, recorded as `input.<type>`, carried out. Returns its record. */
  input(input: Input): Seq {
    this.#inputs.put({ at: this.#now, after: this.#dispatched, input });
    return this.#apply();
  }

  /** Everything that was put in so far, with its place in the run. */
  inputLog(): readonly LoggedInput[] {
    return this.#inputs.past();
  }

  /** Hands over a log to be replayed: each input is given at its place while the run advances. */
  loadInputs(log: readonly LoggedInput[]): void {
    this.#inputs.load(log);
  }

  /** Inputs that lie ahead (after a rewind); the next input of one's own drops them. */
  get inputsAhead(): readonly LoggedInput[] {
    return this.#inputs.ahead();
  }

  #apply(): Seq {
    const { input } = this.#inputs.take();
    const { type, ...data } = input;
    return this.#guarded(() => {
      const seq = this.trace.append({
        seq: this.trace.next,
        time: this.#now,
        cause: null,
        from: "user",
        to: "cluster",
        type: `input.${type}`,
        object: "",
        data,
      });
      this.under(seq, () => this.#onInput(input));
      return seq;
    });
  }

  // --- running -------------------------------------------------------------------------------------------

  /** Dispatches what is due up to `until`. Returns false when it stopped before that. */
  run(options: RunOptions): boolean {
    const firstRecord = this.trace.next;
    for (;;) {
      if (this.#failure !== null) return false;
      if (options.maxRecords !== undefined && this.trace.next - firstRecord >= options.maxRecords)
        return false;
      const nextInput = this.#inputs.next();
      const top = this.#heap.peek();
      if (nextInput && nextInput.after <= this.#dispatched) {
        if (nextInput.at > options.until) break;
        this.#advanceTo(nextInput.at);
        this.#apply();
      } else if (top && top.at <= options.until) {
        this.#advanceTo(top.at);
        this.#dispatch(this.#heap.pop()!);
      } else break;
      if (options.stopWhen?.()) return false;
    }
    if (options.until > this.#now) this.#advanceTo(options.until);
    return true;
  }

  #advanceTo(time: Ms): void {
    if (time <= this.#now) return;
    for (let due = this.#keyframes.next; due < time; due = this.#keyframes.next) {
      const passed = due < this.#now;
      if (!passed) this.#now = due;
      this.#keyframes.keep(passed ? undefined : this.keyframe());
    }
    this.#now = time;
    this.#sameInstant = 0;
  }

  #dispatch(entry: HeapEntry): void {
    this.#dispatched++;
    if (++this.#sameInstant > RUNAWAY) {
      this.#fail(
        new Error(
          `more than ${RUNAWAY} events at ${this.#now} ms, the last for ${entry.to}: ${entry.event.type}`,
        ),
      );
      return;
    }
    const previous = this.#cause;
    this.#cause = entry.cause;
    try {
      const handler = this.#handlers.get(entry.to);
      if (!handler) throw new Error(`no component ${entry.to} for ${entry.event.type}`);
      handler(entry.event, entry.key);
    } catch (error) {
      this.#cause = previous;
      this.#fail(error);
    }
    this.#cause = previous;
    if (this.trace.full) this.trace.prune(this.#livingCauses());
  }

  #guarded<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      this.#fail(error);
      return undefined as T;
    }
  }

  #fail(error: unknown): void {
    this.#failure = error;
    const text = error instanceof Error ? error.message : String(error);
    this.record({ from: "clock", to: "clock", type: "engine.error", object: "", data: { error: text } });
  }

  *#livingCauses(): Generator<Seq | null> {
    for (const entry of this.#heap.live()) yield entry.cause;
  }

  // --- keyframes and rewind ------------------------------------------------------------------------------

  /** The whole state by reference. */
  keyframe(): Keyframe {
    const tables = new Map<string, ReadonlyMap<string, unknown>>();
    for (const [name, table] of this.#tables) tables.set(name, table.share());
    return {
      time: this.#now,
      dispatched: this.#dispatched,
      inputs: this.#inputs.given,
      nextRecord: this.trace.next,
      nextEntry: this.#nextEntry,
      heap: this.#heap.live(),
      tables,
    };
  }

  /** Puts the state back to a keyframe of this run. Inputs given later stay in the log, ahead. */
  restore(frame: Keyframe): void {
    this.#now = frame.time;
    this.#dispatched = frame.dispatched;
    this.#inputs.rewind(frame.inputs);
    this.#nextEntry = frame.nextEntry;
    this.#sameInstant = 0;
    this.#failure = null;
    this.#cause = null;
    this.trace.rewind(frame.nextRecord);
    this.#heap.restore(frame.heap);
    for (const [name, table] of this.#tables) table.restore(frame.tables.get(name));
    this.#keyframes.rewind(frame.time);
    for (const restored of this.#onRestore) restored();
  }

  /** Called after each restore: for what is derived from tables and kept outside them. */
  onRestore(action: () => void): void {
    this.#onRestore.push(action);
  }

  /** Goes to any time: back by the nearest keyframe and replay, forward by running. */
  seek(time: Ms): void {
    if (time < this.#now) {
      const frame = this.#keyframes.before(time);
      if (!frame) throw new Error(`no keyframe before ${time} ms`);
      this.restore(frame);
    }
    this.run({ until: time });
  }

  keyframes(): readonly Keyframe[] {
    return this.#keyframes.all();
  }
}
