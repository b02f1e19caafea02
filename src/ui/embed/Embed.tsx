import { lessons } from "virtual:lessons";
import { useEffect, useMemo } from "react";
import { I18nProvider } from "react-aria-components";
import { useT, useTranslator } from "../i18n.tsx";
import { NOTHING_DONE, progressOf, useProgress } from "../lesson/progress.ts";
import { ClockContext } from "../parts/clock.tsx";
import { Patterns } from "../parts/Patterns.tsx";
import { startPlayback, worldClock } from "../store/playback.ts";
import { HTML_LANG } from "../store/settings.ts";
import { setView, useView } from "../store/view.ts";
import { world } from "../store/world.ts";
import { EngineStrip } from "../workbench/EngineStrip.tsx";
import { PanelBody } from "../workbench/Panel.tsx";
import { DiagramPanel, LessonPanel, TimelinePanel } from "../workbench/panels.ts";
import { startSession } from "../workbench/session.ts";
import { TimeBar } from "../workbench/timebar/TimeBar.tsx";
import styles from "./embed.module.css";
import { createHost } from "./host.ts";

/** A lesson's stage inside of another page: its panels by parameter, the time bar under them. */
export function Embed({ params }: { params: URLSearchParams }) {
  const t = useT();
  const { lang } = useTranslator();
  const id = params.get("lesson") ?? lessons[0]?.id ?? "";
  const panels = useMemo(() => (params.get("panels") ?? "diagram").split(","), [params]);
  const run = useView((v) => v.run);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run begins anew
  useEffect(() => {
    const end = startSession({ page: "lesson", id }, params);
    setView({ playing: params.get("play") === "1" });
    return end;
  }, [id, params, run]);
  useEffect(startPlayback, []);
  useEffect(() => tellHost(id, params.get("origin")), [id, params]);
  return (
    <I18nProvider locale={HTML_LANG[lang]}>
      <ClockContext.Provider value={worldClock}>
        <Patterns />
        <div className={styles.embed}>
          <div className={styles.row}>
            {panels.includes("text") && (
              <section className={styles.text} aria-label={t("ui.nav.lesson")}>
                <PanelBody label={t("ui.nav.lesson")}>
                  <LessonPanel />
                </PanelBody>
              </section>
            )}
            {panels.includes("diagram") && (
              <main className={styles.stage}>
                <EngineStrip />
                <PanelBody label={t("ui.panel.diagram")}>
                  <DiagramPanel />
                </PanelBody>
              </main>
            )}
          </div>
          <section aria-label={t("ui.time.bar")} className={styles.time}>
            <TimeBar />
          </section>
          {panels.includes("timeline") && (
            <section className={styles.timeline} aria-label={t("ui.panel.timeline")}>
              <PanelBody label={t("ui.panel.timeline")}>
                <TimelinePanel />
              </PanelBody>
            </section>
          )}
        </div>
      </ClockContext.Provider>
    </I18nProvider>
  );
}

/** Tells the framing page of readiness, steps, the quiz and progress; returns the way to stop. */
function tellHost(id: string, origin: string | null): () => void {
  const send = createHost(origin);
  const entry = lessons.find((l) => l.id === id);
  const stops = [
    world.subscribe((now, before) => {
      if (now.phase === "ready" && before.phase !== "ready") send({ type: "ready", lesson: id });
      for (const step of now.steps)
        if (step.metAt !== null && (before.steps.find((s) => s.id === step.id)?.metAt ?? null) === null)
          send({ type: "step", lesson: id, step: step.id });
    }),
    useProgress.subscribe(({ progress }, before) => {
      if (!entry || progress === before.progress) return;
      const own = progress.lessons[id] ?? NOTHING_DONE;
      send({ type: "progress", lesson: id, ...progressOf(progress, entry) });
      if (own.answers !== before.progress.lessons[id]?.answers)
        send({
          type: "quiz",
          lesson: id,
          right: entry.quiz.filter((q) => own.answers[q]?.ok).length,
          all: entry.quiz.length,
        });
    }),
  ];
  const watcher = new ResizeObserver(() => send({ type: "resize", height: document.body.scrollHeight }));
  watcher.observe(document.body);
  return () => {
    for (const stop of stops) stop();
    watcher.disconnect();
  };
}
