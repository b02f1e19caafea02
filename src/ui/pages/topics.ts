/** What the home page and the list of lessons show: what the folder `lessons` holds, in its order. */
import { lessons } from "virtual:lessons";

/** Lessons in order, then cases. */
export const LESSONS = [
  ...lessons.filter((l) => l.kind === "Lesson"),
  ...lessons.filter((l) => l.kind === "Case"),
];

/** Demos with moments and notes. */
export const TALKS = lessons.filter((l) => l.kind === "Demo");

/** Scenarios that play by themselves. */
export const DEMOS = ["crash-loop", "registry-down", "api-cut"] as const;
