import { folders, type LessonFolder, lessons, subscribe, texts } from "virtual:lessons";
import { useEffect, useState, useSyncExternalStore } from "react";
import { languages } from "../../i18n/languages.ts";
import { type CompiledLesson, LANGUAGES, type Language } from "../../lessons/text.ts";
import { setLanguage, useSettings } from "../store/settings.ts";
import styles from "./author.module.css";
import { Checks } from "./Checks.tsx";
import { Columns } from "./Columns.tsx";
import { askFor, useStates } from "./server.ts";
import type { Tell } from "./words.ts";

export interface Content {
  readonly folder: LessonFolder;
  readonly texts: Readonly<Record<Language, CompiledLesson>>;
}

const subscribeHash = (listener: () => void): (() => void) => {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
};
const lessonOfHash = (): string => decodeURIComponent(location.hash.slice(1));

/** A lesson's last good version in all languages, fetched again whenever it is edited. */
function useContent(id: string): Content | null {
  const [content, setContent] = useState<Content | null>(null);
  useEffect(() => {
    let gone = false;
    const fetchAll = async (): Promise<void> => {
      const folder = (await folders[id]?.())?.default;
      const all = await Promise.all(
        LANGUAGES.map(async (l) => [l, (await texts[`${id}/${l}`]?.())?.default]),
      );
      if (gone || !folder) return;
      setContent({ folder, texts: Object.fromEntries(all) as Content["texts"] });
    };
    void fetchAll();
    const stop = subscribe((keys) => {
      if (keys.some((key) => key === id || key.startsWith(`${id}/`))) void fetchAll();
    });
    return () => {
      gone = true;
      stop();
    };
  }, [id]);
  return content?.folder.lesson.metadata.id === id || content?.texts.en?.id === id ? content : null;
}

/** A lesson as its author sees it: every language beside the others, what the checks say, where to mend it. */
export function AuthorPage({ tell }: { tell: Tell }) {
  const hash = useSyncExternalStore(subscribeHash, lessonOfHash);
  const id = lessons.some((l) => l.id === hash) ? hash : (lessons[0]?.id ?? "");
  const { language } = useSettings();
  const [shown, setShown] = useState<readonly Language[]>(LANGUAGES);
  const state = useStates((s) => s[id]);
  const content = useContent(id);
  useEffect(() => {
    if (id !== "") askFor(id);
    document.title = `${id} · ${tell("page.title")}`;
  }, [id, tell]);
  if (!import.meta.hot) return <p>{tell("page.ask-server")}</p>;
  if (id === "") return <p className={styles.empty}>{tell("page.none")}</p>;
  const demo = content?.folder.lesson.kind === "Demo";
  return (
    <div className={styles.page}>
      <header className={styles.bar}>
        <h1>{tell("page.title")}</h1>
        <label>
          {tell("page.lesson")}{" "}
          <select
            value={id}
            onChange={(e) => {
              location.hash = e.target.value;
            }}
          >
            {lessons.map((l) => (
              <option key={l.id} value={l.id}>
                {l.id}
              </option>
            ))}
          </select>
        </label>
        <fieldset>
          <legend>{tell("page.languages")}</legend>
          {languages.map(({ id: lang, name }) => (
            <label key={lang}>
              <input
                type="checkbox"
                checked={shown.includes(lang)}
                onChange={() =>
                  setShown(LANGUAGES.filter((l) => (l === lang ? !shown.includes(l) : shown.includes(l))))
                }
              />
              {name}
            </label>
          ))}
        </fieldset>
        <span className={styles.grow} />
        {languages.map(({ id: lang, name }) => (
          <a
            key={lang}
            href={`/?lang=${lang}#/${demo ? "present" : "lesson"}/${id}`}
            target="_blank"
            rel="noreferrer"
            title={tell("page.play")}
          >
            {name} ↗
          </a>
        ))}
        <select
          aria-label={tell("page.languages")}
          value={language}
          onChange={(e) => setLanguage(e.target.value as Language)}
        >
          {languages.map(({ id: lang, name }) => (
            <option key={lang} value={lang}>
              {name}
            </option>
          ))}
        </select>
      </header>
      <div className={styles.body}>
        <main className={styles.columns}>
          {content && <Columns content={content} shown={shown} state={state} tell={tell} />}
        </main>
        <aside className={styles.checks} aria-label={tell("page.checks")}>
          {state && <Checks state={state} lang={language} tell={tell} />}
        </aside>
      </div>
    </div>
  );
}
