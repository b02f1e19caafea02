import { Lightbulb } from "lucide-react";
import { useState } from "react";
import type { LessonStep } from "../../lessons/format.ts";
import type { WidgetBlock } from "../../lessons/text.ts";
import { useT, useTranslator } from "../i18n.tsx";
import { Button } from "../parts/Button.tsx";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import { actions } from "../store/engine.ts";
import { play } from "../store/playback.ts";
import { runTime } from "../store/time.ts";
import { select, setView, useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import { findingWords, goalLines } from "./goal-words.ts";
import styles from "./lesson.module.css";
import { goalSteps, useLesson } from "./lesson-store.ts";
import { Prose } from "./Prose.tsx";

const useStep = (id: string): LessonStep | undefined =>
  useLesson((l) => (l.folder ? goalSteps(l.folder.lesson).find((s) => s.id === id) : undefined));

/** A step: what to do, its goals as the engine sees them, hints one after the other. */
export function StepPart({ block }: { block: WidgetBlock }) {
  const step = useStep(block.id);
  const inCase = useLesson((l) => l.folder?.lesson.kind === "Case");
  return (
    <section className={styles.step} aria-label={block.title}>
      <h2 className={styles.heading}>{block.title}</h2>
      <Prose of={block.body} />
      {step && <Goals step={step} />}
      {step && <Focus parts={step.focus} />}
      <Hints block={block} />
      {inCase && step && <ShowMe step={step} />}
    </section>
  );
}

function Goals({ step }: { step: LessonStep }) {
  const t = useT();
  const translator = useTranslator();
  const state = useWorld((w) => w.steps.find((s) => s.id === step.id));
  if (step.goal.length === 0) return null;
  if (state && state.begunAt === null) return <p className={styles.note}>{t("lesson.step.later")}</p>;
  return (
    <ul className={styles.goals} aria-live="polite">
      {step.goal.flatMap((check, i) => {
        const goal = state?.goals[i];
        const met = goal?.metAt ?? null;
        const missing = (goal?.missing ?? []).filter((m) => m.subject !== "input.run").slice(0, 2);
        return goalLines(check, translator).map((line, k) => (
          <li key={line} data-met={met !== null || undefined}>
            <StateGlyph
              state={met !== null ? "ready" : "creating"}
              label={t(met !== null ? "lesson.goal.met" : "lesson.goal.open")}
            />
            <div>
              <p>{line}</p>
              {k === 0 && met !== null && <small>{t("lesson.goal.metAt", { time: runTime(met, 1) })}</small>}
              {k === 0 &&
                met === null &&
                missing.map((m) => (
                  <small key={`${m.code} ${m.subject}`}>{findingWords(m, translator)}</small>
                ))}
            </div>
          </li>
        ));
      })}
    </ul>
  );
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

/** Does the step for her: its inputs, given to the run from this moment on. */
export function ShowMe({ step }: { step: LessonStep }) {
  const t = useT();
  const ready = useWorld((w) => w.phase === "ready");
  if (step.showMe.length === 0) return null;
  return (
    <Button
      isDisabled={!ready}
      onPress={() => {
        void actions.later(step.showMe);
        setView({ playing: true });
        play();
      }}
    >
      {t("lesson.showMe")}
    </Button>
  );
}
