/** The lesson in view: its folder, the page one reads, its words in a language. */
import { folders, type LessonFolder, texts } from "virtual:lessons";
import { useEffect, useState } from "react";
import { create } from "zustand";
import type { Lesson, LessonStep } from "../../lessons/format.ts";
import type { CompiledLesson } from "../../lessons/text.ts";
import type { Seq } from "../../sim/index.ts";
import type { RunSource, Share } from "../../worker/protocol.ts";
import { useTranslator } from "../i18n.tsx";
import { world } from "../store/world.ts";
import { useEdited } from "./edited.ts";
import { stepDone } from "./progress.ts";

/** Another run on the stage for a while: that of a question. */
export interface Excursion {
  /** Id of the prediction or question, with its numbers. */
  readonly of: string;
  /** The learner's own run, to come back to. */
  readonly own: Share;
  readonly wasPlaying: boolean;
  /** The record that decides, if one does. */
  readonly record: Seq | null;
}

export type LessonTab = "text" | "editor" | "narrator" | "console";

export interface OpenLesson {
  readonly id: string;
  readonly folder: LessonFolder | null;
  /** Page of the text that is read; counts from 0. */
  readonly page: number;
  /** What stands in the lesson's column. */
  readonly tab: LessonTab;
  /** Question that waits for a click on the diagram. */
  readonly picking: string | null;
  readonly excursion: Excursion | null;
  /** Steps or goals of the page that is read, and whether its text asks questions; told by the text. */
  readonly onPage: { readonly steps: readonly string[]; readonly quiz: boolean };
  /** Steps of the page whose goals can be seen in its text. */
  readonly goalsSeen: readonly string[];
  /** Step that is being shown. */
  readonly showing: string | null;
  /** Virtual ms at which a kept run was taken up again; null: it began anew. */
  readonly resumedAt: number | null;
  /** Counts how often the questions were begun anew. */
  readonly round: number;
}

const CLOSED: OpenLesson = {
  id: "",
  folder: null,
  page: 0,
  tab: "text",
  picking: null,
  excursion: null,
  onPage: { steps: [], quiz: false },
  goalsSeen: [],
  showing: null,
  resumedAt: null,
  round: 0,
};

export const useLesson = create<OpenLesson>(() => CLOSED);

/** No lesson is in view. */
export const closeLesson = (): void => useLesson.setState(CLOSED);

export const goToPage = (page: number): void =>
  useLesson.setState({ page: Math.max(0, page), picking: null, resumedAt: null });

/** The goals of a folder: of a lesson's steps in order, of a case all at once. */
export const goalSteps = ({ kind, spec }: Lesson): readonly LessonStep[] =>
  kind === "Case" ? spec.goals : spec.steps;

export const hasLesson = (id: string): boolean => Object.hasOwn(folders, id);

/** Makes a lesson the one in view. Its run is the answer; undefined where there is no such lesson. */
export async function openLesson(id: string): Promise<RunSource | undefined> {
  const fetched = hasLesson(id) ? await folders[id]?.() : undefined;
  useLesson.setState({ ...CLOSED, id, folder: fetched?.default ?? null });
  if (!fetched) return undefined;
  const { lesson, files } = fetched.default;
  return { scenario: files[lesson.spec.scenario] ?? "", name: id, lesson };
}

/** Remembers every step that is met in the run; returns the way to stop. */
export const keepSteps = (id: string): (() => void) =>
  world.subscribe((now, before) => {
    if (now.steps === before.steps) return;
    for (const step of now.steps) if (step.metAt !== null) stepDone(id, step.id);
  });

/** Files that stand in the editor at the start of a lesson. */
export function lessonFiles(folder: LessonFolder): { readonly name: string; readonly text: string }[] {
  const { lesson, files } = folder;
  return Object.entries(lesson.spec.files).map(([name, file]) => ({ name, text: files[file] ?? file }));
}

/** A lesson's words in the present language; null while they are fetched. */
export function useLessonText(id: string): CompiledLesson | null {
  const { lang } = useTranslator();
  const [text, setText] = useState<CompiledLesson | null>(null);
  const edited = useEdited(`${id}/${lang}`);
  // biome-ignore lint/correctness/useExhaustiveDependencies: an edited text is fetched again
  useEffect(() => {
    let gone = false;
    texts[`${id}/${lang}`]?.()
      .then((module) => {
        if (!gone) setText(module.default);
      })
      .catch(() => {});
    return () => {
      gone = true;
    };
  }, [id, lang, edited]);
  return text?.id === id ? text : null;
}
