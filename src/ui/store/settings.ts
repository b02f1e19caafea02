/** Language, theme and motion: read once at start, kept on this device, shown on the root element. */
import { create } from "zustand";
import { isLang, type Lang, pickLanguage } from "../../i18n/languages.ts";
import { load, save } from "./keep.ts";

export const HTML_LANG: Record<Lang, string> = { en: "en", ru: "ru", zh: "zh-CN", ko: "ko" };

export type Theme = "system" | "light" | "dark";
export type Motion = "system" | "full" | "still";

export interface Settings {
  readonly language: Lang;
  readonly theme: Theme;
  readonly motion: Motion;
}

/** The address first (`?lang=ru`), then what was kept, then what the browser asks for. */
function firstLanguage(): Lang {
  const asked = new URLSearchParams(location.search).get("lang");
  if (isLang(asked)) return asked;
  const kept = load<unknown>("language", null);
  return isLang(kept) ? kept : pickLanguage(navigator.languages ?? []);
}

function firstTheme(): Theme {
  const asked = new URLSearchParams(location.search).get("theme");
  return asked === "light" || asked === "dark" ? asked : load<Theme>("theme", "system");
}

export const useSettings = create<Settings>(() => ({
  language: firstLanguage(),
  theme: firstTheme(),
  motion: load<Motion>("motion", "system"),
}));

const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const prefersStill = matchMedia("(prefers-reduced-motion: reduce)");

/** The theme in force: what was chosen, or what the system says. */
export const darkNow = (theme: Theme): boolean =>
  theme === "system" ? prefersDark.matches : theme === "dark";

/** Nothing travels or sweeps: the reader's setting, or the system's. */
export function stillNow(): boolean {
  const { motion } = useSettings.getState();
  return motion === "system" ? prefersStill.matches : motion === "still";
}

function show(): void {
  const { language, theme, motion } = useSettings.getState();
  const root = document.documentElement;
  root.lang = HTML_LANG[language];
  root.dataset["theme"] = darkNow(theme) ? "dark" : "light";
  if (motion === "system") delete root.dataset["motion"];
  else root.dataset["motion"] = motion;
}

show();
useSettings.subscribe(show);
prefersDark.addEventListener("change", show);

/** Changes the language, in the address too, and nothing else: the run and the place in it stay. */
export function setLanguage(language: Lang): void {
  save("language", language);
  const address = new URL(location.href);
  address.searchParams.set("lang", language);
  history.replaceState(history.state, "", address);
  useSettings.setState({ language });
}

export function setTheme(theme: Theme): void {
  save("theme", theme);
  useSettings.setState({ theme });
}

export function setMotion(motion: Motion): void {
  save("motion", motion);
  useSettings.setState({ motion });
}
