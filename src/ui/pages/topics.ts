/** Lessons by topic and the demos, in the order of the home page. Their words are in the catalogues. */
import { load } from "../store/keep.ts";

export interface Topic {
  readonly id: string;
  readonly lessons: readonly string[];
}

export const TOPICS: readonly Topic[] = [
  { id: "loop", lessons: ["sync-loop"] },
  { id: "life", lessons: ["pod-life"] },
  { id: "probes", lessons: ["probes"] },
  { id: "restarts", lessons: ["restarts"] },
  { id: "pressure", lessons: ["node-pressure"] },
  { id: "node", lessons: ["node"] },
];

export const DEMOS = ["crash-loop", "registry-down", "api-cut"] as const;

/** How many of these lessons have been finished on this device. */
export function progressOf(lessons: readonly string[]): number {
  const done = load<Readonly<Record<string, boolean>>>("done", {});
  return lessons.filter((id) => done[id]).length;
}
