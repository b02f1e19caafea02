import { useMemo } from "react";
import type { Moment } from "../../lessons/format.ts";
import type { WidgetBlock } from "../../lessons/text.ts";
import { useLesson, useLessonText } from "../lesson/lesson-store.ts";

const NONE: readonly Moment[] = [];

/** A demo's moments in order; null while its folder is fetched. They stay the same when the language changes. */
export function useMoments(id: string): readonly Moment[] | null {
  const folder = useLesson((l) => (l.id === id ? l.folder : null));
  return folder && (folder.lesson.kind === "Demo" ? folder.lesson.spec.moments : NONE);
}

export interface TalkWords {
  readonly title: string;
  /** Of a moment, by its id; undefined while the words are fetched. */
  readonly of: (moment: string | undefined) => WidgetBlock | undefined;
}

/** The words of a demo in this window's language. */
export function useTalkWords(id: string): TalkWords {
  const text = useLessonText(id);
  return useMemo(() => {
    const blocks = new Map<string, WidgetBlock>();
    for (const block of text?.blocks ?? []) if (block.type === "moment") blocks.set(block.id, block);
    return {
      title: text?.title ?? "",
      of: (moment) => (moment === undefined ? undefined : blocks.get(moment)),
    };
  }, [text]);
}
