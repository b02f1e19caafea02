/**
 * A lesson folder's `lesson.yaml` as data: kinds Lesson, Case and Demo. It holds no words: those are in the `.md` files,
 * found by id. Goals and predictions are checks of a scenario, steps and solutions its timeline.
 */
import * as v from "valibot";
import { durationMs } from "../api/duration.ts";
import { expectSchema, timelineSchema } from "../scenario/format.ts";

const id = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/, "id"));
const duration = v.pipe(
  v.union([v.string(), v.literal(0)]),
  v.transform((text) => (text === 0 ? 0 : (durationMs(text) ?? Number.NaN))),
  v.check((ms) => Number.isFinite(ms) && ms >= 0, "duration"),
);

const metadata = v.strictObject({
  id,
  order: v.optional(v.number(), 0),
  minutes: v.optional(v.number(), 10),
  topics: v.optional(v.array(v.string()), []),
});

const step = v.strictObject({
  id,
  goal: v.optional(expectSchema, []),
  /** Things the learner sees in this step are those the step's text speaks of. */
  focus: v.optional(v.array(v.string()), []),
  showMe: v.optional(timelineSchema, []),
  hints: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  /** Goals are looked for until this long after the step began to be possible; the checker runs so far. */
  within: v.optional(duration, "10m"),
});

/** One mechanism alone: a scenario with sliders over its numbers. */
const miniStage = v.strictObject({
  id,
  scenario: v.string(),
  show: v.picklist(["probe", "backoff", "pod", "grace"]),
  object: v.string(),
  until: duration,
  sliders: v.optional(
    v.array(
      v.strictObject({
        id,
        path: v.string(),
        values: v.array(v.union([v.number(), v.string()])),
        start: v.optional(v.number(), 0),
      }),
    ),
    [],
  ),
});

/** What is asked of the future, and how the run answers it. */
const prediction = v.strictObject({
  id,
  ask: v.picklist(["time", "state", "count", "component"]),
  of: v.strictObject({
    /** time: when this becomes true first. */
    object: v.optional(v.string()),
    fields: v.optional(v.record(v.string(), v.unknown())),
    /** state and count: the value of this field at `at`. */
    field: v.optional(v.string()),
    at: v.optional(duration),
    event: v.optional(v.strictObject({ object: v.string(), reason: v.string() })),
    /** component: who the first record of this type comes from. */
    record: v.optional(v.string()),
    until: v.optional(duration, "10m"),
  }),
  /** For `state`, `count` and `component`: the values to choose from; ids of the option texts where a value needs words. */
  options: v.optional(v.array(v.string())),
  /** Numbers drawn anew for each learner: `pod/web:spec.containers[0].…` in a manifest, else a path in the scenario. */
  vary: v.optional(v.record(v.string(), v.array(v.union([v.number(), v.string()])))),
  tolerance: v.optional(duration, "1s"),
  scenario: v.optional(v.string()),
});

const question = v.variant("kind", [
  v.strictObject({ id, kind: v.literal("choice"), options: v.array(id), answer: id }),
  v.strictObject({ id, kind: v.literal("choices"), options: v.array(id), answer: v.array(id) }),
  v.strictObject({ id, kind: v.literal("order"), items: v.array(id), answer: v.array(id) }),
  v.strictObject({ id, kind: v.literal("predict"), prediction: id }),
  v.strictObject({ id, kind: v.literal("click"), answer: v.array(v.string()) }),
  v.strictObject({
    id,
    kind: v.literal("mend"),
    /** Files of the folder: what the learner gets, one that meets the goal, some that do not. */
    file: v.string(),
    answer: v.string(),
    wrong: v.optional(v.array(v.string()), []),
    /** What is there before her file is applied at 0 s; absent: an empty cluster. */
    scenario: v.optional(v.string()),
    /** Checks without a time are looked at when the run ends, at `until`. */
    goal: expectSchema,
    until: duration,
  }),
  v.strictObject({
    id,
    kind: v.literal("command"),
    /** The run and the moment at which it is typed; absent: the lesson's own start, at its end. */
    scenario: v.optional(v.string()),
    at: v.optional(duration, "0s"),
    /** Right when its output is this … */
    prints: v.optional(v.unknown()),
    /** … or these hold `within` after it … */
    goal: v.optional(expectSchema, []),
    within: v.optional(duration, "60s"),
    /** … or it reads like one of these patterns, blanks collapsed. */
    accept: v.optional(v.array(v.string()), []),
    answer: v.string(),
    wrong: v.optional(v.array(v.string()), []),
  }),
]);

const moment = v.strictObject({
  id,
  at: duration,
  focus: v.optional(v.array(v.string()), []),
  camera: v.optional(v.picklist(["cluster", "node", "kubelet"]), "kubelet"),
  play: v.optional(v.number()),
  /** The record shown on the slide as the kubelet prints it: the last of this kind when the moment begins. */
  line: v.optional(
    v.strictObject({
      type: v.string(),
      object: v.optional(v.string()),
      data: v.optional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]))),
    }),
  ),
});

export const lessonSchema = v.strictObject({
  apiVersion: v.literal("syncloop/v1"),
  kind: v.picklist(["Lesson", "Case", "Demo"]),
  metadata,
  spec: v.strictObject({
    scenario: v.string(),
    /** Files that stand in the editor at the start, by name. */
    files: v.optional(v.record(v.string(), v.string()), {}),
    miniStages: v.optional(v.array(miniStage), []),
    steps: v.optional(v.array(step), []),
    goals: v.optional(v.array(step), []),
    predictions: v.optional(v.array(prediction), []),
    quiz: v.optional(v.array(question), []),
    moments: v.optional(v.array(moment), []),
    solution: v.optional(timelineSchema, []),
    wrong: v.optional(v.array(v.strictObject({ timeline: timelineSchema, fails: v.array(id) })), []),
  }),
});

export type Lesson = v.InferOutput<typeof lessonSchema>;
export type LessonStep = Lesson["spec"]["steps"][number];
export type Prediction = Lesson["spec"]["predictions"][number];
export type Question = Lesson["spec"]["quiz"][number];
export type Moment = Lesson["spec"]["moments"][number];
export type MiniStage = Lesson["spec"]["miniStages"][number];

/** The goals of a folder: of a lesson's steps in order, of a case all at once. */
export function goalSteps(lesson: Lesson): readonly LessonStep[] {
  return lesson.kind === "Case" ? lesson.spec.goals : lesson.spec.steps;
}
