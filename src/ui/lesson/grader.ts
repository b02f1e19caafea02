/** Answers are graded in a worker of their own, so that the learner's run does not stand still meanwhile. */
import type { LessonFolder } from "virtual:lessons";
import type { Question } from "../../lessons/format.ts";
import type { Answer, Grade } from "../../lessons/grade.ts";
import { createSimulationClient, type SimulationClient } from "../../worker/client.ts";
import type { Update } from "../../worker/protocol.ts";

/** A simulation beside the one on the stage. */
export function startSimulation(onUpdate: (update: Update) => void): SimulationClient {
  const worker = new Worker(new URL("../../worker/simulation.worker.ts", import.meta.url), {
    type: "module",
  });
  return createSimulationClient(worker, onUpdate, (message) => console.error(message));
}

let grader: SimulationClient | null = null;

export function gradeAnswer(folder: LessonFolder, question: Question, answer: Answer): Promise<Grade> {
  grader ??= startSimulation(() => {});
  return grader.grade({ lesson: folder.lesson, files: folder.files, question, answer });
}
