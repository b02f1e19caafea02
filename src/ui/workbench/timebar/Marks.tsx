import { Bookmark } from "lucide-react";
import { useHotkey } from "../../app/hotkeys.ts";
import { useT, useTranslator } from "../../i18n.tsx";
import { IconButton } from "../../parts/Button.tsx";
import { Menu } from "../../parts/Menu.tsx";
import { toast } from "../../parts/Toast.tsx";
import { addMark, removeMark, useMarks } from "../../store/marks.ts";
import { pause, seek } from "../../store/playback.ts";
import { runTime } from "../../store/time.ts";
import { useWorld, world } from "../../store/world.ts";
import { tell, toldAt } from "../../words/records.ts";

/** Marked moments: mark this one, go to another. */
export function Marks() {
  const t = useT();
  const translator = useTranslator();
  const list = useMarks((m) => m.list);
  const here = useWorld((w) => list.some((m) => m.at === w.now));
  const mark = (): void => {
    const { now, trace } = world.getState();
    const latest = trace.records.findLast((r) => toldAt(r, "normal"));
    addMark(now, latest ? tell(latest, translator) : "");
    toast(t("ui.marks.marked", { time: runTime(now) }));
  };
  useHotkey("mark", mark);
  return (
    <Menu
      label={t("ui.marks")}
      groups={[
        {
          id: "here",
          entries: [
            { id: here ? "remove" : "add", label: t(here ? "ui.marks.remove" : "ui.marks.add"), hotkey: "D" },
          ],
        },
        ...(list.length > 0
          ? [
              {
                id: "list",
                title: t("ui.marks"),
                entries: list.map((m) => ({ id: String(m.at), label: runTime(m.at), detail: m.name })),
              },
            ]
          : []),
      ]}
      onChoose={(id) => {
        if (id === "add") mark();
        else if (id === "remove") removeMark(world.getState().now);
        else {
          pause();
          void seek(Number(id));
        }
      }}
      trigger={<IconButton icon={Bookmark} label={t("ui.marks")} />}
    />
  );
}
