/** A lesson beside its run: goals watched as the run goes on, and answers graded in worlds of their own. */
import { goalSteps, type Lesson, type LessonStep, type Question } from "../lessons/format.ts";
import { allMet, type GoalState, watchGoals } from "../lessons/goals.ts";
import { type Answer, type Grade, grade } from "../lessons/grade.ts";
import { parseObjectName } from "../scenario/checks.ts";
import { parseScenario } from "../scenario/parse.ts";
import type { World } from "../scenario/world.ts";
import type { TraceRecord } from "../sim/types.ts";
import type { StepState } from "./protocol.ts";

/** The texts of a lesson's folder by file name, beside its `lesson.yaml` as data. */
export interface FolderTexts {
  readonly lesson: Lesson;
  readonly files: Readonly<Record<string, string>>;
}

/** Grades in this thread; a question of kind `predict` may also stand for a prediction of the text. */
export function gradeAnswer({ lesson, files }: FolderTexts, question: Question, answer: Answer): Grade {
  return grade(question, answer, {
    lesson,
    scenario(file) {
      const parsed = parseScenario(files[file] ?? "");
      if (!parsed.ok) throw new Error(`${lesson.metadata.id}: ${file} is no scenario`);
      return parsed.scenario;
    },
  });
}

export interface GoalWatch {
  /** After each event: what it may have changed, so that a replay meets each goal at the same instant. */
  glance(): void;
  /** Everything. */
  look(): void;
  /** Another array whenever something changed. */
  readonly states: readonly StepState[];
}

const sees = (state: StepState, goals: readonly GoalState[]): boolean =>
  JSON.stringify(state.goals) !== JSON.stringify(goals);

/** Watches a lesson's steps one after the other, a case's goals all at once. */
export function watchSteps(lesson: Lesson, world: World): GoalWatch {
  const steps = goalSteps(lesson);
  const inOrder = lesson.kind !== "Case";
  let states: readonly StepState[] = steps.map((s, i) => ({
    id: s.id,
    begunAt: i === 0 || !inOrder ? world.sim.now : null,
    inputs: 0,
    metAt: null,
    goals: s.goal.map(() => ({ metAt: null, missing: [] })),
  }));
  const lookedAt = new Map<string, unknown>();
  /** Steps that were looked at since they began: what they ask for may have been there already. */
  const checked = new Set<number>();
  let read = world.sim.trace.next;

  const objectsMoved = (step: LessonStep): boolean => {
    let moved = false;
    for (const { object } of step.goal) {
      if (object === undefined) continue;
      const now = world.lookup(parseObjectName(object));
      if (lookedAt.has(object) && lookedAt.get(object) === now) continue;
      lookedAt.set(object, now);
      moved = true;
    }
    return moved;
  };
  const saysSomething = (step: LessonStep, fresh: readonly TraceRecord[]): boolean =>
    fresh.length > 0 &&
    step.goal.some((goal) =>
      fresh.some(({ type }) =>
        goal.event || goal.order ? type.startsWith("event.") : goal.record?.type === type,
      ),
    );

  const check = (i: number): void => {
    checked.add(i);
    const state = states[i] as StepState;
    const view = { now: world.sim.now, lookup: world.lookup, records: world.sim.trace.all() };
    const goals = watchGoals((steps[i] as LessonStep).goal, state.goals, view, state.begunAt ?? 0);
    const metAt = allMet(goals) ? world.sim.now : null;
    if (metAt === null && !sees(state, goals)) return;
    if (metAt !== null) lookedAt.clear();
    const inputs = world.sim.inputLog().length;
    states = states.map((s, k) =>
      k === i
        ? { ...s, goals, metAt }
        : k === i + 1 && metAt !== null && s.begunAt === null
          ? { ...s, begunAt: metAt, inputs }
          : s,
    );
  };
  const each = (wanted: (step: LessonStep) => boolean): void => {
    for (let i = 0; i < steps.length; i++) {
      const state = states[i] as StepState;
      if (state.metAt !== null) continue;
      if (state.begunAt === null) return;
      if (wanted(steps[i] as LessonStep) || !checked.has(i)) check(i);
      if (inOrder && states[i]?.metAt === null) return;
    }
  };
  return {
    glance() {
      const { trace } = world.sim;
      const fresh = trace.next > read ? trace.since(read) : [];
      read = trace.next;
      each((step) => {
        const moved = objectsMoved(step);
        return saysSomething(step, fresh) || moved;
      });
    },
    look: () => each(() => true),
    get states() {
      return states;
    },
  };
}
