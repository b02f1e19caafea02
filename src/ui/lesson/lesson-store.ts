/** The lesson in view: its folder, the page one reads, its words in a language. */
import { folders, type LessonFolder, texts } from "virtual:lessons";
import { useEffect, useState } from "react";
import { create } from "zustand";
import type { Lesson, LessonStep } from "../../lessons/format.ts";
import type { CompiledLesson } from "../../lessons/text.ts";
import type { RunSource } from "../../worker/protocol.ts";
import { useTranslator } from "../i18n.tsx";
import { world } from "../store/world.ts";
import { useEdited } from "./edited.ts";
import { stepDone } from "./progress.ts";

export interface OpenLesson {
  readonly id: string;
  readonly folder: LessonFolder | null;
  /** Page of the text that is read; counts from 0. */
  readonly page: number;
  /** Question that waits for a click on the diagram. */
  readonly picking: string | null;
}

export const useLesson = create<OpenLesson>(() => ({ id: "", folder: null, page: 0, picking: null }));

export const goToPage = (page: number): void => useLesson.setState({ page, picking: null });

/** The goals of a folder: of a lesson's steps in order, of a case all at once. */
export const goalSteps = ({ kind, spec }: Lesson): readonly LessonStep[] =>
  kind === "Case" ? spec.goals : spec.steps;

export const hasLesson = (id: string): boolean => Object.hasOwn(folders, id);

/** Makes a lesson the one in view. Its run is the answer; undefined where there is no such lesson. */
export async function openLesson(id: string): Promise<RunSource | undefined> {
  const fetched = hasLesson(id) ? await folders[id]?.() : undefined;
  if (!fetched) {
    useLesson.setState({ id, folder: null, page: 0, picking: null });
    return undefined;
  }
  const folder = fetched.default;
  const { lesson, files } = folder;
  useLesson.setState({ id, folder, page: 0, picking: null });
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
