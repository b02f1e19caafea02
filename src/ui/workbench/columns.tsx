import { Maximize2, Minimize2, PanelBottomClose, X } from "lucide-react";
import type { ReactNode } from "react";
import { useHotkey } from "../app/hotkeys.ts";
import type { Route } from "../app/routes.ts";
import { useT } from "../i18n.tsx";
import { IconButton } from "../parts/Button.tsx";
import { Tabs } from "../parts/Tabs.tsx";
import { setView, togglePanel, useView } from "../store/view.ts";
import { LessonColumn } from "./LessonColumn.tsx";
import { Panel, PanelBody } from "./Panel.tsx";
import { DiagramPanel, DOCK_PANELS, EditorPanel, NarratorPanel, RIGHT_PANELS, WhyPanel } from "./panels.ts";
import styles from "./workbench.module.css";

/** Editor above the narrator. */
export function LeftColumn({
  route,
  narratorSize,
  splitter,
}: {
  route: Route;
  narratorSize: number;
  splitter: ReactNode;
}) {
  const t = useT();
  if (route.page === "lesson") return <LessonColumn key={route.id} id={route.id} />;
  return (
    <div className={styles.stack} style={{ gridTemplateRows: `minmax(0, 1fr) ${narratorSize}px` }}>
      <Panel area="editor" label={t("ui.panel.editor")}>
        <EditorPanel />
      </Panel>
      <div className={styles.cell}>
        {splitter}
        <Panel area="narrator" label={t("ui.panel.narrator")}>
          <NarratorPanel />
        </Panel>
      </div>
    </div>
  );
}

export function Stage() {
  return <DiagramPanel />;
}

/** The selected thing, and under it why it is so. */
export function RightColumn({
  onClose,
  whySize,
  splitter,
}: {
  onClose?: (() => void) | undefined;
  whySize: number;
  splitter: ReactNode;
}) {
  const t = useT();
  const tab = useView((v) => v.rightTab);
  return (
    <div
      className={styles.stack}
      style={{
        gridTemplateRows:
          // A chart needs room: Why keeps what is left, at most.
          tab === "statechart" ? "minmax(0, 17fr) minmax(0, 7fr)" : `minmax(80px, 1fr) ${whySize}px`,
      }}
    >
      <section className={styles.panel} aria-label={t("ui.panel.inspector")}>
        <Tabs
          label={t("ui.panel.inspector")}
          selected={tab}
          onSelect={(rightTab) => setView({ rightTab })}
          tail={onClose && <IconButton icon={X} label={t("ui.close")} onPress={onClose} />}
          items={RIGHT_PANELS.map(({ id, label, component: Body }) => ({
            id,
            label: t(label),
            content: (
              <PanelBody label={t(label)}>
                <Body />
              </PanelBody>
            ),
          }))}
        />
      </section>
      <div className={styles.cell} data-line>
        {tab !== "statechart" && splitter}
        <Panel area="why" label={t("ui.panel.why")}>
          <WhyPanel />
        </Panel>
      </div>
    </div>
  );
}

/** Timeline, events, console, metrics. */
export function Dock({ splitter }: { splitter: ReactNode }) {
  const t = useT();
  const tab = useView((v) => v.dockTab);
  const maximized = useView((v) => v.maximized === "dock");
  useHotkey("out", () => setView({ maximized: null }));
  return (
    <section className={styles.dockPanel} aria-label={t("ui.panel.dock")}>
      {splitter}
      <Tabs
        label={t("ui.panel.dock")}
        selected={tab}
        onSelect={(dockTab) => setView({ dockTab })}
        tail={
          <>
            <IconButton
              icon={maximized ? Minimize2 : Maximize2}
              label={t(maximized ? "ui.panel.restore" : "ui.panel.maximize")}
              iconSize={15}
              onPress={() => setView({ maximized: maximized ? null : "dock" })}
            />
            <IconButton
              icon={PanelBottomClose}
              label={t("ui.panel.hide")}
              iconSize={15}
              onPress={() => togglePanel("dock")}
            />
          </>
        }
        items={DOCK_PANELS.map(({ id, label, component: Body }) => ({
          id,
          label: t(label),
          content: (
            <PanelBody label={t(label)}>
              <Body />
            </PanelBody>
          ),
        }))}
      />
    </section>
  );
}
