import { useEffect, useRef, useState } from "react";
import { openShelf } from "../editor/files.ts";
import { useT } from "../i18n.tsx";
import { lessonFiles, useLesson } from "../lesson/lesson-store.ts";
import { Tabs } from "../parts/Tabs.tsx";
import { useView } from "../store/view.ts";
import { PanelBody } from "./Panel.tsx";
import { EditorPanel, LessonPanel, NarratorPanel } from "./panels.ts";

const TABS = [
  { id: "text", label: "lesson.tab.text", component: LessonPanel },
  { id: "editor", label: "ui.panel.editor", component: EditorPanel },
  { id: "narrator", label: "ui.panel.narrator", component: NarratorPanel },
] as const;
type TabId = (typeof TABS)[number]["id"];

/** The lesson's text, the editor with its files, the narrator: one at a time, for reading needs height. */
export function LessonColumn({ id }: { id: string }) {
  const t = useT();
  const [tab, setTab] = useState<TabId>("text");
  const folder = useLesson((l) => (l.id === id ? l.folder : null));
  const run = useView((v) => v.run);
  const firstRun = useRef(run);
  useEffect(() => {
    if (!folder) return;
    openShelf({ id, files: lessonFiles(folder) }, run !== firstRun.current);
    return () => openShelf(null);
  }, [id, folder, run]);
  return (
    <Tabs
      label={t("ui.panel.left")}
      selected={tab}
      onSelect={setTab}
      items={TABS.map(({ id: tabId, label, component: Body }) => ({
        id: tabId,
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
