/** What a learner has done, kept on this device; it can be taken along as a file. */
import type { LessonEntry } from "virtual:lessons";
import { create } from "zustand";
import { load, save } from "../store/keep.ts";

export interface AnswerKept {
  /** Whether the last answer was right. */
  readonly ok: boolean;
  readonly tries: number;
}

export interface LessonProgress {
  /** Ids of steps or goals that were met at least once. */
  readonly steps: readonly string[];
  /** Predictions and questions by id. */
  readonly answers: Readonly<Record<string, AnswerKept>>;
}

export interface Progress {
  readonly version: 1;
  readonly lessons: Readonly<Record<string, LessonProgress>>;
}

const VERSION = 1;
const KEY = "progress";
const EMPTY: Progress = { version: VERSION, lessons: {} };
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
    const read: Record<string, AnswerKept> = {};
    if (typeof answers === "object" && answers !== null)
      for (const [question, a] of Object.entries(answers)) {
        const { ok, tries } = (a ?? {}) as { ok?: unknown; tries?: unknown };
        if (typeof ok === "boolean" && question !== "__proto__")
          read[question] = { ok, tries: typeof tries === "number" && tries > 0 ? Math.floor(tries) : 1 };
      }
    out[id] = {
      steps: Array.isArray(steps)
        ? [...new Set(steps.filter((s): s is string => typeof s === "string"))]
        : [],
      answers: read,
    };
  }
  return { version: VERSION, lessons: out };
}

/** Both together: every step of either, of each answer the one that is right, else the one tried more often. */
export function mergeProgress(a: Progress, b: Progress): Progress {
  const lessons: Record<string, LessonProgress> = { ...a.lessons };
  for (const [id, theirs] of Object.entries(b.lessons)) {
    const ours = lessons[id] ?? NOTHING_DONE;
    const answers: Record<string, AnswerKept> = { ...ours.answers };
    for (const [question, answer] of Object.entries(theirs.answers)) {
      const own = answers[question];
      const better = !own || (answer.ok && !own.ok) || (answer.ok === own.ok && answer.tries > own.tries);
      if (better) answers[question] = answer;
    }
    lessons[id] = { steps: [...new Set([...ours.steps, ...theirs.steps])], answers };
  }
  return { version: VERSION, lessons };
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
  progress: readProgress(load<unknown>(KEY, null)) ?? EMPTY,
  kept: storageWorks(),
}));

/** What is kept now: another tab may have written since this one read. */
function latest(): Progress {
  const { progress, kept } = useProgress.getState();
  return kept ? (readProgress(load<unknown>(KEY, null)) ?? EMPTY) : progress;
}

// Another tab has learned something, or has forgotten everything.
if (typeof window !== "undefined")
  window.addEventListener("storage", (event) => {
    if (event.key === null || event.key === `syncloop.${KEY}`) useProgress.setState({ progress: latest() });
  });

function put(progress: Progress): void {
  useProgress.setState({ progress });
  save(KEY, progress);
}

const change = (id: string, next: (before: LessonProgress) => LessonProgress): void => {
  const progress = latest();
  const before = progress.lessons[id] ?? NOTHING_DONE;
  put({ ...progress, lessons: { ...progress.lessons, [id]: next(before) } });
};

export function stepDone(lesson: string, step: string): void {
  if (useProgress.getState().progress.lessons[lesson]?.steps.includes(step)) return;
  change(lesson, (p) => (p.steps.includes(step) ? p : { ...p, steps: [...p.steps, step] }));
}

export function answered(lesson: string, id: string, ok: boolean): void {
  change(lesson, (p) => ({
    ...p,
    answers: { ...p.answers, [id]: { ok, tries: (p.answers[id]?.tries ?? 0) + 1 } },
  }));
}

/** Forgets the answers to these questions. */
export function forgetAnswers(lesson: string, ids: readonly string[]): void {
  change(lesson, (p) => ({
    ...p,
    answers: Object.fromEntries(Object.entries(p.answers).filter(([id]) => !ids.includes(id))),
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
  const text = JSON.stringify(latest(), null, 2);
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "syncloop-progress.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

export type UploadProblem = "size" | "json" | "none" | "version";
export type Upload =
  | { readonly ok: true; readonly lessons: number }
  | { readonly ok: false; readonly problem: UploadProblem };

/** Reads the text of such a file. */
export function parseProgress(text: string): Progress | UploadProblem {
  if (text.length > MAX_FILE) return "size";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "json";
  }
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === "number" && version > VERSION) return "version";
  return readProgress(value) ?? "none";
}

/** Adds what such a file holds to what is there. A file that is none changes nothing. */
export async function uploadProgress(file: File): Promise<Upload> {
  if (file.size > MAX_FILE) return { ok: false, problem: "size" };
  const read = parseProgress(await file.text());
  if (typeof read === "string") return { ok: false, problem: read };
  put(mergeProgress(latest(), read));
  return { ok: true, lessons: Object.keys(read.lessons).length };
}
