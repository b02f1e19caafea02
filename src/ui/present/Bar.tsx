import {
  ArrowLeft,
  ArrowRight,
  Lightbulb,
  LogOut,
  NotebookPen,
  Pause,
  Play,
  Presentation,
  Snowflake,
  Square,
} from "lucide-react";
import { type Lang, languages } from "../../i18n/languages.ts";
import type { Moment } from "../../lessons/format.ts";
import { href } from "../app/routes.ts";
import { LanguageMenu, ThemeButton } from "../app/TopBar.tsx";
import { useT, useTranslator } from "../i18n.tsx";
import { Button, IconButton } from "../parts/Button.tsx";
import { Menu } from "../parts/Menu.tsx";
import { HTML_LANG } from "../store/settings.ts";
import { useView } from "../store/view.ts";
import { Clock } from "../workbench/timebar/Clock.tsx";
import { connected, type Role } from "./channel.ts";
import { command, isApart, useLead } from "./lead.ts";
import styles from "./present.module.css";
import { openWindow } from "./windows.ts";

/** The controls of a talk: the next moment by its name, the picture, the other windows. */
export function Bar({
  id,
  moments,
  next,
  onToggle,
}: {
  id: string;
  moments: readonly Moment[];
  next: string | undefined;
  onToggle: () => void;
}) {
  const t = useT();
  const playing = useView((v) => v.playing);
  const { at, shown, frozen, black, lit } = useLead((l) => l.talk);
  const apart = useLead(isApart);
  return (
    <footer className={styles.bar}>
      <IconButton
        icon={ArrowLeft}
        iconSize={20}
        label={t("lesson.back")}
        hotkey="PgUp"
        isDisabled={at === 0}
        onPress={() => command("back")}
      />
      <IconButton
        icon={playing ? Pause : Play}
        kind="primary"
        round
        iconSize={22}
        label={t(playing ? "ui.time.pause" : "ui.time.play")}
        onPress={onToggle}
      />
      <Button
        kind="primary"
        size="l"
        isDisabled={next === undefined}
        aria-label={next === undefined ? t("present.end") : t("lesson.moment.next", { title: next })}
        onPress={() => command("next")}
      >
        <span className={styles.next}>
          {next === undefined ? t("present.end") : t("lesson.moment.next", { title: next })}
        </span>
        {next !== undefined && <ArrowRight size={17} aria-hidden />}
      </Button>
      <Clock />
      <span className={styles.dots} aria-hidden>
        {moments.map((m, i) => (
          <i key={m.id} data-now={i === at || undefined} data-past={i < at || undefined} />
        ))}
      </span>
      <span className={styles.grow} />
      <span className={styles.signs} role="status">
        {frozen && (
          <b>{apart && shown !== at ? t("present.frozenAt", { moment: shown + 1 }) : t("present.frozen")}</b>
        )}
        {black && <b>{t("lesson.present.black")}</b>}
      </span>
      <span className={styles.tools} role="group" aria-label={t("present.picture")}>
        <IconButton
          icon={Lightbulb}
          label={t("present.spotlight")}
          hotkey="S"
          pressed={lit}
          onPress={() => command("spotlight")}
        />
        <IconButton
          icon={Snowflake}
          label={t("present.freeze")}
          hotkey="F"
          pressed={frozen}
          onPress={() => command("freeze")}
        />
        <IconButton
          icon={Square}
          label={t("present.black")}
          hotkey="B"
          pressed={black}
          onPress={() => command("black")}
        />
      </span>
      <Windows id={id} />
      <span className={styles.tools}>
        <LanguageMenu />
        <ThemeButton />
        <IconButton
          icon={LogOut}
          label={t("present.leave")}
          onPress={() => {
            location.hash = href({ page: "lessons" });
          }}
        />
      </span>
    </footer>
  );
}

/** The audience's window, with its language, and that of the notes. */
function Windows({ id }: { id: string }) {
  const t = useT();
  const { lang } = useTranslator();
  const apart = useLead(isApart);
  const notes = useLead((l) => l.notes.length > 0);
  const language = useLead((l) => l.language) ?? lang;
  const open = (role: Role): void => {
    const opened = openWindow(id, role, role === "audience" ? language : lang);
    useLead.setState({ blocked: opened ? null : role });
  };
  // Windows that cannot hear each other are no help.
  if (!connected) return null;
  return (
    <span className={styles.windows}>
      <Button onPress={() => open("audience")} aria-label={t("present.audience")} icon={Presentation}>
        <span className={styles.wide}>{t("present.audience")}</span>
        {apart && <i className={styles.on} title={t("present.connected")} />}
      </Button>
      <Menu
        label={t("present.audience.language")}
        trigger={
          <Button aria-label={t("present.audience.language")}>
            <span lang={HTML_LANG[language]}>{language.toUpperCase()}</span>
          </Button>
        }
        chosen={language}
        onChoose={(chosen) => useLead.setState({ language: chosen as Lang })}
        groups={[
          {
            id: "languages",
            title: t("present.audience.language"),
            entries: languages.map((l) => ({ id: l.id, label: l.name, lang: HTML_LANG[l.id] })),
          },
        ]}
      />
      <Button onPress={() => open("notes")} aria-label={t("lesson.notes")} icon={NotebookPen}>
        <span className={styles.wide}>{t("lesson.notes")}</span>
        {notes && <i className={styles.on} title={t("present.connected")} />}
      </Button>
    </span>
  );
}
