import { ArrowLeft, ArrowRight, RotateCcw } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import type { Block, WidgetBlock } from "../../lessons/text.ts";
import { useT } from "../i18n.tsx";
import { Button, IconButton } from "../parts/Button.tsx";
import { EmptyState } from "../parts/EmptyState.tsx";
import { setView, useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import styles from "./lesson.module.css";
import { goToPage, useLesson, useLessonText } from "./lesson-store.ts";
import { Mini } from "./Mini.tsx";
import { PredictionPart } from "./PredictionPart.tsx";
import { Prose } from "./Prose.tsx";
import { NOTHING_DONE, useProgress } from "./progress.ts";
import { QuestionPart } from "./QuestionPart.tsx";
import { QuizResult } from "./QuizResult.tsx";
import { ShowMe, StepPart } from "./StepPart.tsx";
import { pagesOf, type TextPage, titleOf } from "./text-pages.ts";

/** The lesson: one page of its text at a time beside the run that it speaks of. */
export default function LessonPanel() {
  const t = useT();
  const { id, folder, page } = useLesson();
  const text = useLessonText(id);
  const kind = folder?.lesson.kind ?? "Lesson";
  const pages = useMemo(() => (text ? pagesOf(text.blocks, kind) : []), [text, kind]);
  const scroll = useRef<HTMLDivElement>(null);
  const at = Math.min(page, Math.max(0, pages.length - 1));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page begins at its top
  useEffect(() => {
    scroll.current?.scrollTo({ top: 0 });
  }, [at, id]);
  const phase = useWorld((w) => w.phase);
  if (!folder) return phase === "starting" ? null : <EmptyState>{t("lesson.unknown", { id })}</EmptyState>;
  const shown = pages[at];
  if (!text || !shown) return null;
  const step = folder.lesson.spec.steps.find((s) => s.id === shown.step);
  return (
    <div className={styles.lesson}>
      <div ref={scroll} className={styles.scroll}>
        <Segments pages={pages} at={at} />
        {at === 0 && <h1 className={styles.title}>{text.title}</h1>}
        {shown.blocks.map((block, i) => (
          <BlockPart
            key={block.type === "html" ? `html ${at} ${i}` : `${block.type} ${block.id}`}
            block={block}
          />
        ))}
        {shown.quiz && <QuizResult id={id} title={text.title} questions={folder.lesson.spec.quiz} />}
      </div>
      <footer className={styles.foot}>
        <Button kind="quiet" icon={ArrowLeft} isDisabled={at === 0} onPress={() => goToPage(at - 1)}>
          {t("lesson.back")}
        </Button>
        <span className={styles.count}>{t("lesson.pageOf", { page: at + 1, pages: pages.length })}</span>
        <IconButton
          icon={RotateCcw}
          label={t("lesson.again")}
          onPress={() => {
            goToPage(0);
            setView({ run: useView.getState().run + 1 });
          }}
        />
        <span className={styles.grow} />
        {step && <ShowMe step={step} />}
        <Button kind="primary" isDisabled={at === pages.length - 1} onPress={() => goToPage(at + 1)}>
          {t("lesson.next")}
          <ArrowRight size={15} aria-hidden />
        </Button>
      </footer>
    </div>
  );
}

function BlockPart({ block }: { block: Block }) {
  if (block.type === "html") return <Prose of={block.hast} />;
  switch (block.type) {
    case "mini":
      return <Mini id={block.id} />;
    case "step":
      return <StepPart block={block} />;
    case "prediction":
      return <PredictionPart block={block} />;
    case "question":
      return <QuestionPart block={block} />;
    case "moment":
      return (
        <>
          <h2 className={styles.heading}>{block.title}</h2>
          <Prose of={block.body} />
        </>
      );
  }
}

/** One piece for each page: filled where its step is done, dark where one is. */
function Segments({ pages, at }: { pages: readonly TextPage[]; at: number }) {
  const t = useT();
  const id = useLesson((l) => l.id);
  const quiz = useLesson((l) => l.folder?.lesson.spec.quiz);
  const done = useProgress((p) => p.progress.lessons[id] ?? NOTHING_DONE);
  return (
    <nav className={styles.segments} aria-label={t("lesson.pages")}>
      {pages.map((page, i) => {
        const predictions = page.blocks.filter((b): b is WidgetBlock => b.type === "prediction");
        const complete = page.quiz
          ? (quiz ?? []).every((q) => done.answers[q.id]?.ok)
          : page.step !== undefined
            ? done.steps.includes(page.step)
            : predictions.length > 0
              ? predictions.every((b) => done.answers[b.id] !== undefined)
              : i < at;
        const title = titleOf(page) ?? t("lesson.intro");
        return (
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: a page is its place
            key={i}
            type="button"
            title={title}
            aria-label={complete ? t("lesson.pageDone", { title }) : title}
            aria-current={i === at ? "page" : undefined}
            data-done={complete || undefined}
            onClick={() => goToPage(i)}
          />
        );
      })}
    </nav>
  );
}
