import { ArrowLeft, ArrowRight, RotateCcw } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import type { Block, WidgetBlock } from "../../lessons/text.ts";
import { useT } from "../i18n.tsx";
import { Button, IconButton } from "../parts/Button.tsx";
import { EmptyState } from "../parts/EmptyState.tsx";
import { runTime } from "../store/time.ts";
import { useWorld } from "../store/world.ts";
import { GoalBar } from "./GoalBar.tsx";
import styles from "./lesson.module.css";
import { goalSteps, goToPage, useLesson, useLessonText } from "./lesson-store.ts";
import { Mini } from "./Mini.tsx";
import { PredictionPart } from "./PredictionPart.tsx";
import { Prose, unbroken } from "./Prose.tsx";
import { NOTHING_DONE, useProgress } from "./progress.ts";
import { QuestionPart } from "./QuestionPart.tsx";
import { QuizResult } from "./QuizResult.tsx";
import { startAgain } from "./resume.ts";
import { ShowMe, StepPart } from "./StepPart.tsx";
import { backToOwnRun } from "./stage-run.ts";
import { pagesOf, type TextPage, titleOf } from "./text-pages.ts";

/** Set while the reader herself turned the page: then reading goes on at its beginning, for the keyboard too. */
let turning = false;

/** Turns to a page: the stage shows the learner's own run again. */
function turnTo(page: number): void {
  turning = true;
  void backToOwnRun();
  goToPage(page);
}

/** The lesson: one page of its text at a time beside the run that it speaks of. */
export default function LessonPanel() {
  const t = useT();
  const { id, folder, page, resumedAt, goalsSeen } = useLesson();
  const text = useLessonText(id);
  const kind = folder?.lesson.kind ?? "Lesson";
  const pages = useMemo(() => (text ? pagesOf(text.blocks, kind) : []), [text, kind]);
  const scroll = useRef<HTMLDivElement>(null);
  const at = Math.min(page, Math.max(0, pages.length - 1));
  const shown = pages[at];
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page begins at its top
  useEffect(() => {
    if (!scroll.current) return;
    scroll.current.scrollTo({ top: 0 });
    if (turning) scroll.current.focus({ preventScroll: true });
    turning = false;
  }, [at, id, text === null]);
  useEffect(() => {
    if (!shown) return;
    const steps = shown.blocks.filter((b) => b.type === "step").map((b) => (b as WidgetBlock).id);
    useLesson.setState({ onPage: { steps, quiz: shown.quiz } });
  }, [shown]);
  const phase = useWorld((w) => w.phase);
  const kept = useProgress((p) => p.kept);
  const round = useLesson((l) => l.round);
  if (!folder)
    return phase === "starting" ? null : (
      <EmptyState
        action={
          <a className={styles.way} href="#/lessons">
            {t("lesson.page.all")}
          </a>
        }
      >
        {t("lesson.unknown", { id })}
      </EmptyState>
    );
  if (!text || !shown) return null;
  const step = folder.lesson.spec.steps.find((s) => s.id === shown.step);
  const hasGoals = goalSteps(folder.lesson).some((s) =>
    shown.blocks.some((b) => b.type === "step" && b.id === s.id),
  );
  return (
    <div className={styles.lesson}>
      <div
        ref={scroll}
        className={styles.scroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
        tabIndex={0}
        role="group"
        aria-label={titleOf(shown) ?? text.title}
      >
        <Segments pages={pages} at={at} />
        {resumedAt !== null && (
          <p className={styles.resumed} role="status">
            <span>{t("lesson.resumed", { time: runTime(resumedAt, 0) })}</span>
            <Button size="s" kind="quiet" icon={RotateCcw} onPress={startAgain}>
              {t("lesson.again")}
            </Button>
          </p>
        )}
        {at === 0 && <h1 className={styles.title}>{unbroken(text.title, true)}</h1>}
        {at === 0 && !kept && <p className={styles.resumed}>{t("lesson.storage.off")}</p>}
        {shown.blocks.map((block, i) => (
          <BlockPart
            key={
              block.type === "html"
                ? `html ${at} ${i}`
                : `${block.type} ${block.id} ${block.type === "question" ? round : 0}`
            }
            block={block}
          />
        ))}
        {shown.quiz && <QuizResult text={text} questions={folder.lesson.spec.quiz} />}
      </div>
      {hasGoals && <GoalBar seen={goalsSeen} onOpen={() => toGoals(scroll.current)} />}
      <footer className={styles.foot}>
        <Button
          kind="quiet"
          icon={ArrowLeft}
          aria-label={t("lesson.back")}
          isDisabled={at === 0}
          onPress={() => turnTo(at - 1)}
        >
          <span className={styles.roomy}>{t("lesson.back")}</span>
        </Button>
        <span className={styles.count}>{t("lesson.pageOf", { page: at + 1, pages: pages.length })}</span>
        <IconButton icon={RotateCcw} label={t("lesson.again")} onPress={startAgain} />
        <span className={styles.grow} />
        {step && <ShowMe step={step} />}
        <Next step={step?.id} last={at === pages.length - 1} onPress={() => turnTo(at + 1)} />
      </footer>
    </div>
  );
}

const toGoals = (scroll: HTMLElement | null): void =>
  scroll?.querySelector("[data-goals]")?.scrollIntoView({ block: "center" });

/** Stands out once the step is done: until then the work is the next thing. */
function Next({ step, last, onPress }: { step: string | undefined; last: boolean; onPress: () => void }) {
  const t = useT();
  const open = useWorld(
    (w) => step !== undefined && (w.steps.find((s) => s.id === step)?.metAt ?? null) === null,
  );
  return (
    <Button kind={open ? "plain" : "primary"} isDisabled={last} onPress={onPress}>
      {t("lesson.next")}
      <ArrowRight size={15} aria-hidden />
    </Button>
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
            onClick={() => turnTo(i)}
          />
        );
      })}
    </nav>
  );
}
