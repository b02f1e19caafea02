import { ArrowLeft } from "lucide-react";
import { useT } from "../i18n.tsx";
import { Button } from "../parts/Button.tsx";
import styles from "./lesson.module.css";
import { useLesson } from "./lesson-store.ts";
import { backToOwnRun } from "./stage-run.ts";

/** Above the stage while it shows another run than the learner's own: says so, and leads back. */
export function StageStrip() {
  const t = useT();
  const away = useLesson((l) => l.excursion !== null);
  if (!away) return null;
  return (
    <div className={styles.stageStrip} role="status" data-strip>
      <span>{t("lesson.excursion")}</span>
      <Button size="s" kind="primary" icon={ArrowLeft} onPress={() => void backToOwnRun()}>
        {t("lesson.excursion.back")}
      </Button>
    </div>
  );
}
