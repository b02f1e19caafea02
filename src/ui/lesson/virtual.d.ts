/** What scripts/vite-lessons.ts makes of the folder `lessons`. */
declare module "virtual:lessons" {
  type Lesson = import("../../lessons/format.ts").Lesson;
  type CompiledLesson = import("../../lessons/text.ts").CompiledLesson;
  type Language = import("../../lessons/text.ts").Language;

  export interface LessonEntry {
    readonly id: string;
    readonly kind: "Lesson" | "Case" | "Demo";
    readonly order: number;
    readonly minutes: number;
    readonly topics: readonly string[];
    readonly title: Readonly<Record<Language, string>>;
    readonly description: Readonly<Record<Language, string>>;
    /** Ids of steps or goals, and of the quiz: what progress is counted by. */
    readonly steps: readonly string[];
    readonly quiz: readonly string[];
  }
  export interface LessonFolder {
    readonly lesson: Lesson;
    /** Every other file of the folder that is no text of the lesson, by name. */
    readonly files: Readonly<Record<string, string>>;
  }
  export const lessons: readonly LessonEntry[];
  export const folders: Readonly<Record<string, () => Promise<{ default: LessonFolder }>>>;
  export const texts: Readonly<Record<string, () => Promise<{ default: CompiledLesson }>>>;
  /** Under the development server: tells the keys of `folders` and `texts` that were edited. Returns the way to stop. */
  export const subscribe: (listener: (keys: readonly string[]) => void) => () => void;
}
