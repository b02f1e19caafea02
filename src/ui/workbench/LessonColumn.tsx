import { useEffect, useRef } from "react";
import { openShelf } from "../editor/files.ts";
import { useT } from "../i18n.tsx";
import { GoalBar } from "../lesson/GoalBar.tsx";
import { lessonFiles, useLesson } from "../lesson/lesson-store.ts";
import { Tabs } from "../parts/Tabs.tsx";
import { useView } from "../store/view.ts";
import { formOf } from "./layout.ts";
import { PanelBody } from "./Panel.tsx";
import { DOCK_PANELS, EditorPanel, LessonPanel, NarratorPanel } from "./panels.ts";

const TABS = [
  { id: "text", label: "lesson.tab.text", component: LessonPanel },
  { id: "editor", label: "ui.panel.editor", component: EditorPanel },
  { id: "narrator", label: "ui.panel.narrator", component: NarratorPanel },
] as const;
/** On a phone there is no dock: the console stands beside the text. */
const PHONE_TABS = [
  ...TABS,
  ...DOCK_PANELS.filter((p) => p.id === "console").map((p) => ({ ...p, id: "console" as const })),
];

/** The lesson's text, the editor with its files, the narrator: one at a time, for reading needs height. */
export function LessonColumn({ id }: { id: string }) {
  const t = useT();
  const tab = useLesson((l) => l.tab);
  const phone = formOf(innerWidth) === "phone";
  const tabs = phone ? PHONE_TABS : TABS;
  const shown = tabs.some((x) => x.id === tab) ? tab : "text";
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
      selected={shown}
      onSelect={(next) => useLesson.setState({ tab: next })}
      items={tabs.map(({ id: tabId, label, component: Body }) => ({
        id: tabId,
        label: t(label),
        content: (
          <>
            <PanelBody label={t(label)}>
              <Body />
            </PanelBody>
            {tabId !== "text" && <GoalBar onOpen={() => useLesson.setState({ tab: "text" })} />}
          </>
        ),
      }))}
    />
  );
}
