/** The stage and its runs: that of a question for a while, the learner's own again, a step once more. */
import type { Question } from "../../lessons/format.ts";
import type { Input } from "../../sim/index.ts";
import type { RunSource } from "../../worker/protocol.ts";
import { actions } from "../store/engine.ts";
import { pause, play } from "../store/playback.ts";
import { select, setView, useView } from "../store/view.ts";
import { world } from "../store/world.ts";
import { useLesson } from "./lesson-store.ts";
import { playTo } from "./pace.ts";

export interface Watched {
  /** Tells one question's run, with its numbers, from another. */
  readonly of: string;
  readonly source: Omit<RunSource, "name">;
  /** Given when the run is open. */
  readonly input?: Input;
  readonly until: number;
  readonly record?: number;
}

/** Another run than the learner's own: her own is put aside until she comes back. */
async function openExcursion({ of, source, input, record }: Watched): Promise<void> {
  const { id, excursion } = useLesson.getState();
  const wasPlaying = excursion?.wasPlaying ?? useView.getState().playing;
  pause();
  const own = excursion?.own ?? (await actions.share());
  useLesson.setState({ excursion: { of, own, wasPlaying, record: record ?? null }, picking: null });
  select(null);
  setView({ span: null });
  await actions.open({ ...source, name: id });
  if (input) await actions.input(input);
}

/** Shows a question's run from its beginning to the moment that decides, and selects the record that does. */
export async function watchOnStage(watched: Watched): Promise<void> {
  await openExcursion(watched);
  const there = await playTo(watched.until);
  const { excursion } = useLesson.getState();
  if (there && excursion?.of === watched.of && watched.record !== undefined)
    select({ kind: "record", seq: watched.record });
}

/** Goes to the deciding record at once, with the chain of its causes beside it. */
export async function showDecision(watched: Watched): Promise<void> {
  const { excursion } = useLesson.getState();
  pause();
  if (excursion?.of !== watched.of) await openExcursion(watched);
  if (world.getState().now < watched.until) await actions.advance(watched.until);
  if (watched.record !== undefined) select({ kind: "record", seq: watched.record });
  setView({ drawer: "right", phoneTab: "why" });
}

/** Puts the learner's own run back, as she left it. */
export async function backToOwnRun(): Promise<void> {
  const { excursion, folder } = useLesson.getState();
  if (!excursion) return;
  pause();
  useLesson.setState({ excursion: null });
  select(null);
  setView({ span: null, drawer: null });
  const { scenario, name, seed, inputs, at } = excursion.own;
  await actions.open({ scenario, name, seed, inputs, at, ...(folder ? { lesson: folder.lesson } : {}) });
  if (excursion.wasPlaying) play();
}

/** Takes the run back to where a step began; what was given from there on is forgotten. */
export async function redoStep(id: string): Promise<void> {
  await backToOwnRun();
  const { folder } = useLesson.getState();
  const { steps, inputs, ahead } = world.getState();
  const step = steps.find((s) => s.id === id);
  if (!folder || !step || step.begunAt === null) return;
  pause();
  const { scenario, name, seed } = await actions.share();
  select(null);
  setView({ span: null });
  await actions.open({
    scenario,
    name,
    seed,
    inputs: [...inputs, ...ahead].slice(0, step.inputs),
    at: step.begunAt,
    lesson: folder.lesson,
  });
  play();
}

/** An empty cluster: what a manifest to mend is applied to where the question names no scenario. */
const EMPTY = "apiVersion: syncloop/v1\nkind: Scenario\nmetadata: {name: empty}\nspec: {}\n";

/** The run behind an answer to `mend` or `command`, as the grader makes it. */
export function runOf(
  question: Question,
  files: Readonly<Record<string, string>>,
  given: string,
  start: string,
): Watched | null {
  if (question.kind === "mend")
    return {
      of: `${question.id} ${given}`,
      source: { scenario: question.scenario === undefined ? EMPTY : (files[question.scenario] ?? EMPTY) },
      input: { type: "apply", manifest: given },
      until: question.until,
    };
  if (question.kind === "command")
    return {
      of: `${question.id} ${given}`,
      source: { scenario: files[question.scenario ?? start] ?? EMPTY, at: question.at },
      input: { type: "run", command: given.replace(/^\s*(?:\$ )?k /, "kubectl ").trim() },
      until: question.at + (question.goal.length > 0 ? question.within : 3000),
    };
  return null;
}
