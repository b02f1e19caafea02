/**
 * Grading: what a learner answered, against the question and, where there is a run behind it, against the engine.
 * Pure for the kinds that are choices; the others run a world of their own, never the learner's.
 */
import { type Finding, outputFindings } from "../scenario/checks.ts";
import type { Check, Scenario, TimelineEntry } from "../scenario/format.ts";
import { runScenario } from "../scenario/runner.ts";
import { createWorld } from "../scenario/world.ts";
import type { Ms, TraceRecord } from "../sim/types.ts";
import type { Lesson, Prediction, Question } from "./format.ts";
import { missingOf } from "./goals.ts";
import { withTimeline } from "./play.ts";
import { answerPrediction, drawVariant, judgePrediction, type Truth } from "./predict.ts";
import { withValues } from "./vary.ts";

export type Answer =
  | { readonly kind: "choice"; readonly option: string }
  | { readonly kind: "choices"; readonly options: readonly string[] }
  | { readonly kind: "order"; readonly items: readonly string[] }
  | { readonly kind: "predict"; readonly value: Truth["value"]; readonly seed: number }
  /** A component's id, with or without its node: `pleg`, `node-1/pleg`. */
  | { readonly kind: "click"; readonly component: string }
  /** YAML as it stands in the editor. */
  | { readonly kind: "mend"; readonly manifest: string }
  | { readonly kind: "command"; readonly command: string };

export interface Grade {
  readonly ok: boolean;
  /** What the engine found lacking, for `mend` and `command`. */
  readonly missing: readonly Finding[];
  /** For `predict`: what happens, and the record that decided it. */
  readonly truth?: Truth;
}

/** What grading needs of a lesson's folder: its scenario files, already read. */
export interface Folder {
  readonly lesson: Lesson;
  scenario(file: string): Scenario;
}

const plain = (ok: boolean): Grade => ({ ok, missing: [] });
const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  new Set(a).size === new Set(b).size && a.every((x) => b.includes(x));

/** Grades one answer. An answer of another kind than the question's is wrong. */
export function grade(question: Question, answer: Answer, folder: Folder): Grade {
  switch (question.kind) {
    case "choice":
      return plain(answer.kind === "choice" && answer.option === question.answer);
    case "choices":
      return plain(answer.kind === "choices" && sameSet(answer.options, question.answer));
    case "order":
      return plain(
        answer.kind === "order" &&
          answer.items.length === question.answer.length &&
          answer.items.every((item, i) => item === question.answer[i]),
      );
    case "click":
      return plain(
        answer.kind === "click" &&
          question.answer.some((a) => a === answer.component || answer.component.endsWith(`/${a}`)),
      );
    case "predict": {
      const prediction = folder.lesson.spec.predictions.find((p) => p.id === question.prediction);
      if (!prediction || answer.kind !== "predict") return plain(false);
      const truth = truthOf(prediction, folder, answer.seed);
      return { ok: judgePrediction(prediction, truth, answer.value), missing: [], truth };
    }
    case "mend":
      return answer.kind === "mend" ? gradeMend(question, answer.manifest, folder) : plain(false);
    case "command":
      return answer.kind === "command" ? gradeCommand(question, answer.command, folder) : plain(false);
  }
}

/** The scenario of a prediction with the numbers drawn from a seed: what the learner is shown, and what is run. */
export function scenarioOf(prediction: Prediction, folder: Folder, seed: number): Scenario {
  const file = prediction.scenario ?? folder.lesson.spec.scenario;
  return withValues(folder.scenario(file), drawVariant(prediction, seed));
}

/** What really happens, in a fresh world. */
export function truthOf(prediction: Prediction, folder: Folder, seed: number): Truth {
  return answerPrediction(
    prediction,
    createWorld(scenarioOf(prediction, folder, seed), { traceLimit: 2_000_000 }),
  );
}

const EMPTY: Scenario = {
  apiVersion: "syncloop/v1",
  kind: "Scenario",
  metadata: { name: "empty" },
  spec: {
    seed: 1,
    start: "2026-01-05T09:00:00Z",
    kubernetes: "1.36",
    boot: "warm",
    nodes: [{ name: "node-1" }],
    images: [],
    latencies: {},
    objects: [],
    timeline: [],
    expect: [],
  },
};

/** A check with a time: one without looks at the end of the run. */
const timed = (check: Check, end: Ms): Check =>
  check.at !== undefined || check.between !== undefined ? check : { ...check, at: end };

const refusals = (records: readonly TraceRecord[]): Finding[] =>
  records
    .filter((r) => r.type === "apply.refused")
    .map((r) => ({ code: "refused", subject: r.object, found: r.data["message"], at: r.time }));

function gradeMend(question: Extract<Question, { kind: "mend" }>, manifest: string, folder: Folder): Grade {
  const start = question.scenario !== undefined ? folder.scenario(question.scenario) : EMPTY;
  const entry = { at: 0, apply: manifest } as TimelineEntry;
  const scenario = withTimeline(start, [entry]);
  const expect = question.goal.map((check) => timed(check, question.until));
  const { results, world } = runScenario(
    { ...scenario, spec: { ...scenario.spec, expect } },
    { until: question.until },
  );
  const ok = results.every((r) => r.ok);
  // What was never taken lacks everything: why it was not is the one thing to say.
  const refused = ok ? [] : refusals(world.sim.trace.all());
  return { ok, missing: refused.length > 0 ? refused : results.flatMap((r) => r.found) };
}

/** Blanks collapsed, `k` for `kubectl` written out. */
const normalise = (command: string): string =>
  command.trim().replace(/\s+/g, " ").replace(/^k /, "kubectl ").replace(/^\$ /, "");

function gradeCommand(
  question: Extract<Question, { kind: "command" }>,
  typed: string,
  folder: Folder,
): Grade {
  const command = normalise(typed);
  if (command === "") return plain(false);
  if (question.accept.some((pattern) => new RegExp(`^(?:${pattern})$`).test(command))) return plain(true);
  if (question.prints === undefined && question.goal.length === 0) return plain(false);
  const world = createWorld(folder.scenario(question.scenario ?? folder.lesson.spec.scenario), {
    traceLimit: 2_000_000,
  });
  world.sim.run({ until: question.at });
  const since = world.sim.now;
  const id = world.console.start(command);
  world.sim.run({ until: since + question.within, stopWhen: () => world.console.output(id).exit !== null });
  const missing: Finding[] = [];
  if (question.prints !== undefined) {
    const output = world.console.output(id);
    const found = outputFindings({ run: command, prints: question.prints, exit: 0 }, output);
    const printed = found.find((f) => f.code === "output");
    // What it printed says more than its exit code; of a command that failed that is its error.
    missing.push(...(printed ? [{ ...printed, found: output.stdout || output.stderr }] : found));
  }
  if (question.goal.length > 0) {
    world.sim.run({ until: since + question.within });
    const view = { now: world.sim.now, lookup: world.lookup, records: world.sim.trace.all() };
    missing.push(...question.goal.flatMap((check) => missingOf(check, view, since)));
  }
  return { ok: missing.length === 0, missing };
}
