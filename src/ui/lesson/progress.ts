/** What a learner has done, kept on this device; it can be taken along as a file. */
import type { LessonEntry } from "virtual:lessons";
import { create } from "zustand";
import { load, save } from "../store/keep.ts";

export interface LessonProgress {
  /** Ids of steps or goals that were met at least once. */
  readonly steps: readonly string[];
  /** Predictions and questions by id: whether the last answer was right, and how many were given. */
  readonly answers: Readonly<Record<string, { readonly ok: boolean; readonly tries: number }>>;
}

export interface Progress {
  readonly version: 1;
  readonly lessons: Readonly<Record<string, LessonProgress>>;
}

const EMPTY: Progress = { version: 1, lessons: {} };
export const NOTHING_DONE: LessonProgress = { steps: [], answers: {} };
/** A progress file beyond this is none. */
const MAX_FILE = 200_000;

/** Progress as far as it can be read; null when it is none. */
export function readProgress(value: unknown): Progress | null {
  const lessons = (value as { lessons?: unknown } | null)?.lessons;
  if (typeof lessons !== "object" || lessons === null || Array.isArray(lessons)) return null;
  const out: Record<string, LessonProgress> = {};
  for (const [id, given] of Object.entries(lessons)) {
    const { steps, answers } = (given ?? {}) as { steps?: unknown; answers?: unknown };
    if (!/^[a-z][a-z0-9-]*$/.test(id)) continue;
    const read: Record<string, { ok: boolean; tries: number }> = {};
    if (typeof answers === "object" && answers !== null)
      for (const [question, a] of Object.entries(answers)) {
        const { ok, tries } = (a ?? {}) as { ok?: unknown; tries?: unknown };
        if (typeof ok === "boolean") read[question] = { ok, tries: typeof tries === "number" ? tries : 1 };
      }
    out[id] = {
      steps: Array.isArray(steps) ? steps.filter((s): s is string => typeof s === "string") : [],
      answers: read,
    };
  }
  return { version: 1, lessons: out };
}

/** Whether this browser keeps anything at all. */
function storageWorks(): boolean {
  try {
    localStorage.setItem("syncloop.test", "1");
    localStorage.removeItem("syncloop.test");
    return true;
  } catch {
    return false;
  }
}

export const useProgress = create<{ readonly progress: Progress; readonly kept: boolean }>(() => ({
  progress: readProgress(load<unknown>("progress", null)) ?? EMPTY,
  kept: storageWorks(),
}));

function put(progress: Progress): void {
  useProgress.setState({ progress });
  save("progress", progress);
}

const change = (id: string, next: (before: LessonProgress) => LessonProgress): void => {
  const { progress } = useProgress.getState();
  const before = progress.lessons[id] ?? NOTHING_DONE;
  put({ ...progress, lessons: { ...progress.lessons, [id]: next(before) } });
};

export function stepDone(lesson: string, step: string): void {
  if (useProgress.getState().progress.lessons[lesson]?.steps.includes(step)) return;
  change(lesson, (p) => ({ ...p, steps: [...p.steps, step] }));
}

export function answered(lesson: string, id: string, ok: boolean): void {
  change(lesson, (p) => ({
    ...p,
    answers: { ...p.answers, [id]: { ok, tries: (p.answers[id]?.tries ?? 0) + 1 } },
  }));
}

export const resetProgress = (): void => put(EMPTY);

/** Of a lesson: what is done and how much there is, steps and questions together. */
export function progressOf(
  progress: Progress,
  entry: Pick<LessonEntry, "id" | "steps" | "quiz">,
): { readonly done: number; readonly all: number } {
  const own = progress.lessons[entry.id] ?? NOTHING_DONE;
  const done =
    entry.steps.filter((s) => own.steps.includes(s)).length +
    entry.quiz.filter((q) => own.answers[q]?.ok).length;
  return { done, all: entry.steps.length + entry.quiz.length };
}

/** Hands the progress over as a file. */
export function downloadProgress(): void {
  const text = JSON.stringify(useProgress.getState().progress, null, 2);
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "syncloop-progress.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** Takes such a file in the place of what is there; false when it is none. */
export async function uploadProgress(file: File): Promise<boolean> {
  if (file.size > MAX_FILE) return false;
  try {
    const read = readProgress(JSON.parse(await file.text()));
    if (read) put(read);
    return read !== null;
  } catch {
    return false;
  }
}
