import { describe, expect, it } from "vitest";
import { parseScenario } from "../scenario/parse.ts";
import type { Lesson, Question } from "./format.ts";
import { type Answer, type Folder, grade, truthOf } from "./grade.ts";
import { parseLesson } from "./parse.ts";
import { playLesson } from "./play.ts";
import { manifestWith, withValues } from "./vary.ts";

const CRASH = `
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: app
    image: busybox
    command: [sh, -c, "echo so it begins; sleep 10; exit 1"]
`;
const indented = (text: string, by: number): string =>
  text
    .trim()
    .split("\n")
    .join(`\n${" ".repeat(by)}`);

const SCENARIO = `
apiVersion: syncloop/v1
kind: Scenario
metadata: {name: crash}
spec:
  timeline:
    - at: 0s
      apply: |
        ${indented(CRASH, 8)}
`;

const LESSON = `
apiVersion: syncloop/v1
kind: Lesson
metadata: {id: test}
spec:
  scenario: crash.scenario.yaml
  steps:
    - id: first
      goal: [{object: pod/web, fields: {"status.containerStatuses[0].restartCount": 1}}]
    - id: gone
      goal: [{object: pod/web, gone: true}]
  predictions:
    - id: end
      ask: time
      of: {object: pod/web, fields: {"status.containerStatuses[0].restartCount": 1}, until: 60s}
      vary: {"pod/web:spec.containers[0].command[2]": ["sleep 10; exit 1", "sleep 20; exit 1"]}
      tolerance: 2s
  quiz:
    - {id: one, kind: choice, options: [a, b], answer: b}
    - {id: some, kind: choices, options: [a, b, c], answer: [a, c]}
    - {id: sort, kind: order, items: [a, b], answer: [b, a]}
    - {id: when, kind: predict, prediction: end}
    - {id: who, kind: click, answer: [pleg]}
    - id: mend
      kind: mend
      file: broken.yaml
      answer: mended.yaml
      until: 20s
      goal: [{object: pod/web, fields: {"status.containerStatuses[0].ready": true}}]
    - {id: log, kind: command, at: 15s, prints: {matches: so it begins}, answer: kubectl logs web}
    - id: delete
      kind: command
      at: 5s
      goal: [{object: pod/web, gone: true}]
      answer: kubectl delete pod web
`;

function lessonOf(text: string): Lesson {
  const parsed = parseLesson(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.lesson;
}
const lesson = lessonOf(LESSON);
const parsed = parseScenario(SCENARIO);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const { scenario } = parsed;
const folder: Folder = { lesson, scenario: () => scenario };
const ask = (id: string, answer: Answer) =>
  grade(lesson.spec.quiz.find((q) => q.id === id) as Question, answer, folder);

describe("grading", { timeout: 60_000 }, () => {
  it("takes the declared choice, the whole set, the exact order and the named component, and nothing else", () => {
    expect(ask("one", { kind: "choice", option: "b" }).ok).toBe(true);
    expect(ask("one", { kind: "choice", option: "a" }).ok).toBe(false);
    expect(ask("some", { kind: "choices", options: ["c", "a"] }).ok).toBe(true);
    expect(ask("some", { kind: "choices", options: ["a"] }).ok).toBe(false);
    expect(ask("some", { kind: "choices", options: ["a", "b", "c"] }).ok).toBe(false);
    expect(ask("sort", { kind: "order", items: ["b", "a"] }).ok).toBe(true);
    expect(ask("sort", { kind: "order", items: ["b"] }).ok).toBe(false);
    expect(ask("who", { kind: "click", component: "node-1/pleg" }).ok).toBe(true);
    expect(ask("who", { kind: "click", component: "node-1/prober" }).ok).toBe(false);
    expect(ask("who", { kind: "choice", option: "pleg" }).ok).toBe(false);
  });

  it("judges a prediction by running the numbers that the learner was given", () => {
    const times = new Set<number>();
    for (let seed = 1; seed <= 5; seed++) {
      const truth = truthOf(lesson.spec.predictions[0]!, folder, seed);
      expect(truth.record).not.toBeNull();
      const value = truth.value as number;
      times.add(Math.round(value / 10_000));
      expect(ask("when", { kind: "predict", value: value + 1500, seed }).ok).toBe(true);
      expect(ask("when", { kind: "predict", value: value + 9000, seed }).ok).toBe(false);
    }
    expect([...times].sort()).toEqual([1, 2]);
  });

  it("mends by what happens, whatever the file looks like", () => {
    const mended = CRASH.replace("sleep 10; exit 1", "sleep 600").replace("name: app", "name: other");
    expect(ask("mend", { kind: "mend", manifest: mended }).ok).toBe(true);
    const still = ask("mend", { kind: "mend", manifest: CRASH.replace("sleep 10", "sleep 3") });
    expect(still.ok).toBe(false);
    expect(still.missing.length).toBeGreaterThan(0);
    const cut = ask("mend", { kind: "mend", manifest: "kind: [" });
    expect(cut.ok).toBe(false);
    expect(cut.missing.map((m) => m.code)).toEqual(["refused"]);
  });

  it("judges a command by its output or by what it leads to", () => {
    for (const command of ["kubectl logs web", "k  logs pod/web -c app", "kubectl logs web --previous"])
      expect(ask("log", { kind: "command", command }).ok).toBe(true);
    expect(ask("log", { kind: "command", command: "kubectl get pods" }).ok).toBe(false);
    expect(ask("log", { kind: "command", command: "rm -rf /" }).ok).toBe(false);
    const none = ask("log", { kind: "command", command: "kubectl get pod wbe" });
    expect(none.missing.map((m) => [m.code, m.found])).toEqual([
      ["output", expect.stringContaining('pods "wbe" not found')],
    ]);
    expect(ask("delete", { kind: "command", command: "kubectl delete pods --all" }).ok).toBe(true);
    expect(ask("delete", { kind: "command", command: "kubectl delete pod wbe" }).ok).toBe(false);
  });
});

describe("playing a solution", { timeout: 60_000 }, () => {
  it("meets the goals one after the other and says when", () => {
    const { steps } = playLesson(lesson, scenario, [{ at: 30_000, run: "kubectl delete pod web --now" }]);
    expect(steps.map((s) => s.metAt !== null)).toEqual([true, true]);
    expect(steps[1]?.begunAt).toBe(steps[0]?.metAt);
    expect(steps[1]?.metAt).toBeGreaterThan(30_000);
  });

  it("does not begin a step before the one ahead of it is done", () => {
    const { steps } = playLesson(lesson, scenario, [{ at: 3_000, run: "kubectl delete pod web --now" }]);
    expect(steps.map((s) => s.metAt)).toEqual([null, null]);
    expect(steps[1]?.begunAt).toBeNull();
    expect(steps[0]?.goals[0]?.missing).not.toEqual([]);
  });
});

describe("other numbers", () => {
  it("sets a field in one manifest of several", () => {
    const changed = manifestWith(`${CRASH}---\nkind: Pod\nmetadata: {name: b}\n`, "pod/b", "spec.x", 3);
    expect(changed).toContain("x: 3");
    expect(changed).toContain("sleep 10");
  });

  it("refuses a path that leads nowhere", () => {
    expect(() => withValues(scenario, { "pod/other:spec.x": 1 })).toThrow("pod/other:spec.x");
    expect(withValues(scenario, { "spec.seed": 9 }).spec.seed).toBe(9);
  });
});
