import { Download, Printer, RotateCcw, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { href } from "../app/routes.ts";
import { type Key, useT, useTranslator } from "../i18n.tsx";
import {
  downloadProgress,
  resetProgress,
  type Upload as Uploaded,
  uploadProgress,
  useProgress,
} from "../lesson/progress.ts";
import { printResults, ResultSheet, resultOf } from "../lesson/ResultSheet.tsx";
import { Button } from "../parts/Button.tsx";
import styles from "./home.module.css";
import { LessonCard } from "./LessonCard.tsx";
import { PlainPage } from "./PlainPage.tsx";
import { LESSONS, TALKS } from "./topics.ts";

/** All lessons, cases and demos, and what one has done of them. */
export default function LessonsPage() {
  const t = useT();
  const { lang } = useTranslator();
  return (
    <PlainPage title={t("ui.nav.lessons")}>
      <ul className={styles.lessonList}>
        {LESSONS.map((lesson) => (
          <li key={lesson.id}>
            <LessonCard lesson={lesson} />
            <a className={styles.readLink} href={`lessons/${lesson.id}/${lang}/index.html`}>
              {t("lesson.read")}
            </a>
          </li>
        ))}
      </ul>
      {TALKS.length > 0 && (
        <>
          <h2>{t("ui.home.demos")}</h2>
          <ul className={styles.lessonList}>
            {TALKS.map((talk) => (
              <li key={talk.id}>
                <a className={styles.topic} href={href({ page: "present", id: talk.id })}>
                  <span>
                    <b>{talk.title[lang]}</b>
                    <span>{talk.description[lang]}</span>
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      <ProgressTools />
    </PlainPage>
  );
}

function ProgressTools() {
  const t = useT();
  const kept = useProgress((p) => p.kept);
  const input = useRef<HTMLInputElement>(null);
  const [asked, setAsked] = useState(false);
  const [uploaded, setUploaded] = useState<Uploaded | null>(null);
  const progress = useProgress((p) => p.progress);
  const { lang } = useTranslator();
  const results = LESSONS.map((lesson) =>
    resultOf(
      lesson.title[lang],
      lesson.id,
      lesson.steps.map((id) => ({ id })),
      lesson.quiz.map((id) => ({ id })),
      progress,
    ),
  );
  return (
    <section aria-label={t("lesson.progress")}>
      <h2>{t("lesson.progress")}</h2>
      {!kept && <p>{t("lesson.storage.off")}</p>}
      <div className={styles.doors}>
        <Button icon={Download} onPress={downloadProgress}>
          {t("lesson.progress.save")}
        </Button>
        <Button icon={Upload} onPress={() => input.current?.click()}>
          {t("lesson.progress.load")}
        </Button>
        <Button icon={Printer} onPress={printResults}>
          {t("lesson.progress.print")}
        </Button>
        <Button
          icon={RotateCcw}
          onPress={() => {
            setUploaded(null);
            if (asked) resetProgress();
            setAsked(!asked);
          }}
          onBlur={() => setAsked(false)}
        >
          {t(asked ? "lesson.progress.reset.sure" : "lesson.progress.reset")}
        </Button>
      </div>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        onChange={async (e) => {
          const file = e.target.files?.[0];
          e.target.value = "";
          if (file) setUploaded(await uploadProgress(file));
        }}
      />
      <p role="alert" className={styles.note}>
        {uploaded?.ok === false ? t(`lesson.progress.bad.${uploaded.problem}` as Key) : ""}
      </p>
      <p role="status" className={styles.note}>
        {uploaded?.ok ? t("lesson.progress.loaded", { lessons: uploaded.lessons }) : ""}
      </p>
      <ResultSheet results={results} />
    </section>
  );
}
