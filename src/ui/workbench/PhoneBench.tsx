import type { LucideIcon } from "lucide-react";
import { ArrowLeft, BookOpen, ChartNoAxesGantt, CircleHelp, Pause, Play, RotateCw } from "lucide-react";
import { useState } from "react";
import { href, type Route } from "../app/routes.ts";
import { LanguageMenu, ThemeButton } from "../app/TopBar.tsx";
import topbar from "../app/topbar.module.css";
import { type Key, useT } from "../i18n.tsx";
import { GoalBar } from "../lesson/GoalBar.tsx";
import { useLesson } from "../lesson/lesson-store.ts";
import { StageStrip } from "../lesson/StageStrip.tsx";
import { IconButton } from "../parts/Button.tsx";
import { Icon } from "../parts/Icon.tsx";
import { StateBadge } from "../parts/StateGlyph.tsx";
import { Tabs } from "../parts/Tabs.tsx";
import { ShareStrip } from "../share/ShareStrip.tsx";
import { SPEEDS, setSpeed, togglePlay } from "../store/playback.ts";
import { podsOf } from "../store/select/pods.ts";
import { type PhoneTab, select, setView, useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import { Overview } from "../timeline/Overview.tsx";
import { EngineStrip } from "./EngineStrip.tsx";
import { FaultMenu } from "./FaultMenu.tsx";
import { LessonColumn } from "./LessonColumn.tsx";
import { PanelBody } from "./Panel.tsx";
import {
  DiagramPanel,
  DOCK_PANELS,
  EditorPanel,
  InspectorPanel,
  NarratorPanel,
  TimelinePanel,
  WhyPanel,
} from "./panels.ts";
import { Clock } from "./timebar/Clock.tsx";
import { printSpeed } from "./timebar/SpeedSlider.tsx";
import timebar from "./timebar/timebar.module.css";
import styles from "./workbench.module.css";

const TABS: readonly { readonly id: PhoneTab; readonly label: Key; readonly icon: LucideIcon }[] = [
  { id: "lesson", label: "ui.phone.work", icon: BookOpen },
  { id: "diagram", label: "ui.panel.diagram", icon: RotateCw },
  { id: "timeline", label: "ui.panel.timeline", icon: ChartNoAxesGantt },
  { id: "why", label: "ui.panel.why", icon: CircleHelp },
];

const TITLES: Partial<Record<Route["page"], Key>> = { sandbox: "ui.nav.sandbox", demo: "ui.nav.demo" };

const WORK = [
  { id: "editor", label: "ui.panel.editor", component: EditorPanel },
  { id: "narrator", label: "ui.panel.narrator", component: NarratorPanel },
  ...DOCK_PANELS.filter((p) => p.id !== "timeline"),
] as const;

/** What one writes and reads in a run: one at a time. */
function PhoneWork() {
  const t = useT();
  const [tab, setTab] = useState<string>("editor");
  return (
    <Tabs
      label={t("ui.phone.work")}
      selected={tab}
      onSelect={setTab}
      items={WORK.map(({ id, label, component: Body }) => ({
        id: id as string,
        label: t(label),
        content: (
          <PanelBody label={t(label)}>
            <Body />
          </PanelBody>
        ),
      }))}
    />
  );
}

/** The pods of the run under the ring, the selected one marked; a tap selects one and asks why. */
function PodList() {
  const t = useT();
  const pods = useWorld((w) => podsOf(w.tables));
  const selected = useView((v) => (v.selection?.kind === "object" ? v.selection.id : ""));
  if (pods.length === 0) return null;
  return (
    <ul className={styles.phonePods} aria-label={t("ui.phone.pods")}>
      {pods.map((pod) => (
        <li key={pod.id}>
          <button
            type="button"
            aria-pressed={selected === pod.id || selected.startsWith(`${pod.id}/`)}
            onClick={() => {
              select({ kind: "object", id: pod.id });
              setView({ phoneTab: "why" });
            }}
          >
            <span className="mono">{pod.name}</span>
            <StateBadge state={pod.state}>{pod.state === "ready" ? pod.ready : pod.status}</StateBadge>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** The workbench on a phone: the reduced diagram over text, the time bar, four tabs. */
export function PhoneBench({ route }: { route: Route }) {
  const t = useT();
  const tab = useView((v) => v.phoneTab);
  const full = tab === "diagram";
  // An editor and a console need the height, above all with a keyboard on the screen.
  const reading = useLesson((l) => !l.excursion && (l.onPage.steps.length === 0 || l.tab !== "text"));
  const bare = tab === "lesson" && (route.page !== "lesson" || reading);
  return (
    <div
      className={styles.phone}
      style={full ? { gridTemplateRows: "var(--h-bar) minmax(0, 1fr) 0 60px 58px" } : undefined}
    >
      <header className={topbar.bar}>
        <IconButton
          icon={ArrowLeft}
          label={t("ui.nav.home")}
          onPress={() => (location.hash = href({ page: "home" }))}
        />
        <h1 className={topbar.title}>{t(TITLES[route.page] ?? "ui.nav.lesson")}</h1>
        <span className={topbar.grow} />
        <FaultMenu compact />
        <LanguageMenu />
        <ThemeButton />
      </header>
      <main
        id="main"
        tabIndex={-1}
        className={styles.phoneStage}
        data-full={full || undefined}
        data-bare={bare || undefined}
      >
        <EngineStrip />
        <ShareStrip />
        <StageStrip />
        {!bare && (
          <PanelBody label={t("ui.panel.diagram")}>
            <DiagramPanel />
          </PanelBody>
        )}
        {full && <PodList />}
        {route.page === "lesson" && tab !== "lesson" && (
          <GoalBar onOpen={() => setView({ phoneTab: "lesson" })} />
        )}
      </main>
      <section
        className={styles.phoneBody}
        aria-label={t(TABS.find((x) => x.id === tab)?.label ?? "ui.panel.diagram")}
      >
        {tab === "lesson" &&
          (route.page === "lesson" ? <LessonColumn key={route.id} id={route.id} /> : <PhoneWork />)}
        {tab === "timeline" && (
          <PanelBody label={t("ui.panel.timeline")}>
            <TimelinePanel />
          </PanelBody>
        )}
        {tab === "why" && (
          <div className={styles.phoneWhy}>
            <PanelBody label={t("ui.panel.inspector")}>
              <InspectorPanel />
            </PanelBody>
            <PanelBody label={t("ui.panel.why")}>
              <WhyPanel />
            </PanelBody>
          </div>
        )}
      </section>
      <PhoneTime />
      <nav aria-label={t("ui.phone.tabs")}>
        <div className={styles.phoneTabs} role="tablist" aria-label={t("ui.phone.tabs")}>
          {TABS.map(({ id, label, icon }) => (
            <button
              key={id}
              type="button"
              role="tab"
              aria-selected={tab === id}
              className={styles.phoneTab}
              onClick={() => setView({ phoneTab: id })}
            >
              <Icon of={icon} size={20} />
              {t(id === "lesson" && route.page === "lesson" ? "ui.nav.lesson" : label)}
            </button>
          ))}
        </div>
      </nav>
    </div>
  );
}

function PhoneTime() {
  const t = useT();
  const playing = useView((v) => v.playing);
  const speed = useView((v) => v.speed);
  const next = SPEEDS.filter((s) => [0.1, 1, 10, 100].includes(s)).find((s) => s > speed) ?? 0.1;
  return (
    <section aria-label={t("ui.time.bar")}>
      <div className={timebar.phone} role="toolbar" aria-label={t("ui.time.bar")}>
        <IconButton
          icon={playing ? Pause : Play}
          iconSize={20}
          kind="primary"
          round
          label={t(playing ? "ui.time.pause" : "ui.time.play")}
          onPress={togglePlay}
        />
        <Overview />
        <Clock short />
        <button
          type="button"
          className={timebar.speedButton}
          aria-label={`${t("ui.time.speed")}: ${printSpeed(speed)}`}
          onClick={() => setSpeed(next)}
        >
          {printSpeed(speed)}
        </button>
      </div>
    </section>
  );
}
