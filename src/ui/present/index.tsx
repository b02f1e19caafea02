import { ArrowLeft, ArrowRight, NotebookPen, Pause, Play } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { href } from "../app/routes.ts";
import { useT } from "../i18n.tsx";
import { useLesson, useLessonText } from "../lesson/lesson-store.ts";
import { Prose } from "../lesson/Prose.tsx";
import { Button, IconButton } from "../parts/Button.tsx";
import { EmptyState } from "../parts/EmptyState.tsx";
import { actions } from "../store/engine.ts";
import { runUntil, startPlayback, togglePlay } from "../store/playback.ts";
import { useView } from "../store/view.ts";
import { useWorld, world } from "../store/world.ts";
import { EngineStrip } from "../workbench/EngineStrip.tsx";
import { PanelBody } from "../workbench/Panel.tsx";
import { DiagramPanel } from "../workbench/panels.ts";
import { startSession } from "../workbench/session.ts";
import { Clock } from "../workbench/timebar/Clock.tsx";
import { listen, send } from "./channel.ts";
import { Notes } from "./Notes.tsx";
import styles from "./present.module.css";
import { useMoments } from "./useMoments.ts";

/** A demo in front of people: prepared moments of one run, by clicker; the notes are in a second window. */
export default function Present({ id, params }: { id: string; params: URLSearchParams }) {
  const t = useT();
  return params.get("notes") !== null ? (
    <Notes id={id} />
  ) : (
    <Stage key={id} id={id} label={t("lesson.present")} />
  );
}

const NEXT = new Set(["PageDown", "ArrowRight", " ", "Enter"]);
const BACK = new Set(["PageUp", "ArrowLeft"]);

function Stage({ id, label }: { id: string; label: string }) {
  const t = useT();
  const run = useView((v) => v.run);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run begins anew
  useEffect(() => startSession({ page: "present", id }, new URLSearchParams()), [id, run]);
  useEffect(startPlayback, []);
  const moments = useMoments(id);
  const text = useLessonText(id);
  const folder = useLesson((l) => l.folder);
  const ready = useWorld((w) => w.phase === "ready");
  const starting = useWorld((w) => w.phase === "starting");
  const playing = useView((v) => v.playing);
  const [at, setAt] = useState(0);
  const [black, setBlack] = useState(false);
  const [lit, setLit] = useState(true);
  const moment = moments[at];
  const next = moments[at + 1];

  useEffect(() => {
    if (!ready || !moment) return;
    // Not by setView: the speed of a talk is not the one that is kept.
    useView.setState({ depth: moment.camera, speed: moment.play ?? 1, playing: false });
    void actions.seek(moment.at).then(() => {
      const end = next?.at;
      if (moment.play === undefined) return;
      runUntil(() => end !== undefined && world.getState().now >= end, end);
    });
  }, [ready, moment, next]);
  useEffect(() => {
    const tell = (): void => send({ demo: id, moment: at });
    tell();
    return listen((message) => {
      if ("ask" in message && message.ask === id) tell();
      if ("go" in message && message.go === id)
        setAt((a) => Math.max(0, Math.min(moments.length - 1, a + message.by)));
    });
  }, [id, at, moments.length]);
  useEffect(() => {
    const onKey = (e: KeyboardEvent): void => {
      if (e.ctrlKey || e.metaKey || e.altKey) return;
      const pressesButton = (e.key === " " || e.key === "Enter") && e.target instanceof HTMLButtonElement;
      if (pressesButton) return;
      const by = NEXT.has(e.key) ? 1 : BACK.has(e.key) ? -1 : 0;
      const key = e.key.toLowerCase();
      if (by !== 0) setAt((a) => Math.max(0, Math.min(moments.length - 1, a + by)));
      else if (key === "f") togglePlay();
      else if (key === "b" || e.key === ".") setBlack((b) => !b);
      else if (key === "s") setLit((l) => !l);
      else if (e.key === "Escape") location.hash = href({ page: "lessons" });
      else return;
      e.preventDefault();
      e.stopImmediatePropagation();
    };
    addEventListener("keydown", onKey, true);
    return () => removeEventListener("keydown", onKey, true);
  }, [moments.length]);

  const spotlight = useMemo(() => (lit ? spotlightOf(moment?.focus ?? []) : ""), [lit, moment]);
  if (!starting && (!folder || moments.length === 0))
    return <EmptyState>{t("lesson.unknown", { id })}</EmptyState>;
  return (
    <div className={styles.present} aria-label={label}>
      {spotlight && <style>{spotlight}</style>}
      <main id="main" tabIndex={-1} className={styles.stage}>
        <EngineStrip />
        <PanelBody label={t("ui.panel.diagram")}>
          <DiagramPanel />
        </PanelBody>
      </main>
      <aside className={styles.slide} aria-live="polite">
        <p className={styles.number}>
          {t("lesson.moment", { moment: at + 1, moments: moments.length })} · {text?.title}
        </p>
        <h1>{moment?.block?.title}</h1>
        {moment?.block && <Prose of={moment.block.body} />}
      </aside>
      <footer className={styles.bar}>
        <IconButton
          icon={ArrowLeft}
          label={t("lesson.back")}
          isDisabled={at === 0}
          onPress={() => setAt(at - 1)}
        />
        <IconButton
          icon={playing ? Pause : Play}
          kind="primary"
          round
          iconSize={22}
          label={t(playing ? "ui.time.pause" : "ui.time.play")}
          hotkey="F"
          onPress={togglePlay}
        />
        {next && (
          <Button kind="primary" size="l" onPress={() => setAt(at + 1)}>
            {t("lesson.moment.next", { title: next.block?.title ?? next.id })}
            <ArrowRight size={17} aria-hidden />
          </Button>
        )}
        <Clock />
        <span className={styles.dots} aria-hidden>
          {moments.map((m, i) => (
            <i key={m.id} data-now={i === at || undefined} data-past={i < at || undefined} />
          ))}
        </span>
        <span className={styles.grow} />
        <span className={styles.keys}>{t("lesson.present.keys")}</span>
        <Button
          icon={NotebookPen}
          onPress={() =>
            window.open(
              `${location.href.split("?notes")[0]}?notes=1`,
              "syncloop-notes",
              "width=560,height=700",
            )
          }
        >
          {t("lesson.notes")}
        </Button>
      </footer>
      {black && <div className={styles.black} role="status" aria-label={t("lesson.present.black")} />}
    </div>
  );
}

/** Everything but the lit parts, and what they stand in, steps back. */
function spotlightOf(parts: readonly string[]): string {
  if (parts.length === 0) return "";
  const lit = parts.map((p) => `[data-part="${p.replace(/[^\w-]/g, "")}"]`).join(",");
  return `main g[data-part]{transition:opacity 240ms}main:has(${lit}) g[data-part]:not(${lit}):not(:has(${lit})){opacity:.28}`;
}
