import { describe, expect, it } from "vitest";
import { parseLesson } from "../lessons/parse.ts";
import type { FromWorker, Request, RunSource, Share, StepState } from "./protocol.ts";
import { createSession } from "./session.ts";

const SCENARIO = `
apiVersion: syncloop/v1
kind: Scenario
metadata: {name: start}
spec: {}
`;
const POD = `
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: c, image: busybox, command: [sh, -c, "sleep 5; exit 1"]}]}
`;
const LESSON = `
apiVersion: syncloop/v1
kind: Lesson
metadata: {id: test}
spec:
  scenario: start.scenario.yaml
  steps:
    - id: run
      goal: [{object: pod/web, fields: {status.phase: Running}}]
    - id: wait
      goal: [{event: {object: pod/web, reason: BackOff}, between: [0s, 10h]}]
    - id: ask
      goal: [{record: {type: input.run, data: {command: {matches: "kubectl +logs"}}, count: {gt: 0}}}]
    - id: gone
      goal: [{object: pod/web, gone: true}]
`;

/** A worker's side without a worker. */
function runner() {
  let steps: readonly StepState[] = [];
  let share: Share | undefined;
  const session = createSession((message: FromWorker) => {
    if (message.type === "update" && message.steps) steps = message.steps;
    if (message.type === "share") share = message.share;
    if (message.type === "failed") throw new Error(message.message);
  });
  return {
    ask: (request: Request) => session.handle({ ...request, id: 1 }),
    steps: () => steps,
    share: () => share as Share,
  };
}

const parsed = parseLesson(LESSON);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const source: RunSource = { scenario: SCENARIO, name: "test", lesson: parsed.lesson };

function played() {
  const run = runner();
  run.ask({ type: "open", source });
  run.ask({ type: "advance", to: 1700 });
  run.ask({ type: "input", input: { type: "apply", manifest: POD } });
  for (let t = 1000; t <= 40_000; t += 470) run.ask({ type: "advance", to: t });
  run.ask({ type: "input", input: { type: "run", command: "kubectl logs web" } });
  run.ask({ type: "input", input: { type: "run", command: "kubectl delete pod web --now" } });
  for (let t = 40_000; t <= 45_000; t += 330) run.ask({ type: "advance", to: t });
  return run;
}

describe("steps of a lesson in a run", () => {
  it("are met one after the other", () => {
    const times = played()
      .steps()
      .map((s) => s.metAt);
    expect(times.every((t) => t !== null)).toBe(true);
    expect([...times].sort((a, b) => Number(a) - Number(b))).toEqual(times);
  });

  it("are met at the same instants when the run is opened again from its inputs", () => {
    const first = played();
    first.ask({ type: "share" });
    const { inputs, at } = first.share();
    const again = runner();
    again.ask({ type: "open", source: { ...source, inputs, at } });
    expect(again.steps().map((s) => [s.begunAt, s.metAt, s.inputs])).toEqual(
      first.steps().map((s) => [s.begunAt, s.metAt, s.inputs]),
    );
  });

  it("can be done again from where one began", () => {
    const first = played();
    first.ask({ type: "share" });
    const { inputs } = first.share();
    const step = first.steps()[3] as StepState;
    const again = runner();
    again.ask({
      type: "open",
      source: { ...source, inputs: inputs.slice(0, step.inputs), at: step.begunAt ?? 0 },
    });
    again.ask({ type: "advance", to: 60_000 });
    expect(again.steps().map((s) => s.metAt !== null)).toEqual([true, true, true, false]);
  });
});
