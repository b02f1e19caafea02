import { useEffect, useMemo } from "react";
import { Logo } from "../app/Logo.tsx";
import { useT } from "../i18n.tsx";
import { openLesson } from "../lesson/lesson-store.ts";
import { Prose } from "../lesson/Prose.tsx";
import { setView, useView } from "../store/view.ts";
import { clearWorld, useWorld } from "../store/world.ts";
import { AudienceStage } from "./AudienceStage.tsx";
import styles from "./audience.module.css";
import { ask, useFollow, useFollowing } from "./follow.ts";
import { LogLine } from "./LogLine.tsx";
import { NoDemo } from "./NoDemo.tsx";
import { spotlightOf } from "./spotlight.ts";
import { useKeys } from "./useKeys.ts";
import { useMoments, useTalkWords } from "./useMoments.ts";
import { setOwnLanguage } from "./windows.ts";

/** What the hall sees: the stage and the slide's words, large; all of it as the presenter's window tells. */
export function Audience({ id }: { id: string }) {
  const t = useT();
  useEffect(() => {
    clearWorld();
    void openLesson(id);
  }, [id]);
  useFollow(id, "audience");
  useKeys(ask);
  const { state, left } = useFollowing();
  const moments = useMoments(id);
  const words = useTalkWords(id);
  const ready = useWorld((w) => w.phase === "ready");
  useOwn(state?.language ?? null);
  useEffect(() => {
    // How long messages travel follows the speed of the presenter's run.
    if (state) useView.setState({ playing: state.playing, speed: state.speed });
  }, [state]);
  useEffect(() => setView({ selection: null, span: null }), []);
  const spotlight = useMemo(() => spotlightOf(state?.spot ?? []), [state?.spot]);
  if (moments?.length === 0) return <NoDemo id={id} />;
  const moment = moments?.[state?.shown ?? 0];
  const text = words.of(moment?.id);
  if (!state || !ready || !moment)
    return (
      <main id="main" tabIndex={-1} className={styles.waiting} role="status">
        <Logo />
        <h1>{words.title}</h1>
        <p>{t("present.waiting")}</p>
      </main>
    );
  return (
    <div className={styles.audience} data-moment={moment.id}>
      {spotlight && <style>{spotlight}</style>}
      <main id="main" tabIndex={-1} className={styles.stage} aria-label={t("ui.panel.diagram")}>
        <AudienceStage moment={moment} />
      </main>
      <aside className={styles.slide} aria-live="polite" aria-label={t("present.slide")}>
        <p className={styles.number}>
          {t("lesson.moment", { moment: state.shown + 1, moments: moments?.length ?? 1 })}
        </p>
        <h1>{text?.title}</h1>
        {text && <Prose of={text.body} />}
      </aside>
      <footer className={styles.foot}>
        <LogLine moment={moment} />
      </footer>
      {left && (
        <p className={styles.left} role="status">
          {t("present.left")}
        </p>
      )}
      {state.black && <div className={styles.black} role="status" aria-label={t("lesson.present.black")} />}
    </div>
  );
}

/** The language that the presenter chose for the audience, where one was chosen. */
function useOwn(language: Parameters<typeof setOwnLanguage>[0] | null): void {
  useEffect(() => {
    if (language !== null) setOwnLanguage(language);
  }, [language]);
}
