/** Every declared answer of a question against the grader: the right one is right, the others are wrong. */
import { CLUSTER_PARTS, NODE_PARTS } from "../../api/component-ids.ts";
import type { Question } from "../../lessons/format.ts";
import { type Answer, grade } from "../../lessons/grade.ts";
import type { Seen } from "./check-run.ts";
import type { ReadFolder } from "./folder.ts";
import { type Problem, problemsOf } from "./problem.ts";

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

/** A declared answer in short: the option, the order, the file, the command. */
function shown(answer: Answer, q: Question, index: number): string {
  switch (answer.kind) {
    case "choice":
      return answer.option;
    case "choices":
      return answer.options.join(", ");
    case "order":
      return answer.items.join(", ");
    case "click":
      return answer.component;
    case "command":
      return answer.command;
    case "mend":
      return q.kind === "mend" ? ([q.file, ...q.wrong][index] ?? q.answer) : "";
    case "predict":
      return String(answer.value);
  }
}

export function questionFindings(q: Question, folder: ReadFolder): Seen {
  const { right, wrong } = answersOf(q, folder);
  const path = ["spec", "quiz", folder.lesson.spec.quiz.indexOf(q)];
  const say = (where: readonly (string | number)[]) => problemsOf("lesson.yaml", folder.place(where));
  const problems: Problem[] = [];
  for (const answer of right) {
    const { ok, missing } = grade(q, answer, folder);
    const name = q.kind === "mend" ? q.answer : shown(answer, q, -1);
    if (!ok) problems.push(say([...path, "answer"])("run.answer-wrong", { id: q.id, answer: name }, missing));
  }
  wrong.forEach((answer, i) => {
    if (!grade(q, answer, folder).ok) return;
    // What the author declared wrong has a line of its own; the others follow from the question.
    const own = q.kind === "mend" ? i - 1 : q.kind === "command" ? i - 2 : -1;
    const where = own >= 0 ? [...path, "wrong", own] : [...path, "answer"];
    problems.push(say(where)("run.answer-right", { id: q.id, answer: shown(answer, q, i) }));
  });
  return { problems, seen: { right: right.length, wrong: wrong.length } };
}
