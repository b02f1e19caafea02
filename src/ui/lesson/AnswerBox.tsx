/** What questions and predictions share: the frame, the verdict, the explanations. */
import type { ReactNode } from "react";
import type { Grade } from "../../lessons/grade.ts";
import type { WidgetBlock } from "../../lessons/text.ts";
import { useT, useTranslator } from "../i18n.tsx";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import { runTime } from "../store/time.ts";
import { findingWords, printValue } from "./goal-words.ts";
import styles from "./lesson.module.css";
import { Prose } from "./Prose.tsx";

export type Verdict = Grade | { readonly failed: string };

export function AnswerBox({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section className={styles.box} aria-label={label}>
      {children}
    </section>
  );
}

/** Right or not, why, and what really happens where a run decided it. */
export function VerdictPart({
  verdict,
  block,
  isTime = false,
}: {
  verdict: Verdict | null;
  block: WidgetBlock;
  isTime?: boolean;
}) {
  const t = useT();
  const translator = useTranslator();
  return (
    <div role="status" className={styles.verdictPlace}>
      {verdict &&
        ("failed" in verdict ? (
          <p className={styles.verdict} data-ok="false">
            <StateGlyph state="failed" />
            {t("lesson.grade.failed")}
          </p>
        ) : (
          <>
            <p className={styles.verdict} data-ok={verdict.ok}>
              <StateGlyph state={verdict.ok ? "ready" : "failed"} />
              <b>{t(verdict.ok ? "lesson.right" : "lesson.wrong")}</b>
              {verdict.truth && (
                <span>
                  {verdict.truth.value === null
                    ? t("lesson.truth.never")
                    : t("lesson.truth", {
                        value:
                          isTime && typeof verdict.truth.value === "number"
                            ? runTime(verdict.truth.value, 1)
                            : printValue(verdict.truth.value, translator),
                      })}
                </span>
              )}
            </p>
            {verdict.missing.slice(0, 3).map((m) => (
              <p key={`${m.code} ${m.subject}`} className={styles.note}>
                {findingWords(m, translator)}
              </p>
            ))}
            {verdict.ok && block.right && <Prose of={block.right} />}
            {!verdict.ok && block.wrong && <Prose of={block.wrong} />}
          </>
        ))}
    </div>
  );
}
