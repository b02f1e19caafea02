import { CircleHelp, Globe, Moon, Sun } from "lucide-react";
import type { ReactNode } from "react";
import { type Lang, languages } from "../../i18n/languages.ts";
import { useT } from "../i18n.tsx";
import { IconButton } from "../parts/Button.tsx";
import { Menu } from "../parts/Menu.tsx";
import { darkNow, HTML_LANG, setLanguage, setTheme, useSettings } from "../store/settings.ts";
import { setView } from "../store/view.ts";
import { HOTKEYS } from "./hotkeys.ts";
import { Logo } from "./Logo.tsx";
import { href } from "./routes.ts";
import styles from "./topbar.module.css";

/** The bar over every page: the name, where one is, what one can do; language and theme unless it is `plain`. */
export function TopBar({
  where,
  plain = false,
  children,
}: {
  where?: ReactNode;
  plain?: boolean;
  children?: ReactNode;
}) {
  const t = useT();
  return (
    <header className={styles.bar}>
      <a className={styles.brand} href={href({ page: "home" })} aria-label={t("ui.nav.home")}>
        <Logo />
        <span>Syncloop</span>
      </a>
      {where && <span className={styles.rule} />}
      {where}
      <span className={styles.grow} />
      {children}
      {!plain && (
        <>
          <LanguageMenu />
          <ThemeButton />
          <span className={styles.wide}>
            <IconButton
              icon={CircleHelp}
              label={t("ui.shortcuts")}
              hotkey={HOTKEYS.shortcuts.keys}
              onPress={() => setView({ dialog: "shortcuts" })}
            />
          </span>
        </>
      )}
    </header>
  );
}

export function LanguageMenu() {
  const t = useT();
  const language = useSettings((s) => s.language);
  return (
    <Menu
      label={t("ui.language")}
      trigger={<IconButton icon={Globe} label={t("ui.language")} />}
      chosen={language}
      onChoose={(id) => setLanguage(id as Lang)}
      groups={[
        {
          id: "languages",
          entries: languages.map(({ id, name }) => ({ id, label: name, lang: HTML_LANG[id] })),
        },
      ]}
    />
  );
}

export function ThemeButton() {
  const t = useT();
  const dark = useSettings((s) => darkNow(s.theme));
  return (
    <IconButton
      icon={dark ? Sun : Moon}
      label={t(dark ? "ui.theme.light" : "ui.theme.dark")}
      hotkey={HOTKEYS.theme.keys}
      onPress={() => setTheme(dark ? "light" : "dark")}
    />
  );
}
