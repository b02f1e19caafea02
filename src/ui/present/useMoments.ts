import { useMemo } from "react";
import type { Moment } from "../../lessons/format.ts";
import type { WidgetBlock } from "../../lessons/text.ts";
import { useLesson, useLessonText } from "../lesson/lesson-store.ts";

export type TalkMoment = Moment & { readonly block?: WidgetBlock };

/** A demo's moments in order, with their words. */
export function useMoments(id: string): readonly TalkMoment[] {
  const folder = useLesson((l) => (l.id === id ? l.folder : null));
  const text = useLessonText(id);
  return useMemo(
    () =>
      (folder?.lesson.spec.moments ?? []).map((moment) => {
        const block = text?.blocks.find((b) => b.type === "moment" && b.id === moment.id);
        return block?.type === "moment" ? { ...moment, block } : moment;
      }),
    [folder, text],
  );
}
