import { lessons } from "virtual:lessons";
import {
  lazy,
  type ReactNode,
  Suspense,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { I18nProvider } from "react-aria-components";
import { startHotkeys } from "../app/hotkeys.ts";
import { type Key, useT, useTranslator } from "../i18n.tsx";
import { hasLesson } from "../lesson/lesson-store.ts";
import { StageStrip } from "../lesson/StageStrip.tsx";
import { ClockContext } from "../parts/clock.tsx";
import { EmptyState } from "../parts/EmptyState.tsx";
import { Patterns } from "../parts/Patterns.tsx";
import { ToastRegion } from "../parts/Toast.tsx";
import { startPlayback, worldClock } from "../store/playback.ts";
import { HTML_LANG } from "../store/settings.ts";
import { setView, useView } from "../store/view.ts";
import { EngineStrip } from "../workbench/EngineStrip.tsx";
import { LessonColumn } from "../workbench/LessonColumn.tsx";
import { PanelBody } from "../workbench/Panel.tsx";
import { DiagramPanel, DOCK_PANELS, RIGHT_PANELS } from "../workbench/panels.ts";
import { startSession } from "../workbench/session.ts";
import { TimeBar } from "../workbench/timebar/TimeBar.tsx";
import { useTimeKeys } from "../workbench/useTimeKeys.ts";
import styles from "./embed.module.css";
import { createHost } from "./host.ts";
import { type EmbedPanel, naturalHeight, readParams } from "./params.ts";
import { SmallBar } from "./SmallBar.tsx";
import { tellHost } from "./tell.ts";
import { useSeen } from "./useSeen.ts";

const UntilDialog = lazy(() =>
  import("../workbench/UntilDialog.tsx").then((m) => ({ default: m.UntilDialog })),
);

const LABELS: Record<EmbedPanel, Key> = {
  text: "ui.nav.lesson",
  diagram: "ui.panel.diagram",
  inspector: "ui.panel.inspector",
  timeline: "ui.panel.timeline",
  events: "ui.panel.events",
  console: "ui.panel.console",
};

const Inspector = RIGHT_PANELS.find((p) => p.id === "inspector")?.component ?? DiagramPanel;

/** A lesson's stage inside of another page: its panels by parameter, the time bar with them. */
export function Embed({ params }: { params: URLSearchParams }) {
  const t = useT();
  const { lang } = useTranslator();
  const root = useRef<HTMLDivElement>(null);
  const seen = useSeen(root);
  const asked = useMemo(() => readParams(params), [params]);
  const id = asked.lesson ?? lessons[0]?.id ?? "";
  const known = hasLesson(id);
  const send = useMemo(() => createHost(asked.target), [asked]);
  useEffect(startHotkeys, []);
  useEffect(() => {
    const entry = lessons.find((l) => l.id === id);
    if (entry) document.title = `${entry.title[lang]} · Syncloop`;
  }, [id, lang]);
  return (
    <I18nProvider locale={HTML_LANG[lang]}>
      <ClockContext.Provider value={worldClock}>
        <Patterns />
        <div ref={root} className={styles.embed}>
          {!known && (
            <div className={styles.none}>
              <EmptyState>{t("lesson.unknown", { id })}</EmptyState>
            </div>
          )}
          {known && seen && (
            <Stage id={id} params={params} panels={asked.panels} play={asked.play} send={send} />
          )}
        </div>
        <ToastRegion />
      </ClockContext.Provider>
    </I18nProvider>
  );
}

const narrowly = matchMedia("(max-width: 639px)");
const onNarrow = (listener: () => void): (() => void) => {
  narrowly.addEventListener("change", listener);
  return () => narrowly.removeEventListener("change", listener);
};

function Stage({
  id,
  params,
  panels,
  play,
  send,
}: {
  id: string;
  params: URLSearchParams;
  panels: readonly EmbedPanel[];
  play: boolean;
  send: ReturnType<typeof createHost>;
}) {
  const run = useView((v) => v.run);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run begins anew
  useEffect(() => {
    const address = new URLSearchParams(params);
    // Not what was going on elsewhere on this site: the host's page shows what the host asked for.
    address.set("lesson", id);
    const end = startSession({ page: "lesson", id }, address);
    useView.setState({ speed: 1 });
    setView({ playing: play });
    return end;
  }, [id, params, play, run]);
  useEffect(startPlayback, []);
  useTimeKeys();
  useEffect(() => tellHost(id, send), [id, send]);
  const narrow = useSyncExternalStore(onNarrow, () => narrowly.matches);
  useNaturalHeight(panels, narrow, send);
  return (
    <>
      {narrow ? <Narrow id={id} panels={panels} /> : <Wide id={id} panels={panels} />}
      <Suspense fallback={null}>
        <UntilDialog />
      </Suspense>
    </>
  );
}

/** Tells the host how high the frame would have to be for its width. */
function useNaturalHeight(
  panels: readonly EmbedPanel[],
  narrow: boolean,
  send: ReturnType<typeof createHost>,
): void {
  useEffect(() => {
    let told = 0;
    const tell = (): void => {
      const height = naturalHeight(panels, innerWidth, narrow);
      if (height === told) return;
      told = height;
      send({ type: "resize", height });
    };
    tell();
    addEventListener("resize", tell);
    return () => removeEventListener("resize", tell);
  }, [panels, narrow, send]);
}

function bodyOf(panel: EmbedPanel, id: string): ReactNode {
  if (panel === "text") return <LessonColumn key={id} id={id} />;
  if (panel === "diagram") return <DiagramPanel bare />;
  if (panel === "inspector") return <Inspector />;
  const Body = DOCK_PANELS.find((p) => p.id === panel)?.component;
  return Body ? <Body /> : null;
}

function Part({ panel, id }: { panel: EmbedPanel; id: string }) {
  const t = useT();
  const label = t(LABELS[panel]);
  return (
    <section className={styles.part} data-panel={panel} aria-label={label}>
      <PanelBody label={label}>{bodyOf(panel, id)}</PanelBody>
    </section>
  );
}

const UPPER: readonly EmbedPanel[] = ["text", "diagram", "inspector"];

/** Text, stage and inspector side by side, without a `main` of their own: the host has one; under the time bar what runs along it. */
function Wide({ id, panels }: { id: string; panels: readonly EmbedPanel[] }) {
  const t = useT();
  const upper = panels.filter((p) => UPPER.includes(p));
  const lower = panels.filter((p) => !UPPER.includes(p));
  return (
    <>
      <div className={styles.main} data-upper={upper.length > 0 || undefined}>
        <EngineStrip />
        <StageStrip />
        <div className={styles.row}>
          {upper.map((panel) => (
            <Part key={panel} panel={panel} id={id} />
          ))}
        </div>
      </div>
      <section aria-label={t("ui.time.bar")} className={styles.time}>
        <TimeBar />
      </section>
      {lower.length > 0 && (
        <div className={styles.lower} data-alone={upper.length === 0 || undefined}>
          {lower.map((panel) => (
            <Part key={panel} panel={panel} id={id} />
          ))}
        </div>
      )}
    </>
  );
}

/** One panel at a time. */
function Narrow({ id, panels }: { id: string; panels: readonly EmbedPanel[] }) {
  const t = useT();
  const [chosen, choose] = useState<EmbedPanel | null>(null);
  const shown = chosen !== null && panels.includes(chosen) ? chosen : panels[0]!;
  return (
    <>
      {panels.length > 1 && (
        <nav className={styles.tabs} aria-label={t("ui.phone.tabs")}>
          {panels.map((panel) => (
            <button
              key={panel}
              type="button"
              aria-current={panel === shown ? "true" : undefined}
              onClick={() => choose(panel)}
            >
              {t(LABELS[panel])}
            </button>
          ))}
        </nav>
      )}
      <div className={styles.main} data-upper>
        <EngineStrip />
        <StageStrip />
        <div className={styles.row}>
          <Part key={shown} panel={shown} id={id} />
        </div>
      </div>
      <section aria-label={t("ui.time.bar")} className={styles.time}>
        <SmallBar />
      </section>
    </>
  );
}
