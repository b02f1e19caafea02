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

type Args = { context: unknown; event: SimEvent };
type Named = string | { readonly type: string; readonly params?: unknown };

const paramsOf = (named: unknown, args: Args): unknown => {
  if (named === null || typeof named !== "object" || !("params" in named)) return undefined;
  return typeof named.params === "function" ? named.params(args) : named.params;
};

const nameOf = (named: Named): string => (typeof named === "string" ? named : named.type);

export function readGuard(machine: AnyStateMachine, guard: unknown): ChartGuard | undefined {
  if (guard === undefined) return undefined;
  const guards = machine.implementations.guards as Record<string, unknown>;
  const found = typeof guard === "function" ? guard : guards[nameOf(guard as Named)];
  if (typeof found !== "function" || "check" in found)
    throw new Error(`${machine.id}: a guard that is not stepped here`);
  return (run) => {
    const args = { context: run.context, event: run.event };
    return Boolean(found(args, paramsOf(guard, args)));
  };
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
    return (run) => {
      const params = paramsOf(action, { context: run.context, event: run.event });
      run.wanted.push({ type, event: run.event, params });
    };
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
  if (typeof assignment === "function") {
    return (run) => {
      const args = { context: run.context, event: run.event };
      run.context = { ...run.context, ...assignment(args, paramsOf(action, args)) };
      run.assigned = true;
    };
  }
  const fields = Object.entries(assignment as Record<string, unknown>);
  return (run) => {
    const args = { context: run.context, event: run.event };
    const params = paramsOf(action, args);
    const next = { ...run.context };
    for (const [key, value] of fields) next[key] = typeof value === "function" ? value(args, params) : value;
    run.context = next;
    run.assigned = true;
  };
}

/** The timer of an `after`. */
function raising(machine: AnyStateMachine, { event, id, delay }: Builtin): ChartAction {
  const delays = machine.implementations.delays as Record<string, unknown>;
  return (run) => {
    const made = typeof delay === "string" ? delays[delay] : delay;
    const ms = typeof made === "function" ? made({ context: run.context, event: run.event }) : made;
    if (typeof ms !== "number") throw new Error(`${machine.id}: no delay ${String(delay)}`);
    run.wanted.push({ type: "xstate.raise", event: run.event, params: { event, id, delay: ms } });
  };
}
