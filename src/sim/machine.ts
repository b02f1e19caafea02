/**
 * XState machines stepped by the kernel. A machine file holds states, timing and messages, and reads as the diagram
 * of its manager; what its named actions do stands in an effects table beside it. A running machine is a plain row
 * `{value, context}`; its `after` delays are timers on the kernel's heap, so that keyframes hold them.
 *
 * The scope handed to `machine.transition` is internal to XState: it lives in this file alone.
 */
import { type AnyStateMachine, createActor, type EventObject } from "xstate";
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

interface Wanted {
  readonly type: string;
  readonly info: { readonly event: EventObject };
  readonly params: unknown;
  readonly exec?: (info: unknown, params: unknown) => void;
}

// biome-ignore lint/suspicious/noExplicitAny: XState's internal actor scope has no exported type
type Scope = any;

/** Machines of one kind, by key: every pod worker, every probe worker, or the one PLEG (key ""). */
export class MachineTable<C, E extends SimEvent = SimEvent> {
  readonly name: string;
  readonly #sim: Simulation;
  readonly #machine: AnyStateMachine;
  readonly #effects: Readonly<Record<string, Effect<C, E>>>;
  readonly #rows: Table<MachineState<C>>;
  readonly #scope: Scope;
  /** XState snapshots of the rows; derived, dropped at every rewind. */
  // biome-ignore lint/suspicious/noExplicitAny: snapshots are XState's own
  readonly #live = new Map<string, any>();
  readonly #rootTimers: boolean;
  #wanted: Wanted[] = [];
  #busy = new Set<string>();
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
    this.#machine = machine;
    this.#effects = effects;
    this.#rootTimers = options.rootTimers ?? false;
    this.#rows = sim.table<MachineState<C>>(name);
    const self = createActor(machine, { input: {} as never });
    this.#scope = {
      self,
      system: self.system,
      id: "",
      sessionId: "",
      logger: () => {},
      defer: () => {},
      stopChild: () => {},
      emit: () => {},
      actionExecutor: (action: Wanted) => {
        this.#wanted.push(action);
      },
    };
    sim.component(name, (event, key) => this.send(key, event as E));
    sim.onRestore(() => this.#live.clear());
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

  /** True while the machine is in that state (dots for nested states: "syncing.volumes"). */
  matches(key: string, state: string): boolean {
    const parts = state.split(".");
    let value: unknown = this.#rows.get(key)?.value;
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
    this.#busy.add(key);
    try {
      const snapshot = this.#machine.getInitialSnapshot(this.#scope, input as never);
      this.#settle(key, snapshot, { type: "xstate.init" } as E);
    } finally {
      this.#busy.delete(key);
    }
    this.#flush();
  }

  /** Ends a machine and all its timers. Events on their way to it are dropped. */
  stop(key = ""): void {
    this.#sim.cancelAll({ to: this.name, key });
    this.#rows.delete(key);
    this.#live.delete(key);
  }

  /** Steps a machine by an event. Unknown keys are ignored: the machine has ended. */
  send(key: string, event: E): void {
    if (this.#busy.has(key)) {
      this.#waiting.push({ key, event });
      return;
    }
    const row = this.#rows.get(key);
    if (!row) return;
    this.#busy.add(key);
    try {
      const before =
        this.#live.get(key) ??
        this.#machine.resolveState({ value: row.value as never, context: row.context as never });
      const after = this.#machine.transition(before, event as never, this.#scope);
      this.#settle(key, after, event);
    } finally {
      this.#busy.delete(key);
    }
    this.#flush();
  }

  /** Changes context from outside a transition. */
  patch(key: string, fields: Partial<C>): void {
    const row = this.#rows.get(key);
    if (!row) return;
    const live = this.#live.get(key);
    const context = { ...row.context, ...fields };
    if (live) this.#live.set(key, withContext(live, context));
    this.#rows.set(key, { value: row.value, context });
  }

  // biome-ignore lint/suspicious/noExplicitAny: snapshots are XState's own
  #settle(key: string, first: any, firstEvent: E): void {
    let snapshot = first;
    const raised: E[] = [];
    let event = firstEvent;
    for (;;) {
      const wanted = this.#wanted;
      this.#wanted = [];
      this.#store(key, snapshot);
      for (const action of wanted) {
        const patch = this.#perform(key, action, snapshot.context as C, event, raised);
        if (patch) {
          const row = this.#rows.get(key);
          if (!row) break;
          snapshot = withContext(snapshot, { ...snapshot.context, ...patch });
          this.#store(key, snapshot);
        }
      }
      if (snapshot.status === "error") throw snapshot.error;
      if (snapshot.status === "done" || !this.#rows.has(key)) {
        this.stop(key);
        return;
      }
      const next = raised.shift();
      if (!next) return;
      event = next;
      snapshot = this.#machine.transition(this.#live.get(key) ?? snapshot, next as never, this.#scope);
    }
  }

  #perform(key: string, action: Wanted, context: C, event: E, raised: E[]): Partial<C> | undefined {
    const params = action.params as
      | { id?: string; delay?: number; event?: SimEvent; sendId?: string }
      | undefined;
    if (action.type === "xstate.raise") {
      if (params?.delay !== undefined) {
        this.#sim.send({ to: this.name, key }, params.event as SimEvent, {
          delayMs: params.delay,
          timer: params.id ?? "",
          ...(this.#rootTimers ? { cause: null } : {}),
        });
      }
      return undefined;
    }
    if (action.type === "xstate.cancel") {
      // `cancel` resolves to the send id itself.
      const id = typeof action.params === "string" ? action.params : (params?.sendId ?? params?.id ?? "");
      this.#sim.cancel({ to: this.name, key }, id);
      return undefined;
    }
    const run = this.#effects[action.type];
    if (!run) {
      if (action.type.startsWith("xstate.")) return undefined;
      throw new Error(`${this.name}: no effect for action ${action.type}`);
    }
    return (
      run({
        key,
        context,
        event: (action.info.event as E) ?? event,
        params: action.params,
        raise: (e) => raised.push(e),
      }) ?? undefined
    );
  }

  // biome-ignore lint/suspicious/noExplicitAny: snapshots are XState's own
  #store(key: string, snapshot: any): void {
    this.#live.set(key, snapshot);
    this.#rows.set(key, { value: snapshot.value, context: snapshot.context });
  }

  /** Events that machines sent each other while one of them was being stepped. */
  #flush(): void {
    while (this.#waiting.length > 0 && this.#busy.size === 0) {
      const { key, event } = this.#waiting.shift()!;
      this.send(key, event);
    }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: snapshots are XState's own
function withContext(snapshot: any, context: unknown): any {
  return { ...snapshot, context };
}
