import { Download, Printer } from "lucide-react";
import type { Question } from "../../lessons/format.ts";
import { useT } from "../i18n.tsx";
import { Button } from "../parts/Button.tsx";
import { Dial } from "../parts/Dial.tsx";
import styles from "./lesson.module.css";
import { downloadProgress, NOTHING_DONE, useProgress } from "./progress.ts";

/** How the quiz went so far; it can be saved and printed. */
export function QuizResult({
  id,
  title,
  questions,
}: {
  id: string;
  title: string;
  questions: readonly Question[];
}) {
  const t = useT();
  const own = useProgress((p) => p.progress.lessons[id] ?? NOTHING_DONE);
  const kept = useProgress((p) => p.kept);
  const all = questions.length;
  if (all === 0) return null;
  const right = questions.filter((q) => own.answers[q.id]?.ok).length;
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
        {!kept && <p className={styles.note}>{t("lesson.storage.off")}</p>}
        <div className={styles.buttons}>
          <Button size="s" icon={Download} onPress={downloadProgress}>
            {t("lesson.progress.save")}
          </Button>
          <Button size="s" icon={Printer} onPress={() => print()}>
            {t("lesson.print")}
          </Button>
        </div>
      </div>
    </section>
  );
}
