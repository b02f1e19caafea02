import { ArrowLeft, ArrowRight, Lightbulb, Snowflake, Square } from "lucide-react";
import { useEffect, useState } from "react";
import { languages } from "../../i18n/languages.ts";
import { useT, useTranslator } from "../i18n.tsx";
import { openLesson } from "../lesson/lesson-store.ts";
import { Prose } from "../lesson/Prose.tsx";
import { Button, IconButton } from "../parts/Button.tsx";
import { Segmented } from "../parts/Segmented.tsx";
import { ask, useFollow, useFollowing } from "./follow.ts";
import { NoDemo } from "./NoDemo.tsx";
import styles from "./present.module.css";
import { useKeys } from "./useKeys.ts";
import { useMoments, useTalkWords } from "./useMoments.ts";
import { setOwnLanguage } from "./windows.ts";

/** The window with what to say at this moment, what comes next, and how long the talk has lasted. */
export function Notes({ id }: { id: string }) {
  const t = useT();
  const { lang } = useTranslator();
  useEffect(() => {
    void openLesson(id);
  }, [id]);
  useFollow(id, "notes");
  useKeys(ask);
  const { state, left } = useFollowing();
  const moments = useMoments(id);
  const words = useTalkWords(id);
  const at = state?.at ?? 0;
  const text = words.of(moments?.[at]?.id);
  const next = moments?.[at + 1];
  if (moments?.length === 0) return <NoDemo id={id} />;
  return (
    <main id="main" tabIndex={-1} className={styles.notes}>
      <header>
        <Segmented
          label={t("ui.language")}
          selected={lang}
          onSelect={setOwnLanguage}
          items={languages.map((l) => ({ id: l.id, label: l.name }))}
        />
        {state && <Elapsed since={state.begun} />}
      </header>
      {(state === null || left) && (
        <p className={styles.blocked} role="status">
          {t(left ? "present.left" : "present.waiting")}
        </p>
      )}
      <p className={styles.number}>
        {t("lesson.moment", { moment: at + 1, moments: moments?.length ?? 1 })} · {words.title}
      </p>
      <h1>{text?.title}</h1>
      {text?.notes && <Prose of={text.notes} />}
      {next && (
        <p className={styles.comes}>
          {t("lesson.moment.next", { title: words.of(next.id)?.title ?? next.id })}
        </p>
      )}
      <footer>
        <Button icon={ArrowLeft} isDisabled={at === 0} onPress={() => ask("back")}>
          {t("lesson.back")}
        </Button>
        <Button kind="primary" icon={ArrowRight} isDisabled={!next} onPress={() => ask("next")}>
          {t("lesson.next")}
        </Button>
        <span className={styles.grow} />
        <IconButton
          icon={Lightbulb}
          label={t("present.spotlight")}
          hotkey="S"
          pressed={state?.lit ?? false}
          onPress={() => ask("spotlight")}
        />
        <IconButton
          icon={Snowflake}
          label={t("present.freeze")}
          hotkey="F"
          pressed={state?.frozen ?? false}
          onPress={() => ask("freeze")}
        />
        <IconButton
          icon={Square}
          label={t("present.black")}
          hotkey="B"
          pressed={state?.black ?? false}
          onPress={() => ask("black")}
        />
      </footer>
    </main>
  );
}

/** Real time since the talk was opened: minutes and seconds. */
function Elapsed({ since }: { since: number }) {
  const t = useT();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const s = Math.max(0, Math.floor((now - since) / 1000));
  const text = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
  return (
    <time className={styles.elapsed} aria-label={t("present.elapsed")} role="timer" aria-live="off">
      {text}
    </time>
  );
}
