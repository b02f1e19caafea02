import type { LessonEntry } from "virtual:lessons";
import { href } from "../app/routes.ts";
import { useT, useTranslator } from "../i18n.tsx";
import { progressOf, useProgress } from "../lesson/progress.ts";
import { Dial } from "../parts/Dial.tsx";
import styles from "./home.module.css";

/** A lesson to choose: what it is about, how long it takes, how far one is. */
export function LessonCard({ lesson }: { lesson: LessonEntry }) {
  const t = useT();
  const { lang } = useTranslator();
  const progress = useProgress((p) => p.progress);
  const { done, all } = progressOf(progress, lesson);
  return (
    <a className={styles.topic} href={href({ page: "lesson", id: lesson.id })}>
      <Dial
        size={40}
        phase={all > 0 ? done / all : 0}
        done={all > 0 && done === all}
        colour={done ? "accent" : "edge"}
      />
      <span>
        <b>{lesson.title[lang]}</b>
        <span>{lesson.description[lang]}</span>
        <small>
          {lesson.kind === "Case" ? `${t("lesson.kind.Case")} · ` : ""}
          {t("lesson.minutes", { minutes: lesson.minutes })} · {t("ui.home.progress", { done, all })}
        </small>
      </span>
    </a>
  );
}
