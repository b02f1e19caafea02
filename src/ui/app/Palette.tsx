import { Search } from "lucide-react";
import { useMemo } from "react";
import { Autocomplete, Input, ListBox, ListBoxItem, Text, TextField, useFilter } from "react-aria-components";
import { languages } from "../../i18n/languages.ts";
import { type T, useT } from "../i18n.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Icon } from "../parts/Icon.tsx";
import { Kbd } from "../parts/Kbd.tsx";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import type { State } from "../parts/states.ts";
import { chooseRunFile } from "../share/state.ts";
import { hasEngine } from "../store/engine.ts";
import { podsOf } from "../store/select/pods.ts";
import { setLanguage, setMotion, setTheme } from "../store/settings.ts";
import { select, setView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import { HOTKEYS, liveHotkeys, runHotkey } from "./hotkeys.ts";
import styles from "./palette.module.css";
import { go } from "./routes.ts";

interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  readonly keys?: string;
  readonly lang?: string;
  readonly state?: State;
  run(): void;
}

/** Ctrl+K: pages, hotkeys that work now, languages, and the pods of the run. */
export default function Palette() {
  const t = useT();
  const close = (): void => setView({ dialog: null });
  return (
    <Dialog open onClose={close} title={t("ui.palette.title")} bare>
      <PaletteList onDone={close} />
    </Dialog>
  );
}

function PaletteList({ onDone }: { onDone: () => void }) {
  const t = useT();
  const tables = useWorld((w) => w.tables);
  const commands = useMemo(
    () => [
      ...actionsNow(t),
      ...sharing(t),
      ...places(t),
      ...podCommands(t, tables),
      ...looks(t),
      ...tongues(t),
    ],
    [t, tables],
  );
  const { contains } = useFilter({ sensitivity: "base" });
  return (
    <Autocomplete filter={contains}>
      <TextField aria-label={t("ui.palette.placeholder")} autoFocus className={styles.field ?? ""}>
        <Icon of={Search} />
        <Input
          role="combobox"
          aria-expanded="true"
          placeholder={t("ui.palette.placeholder")}
          className={styles.input ?? ""}
        />
      </TextField>
      <ListBox
        aria-label={t("ui.palette.title")}
        className={styles.list ?? ""}
        items={commands}
        selectionMode="none"
        onAction={(key) => {
          onDone();
          commands.find((c) => c.id === key)?.run();
        }}
        renderEmptyState={() => <p className={styles.none}>{t("ui.palette.none")}</p>}
      >
        {(command) => (
          <ListBoxItem
            id={command.id}
            textValue={`${command.label} ${command.group}`}
            className={styles.item ?? ""}
          >
            {command.state && <StateGlyph state={command.state} />}
            <Text
              slot="label"
              className={styles.label ?? ""}
              {...(command.lang ? { lang: command.lang } : {})}
            >
              {command.label}
            </Text>
            <span className={styles.group}>{command.group}</span>
            {command.keys && <Kbd keys={command.keys} />}
          </ListBoxItem>
        )}
      </ListBox>
    </Autocomplete>
  );
}

const actionsNow = (t: T): Command[] =>
  liveHotkeys()
    .filter((id) => id !== "palette" && id !== "out")
    .map((id) => ({
      id: `key.${id}`,
      label: id === "shortcuts" ? t("ui.shortcuts") : t(`ui.key.${id}`),
      group: t("ui.palette.do"),
      keys: HOTKEYS[id].keys,
      run: () => setTimeout(() => runHotkey(id)),
    }));

/** Runs as files and links; the link's own key is among the hotkeys. */
const sharing = (t: T): Command[] => [
  {
    id: "run.open",
    label: t("share.open"),
    group: t("ui.palette.do"),
    run: chooseRunFile,
  },
  ...(hasEngine()
    ? [
        {
          id: "run.share",
          label: t("share.more"),
          group: t("ui.palette.do"),
          run: () => setTimeout(() => setView({ dialog: "share" })),
        },
      ]
    : []),
];

const places = (t: T): Command[] =>
  (["home", "sandbox", "lessons", "about", "fidelity"] as const).map((page) => ({
    id: `go.${page}`,
    label: t(`ui.nav.${page}`),
    group: t("ui.palette.go"),
    run: () => go({ page }),
  }));

const podCommands = (t: T, tables: Parameters<typeof podsOf>[0]): Command[] =>
  podsOf(tables).map((pod) => ({
    id: pod.id,
    label: pod.name,
    group: t("ui.palette.pod"),
    state: pod.state,
    run: () => select({ kind: "object", id: pod.id }),
  }));

const looks = (t: T): Command[] => [
  ...(["system", "light", "dark"] as const).map((theme) => ({
    id: `theme.${theme}`,
    label: t(`ui.theme.${theme}`),
    group: t("ui.palette.look"),
    run: () => setTheme(theme),
  })),
  ...(["system", "full", "still"] as const).map((motion) => ({
    id: `motion.${motion}`,
    label: t(`ui.motion.${motion}`),
    group: t("ui.palette.look"),
    run: () => setMotion(motion),
  })),
];

const tongues = (t: T): Command[] =>
  languages.map(({ id, name }) => ({
    id: `lang.${id}`,
    label: name,
    group: t("ui.language"),
    lang: id,
    run: () => setLanguage(id),
  }));
