/** Playing a lesson without a learner: a timeline laid over its scenario, with the goals watched as they would be for her. */
import { parseObjectName } from "../scenario/checks.ts";
import type { Check, Scenario, TimelineEntry } from "../scenario/format.ts";
import { createWorld, inputOf, type World } from "../scenario/world.ts";
import type { Ms, Seq } from "../sim/types.ts";
import { goalSteps, type Lesson, type LessonStep } from "./format.ts";
import { allMet, type GoalState, watchGoals } from "./goals.ts";

export interface StepOutcome {
  readonly id: string;
  /** When the step became the current one, and when its last goal was met; null: never. */
  readonly begunAt: Ms | null;
  readonly metAt: Ms | null;
  readonly goals: readonly GoalState[];
}

export interface Play {
  readonly steps: readonly StepOutcome[];
  readonly world: World;
}

/** The scenario with more inputs; its own come first at equal times. */
export function withTimeline(scenario: Scenario, more: readonly TimelineEntry[]): Scenario {
  const timeline = [...scenario.spec.timeline, ...more].sort((a, b) => a.at - b.at);
  return { ...scenario, spec: { ...scenario.spec, timeline } };
}

/** A learner presses the button a moment after the step began. */
const SETTLE_MS: Ms = 1000;

/** Whether something that a goal looks at may have changed since it was looked at last. */
function changeDetector(world: World): (check: Check, since: Seq) => boolean {
  const seen = new Map<string, unknown>();
  return (check, since) => {
    if (check.event || check.order || check.record) return world.sim.trace.next > since;
    if (!check.object) return true;
    const object = world.lookup(parseObjectName(check.object));
    if (seen.has(check.object) && seen.get(check.object) === object) return false;
    seen.set(check.object, object);
    return true;
  };
}

/**
 * Plays a timeline and watches the goals: of a lesson step by step, of a case all from the start. `showMe`: each
 * step's own demonstration is given as soon as the step begins, as the button of that name does.
 */
export function playLesson(
  lesson: Lesson,
  scenario: Scenario,
  timeline: readonly TimelineEntry[],
  showMe = false,
): Play {
  const world = createWorld(withTimeline(scenario, timeline), { traceLimit: 2_000_000 });
  const steps = goalSteps(lesson);
  const inOrder = lesson.kind !== "Case";
  const goals: GoalState[][] = steps.map((s) => s.goal.map(() => ({ metAt: null, missing: [] })));
  const begun: (Ms | null)[] = steps.map((_, i) => (i === 0 || !inOrder ? 0 : null));
  const lookedAt: Seq[] = steps.map(() => 0);
  const lastInput = Math.max(0, ...timeline.map((e) => e.at), ...scenario.spec.timeline.map((e) => e.at));

  const changed = changeDetector(world);
  const look = (i: number, force: boolean): void => {
    const step = steps[i] as LessonStep;
    const next = world.sim.trace.next;
    if (!force && !step.goal.some((check) => changed(check, lookedAt[i] as Seq))) return;
    lookedAt[i] = next;
    const view = { now: world.sim.now, lookup: world.lookup, records: world.sim.trace.all() };
    goals[i] = watchGoals(step.goal, goals[i] as GoalState[], view, begun[i] ?? 0);
  };
  const watch = (force = false): void => {
    for (let i = 0; i < steps.length; i++) {
      if (begun[i] === null || allMet(goals[i] as GoalState[])) continue;
      look(i, force);
      if (!inOrder) continue;
      if (!allMet(goals[i] as GoalState[])) return;
      if (i + 1 < steps.length && begun[i + 1] === null) {
        begun[i + 1] = world.sim.now;
        lookedAt[i + 1] = 0;
        force = true;
      }
    }
  };
  const done = (): boolean => goals.every((g) => allMet(g));
  const patience = Math.max(0, ...steps.map((s) => s.within));
  const ahead: { at: Ms; entry: TimelineEntry }[] = [];
  const shown = new Set<string>();
  /** Queues the demonstrations of steps that began; true when there is something new to give. */
  const demonstrate = (): boolean => {
    const before = ahead.length;
    for (const [i, step] of steps.entries()) {
      if (!showMe || begun[i] === null || shown.has(step.id)) continue;
      shown.add(step.id);
      for (const entry of step.showMe) ahead.push({ at: world.sim.now + SETTLE_MS + entry.at, entry });
    }
    ahead.sort((a, b) => a.at - b.at);
    return ahead.length > before;
  };
  watch(true);
  demonstrate();
  let until = lastInput + patience;
  while (!done()) {
    const next = ahead[0];
    if (next) until = next.at + patience;
    const reached = world.sim.run({
      until: next ? next.at : until,
      stopWhen: () => {
        watch();
        return done() || demonstrate();
      },
    });
    if (world.sim.failure !== null) break;
    if (!reached) continue;
    if (!next) break;
    ahead.shift();
    world.sim.input(inputOf(next.entry));
  }
  watch(true);
  return {
    world,
    steps: steps.map((s, i) => {
      const g = goals[i] as GoalState[];
      const met = allMet(g) && begun[i] !== null;
      return {
        id: s.id,
        begunAt: begun[i] ?? null,
        metAt: met ? Math.max(begun[i] ?? 0, ...g.map((x) => x.metAt ?? 0)) : null,
        goals: g,
      };
    }),
  };
}
