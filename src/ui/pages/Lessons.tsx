import { href } from "../app/routes.ts";
import { type Key, useT } from "../i18n.tsx";
import { Dial } from "../parts/Dial.tsx";
import styles from "./home.module.css";
import { PlainPage } from "./PlainPage.tsx";
import { progressOf, TOPICS } from "./topics.ts";

/** All lessons, by topic. */
export default function LessonsPage() {
  const t = useT();
  return (
    <PlainPage title={t("ui.nav.lessons")}>
      <div className={styles.topics}>
        {TOPICS.flatMap((topic) =>
          topic.lessons.map((id) => (
            <a key={id} className={styles.topic} href={href({ page: "lesson", id })}>
              <Dial
                size={40}
                phase={0}
                done={progressOf([id]) === 1}
                colour={progressOf([id]) ? "accent" : "edge"}
              />
              <span>
                <b>{t(`ui.topic.${topic.id}` as Key)}</b>
                <span>{t(`ui.topic.${topic.id}.about` as Key)}</span>
              </span>
            </a>
          )),
        )}
      </div>
    </PlainPage>
  );
}
