/**
 * XState machines stepped by the kernel. A machine file holds states, timing and messages, and reads as the diagram
 * of its manager; what its named actions do stands in an effects table beside it. A running machine is a plain row
 * `{value, context}`; its `after` delays are timers on the kernel's heap, so that keyframes hold them.
 */
import type { AnyStateMachine } from "xstate";
import { type Chart, chartOf, type Stepped, type WantedAction } from "./chart.ts";
import type { Simulation } from "./simulation.ts";
import type { Table } from "./table.ts";
import type { SimEvent } from "./types.ts";

/** State of one running machine, as plain data. */
export interface MachineState<C> {
  readonly value: unknown;
  readonly context: C;
}

/** What an effect gets. It may return fields to put into the context. */
export interface EffectScope<C, E extends SimEvent> {
  readonly key: string;
  readonly context: C;
  readonly event: E;
  readonly params: unknown;
  /** Sends the machine an event in this same step, after the effects that are still to run. */
  raise(event: E): void;
}

// biome-ignore lint/suspicious/noConfusingVoidType: an effect returns a patch or nothing
export type Effect<C, E extends SimEvent> = (scope: EffectScope<C, E>) => Partial<C> | void;

/** Stands for an action in `setup({actions})` whose work the effects table does. */
export const effect = (): void => {};

/** Machines of one kind, by key: every pod worker, every probe worker, or the one PLEG (key ""). */
export class MachineTable<C, E extends SimEvent = SimEvent> {
  readonly name: string;
  readonly #sim: Simulation;
  readonly #chart: Chart;
  readonly #effects: Readonly<Record<string, Effect<C, E>>>;
  readonly #rows: Table<MachineState<C>>;
  readonly #rootTimers: boolean;
  /** Machines being stepped: one, or a few where steps start others. */
  readonly #busy: string[] = [];
  #waiting: { key: string; event: E }[] = [];

  /**
   * @param name component that the heap sends this table's events to, and name of the table of states
   * @param effects by action name; an action without an entry must be one of XState's own
   * @param options `rootTimers`: for machines that are loops: their delays begin a chain of causes of their own
   */
  constructor(
    sim: Simulation,
    name: string,
    machine: AnyStateMachine,
    effects: Readonly<Record<string, Effect<C, E>>>,
    options: { readonly rootTimers?: boolean } = {},
  ) {
    this.name = name;
    this.#sim = sim;
    this.#chart = chartOf(machine);
    this.#effects = effects;
    this.#rootTimers = options.rootTimers ?? false;
    this.#rows = sim.table<MachineState<C>>(name);
    sim.component(name, (event, key) => this.send(key, event as E));
  }

  has(key = ""): boolean {
    return this.#rows.has(key);
  }

  get(key = ""): MachineState<C> | undefined {
    return this.#rows.get(key);
  }

  keys(): IterableIterator<string> {
    return this.#rows.keys();
  }

  rows(): IterableIterator<[string, MachineState<C>]> {
    return this.#rows.entries();
  }

  /** True while the machine is in that state (dots for nested states: "syncing.volumes"). */
  matches(key: string, state: string): boolean {
    let value: unknown = this.#rows.get(key)?.value;
    if (typeof value === "string") return value === state;
    const parts = state.split(".");
    for (const part of parts) {
      if (typeof value === "string") return value === part && part === parts.at(-1);
      if (value === null || typeof value !== "object" || !(part in value)) return false;
      value = (value as Record<string, unknown>)[part];
    }
    return value !== undefined;
  }

  /** Starts a machine; one that already runs under this key is stopped first. */
  start(key: string, input: unknown): void {
    this.stop(key);
    this.#busy.push(key);
    try {
      this.#settle(key, this.#chart.start(input));
    } finally {
      this.#busy.pop();
    }
    this.#flush();
  }

  /** Ends a machine and all its timers. Events on their way to it are dropped. */
  stop(key = ""): void {
    this.#sim.cancelAll({ to: this.name, key });
    this.#rows.delete(key);
  }

  /** Steps a machine by an event. Unknown keys are ignored: the machine has ended. */
  send(key: string, event: E): void {
    if (this.#busy.length > 0 && this.#busy.includes(key)) {
      this.#waiting.push({ key, event });
      return;
    }
    const row = this.#rows.get(key);
    if (!row) return;
    this.#busy.push(key);
    try {
      this.#settle(key, this.#chart.step(row.value, row.context, event), row.value, event.type);
    } finally {
      this.#busy.pop();
    }
    this.#flush();
  }

  /** Changes context from outside a transition. */
  patch(key: string, fields: Partial<C>): void {
    const row = this.#rows.get(key);
    if (!row) return;
    this.#rows.set(key, { value: row.value, context: { ...row.context, ...fields } });
  }

  /** Stores where a step has led, carries out its effects, and takes the events that they raised. */
  #settle(key: string, first: Stepped, before?: unknown, by?: string): void {
    let step = first;
    let from = before;
    let type = by;
    const raised: E[] = [];
    const raise = (event: E): void => void raised.push(event);
    for (;;) {
      const { value, done, wanted } = step;
      let { context } = step;
      if (type !== undefined) this.#tell(key, type, from, value);
      this.#rows.set(key, { value, context });
      for (const action of wanted) {
        const patch = this.#perform(key, action, context as C, raise);
        if (!patch) continue;
        if (!this.#rows.has(key)) break;
        context = { ...context, ...patch };
        this.#rows.set(key, { value, context });
      }
      const row = this.#rows.get(key);
      if (done || !row) {
        this.stop(key);
        return;
      }
      const next = raised.shift();
      if (!next) return;
      from = row.value;
      type = next.type;
      step = this.#chart.step(row.value, row.context, next);
    }
  }

  /** Who watches hears of every change of state. */
  #tell(key: string, event: string, from: unknown, to: unknown): void {
    const watcher = this.#sim.transitionWatcher;
    if (!watcher || from === to || (typeof to !== "string" && JSON.stringify(from) === JSON.stringify(to)))
      return;
    const { cause, now: time } = this.#sim;
    watcher({ table: this.name, key, event, from, to, cause, time });
  }

  #perform(key: string, action: WantedAction, context: C, raise: (event: E) => void): Partial<C> | undefined {
    if (action.type === "xstate.raise") {
      const { event, id, delay } = action.params as { id: string; delay: number; event: SimEvent };
      const cause = this.#rootTimers ? { cause: null } : {};
      this.#sim.send({ to: this.name, key }, event, { delayMs: delay, timer: id, ...cause });
      return undefined;
    }
    if (action.type === "xstate.cancel") {
      this.#sim.cancel({ to: this.name, key }, action.params as string);
      return undefined;
    }
    const run = this.#effects[action.type];
    if (!run) throw new Error(`${this.name}: no effect for action ${action.type}`);
    return run({ key, context, event: action.event as E, params: action.params, raise }) ?? undefined;
  }

  /** Events that machines sent each other while one of them was being stepped. */
  #flush(): void {
    while (this.#waiting.length > 0 && this.#busy.length === 0) {
      const { key, event } = this.#waiting.shift()!;
      this.send(key, event);
    }
  }
}
