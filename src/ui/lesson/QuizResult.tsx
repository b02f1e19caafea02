import type { LessonEntry } from "virtual:lessons";
import { Download, Printer, RotateCcw } from "lucide-react";
import { useState } from "react";
import type { Question } from "../../lessons/format.ts";
import type { CompiledLesson, WidgetBlock } from "../../lessons/text.ts";
import { href } from "../app/routes.ts";
import { useT, useTranslator } from "../i18n.tsx";
import { LESSONS } from "../pages/topics.ts";
import { Button } from "../parts/Button.tsx";
import { Dial } from "../parts/Dial.tsx";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import styles from "./lesson.module.css";
import { useLesson } from "./lesson-store.ts";
import {
  downloadProgress,
  forgetAnswers,
  NOTHING_DONE,
  type Progress,
  progressOf,
  useProgress,
} from "./progress.ts";
import { printResults, ResultSheet, resultOf } from "./ResultSheet.tsx";

/** How the quiz went so far, question by question; it can be begun anew, saved and printed. */
export function QuizResult({ text, questions }: { text: CompiledLesson; questions: readonly Question[] }) {
  const t = useT();
  const { lang } = useTranslator();
  const { id, title } = text;
  const progress = useProgress((p) => p.progress);
  const kept = useProgress((p) => p.kept);
  const own = progress.lessons[id] ?? NOTHING_DONE;
  const [asked, setAsked] = useState(false);
  const all = questions.length;
  if (all === 0) return null;
  const right = questions.filter((q) => own.answers[q.id]?.ok).length;
  const answered = questions.some((q) => own.answers[q.id]);
  const next = nextOf(id, progress);
  return (
    <section className={styles.result} aria-label={t("lesson.result")}>
      <Dial size={44} phase={right / all} done={right === all} colour={right === all ? "ready" : "accent"} />
      <div>
        <p>
          <b>{t("lesson.result.score", { right, all })}</b>
        </p>
        <p className={styles.note}>
          {right === all ? t("lesson.result.done", { title }) : t("lesson.result.open")}
        </p>
        <ol className={styles.answers}>
          {questions.map((q, i) => {
            const answer = own.answers[q.id];
            const state = answer ? (answer.ok ? "right" : "wrong") : "open";
            const words = t(`lesson.kept.${state}`);
            const name = t("lesson.questionOf", { number: i + 1, all });
            return (
              <li key={q.id}>
                <button
                  type="button"
                  title={`${name}: ${words}`}
                  aria-label={`${name}: ${words}`}
                  onClick={() => toQuestion(q.id)}
                >
                  {i + 1}
                  <StateGlyph
                    state={state === "right" ? "ready" : state === "wrong" ? "waiting" : "unknown"}
                  />
                </button>
              </li>
            );
          })}
        </ol>
        {!kept && <p className={styles.note}>{t("lesson.storage.off")}</p>}
        {next && (
          <p className={styles.goOn}>
            <a href={href({ page: "lesson", id: next.id })}>
              {t("lesson.next.lesson", { title: next.title[lang] })}
            </a>
          </p>
        )}
        <div className={styles.buttons}>
          <Button size="s" icon={Download} onPress={downloadProgress}>
            {t("lesson.progress.save")}
          </Button>
          <Button size="s" icon={Printer} onPress={printResults}>
            {t("lesson.print")}
          </Button>
          {answered && (
            <Button
              size="s"
              icon={RotateCcw}
              onPress={() => {
                if (asked) {
                  forgetAnswers(
                    id,
                    questions.map((q) => q.id),
                  );
                  useLesson.setState((l) => ({ round: l.round + 1 }));
                  if (questions[0]) requestAnimationFrame(() => toQuestion(questions[0]!.id));
                }
                setAsked(!asked);
              }}
              onBlur={() => setAsked(false)}
            >
              {t(asked ? "lesson.quiz.again.sure" : "lesson.quiz.again")}
            </Button>
          )}
        </div>
      </div>
      <ResultSheet results={[resultOf(text.title, id, stepsOf(text), questionsOf(text), progress)]} />
    </section>
  );
}

/** The lesson after this one that is not done yet, round to the first. */
function nextOf(id: string, progress: Progress): LessonEntry | undefined {
  const at = LESSONS.findIndex((lesson) => lesson.id === id);
  const others = [...LESSONS.slice(at + 1), ...LESSONS.slice(0, Math.max(0, at))];
  return others.find((lesson) => {
    const { done, all } = progressOf(progress, lesson);
    return done < all;
  });
}

/** Brings a question into view, ready to be answered. */
function toQuestion(id: string): void {
  const box = document.querySelector<HTMLElement>(`[data-question="${CSS.escape(id)}"]`);
  box?.scrollIntoView({ block: "start" });
  box?.querySelector<HTMLElement>("input, select, textarea, button")?.focus({ preventScroll: true });
}

const widgets = (text: CompiledLesson, type: WidgetBlock["type"]): readonly WidgetBlock[] =>
  text.blocks.filter((b): b is WidgetBlock => b.type === type);

const stepsOf = (text: CompiledLesson) =>
  widgets(text, "step").map(({ id, title }) => ({ id, title: title ?? id }));

const questionsOf = (text: CompiledLesson) =>
  widgets(text, "question").map((block) => ({ id: block.id, words: block.body }));
