/** What questions and predictions share: the frame, the verdict, the explanations, the way to the stage. */
import { CircleHelp, MonitorPlay } from "lucide-react";
import { type ReactNode, useId } from "react";
import type { Grade } from "../../lessons/grade.ts";
import type { WidgetBlock } from "../../lessons/text.ts";
import { useT, useTranslator } from "../i18n.tsx";
import { Button } from "../parts/Button.tsx";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import { runTime } from "../store/time.ts";
import { useWorld } from "../store/world.ts";
import { tell } from "../words/records.ts";
import { findingWords, printValue } from "./goal-words.ts";
import styles from "./lesson.module.css";
import { useLesson } from "./lesson-store.ts";
import { Prose, plainText, unbroken, withoutOpening } from "./Prose.tsx";
import { useProgress } from "./progress.ts";
import { backToOwnRun, showDecision, type Watched, watchOnStage } from "./stage-run.ts";

export type Verdict = Grade | { readonly failed: string };

/** A question with its number, how it was answered before, and its words. `children` gets the id of those. */
export function AnswerBox({
  label,
  block,
  children,
}: {
  label: string;
  block: WidgetBlock;
  children: (bodyId: string) => ReactNode;
}) {
  const t = useT();
  const id = useId();
  const kept = useProgress((p) => p.progress.lessons[useLesson.getState().id]?.answers[block.id]);
  return (
    <section className={styles.box} aria-label={label} data-question={block.id}>
      <p className={styles.number}>
        <span>{label}</span>
        {kept && (
          <span className={styles.kept} data-ok={kept.ok}>
            <StateGlyph state={kept.ok ? "ready" : "waiting"} />
            {t(kept.ok ? "lesson.kept.right" : "lesson.kept.wrong")} ·{" "}
            {t("lesson.tries", { tries: kept.tries })}
          </span>
        )}
      </p>
      <div id={id} className={styles.asked}>
        <Prose of={block.body} />
      </div>
      {children(id)}
    </section>
  );
}

/** Right or not, why, what really happens where a run decided it, and the way to see it happen. */
export function VerdictPart({
  verdict,
  busy,
  block,
  isTime = false,
  watched = null,
}: {
  verdict: Verdict | null;
  busy: boolean;
  block: WidgetBlock;
  isTime?: boolean;
  watched?: Watched | null;
}) {
  const t = useT();
  return (
    <>
      <div role="status" className={styles.verdictPlace}>
        {busy && <p className={styles.note}>{t("lesson.grading")}</p>}
        {verdict && !busy && <VerdictWords verdict={verdict} block={block} isTime={isTime} />}
      </div>
      {verdict && !busy && !("failed" in verdict) && watched && (
        <Decision verdict={verdict} watched={watched} />
      )}
    </>
  );
}

function VerdictWords({ verdict, block, isTime }: { verdict: Verdict; block: WidgetBlock; isTime: boolean }) {
  const t = useT();
  const translator = useTranslator();
  if ("failed" in verdict)
    return (
      <p className={styles.verdict} data-ok="false">
        <StateGlyph state="failed" />
        {t("lesson.grade.failed")}
      </p>
    );
  const { ok, truth, missing } = verdict;
  // As the answers call it.
  const called = block.options.find((o) => o.id === truth?.value)?.text;
  const value =
    isTime && typeof truth?.value === "number"
      ? runTime(truth.value, 1)
      : called
        ? plainText(called)
        : printValue(truth?.value, translator);
  const label = t(ok ? "lesson.right" : "lesson.wrong");
  // Texts often begin with these very words.
  const prose = (ok ? block.right : block.wrong) && withoutOpening((ok ? block.right : block.wrong)!, label);
  // A manifest that was refused has nothing of what the explanation speaks of.
  const refused = missing.some((m) => m.code === "refused");
  return (
    <>
      <p className={styles.verdict} data-ok={ok} data-verdict={ok ? "right" : "wrong"}>
        <StateGlyph state={ok ? "ready" : "failed"} />
        <b>{label}</b>
        {truth && (
          <span>{truth.value === null ? t("lesson.truth.never") : t("lesson.truth", { value })}</span>
        )}
      </p>
      {missing.slice(0, 3).map((m) => (
        <Lack key={`${m.code} ${m.subject}`} of={m} />
      ))}
      {prose && !refused && <Prose of={prose} />}
    </>
  );
}

/** What is missing: in words, or as a command printed it. */
function Lack({ of }: { of: Grade["missing"][number] }) {
  const t = useT();
  const translator = useTranslator();
  if (of.code !== "output") return <p className={styles.note}>{findingWords(of, translator)}</p>;
  const printed = String(of.found ?? "").trimEnd();
  if (printed === "") return <p className={styles.note}>{t("lesson.printed.nothing")}</p>;
  return (
    <>
      <p className={styles.note}>{t("lesson.printed")}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key */}
      <pre className={styles.printed} tabIndex={0} role="group" aria-label={t("lesson.printed")}>
        {printed}
      </pre>
    </>
  );
}

/** The record that decided, told; a press selects it with the chain of its causes. And the run itself, on the stage. */
function Decision({ verdict, watched }: { verdict: Grade; watched: Watched }) {
  const t = useT();
  const translator = useTranslator();
  const ready = useWorld((w) => w.phase === "ready");
  const away = useLesson((l) => l.excursion?.of === watched.of);
  const decided = verdict.truth?.decided;
  return (
    <div className={styles.decision}>
      {decided && (
        <>
          <p className={styles.note}>{t("lesson.decided")}</p>
          <button
            type="button"
            className={styles.record}
            disabled={!ready}
            onClick={() => void showDecision(watched)}
          >
            <time>{runTime(decided.time, 1)}</time>
            <span>{unbroken(tell(decided, translator), true)}</span>
            <span className={styles.recordWhy}>
              <CircleHelp size={13} aria-hidden />
              {t("lesson.decided.why")}
            </span>
          </button>
        </>
      )}
      <div className={styles.buttons}>
        <Button size="s" icon={MonitorPlay} isDisabled={!ready} onPress={() => void watchOnStage(watched)}>
          {t("lesson.watch")}
        </Button>
        {away && (
          <Button size="s" kind="quiet" onPress={() => void backToOwnRun()}>
            {t("lesson.excursion.back")}
          </Button>
        )}
      </div>
    </div>
  );
}
