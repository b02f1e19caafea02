/** What the engine says of a lesson: solutions, wrong ways, predictions, its scenarios' own checks. */
import { goalSteps, type Lesson, type Prediction } from "../../lessons/format.ts";
import { truthOf } from "../../lessons/grade.ts";
import { lineRecord } from "../../lessons/moment.ts";
import { playLesson, type StepOutcome } from "../../lessons/play.ts";
import { drawVariant, judgePrediction } from "../../lessons/predict.ts";
import { withValues } from "../../lessons/vary.ts";
import { parseObjectName } from "../../scenario/checks.ts";
import { runScenario } from "../../scenario/runner.ts";
import { createWorld } from "../../scenario/world.ts";

import type { ReadFolder } from "./folder.ts";
import { type Problem, type ProblemCode, problemsOf } from "./problem.ts";
import { checkText } from "./words.ts";

/** What a look at the run brought: problems, and counts to tell where there are none. */
export interface Seen {
  readonly problems: readonly Problem[];
  readonly seen?: Readonly<Record<string, string | number>>;
}

type Path = readonly (string | number)[];

/** Problems of `lesson.yaml` at a path. */
const sayAt =
  (folder: ReadFolder) =>
  (path: Path, code: ProblemCode, args: Problem["args"] = {}, found?: Problem["found"]): Problem =>
    problemsOf("lesson.yaml", folder.place(path))(code, args, found);

const listOf = (lesson: Lesson): "goals" | "steps" => (lesson.kind === "Case" ? "goals" : "steps");
const seconds = (ms: number): string => `${Math.round(ms / 100) / 10}`;

/** Goals look at objects and records: those are there on every screen. */
export function goalFindings(folder: ReadFolder): Problem[] {
  const { lesson } = folder;
  const say = sayAt(folder);
  const list = listOf(lesson);
  return goalSteps(lesson).flatMap((step, i) => [
    ...(step.goal.length === 0 ? [say(["spec", list, i], "run.no-goal", { id: step.id })] : []),
    ...step.goal.flatMap((c, k) =>
      c.run !== undefined || c.http || c.never || c.always
        ? [say(["spec", list, i, "goal", k], "run.goal-form", { check: checkText(c) })]
        : [],
    ),
  ]);
}

const missingOf = (step: StepOutcome): Problem["found"] => step.goals.flatMap((g) => g.missing);

/** The solution meets every goal, in order; doing nothing does not. */
export function solutionFindings(folder: ReadFolder): Seen {
  const { lesson } = folder;
  const say = sayAt(folder);
  const list = listOf(lesson);
  const scenario = folder.scenario(lesson.spec.scenario);
  const { steps, world } = playLesson(lesson, scenario, lesson.spec.solution);
  const problems = stopped(folder, world.sim.failure, "lesson.yaml", ["spec", "solution"]);
  steps.forEach((s, i) => {
    if (s.metAt !== null) return;
    const at: Path = ["spec", list, i, "goal"];
    problems.push(
      s.begunAt === null
        ? say(at, "run.solution-late", { id: s.id })
        : say(at, "run.solution-misses", { id: s.id }, missingOf(s)),
    );
  });
  const idle = playLesson(lesson, scenario, []);
  if (idle.steps.every((s) => s.metAt !== null)) problems.push(say(["spec", list], "run.idle"));
  return { problems, seen: { times: steps.map((s) => seconds(s.metAt ?? 0)).join(", ") } };
}

/** The mistakes that the lesson declares do not reach the goals that they are to miss. */
export function wrongFindings(folder: ReadFolder): Seen {
  const { lesson } = folder;
  const say = sayAt(folder);
  const scenario = folder.scenario(lesson.spec.scenario);
  const problems = lesson.spec.wrong.flatMap((w, i) => {
    const played = playLesson(lesson, scenario, w.timeline);
    return w.fails.flatMap((id, k) =>
      played.steps.find((s) => s.id === id)?.metAt !== null
        ? [say(["spec", "wrong", i, "fails", k], "run.wrong-reaches", { number: i + 1, id })]
        : [],
    );
  });
  return { problems, seen: { count: lesson.spec.wrong.length } };
}

/** The buttons “show me” alone lead through the lesson. */
export function showMeFindings(folder: ReadFolder): Problem[] {
  const { lesson } = folder;
  const say = sayAt(folder);
  const list = listOf(lesson);
  const { steps } = playLesson(lesson, folder.scenario(lesson.spec.scenario), [], true);
  const first = steps.findIndex((s) => s.metAt === null);
  // Steps after one that is not reached never begin: it is that one that has to be mended.
  return steps.flatMap((s, i) =>
    s.metAt === null && (lesson.kind === "Case" || i === first)
      ? [say(["spec", list, i, "showMe"], "run.show-me-misses", { id: s.id }, missingOf(s))]
      : [],
  );
}

const SEEDS = 100;

