/** Moments of a run that the reader has marked, in order of time. They go with a shared run, as its notes do. */
import { create } from "zustand";
import type { Ms } from "../../sim/types.ts";

export interface Mark {
  readonly at: Ms;
  /** What happened there, in the words of who marked it. */
  readonly name: string;
}

export const MOST_MARKS = 50;
const LONGEST_NAME = 160;

export const useMarks = create<{ readonly list: readonly Mark[] }>(() => ({ list: [] }));

/** Marks a moment; the same moment again takes the new name. */
export function addMark(at: Ms, name: string): void {
  useMarks.setState(({ list }) => ({
    list: [...list.filter((m) => m.at !== at), { at, name: name.slice(0, LONGEST_NAME) }]
      .sort((a, b) => a.at - b.at)
      .slice(0, MOST_MARKS),
  }));
}

export function removeMark(at: Ms): void {
  useMarks.setState(({ list }) => ({ list: list.filter((m) => m.at !== at) }));
}

export function setMarks(list: readonly Mark[]): void {
  useMarks.setState({ list });
}
