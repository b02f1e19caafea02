import { createPortal } from "react-dom";
import type { HastRoot } from "../../lessons/text.ts";
import { useT, useTranslator } from "../i18n.tsx";
import styles from "./lesson.module.css";
import { Prose } from "./Prose.tsx";
import { type AnswerKept, NOTHING_DONE, type Progress } from "./progress.ts";

export interface Result {
  readonly title: string;
  /** Without a title a step is only counted. */
  readonly steps: readonly { readonly title: string | undefined; readonly done: boolean }[];
  readonly answers: readonly { readonly words?: HastRoot; readonly answer: AnswerKept | undefined }[];
}

/** What is known of a lesson, put together for paper. */
export function resultOf(
  title: string,
  id: string,
  steps: readonly { readonly id: string; readonly title?: string }[],
  questions: readonly { readonly id: string; readonly words?: HastRoot }[],
  progress: Progress,
): Result {
  const own = progress.lessons[id] ?? NOTHING_DONE;
  return {
    title,
    steps: steps.map((s) => ({ title: s.title, done: own.steps.includes(s.id) })),
    answers: questions.map((q) => ({
      ...(q.words ? { words: q.words } : {}),
      answer: own.answers[q.id],
    })),
  };
}

/** Prints the results alone; the page itself has a style for its own printing. */
export function printResults(): void {
  const root = document.documentElement;
  root.dataset["print"] = "results";
  addEventListener("afterprint", () => delete root.dataset["print"], { once: true });
  print();
}

/** Results on paper: not to be seen on the screen, and all that is printed when they are. */
export function ResultSheet({ results }: { results: readonly Result[] }) {
  const t = useT();
  const { format } = useTranslator();
  return createPortal(
    <div className={styles.sheet} data-sheet aria-hidden>
      {results.map((result) => {
        const right = result.answers.filter((a) => a.answer?.ok).length;
        return (
          <section key={result.title}>
            <h1>{t("lesson.result.of", { title: result.title })}</h1>
            <p>
              Syncloop · {format.date(Date.now())} ·{" "}
              {t("lesson.result.steps", {
                done: result.steps.filter((s) => s.done).length,
                all: result.steps.length,
              })}{" "}
              · {t("lesson.result.score", { right, all: result.answers.length })}
            </p>
            <ul>
              {result.steps
                .filter((step) => step.title !== undefined)
                .map((step) => (
                  <li key={step.title}>
                    <span>{step.done ? "✓" : "–"}</span> {step.title}
                  </li>
                ))}
            </ul>
            <ol>
              {result.answers.map(({ words, answer }, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a question is its place
                <li key={i}>
                  {words && <Prose of={words} />}
                  <p>
                    <span>{answer?.ok ? "✓" : "–"}</span>{" "}
                    {t(answer ? (answer.ok ? "lesson.kept.right" : "lesson.kept.wrong") : "lesson.kept.open")}
                    {answer && ` · ${t("lesson.tries", { tries: answer.tries })}`}
                  </p>
                </li>
              ))}
            </ol>
          </section>
        );
      })}
    </div>,
    document.body,
  );
}
