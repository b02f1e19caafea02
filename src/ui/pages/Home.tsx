import { Play, Presentation } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { languages } from "../../i18n/languages.ts";
import { href } from "../app/routes.ts";
import { ThemeButton, TopBar } from "../app/TopBar.tsx";
import { type Key, useT, useTranslator } from "../i18n.tsx";
import { LinkButton } from "../parts/Button.tsx";
import { Icon } from "../parts/Icon.tsx";
import { HTML_LANG, setLanguage, useSettings } from "../store/settings.ts";
import { HomeRing } from "./HomeRing.tsx";
import { HomeRun } from "./HomeRun.tsx";
import styles from "./home.module.css";
import { LessonCard } from "./LessonCard.tsx";
import { DEMOS, LESSONS, TALKS } from "./topics.ts";

/** What it is, in one look; lessons by topic; demos; the door to the sandbox. */
export function HomePage({ missing }: { missing?: string }) {
  const t = useT();
  const { lang } = useTranslator();
  useEffect(() => {
    let end: (() => void) | undefined;
    let gone = false;
    // The live miniature waits until the page stands.
    const timer = setTimeout(async () => {
      const [{ startSession }, { startPlayback }] = await Promise.all([
        import("../workbench/session.ts"),
        import("../store/playback.ts"),
      ]);
      if (gone) return;
      const ends = [startSession({ page: "home" }, new URLSearchParams()), startPlayback()];
      end = () => {
        for (const stop of ends) stop();
      };
    }, 50);
    return () => {
      gone = true;
      clearTimeout(timer);
      end?.();
    };
  }, []);
  return (
    <div className={styles.page}>
      <TopBarHome />
      <main id="main" tabIndex={-1} className={styles.main}>
        {missing && <p className={styles.missing}>{t("ui.missing", { path: missing })}</p>}
        <section className={styles.hero}>
          <div className={styles.words}>
            <h1>{t("ui.home.title")}</h1>
            <p className={styles.lead}>{t("ui.home.lead")}</p>
            <div className={styles.doors}>
              <LinkButton kind="primary" size="l" href={href({ page: "sandbox" })}>
                {t("ui.home.sandbox")}
              </LinkButton>
              {LESSONS[0] && (
                <LinkButton size="l" href={href({ page: "lesson", id: LESSONS[0].id })}>
                  {t("ui.home.first")}
                </LinkButton>
              )}
            </div>
            <p className={styles.note}>{t("ui.home.note")}</p>
            <HomeRun />
          </div>
          <HomeRing />
        </section>
        <div className={styles.lists}>
          <section>
            <ListHead title={t("ui.nav.lessons")}>
              <a href={href({ page: "lessons" })}>{t("ui.home.all", { count: LESSONS.length })}</a>
            </ListHead>
            <ul className={styles.topics}>
              {LESSONS.map((lesson) => (
                <li key={lesson.id}>
                  <LessonCard lesson={lesson} />
                </li>
              ))}
            </ul>
          </section>
          <section>
            <ListHead title={t("ui.home.demos")} />
            <ul className={styles.demos}>
              {TALKS.map((talk) => (
                <li key={talk.id}>
                  <a className={styles.demo} href={href({ page: "present", id: talk.id })}>
                    <span className={styles.playMark}>
                      <Icon of={Presentation} size={14} />
                    </span>
                    <span>
                      <b>{talk.title[lang]}</b>
                      <span>{talk.description[lang]}</span>
                    </span>
                  </a>
                </li>
              ))}
              {DEMOS.map((id) => (
                <li key={id}>
                  <a className={styles.demo} href={href({ page: "demo", id })}>
                    <span className={styles.playMark}>
                      <Icon of={Play} size={14} />
                    </span>
                    <span>
                      <b>{t(`ui.demo.${id}` as Key)}</b>
                      <span>{t(`ui.demo.${id}.about` as Key)}</span>
                    </span>
                  </a>
                </li>
              ))}
            </ul>
          </section>
        </div>
        <footer className={styles.foot}>
          <a href={href({ page: "about" })}>{t("ui.nav.about")}</a>
          <a href={href({ page: "fidelity" })}>{t("ui.nav.fidelity")}</a>
        </footer>
      </main>
    </div>
  );
}

function ListHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={styles.listHead}>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** On the home page the four languages stand in the open. */
function TopBarHome() {
  const t = useT();
  const language = useSettings((s) => s.language);
  return (
    <TopBar plain>
      <nav className={styles.nav} aria-label={t("ui.nav.main")}>
        <a href={href({ page: "lessons" })}>{t("ui.nav.lessons")}</a>
        <a href={href({ page: "sandbox" })}>{t("ui.nav.sandbox")}</a>
      </nav>
      <div className={styles.languages} role="group" aria-label={t("ui.language")}>
        {languages.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            lang={HTML_LANG[id]}
            aria-pressed={id === language}
            onClick={() => setLanguage(id)}
          >
            {name}
          </button>
        ))}
      </div>
      <ThemeButton />
    </TopBar>
  );
}
