import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { type AnyMachineSnapshot, type AnyStateMachine, initialTransition, transition } from "xstate";
import { chartOf, type Stepped } from "../sim/chart.ts";
import { MACHINES } from "./machines.ts";

/** Fields that guards and assignments of our machines look at. */
const TIMES = {
  waitMs: 100,
  pauseMs: 0,
  periodMs: 1000,
  phaseMs: 10,
  intervalMs: 500,
  jitterMs: 0,
  graceSeconds: 2,
  phase: 10,
};
const EVENT = { ...TIMES, run: 0, attempt: 1, error: "failed", input: {}, output: {}, keys: [], pods: [] };
const INPUT = { ...TIMES, handler: {}, pod: {}, container: {}, steps: [], pods: [] };

interface Seen {
  readonly value: unknown;
  readonly context: unknown;
  readonly done: boolean;
  readonly actions: readonly unknown[];
}

const ours = (s: Stepped): Seen => ({
  value: s.value,
  context: s.context,
  done: s.done,
  actions: s.wanted.map((w) => [w.type, w.params]),
});

type Reported = { readonly type: string; readonly params: unknown };

function theirs([snapshot, actions]: readonly [AnyMachineSnapshot, readonly Reported[]]): Seen {
  const params = (a: Reported): unknown =>
    a.type === "xstate.cancel" ? ((a.params as { sendId?: string }).sendId ?? a.params) : a.params;
  return {
    value: snapshot.value,
    context: snapshot.context,
    done: snapshot.status === "done",
    actions: actions.map((a) => [a.type, params(a)]),
  };
}

/** What comes of it, an error as its text. */
function attempt(action: () => Seen): Seen | string {
  try {
    return action();
  } catch (error) {
    return String(error);
  }
}

function compare(machine: AnyStateMachine, events: readonly string[]): void {
  const chart = chartOf(machine);
  let mine: Seen | string = attempt(() => ours(chart.start(INPUT)));
  let snapshot: AnyMachineSnapshot | undefined;
  const take = (result: unknown): Seen => {
    const pair = result as [AnyMachineSnapshot, Reported[]];
    [snapshot] = pair;
    if (pair[0].status === "error") throw pair[0].error;
    return theirs(pair);
  };
  const wanted = attempt(() => take(initialTransition(machine, INPUT as never)));
  expect(mine).toEqual(wanted);
  for (const type of events) {
    if (typeof mine === "string" || mine.done || !snapshot) return;
    const event = { ...EVENT, type };
    const { value, context }: Seen = mine;
    const before = snapshot;
    mine = attempt(() => ours(chart.step(value, context, event)));
    expect(mine).toEqual(attempt(() => take(transition(machine, before, event))));
  }
}

describe.each(MACHINES.map(({ id, machine }) => ({ id, machine })))("the machine of $id", ({ machine }) => {
  const types = [...new Set([...machine.events])] as string[];
  test.prop([fc.array(fc.constantFrom(...types), { maxLength: 40 })])(
    "goes where XState goes, by the same actions",
    (events) => {
      compare(machine, events);
    },
  );
});
