import { createRoot } from "react-dom/client";
import "../theme/tokens.css";
import "../theme/fonts.css";
import "../theme/fills.css";
import { I18nProvider } from "react-aria-components";
import { isLang } from "../../i18n/languages.ts";
import { startWords, words } from "../i18n.tsx";
import { openLesson } from "../lesson/lesson-store.ts";
import { Mini } from "../lesson/Mini.tsx";
import { HTML_LANG, useSettings } from "../store/settings.ts";

/** Puts the run into the page's stage, and a mini-stage into each place that the text left for one. */
export async function bringToLife(lesson: string, lang: string): Promise<void> {
  if (!isLang(lang)) return;
  // The page is in one language, whatever the reader chose elsewhere.
  useSettings.setState({ language: lang });
  await startWords();
  if (!(await openLesson(lesson))) return;
  for (const place of document.querySelectorAll<HTMLElement>("[data-mini]"))
    createRoot(place).render(
      <I18nProvider locale={HTML_LANG[lang]}>
        <Mini id={place.dataset["mini"] ?? ""} />
      </I18nProvider>,
    );
  const stage = document.querySelector<HTMLElement>(".stage");
  if (!stage) return;
  const address = new URL("../../../embed.html", location.href);
  for (const [name, value] of Object.entries({
    lesson,
    lang,
    panels: "diagram,timeline",
    run: "solution",
    origin: location.origin,
  }))
    address.searchParams.set(name, value);
  const frame = document.createElement("iframe");
  frame.loading = "lazy";
  frame.title = words()?.t("ui.panel.diagram") ?? "Syncloop";
  frame.src = address.href;
  stage.prepend(frame);
  stage.hidden = false;
}
