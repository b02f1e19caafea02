/** What the engine says of a lesson: solutions, wrong ways, answers of the quiz, predictions, its scenarios' own checks. */

import { CLUSTER_PARTS, NODE_PARTS } from "../../api/component-ids.ts";
import { goalSteps, type Prediction, type Question } from "../../lessons/format.ts";
import { type Answer, grade, truthOf } from "../../lessons/grade.ts";
import { playLesson } from "../../lessons/play.ts";
import { drawVariant, judgePrediction } from "../../lessons/predict.ts";
import { runScenario } from "../../scenario/runner.ts";
import { describeCheck, describeFinding } from "../words.ts";
import type { ReadFolder } from "./folder.ts";

export interface Outcome {
  readonly name: string;
  readonly findings: readonly string[];
}

/** Goals look at objects and records: those are there on every screen. */
export function goalFindings({ lesson }: ReadFolder): string[] {
  const steps = goalSteps(lesson);
  return steps.flatMap((step) => {
    const odd = step.goal.filter((c) => c.run !== undefined || c.http || c.never || c.always);
    return [
      ...(step.goal.length === 0 ? [`step ${step.id} has no goal`] : []),
      ...odd.map((c) => `step ${step.id}: a goal cannot be: ${describeCheck(c)}`),
    ];
  });
}

export function solutionFindings(folder: ReadFolder): string[] {
  const { lesson } = folder;
  const scenario = folder.scenario(lesson.spec.scenario);
  const out: string[] = [];
  const { steps, world } = playLesson(lesson, scenario, lesson.spec.solution);
  if (world.sim.failure !== null) out.push(`the engine stopped: ${String(world.sim.failure)}`);
  for (const s of steps) {
    if (s.metAt !== null) continue;
    const why = s.goals.flatMap((g) => g.missing).map(describeFinding);
    out.push(
      `the solution does not reach step ${s.id}${s.begunAt === null ? " (it never begins)" : `: ${why.join("; ")}`}`,
    );
  }
  const idle = playLesson(lesson, scenario, []);
  if (idle.steps.every((s) => s.metAt !== null)) out.push("all goals are met although nothing was done");
  lesson.spec.wrong.forEach((w, i) => {
    const played = playLesson(lesson, scenario, w.timeline);
    for (const id of w.fails)
      if (played.steps.find((s) => s.id === id)?.metAt !== null)
        out.push(`wrong[${i}] reaches step ${id} all the same`);
  });
  return out;
}

/** The buttons “show me” alone lead through the lesson. */
export function showMeFindings(folder: ReadFolder): string[] {
  const { lesson } = folder;
  const { steps } = playLesson(lesson, folder.scenario(lesson.spec.scenario), [], true);
  return steps
    .filter((s) => s.metAt === null)
    .map(
      (s) =>
        `“show me” does not reach step ${s.id}: ${
          s.goals
            .flatMap((g) => g.missing)
            .map(describeFinding)
            .join("; ") || "it never begins"
        }`,
    );
}

/** Answers to a question: those that are to be right, and those that are not. */
function answersOf(q: Question, folder: ReadFolder): { right: Answer[]; wrong: Answer[] } {
  switch (q.kind) {
    case "choice":
      return {
        right: [{ kind: "choice", option: q.answer }],
        wrong: q.options.filter((o) => o !== q.answer).map((option) => ({ kind: "choice", option })),
      };
    case "choices":
      return {
        right: [{ kind: "choices", options: q.answer }],
        wrong: q.options.map((o) => ({
          kind: "choices",
          options: q.answer.includes(o) ? q.answer.filter((a) => a !== o) : [...q.answer, o],
        })),
      };
    case "order":
      return {
        right: [{ kind: "order", items: q.answer }],
        wrong: q.answer.slice(1).map((_, i) => {
          const items = [...q.answer];
          [items[i], items[i + 1]] = [items[i + 1] as string, items[i] as string];
          return { kind: "order", items };
        }),
      };
    case "click":
      return {
        right: q.answer.map((component) => ({ kind: "click", component })),
        wrong: [...CLUSTER_PARTS, ...NODE_PARTS]
          .filter((c) => !q.answer.includes(c))
          .map((component) => ({ kind: "click", component })),
      };
    case "mend":
      return {
        right: [{ kind: "mend", manifest: folder.file(q.answer) ?? "" }],
        wrong: [q.file, ...q.wrong].map((f) => ({ kind: "mend", manifest: folder.file(f) ?? "" })),
      };
    case "command":
      return {
        right: [{ kind: "command", command: q.answer }],
        wrong: ["", "kubectl get nothing", ...q.wrong].map((command) => ({ kind: "command", command })),
      };
    case "predict":
      return { right: [], wrong: [] };
  }
}