/** Every seed's numbers have an answer, the true one counts as right, and one far off as wrong. */
export function predictionFindings(p: Prediction, folder: ReadFolder): Seen {
  const say = sayAt(folder);
  const at: Path = ["spec", "predictions", folder.lesson.spec.predictions.indexOf(p)];
  const variants = new Map<string, number>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const key = JSON.stringify(drawVariant(p, seed));
    if (!variants.has(key)) variants.set(key, seed);
  }
  const problems: Problem[] = [];
  const answers = new Set<string>();
  for (const [key, seed] of variants) {
    const numbers = key === "{}" ? "" : key;
    let truth: ReturnType<typeof truthOf>;
    try {
      truth = truthOf(p, folder, seed);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      problems.push(say([...at, "vary"], "run.no-path", { message }));
      break;
    }
    const value = truth.value;
    if (value === null) problems.push(say([...at, "of"], "run.no-answer", { numbers }));
    else if (p.options && !p.options.includes(String(value)))
      problems.push(say([...at, "options"], "run.not-an-option", { value: String(value), numbers }));
    else if (truth.record === null) problems.push(say([...at, "of"], "run.no-record", { numbers }));
    else if (!judgePrediction(p, truth, value)) problems.push(say(at, "run.own-truth", { numbers }));
    else {
      answers.add(typeof value === "number" && p.ask === "time" ? `${seconds(value)} s` : String(value));
      const off =
        typeof value === "number" && p.ask === "time"
          ? [value + p.tolerance + 1000, value - p.tolerance - 1000]
          : p.options
            ? p.options.filter((o) => o !== String(value))
            : ["nothing of the sort"];
      for (const other of off)
        if (judgePrediction(p, truth, other))
          problems.push(
            say([...at, "tolerance"], "run.far-off", {
              value: String(other),
              truth: String(value),
              numbers,
            }),
          );
    }
  }
  return {
    problems,
    seen: { seeds: SEEDS, variants: variants.size, answers: [...answers].join(", ") },
  };
}

/** The numbers that the texts name stand in the scenarios as checks. */
export function scenarioFindings(folder: ReadFolder, name: string): Seen {
  const scenario = folder.scenario(name);
  const last = Math.max(0, ...folder.lesson.spec.moments.map((m) => m.at));
  const isStart = name === folder.lesson.spec.scenario;
  const count = scenario.spec.expect.length;
  if (count === 0 && !(isStart && last > 0)) return { problems: [], seen: { count } };
  const { results, world } = runScenario(
    scenario,
    isStart && last > 0 ? { until: Math.max(last, endOf(scenario)) } : {},
  );
  const problems = stopped(folder, world.sim.failure, name, ["spec"]);
  results.forEach((r, i) => {
    if (r.ok) return;
    const say = problemsOf(name, folder.place(["spec", "expect", i], name));
    problems.push(say("run.check-fails", { check: checkText(scenario.spec.expect[i]!) }, r.found));
  });
  return { problems, seen: { count } };
}

function stopped(folder: ReadFolder, failure: unknown, file: string, path: Path): Problem[] {
  if (failure === null || failure === undefined) return [];
  return [problemsOf(file, folder.place(path, file))("run.stopped", { message: String(failure) })];
}

const endOf = (scenario: ReturnType<ReadFolder["scenario"]>): number =>
  Math.max(
    0,
    ...scenario.spec.timeline.map((e) => e.at),
    ...scenario.spec.expect.map((c) => Math.max(c.at ?? 0, c.between?.[1] ?? 0)),
  );

/** Every place of every slider leads to a run that has the mini-stage's object. */
export function miniFindings(folder: ReadFolder, index: number): Seen {
  const mini = folder.lesson.spec.miniStages[index]!;
  const at: Path = ["spec", "miniStages", index];
  const say = sayAt(folder);
  const scenario = folder.scenario(mini.scenario);
  const problems: Problem[] = [];
  let runs = 0;
  const run = (values: Record<string, string | number>, where: Path): void => {
    try {
      const world = createWorld(withValues(scenario, values), { traceLimit: 2_000_000 });
      const there = (): boolean => world.lookup(parseObjectName(mini.object)) !== undefined;
      world.sim.run({ until: mini.until, stopWhen: there });
      runs++;
      if (!there()) problems.push(say([...at, "object"], "run.mini-object", { object: mini.object }));
    } catch (error) {
      problems.push(
        say(where, "run.no-path", { message: error instanceof Error ? error.message : String(error) }),
      );
    }
  };
  if (mini.sliders.length === 0) run({}, at);
  mini.sliders.forEach((slider, k) => {
    const here: Path = [...at, "sliders", k];
    if (slider.values[slider.start] === undefined)
      problems.push(
        say([...here, "start"], "run.mini-start", { start: slider.start, count: slider.values.length }),
      );
    for (const value of slider.values) run({ [slider.path]: value }, [...here, "path"]);
  });
  return {
    problems: problems.filter((p, i) => problems.findIndex((q) => q.line === p.line) === i),
    seen: { runs },
  };
}

/** Moments follow each other, and the line of each slide has been printed when it begins. */
export function momentFindings(folder: ReadFolder): Problem[] {
  const { moments, scenario } = folder.lesson.spec;
  const say = sayAt(folder);
  const problems = moments.flatMap((m, i) =>
    i > 0 && m.at < moments[i - 1]!.at
      ? [say(["spec", "moments", i, "at"], "run.moment-order", { id: m.id })]
      : [],
  );
  if (!moments.some((m) => m.line)) return problems;
  const until = Math.max(...moments.map((m) => m.at));
  const records = runScenario(folder.scenario(scenario), { until }).world.sim.trace.all();
  moments.forEach((m, i) => {
    if (m.line && !lineRecord(records, m))
      problems.push(say(["spec", "moments", i, "line"], "run.moment-line", { id: m.id }));
  });
  return problems;
}
