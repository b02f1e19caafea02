/**
 * Goals of steps, watched while the run goes on: a met goal stays met and keeps the time at which it was met; an unmet
 * one says what is missing. A goal is a check without a time of its own.
 */
import {
  checkEvent,
  checkObject,
  checkOrder,
  checkRecord,
  type Finding,
  type Lookup,
} from "../scenario/checks.ts";
import type { Check } from "../scenario/format.ts";
import type { Ms, TraceRecord } from "../sim/types.ts";

/** What goals are checked against: a world as it stands. */
export interface GoalView {
  readonly now: Ms;
  readonly lookup: Lookup;
  /** All records so far. */
  readonly records: readonly TraceRecord[];
}

export interface GoalState {
  /** Virtual ms at which it was met; null while it is not. */
  readonly metAt: Ms | null;
  /** What is missing; empty once met. */
  readonly missing: readonly Finding[];
}

/** What a check still lacks at this moment, looking at what happened from `since` on. */
export function missingOf(check: Check, view: GoalView, since: Ms): readonly Finding[] {
  const between = check.between ?? ([since, view.now] as const);
  const timed = { ...check, between: [between[0], between[1]] as [Ms, Ms] };
  if (check.event) return checkEvent(timed, view.records, view.now);
  if (check.order) return checkOrder(timed, view.records, view.now);
  if (check.record) return checkRecord(timed, view.records, view.now);
  if (check.object) return checkObject(check, view.lookup);
  return [];
}

/** The next state of a step's goals. Met goals stay met. */
export function watchGoals(
  goals: readonly Check[],
  before: readonly GoalState[],
  view: GoalView,
  since: Ms,
): GoalState[] {
  return goals.map((check, i) => {
    const old = before[i];
    if (old && old.metAt !== null) return old;
    const missing = missingOf(check, view, since);
    return missing.length === 0 ? { metAt: view.now, missing } : { metAt: null, missing };
  });
}

export const allMet = (goals: readonly GoalState[]): boolean => goals.every((g) => g.metAt !== null);