export function questionFindings(q: Question, folder: ReadFolder): string[] {
  const { right, wrong } = answersOf(q, folder);
  const say = (a: Answer): string => JSON.stringify(a).slice(0, 160);
  return [
    ...right.flatMap((a) => {
      const g = grade(q, a, folder);
      return g.ok ? [] : [`is graded wrong: ${say(a)} ${g.missing.map(describeFinding).join("; ")}`];
    }),
    ...wrong.filter((a) => grade(q, a, folder).ok).map((a) => `is graded right: ${say(a)}`),
  ];
}

const SEEDS = 100;

/** Every seed's numbers have an answer, the true one counts as right, and one far off as wrong. */
export function predictionFindings(p: Prediction, folder: ReadFolder): string[] {
  const variants = new Map<string, number>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const key = JSON.stringify(drawVariant(p, seed));
    if (!variants.has(key)) variants.set(key, seed);
  }
  const out: string[] = [];
  for (const [key, seed] of variants) {
    const truth = truthOf(p, folder, seed);
    const at = key === "{}" ? "" : ` with ${key}`;
    if (truth.value === null) out.push(`has no answer${at}`);
    else if (p.options && !p.options.includes(String(truth.value)))
      out.push(`${String(truth.value)} is not among its options${at}`);
    else if (truth.record === null) out.push(`names no record${at}`);
    else if (!judgePrediction(p, truth, truth.value)) out.push(`does not take its own truth${at}`);
    else {
      const off =
        typeof truth.value === "number" && p.ask === "time"
          ? [truth.value + p.tolerance + 1000, truth.value - p.tolerance - 1000]
          : p.options
            ? p.options.filter((o) => o !== String(truth.value))
            : ["nothing of the sort"];
      for (const value of off)
        if (judgePrediction(p, truth, value))
          out.push(`${value} counts as right${at}, the truth is ${String(truth.value)}`);
    }
  }
  return out;
}

/** The numbers that the texts name stand in the scenarios as checks. */
export function scenarioFindings(folder: ReadFolder, name: string): string[] {
  const scenario = folder.scenario(name);
  const last = Math.max(0, ...folder.lesson.spec.moments.map((m) => m.at));
  const isStart = name === folder.lesson.spec.scenario;
  if (scenario.spec.expect.length === 0 && !(isStart && last > 0)) return [];
  const { results, world } = runScenario(
    scenario,
    isStart && last > 0 ? { until: Math.max(last, endOf(scenario)) } : {},
  );
  return [
    ...(world.sim.failure === null ? [] : [`the engine stopped: ${String(world.sim.failure)}`]),
    ...results.flatMap((r, i) =>
      r.ok ? [] : [`${describeCheck(scenario.spec.expect[i]!)}: ${r.found.map(describeFinding).join("; ")}`],
    ),
  ];
}

const endOf = (scenario: ReturnType<ReadFolder["scenario"]>): number =>
  Math.max(
    0,
    ...scenario.spec.timeline.map((e) => e.at),
    ...scenario.spec.expect.map((c) => Math.max(c.at ?? 0, c.between?.[1] ?? 0)),
  );

export function momentFindings({ lesson }: ReadFolder): string[] {
  const { moments } = lesson.spec;
  return moments.flatMap((m, i) =>
    i > 0 && m.at < moments[i - 1]!.at ? [`moment ${m.id} comes before the one ahead of it`] : [],
  );
}
