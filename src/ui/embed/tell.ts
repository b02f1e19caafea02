/** What the host is told while a lesson is worked on. */
import { lessons } from "virtual:lessons";
import { NOTHING_DONE, progressOf, useProgress } from "../lesson/progress.ts";
import { world } from "../store/world.ts";
import type { HostMessage } from "./host.ts";

/** Tells of readiness, each step once, the quiz and progress; returns the way to stop. */
export function tellHost(id: string, send: (message: HostMessage) => void): () => void {
  const entry = lessons.find((l) => l.id === id);
  const told = new Set<string>();
  let ready = false;
  const look = (now = world.getState()): void => {
    if (now.phase === "ready" && !ready) {
      ready = true;
      send({ type: "ready", lesson: id });
    }
    for (const step of now.steps) {
      if (step.metAt === null || told.has(step.id)) continue;
      told.add(step.id);
      send({ type: "step", lesson: id, step: step.id });
    }
  };
  const stops = [
    world.subscribe((now) => look(now)),
    useProgress.subscribe(({ progress }, { progress: before }) => {
      const own = progress.lessons[id] ?? NOTHING_DONE;
      const former = before.lessons[id] ?? NOTHING_DONE;
      if (!entry || own === former) return;
      if (entry.quiz.some((q) => own.answers[q] !== former.answers[q]))
        send({
          type: "quiz",
          lesson: id,
          right: entry.quiz.filter((q) => own.answers[q]?.ok).length,
          all: entry.quiz.length,
        });
      const now = progressOf(progress, entry);
      if (now.done !== progressOf(before, entry).done) send({ type: "progress", lesson: id, ...now });
    }),
  ];
  look();
  return () => {
    for (const stop of stops) stop();
  };
}
