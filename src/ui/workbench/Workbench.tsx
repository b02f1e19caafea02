import { useEffect, useSyncExternalStore } from "react";
import { useHotkey } from "../app/hotkeys.ts";
import type { Route } from "../app/routes.ts";
import { useT } from "../i18n.tsx";
import { StageStrip } from "../lesson/StageStrip.tsx";
import { useRunFileDrop } from "../share/drop.ts";
import ShareDialog from "../share/ShareDialog.tsx";
import { ShareStrip } from "../share/ShareStrip.tsx";
import { startPlayback } from "../store/playback.ts";
import { type PanelId, type Sizes, setSize, setView, togglePanel, useView } from "../store/view.ts";
import { Dock, LeftColumn, RightColumn, Stage } from "./columns.tsx";
import { EngineStrip } from "./EngineStrip.tsx";
import { FaultDialog } from "./FaultMenu.tsx";
import { clampSize, defaultSizes, formOf } from "./layout.ts";
import { Panel } from "./Panel.tsx";
import { PhoneBench } from "./PhoneBench.tsx";
import { Splitter } from "./Splitter.tsx";
import { startSession } from "./session.ts";
import { TimeBar } from "./timebar/TimeBar.tsx";
import { UntilDialog } from "./UntilDialog.tsx";
import { useTimeKeys } from "./useTimeKeys.ts";
import { WorkbenchBar } from "./WorkbenchBar.tsx";
import styles from "./workbench.module.css";

const onResize = (listener: () => void): (() => void) => {
  addEventListener("resize", listener);
  return () => removeEventListener("resize", listener);
};

/** Sandbox, and the stage of lessons and demos: panels around the diagram, the time bar, the dock. */
export default function Workbench({ route, params }: { route: Route; params: URLSearchParams }) {
  const width = useSyncExternalStore(onResize, () => innerWidth);
  const height = useSyncExternalStore(onResize, () => innerHeight);
  const run = useView((v) => v.run);
  const where = JSON.stringify(route) + params.toString();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `where` stands for the route and its parameters
  useEffect(() => startSession(route, params), [where, run]);
  useEffect(startPlayback, []);
  useTimeKeys();
  useRunFileDrop();
  useHotkey("left", () => togglePanel("left"));
  useHotkey("right", () => togglePanel("right"));
  useHotkey("dock", () => togglePanel("dock"));
  useHotkey("maximize", () => setView({ maximized: useView.getState().maximized ? null : "stage" }));
  useHotkey("why", () =>
    setView({
      hidden: { ...useView.getState().hidden, right: false },
      drawer: formOf(innerWidth) === "wide" && route.page !== "lesson" ? null : "right",
      phoneTab: "why",
    }),
  );
  const form = formOf(width);
  return (
    <>
      {form === "phone" ? (
        <PhoneBench route={route} />
      ) : (
        <Bench route={route} width={width} height={height} />
      )}
      <UntilDialog />
      <FaultDialog />
      <ShareDialog />
    </>
  );
}

const RESIZED = {
  left: "ui.panel.left",
  right: "ui.panel.right",
  dock: "ui.panel.dock",
  narrator: "ui.panel.narrator",
  why: "ui.panel.why",
} as const satisfies Record<keyof Sizes, string>;

function Bench({ route, width, height }: { route: Route; width: number; height: number }) {
  const t = useT();
  const mode = route.page === "lesson" ? "lesson" : "sandbox";
  const kept = useView((v) => v.sizes[mode]);
  const hidden = useView((v) => v.hidden);
  const maximized = useView((v) => v.maximized);
  const drawer = useView((v) => v.drawer);
  const form = formOf(width);
  const defaults = defaultSizes(width, height, mode);
  const sizes: Sizes = { ...defaults, ...kept };

  const drawn: Record<PanelId, boolean> = {
    left: form === "slim" ? drawer === "left" : !hidden.left,
    right: form !== "wide" || mode === "lesson" ? drawer === "right" : !hidden.right,
    dock: !hidden.dock,
  };
  const floating = { left: form === "slim", right: form !== "wide" || mode === "lesson" };
  const splitter = (panel: keyof Sizes, edge: "left" | "right" | "top") => (
    <Splitter
      edge={edge}
      label={`${t("ui.resize")}: ${t(RESIZED[panel])}`}
      size={sizes[panel]}
      onSize={(px) => setSize(mode, panel, clampSize(panel, px, width, height))}
      onReset={() => setSize(mode, panel, defaults[panel])}
    />
  );
  const columns = `${drawn.left && !floating.left ? sizes.left : 0}px minmax(0, 1fr) ${drawn.right && !floating.right ? sizes.right : 0}px`;
  const rows = `var(--h-bar) minmax(0, 1fr) var(--h-bar) ${drawn.dock ? sizes.dock : 0}px`;
  return (
    <div
      className={styles.bench}
      data-mode={mode}
      data-max={maximized ?? undefined}
      style={{ gridTemplateColumns: columns, gridTemplateRows: rows }}
    >
      <div className={styles.top}>
        <WorkbenchBar route={route} form={form} />
      </div>
      {drawn.left && (
        <aside
          className={styles.left}
          data-floating={floating.left || undefined}
          aria-label={t("ui.panel.left")}
        >
          <LeftColumn route={route} narratorSize={sizes.narrator} splitter={splitter("narrator", "top")} />
          {!floating.left && splitter("left", "right")}
        </aside>
      )}
      <main id="main" tabIndex={-1} className={styles.stage}>
        <h1 className="visually-hidden">{t("ui.panel.diagram")}</h1>
        <EngineStrip />
        <ShareStrip />
        <StageStrip />
        <Panel area="stage" label={t("ui.panel.diagram")}>
          <Stage />
        </Panel>
      </main>
      {drawn.right && (
        <aside
          aria-label={t("ui.panel.right")}
          className={styles.right}
          data-floating={floating.right || undefined}
          style={floating.right ? { width: Math.min(sizes.right, width - 80) } : undefined}
        >
          <RightColumn
            onClose={floating.right ? () => setView({ drawer: null }) : undefined}
            whySize={Math.min(sizes.why, height - 200)}
            splitter={splitter("why", "top")}
          />
          {!floating.right && splitter("right", "left")}
        </aside>
      )}
      <section className={styles.time} aria-label={t("ui.time.bar")}>
        <TimeBar />
      </section>
      {drawn.dock && (
        <div className={styles.dock}>
          <Dock splitter={splitter("dock", "top")} />
        </div>
      )}
    </div>
  );
}
