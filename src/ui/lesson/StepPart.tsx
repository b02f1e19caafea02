import { Lightbulb, RotateCcw, SquareTerminal } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { LessonStep } from "../../lessons/format.ts";
import type { WidgetBlock } from "../../lessons/text.ts";
import { useT, useTranslator } from "../i18n.tsx";
import { Button } from "../parts/Button.tsx";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import { runTime } from "../store/time.ts";
import { select, setView, useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import { formOf } from "../workbench/layout.ts";
import { catchUp, showStep } from "./demonstrate.ts";
import { findingWords, goalLines, missingOfLine } from "./goal-words.ts";
import styles from "./lesson.module.css";
import { goalSteps, useLesson } from "./lesson-store.ts";
import { Prose } from "./Prose.tsx";
import { redoStep } from "./stage-run.ts";
import { WordsOfStep } from "./WordsOfStep.tsx";

export const useStep = (id: string): LessonStep | undefined =>
  useLesson((l) => (l.folder ? goalSteps(l.folder.lesson).find((s) => s.id === id) : undefined));

/** A step: what to do, its goals as the engine sees them, hints one after the other, the words it uses. */
export function StepPart({ block }: { block: WidgetBlock }) {
  const step = useStep(block.id);
  const inCase = useLesson((l) => l.folder?.lesson.kind === "Case");
  const texts = useMemo(() => [block.body], [block]);
  return (
    <section className={styles.step} aria-label={block.title}>
      <h2 className={styles.heading}>{block.title}</h2>
      <Prose of={block.body} />
      {step && <Goals step={step} />}
      {step && <Focus parts={step.focus} />}
      <Hints block={block} />
      {inCase && step && <ShowMe step={step} />}
      <WordsOfStep texts={texts} />
    </section>
  );
}

/** Whether a command is what a goal asks for. */
export const asksForCommand = (step: LessonStep): boolean =>
  step.goal.some((check) => check.record?.type === "input.run");

/** A page of a case has several goals; each tells for itself whether it is in view. */
const tellSeen = (id: string, seen: boolean): void =>
  useLesson.setState((l) =>
    l.goalsSeen.includes(id) === seen
      ? l
      : { goalsSeen: seen ? [...l.goalsSeen, id] : l.goalsSeen.filter((other) => other !== id) },
  );

function Goals({ step }: { step: LessonStep }) {
  const t = useT();
  const translator = useTranslator();
  const state = useWorld((w) => w.steps.find((s) => s.id === step.id));
  const inCase = useLesson((l) => l.folder?.lesson.kind === "Case");
  const showing = useLesson((l) => l.showing);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!box.current) return;
    const watcher = new IntersectionObserver(
      (entries) => {
        const last = entries.at(-1);
        if (last) tellSeen(step.id, last.intersectionRatio > 0.6);
      },
      { threshold: [0, 0.6, 1] },
    );
    watcher.observe(box.current);
    return () => {
      watcher.disconnect();
      tellSeen(step.id, false);
    };
  }, [step.id]);
  if (step.goal.length === 0) return null;
  const later = state !== undefined && state.begunAt === null;
  const done = state !== undefined && state.metAt !== null;
  return (
    <div ref={box} className={styles.goalBox} data-goals>
      {later ? (
        <>
          <p className={styles.note}>{t("lesson.step.later")}</p>
          <Button size="s" isDisabled={showing !== null} onPress={() => void catchUp(step.id)}>
            {t("lesson.catchUp")}
          </Button>
        </>
      ) : (
        <ul className={styles.goals} aria-live="polite" aria-label={t("lesson.goal")}>
          {step.goal.flatMap((check, i) => {
            const goal = state?.goals[i];
            const met = goal?.metAt ?? null;
            return goalLines(check, translator).map((line, k) => (
              <li key={line} data-met={met !== null || undefined}>
                <StateGlyph
                  state={met !== null ? "ready" : "creating"}
                  label={t(met !== null ? "lesson.goal.met" : "lesson.goal.open")}
                />
                <div>
                  <p>{line}</p>
                  {k === 0 && met !== null && (
                    <small>{t("lesson.goal.metAt", { time: runTime(met, 1) })}</small>
                  )}
                  {met === null &&
                    missingOfLine(check, k, goal?.missing ?? []).map((m) => (
                      <small key={`${m.code} ${m.subject}`}>{findingWords(m, translator)}</small>
                    ))}
                </div>
              </li>
            ));
          })}
        </ul>
      )}
      {!later && !done && asksForCommand(step) && (
        <Button size="s" icon={SquareTerminal} onPress={openConsole}>
          {t("lesson.console")}
        </Button>
      )}
      {done && !inCase && (
        <Button kind="quiet" size="s" icon={RotateCcw} onPress={() => void redoStep(step.id)}>
          {t("lesson.redo")}
        </Button>
      )}
    </div>
  );
}

