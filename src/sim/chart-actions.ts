/** Guards and actions of a machine definition as functions over the run of one step. */
import type { AnyStateMachine } from "xstate";
import type { WantedAction } from "./chart.ts";
import type { SimEvent } from "./types.ts";

/** One step under way. */
export interface Scope {
  // biome-ignore lint/suspicious/noExplicitAny: each machine has a context of its own
  context: any;
  readonly event: SimEvent;
  readonly wanted: WantedAction[];
  /** Since it was last set to false: the context was assigned to. */
  assigned: boolean;
}

export type ChartGuard = (run: Scope) => boolean;
export type ChartAction = (run: Scope) => void;

type Named = string | { readonly type: string; readonly params?: unknown };

/** What a guard or an action is given besides context and event: worked out from where it is named. */
type Params = (run: Scope) => unknown;

const NO_PARAMS: Params = () => undefined;

function paramsOf(named: unknown): Params {
  if (named === null || typeof named !== "object" || !("params" in named)) return NO_PARAMS;
  const { params } = named;
  return typeof params === "function" ? (run) => params(run) : () => params;
}

const nameOf = (named: Named): string => (typeof named === "string" ? named : named.type);

export function readGuard(machine: AnyStateMachine, guard: unknown): ChartGuard | undefined {
  if (guard === undefined) return undefined;
  const guards = machine.implementations.guards as Record<string, unknown>;
  const found = typeof guard === "function" ? guard : guards[nameOf(guard as Named)];
  if (typeof found !== "function" || "check" in found)
    throw new Error(`${machine.id}: a guard that is not stepped here`);
  const params = paramsOf(guard);
  // The run of a step has the context and the event, which is all that is asked for.
  return (run) => Boolean(found(run, params(run)));
}

/** What XState's own action creators leave on their functions. */
interface Builtin {
  readonly type?: string;
  readonly assignment?: unknown;
  readonly event?: unknown;
  readonly id?: string;
  readonly delay?: unknown;
  readonly sendId?: unknown;
}

export function readAction(machine: AnyStateMachine, action: unknown): ChartAction {
  const actions = machine.implementations.actions as Record<string, unknown>;
  const found = typeof action === "function" ? action : actions[nameOf(action as Named)];
  if (!found || !("resolve" in (found as object))) {
    const type = typeof action === "function" ? action.name || "(anonymous)" : nameOf(action as Named);
    const params = paramsOf(action);
    return (run) => void run.wanted.push({ type, event: run.event, params: params(run) });
  }
  const builtin = found as Builtin;
  switch (builtin.type) {
    case "xstate.assign":
      return assigning(builtin.assignment, action);
    case "xstate.raise":
      return raising(machine, builtin);
    case "xstate.cancel": {
      const { sendId } = builtin;
      if (typeof sendId !== "string") break;
      return (run) => void run.wanted.push({ type: "xstate.cancel", event: run.event, params: sendId });
    }
  }
  throw new Error(`${machine.id}: an action ${builtin.type} that is not stepped here`);
}

function assigning(assignment: unknown, action: unknown): ChartAction {
  const paramsFor = paramsOf(action);
  if (typeof assignment === "function") {
    return (run) => {
      run.context = { ...run.context, ...assignment(run, paramsFor(run)) };
      run.assigned = true;
    };
  }
  const fields = Object.entries(assignment as Record<string, unknown>);
  return (run) => {
    const params = paramsFor(run);
    const next = { ...run.context };
    for (const [key, value] of fields) next[key] = typeof value === "function" ? value(run, params) : value;
    run.context = next;
    run.assigned = true;
  };
}

/** The timer of an `after`. */
function raising(machine: AnyStateMachine, { event, id, delay }: Builtin): ChartAction {
  const delays = machine.implementations.delays as Record<string, unknown>;
  const made = typeof delay === "string" ? delays[delay] : delay;
  return (run) => {
    const ms = typeof made === "function" ? made(run) : made;
    if (typeof ms !== "number") throw new Error(`${machine.id}: no delay ${String(delay)}`);
    run.wanted.push({ type: "xstate.raise", event: run.event, params: { event, id, delay: ms } });
  };
}
