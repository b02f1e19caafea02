/** What the development server knows of the lesson that is edited. */
import { create } from "zustand";
import type { AuthorState } from "../../lessons/authoring.ts";

/** States by lesson, as they came last. */
export const useStates = create<Readonly<Record<string, AuthorState>>>(() => ({}));

/** Asks for a lesson's state; from then on the server tells of every change. */
export const askFor = (id: string): void => import.meta.hot?.send("lessons:open", { id });

import.meta.hot?.on("lessons:state", (state: AuthorState) => useStates.setState({ [state.id]: state }));

/** Opens a file of the lesson in the author's editor, where one is known to the server. */
export function openInEditor({ folder }: AuthorState, file: string, line: number, column: number): void {
  const place = encodeURIComponent(`${folder}/${file}:${line}:${column}`);
  fetch(`/__open-in-editor?file=${place}`).catch(() => {});
}