/** The console, ready to be typed into: in the dock, on a phone beside the text. */
function openConsole(): void {
  if (formOf(innerWidth) === "phone") useLesson.setState({ tab: "console" });
  else
    setView({ dockTab: "console", hidden: { ...useView.getState().hidden, dock: false }, maximized: null });
  let tries = 40;
  const focus = (): void => {
    const field = document.querySelector<HTMLElement>(".xterm-helper-textarea");
    if (field) field.focus();
    else if (tries-- > 0) setTimeout(focus, 50);
  };
  focus();
}

/** Parts that stand outside of nodes; all others are those of the node in view. */
const OUTSIDE = new Set(["kubectl", "apiserver", "scheduler", "etcd", "controllers", "registry"]);

/** What this step speaks of: a click selects it on the diagram. */
function Focus({ parts }: { parts: readonly string[] }) {
  const t = useT();
  const node = useView((v) => v.node);
  if (parts.length === 0) return null;
  return (
    <div className={styles.focus} role="group" aria-label={t("lesson.look")}>
      <span>{t("lesson.look")}</span>
      {parts.map((part) => (
        <button
          key={part}
          type="button"
          onClick={() =>
            select(
              part.startsWith("pod/") || part.startsWith("node/")
                ? { kind: "object", id: part.startsWith("pod/") ? podId(part) : part }
                : {
                    kind: "component",
                    id: OUTSIDE.has(part) || part.includes("/") ? part : `${node}/${part}`,
                  },
            )
          }
        >
          {part}
        </button>
      ))}
    </div>
  );
}

/** `pod/web` as the trace has it. */
const podId = (part: string): string =>
  part.split("/").length === 2 ? `pod/default/${part.slice(4)}` : part;

export function Hints({ block }: { block: WidgetBlock }) {
  const t = useT();
  const [shown, setShown] = useState(0);
  if (block.hints.length === 0) return null;
  return (
    <div className={styles.hints}>
      {block.hints.slice(0, shown).map((hint, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a hint is its level
        <div key={i} className={styles.hint} role="note">
          <Prose of={hint} />
        </div>
      ))}
      {shown < block.hints.length && (
        <Button kind="quiet" size="s" icon={Lightbulb} onPress={() => setShown(shown + 1)}>
          {t("lesson.hint", { level: shown + 1, levels: block.hints.length })}
        </Button>
      )}
    </div>
  );
}

/** Does the step for her: its inputs, given to the run from this moment on, and the wait for its goals. */
export function ShowMe({ step }: { step: LessonStep }) {
  const t = useT();
  const ready = useWorld((w) => w.phase === "ready");
  const met = useWorld((w) => (w.steps.find((s) => s.id === step.id)?.metAt ?? null) !== null);
  const later = useWorld((w) => w.steps.find((s) => s.id === step.id)?.begunAt === null);
  const showing = useLesson((l) => l.showing);
  if (step.goal.length === 0 || met) return null;
  return (
    <Button isDisabled={!ready || later || showing !== null} onPress={() => void showStep(step)}>
      {t(showing === step.id ? "lesson.showing" : "lesson.showMe")}
    </Button>
  );
}
