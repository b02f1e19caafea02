import { useT, useTranslator } from "../i18n.tsx";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import { runTime } from "../store/time.ts";
import { useWorld } from "../store/world.ts";
import { findingWords, goalLines, missingOfLine } from "./goal-words.ts";
import styles from "./lesson.module.css";
import { goalSteps, useLesson } from "./lesson-store.ts";

/**
 * The goal of the page that is read, in a line or two: it stands beside the work wherever the text is not in view.
 * `seen`: steps whose goals are in view; the bar does not repeat them.
 */
export function GoalBar({ onOpen, seen = [] }: { onOpen?: () => void; seen?: readonly string[] }) {
  const t = useT();
  const translator = useTranslator();
  const folder = useLesson((l) => l.folder);
  const ids = useLesson((l) => l.onPage.steps);
  const states = useWorld((w) => w.steps);
  const steps = folder ? goalSteps(folder.lesson).filter((s) => ids.includes(s.id) && s.goal.length > 0) : [];
  if (steps.length === 0) return null;
  const all = steps.flatMap((step) => {
    const state = states.find((s) => s.id === step.id);
    return step.goal.map((check, i) => ({
      step: step.id,
      check,
      begun: state?.begunAt !== null,
      goal: state?.goals[i],
    }));
  });
  const met = all.filter((g) => (g.goal?.metAt ?? null) !== null);
  const open = all.find((g) => (g.goal?.metAt ?? null) === null);
  if (open ? seen.includes(open.step) : seen.length > 0) return null;
  const lines = open ? goalLines(open.check, translator) : [];
  // Of several fields the first that is not yet as wanted.
  const at = Math.max(
    0,
    lines.findIndex((_, k) => open && missingOfLine(open.check, k, open.goal?.missing ?? []).length > 0),
  );
  const [missing] = open ? missingOfLine(open.check, at, open.goal?.missing ?? []) : [];
  const last = Math.max(0, ...met.map((g) => g.goal?.metAt ?? 0));
  const content = (
    <>
      <StateGlyph
        state={open ? "creating" : "ready"}
        label={t(open ? "lesson.goal.open" : "lesson.goal.met")}
      />
      <span className={styles.goalText}>
        <b>
          {t("lesson.goal")}
          {all.length > 1 && ` ${t("lesson.goal.count", { met: met.length, all: all.length })}`}
        </b>{" "}
        {open ? lines[at] : t("lesson.goal.metAt", { time: runTime(last, 1) })}
        {open && (
          <small>{open.begun ? missing && findingWords(missing, translator) : t("lesson.step.later")}</small>
        )}
      </span>
    </>
  );
  return onOpen ? (
    <button type="button" className={styles.goalBar} onClick={onOpen}>
      {content}
    </button>
  ) : (
    <div className={styles.goalBar} role="status">
      {content}
    </div>
  );
}
