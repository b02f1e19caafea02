import { useT, useTranslator } from "../i18n.tsx";
import { useLead } from "./lead.ts";
import styles from "./present.module.css";
import { addressOf } from "./windows.ts";

/** The browser held a window back: a link opens it all the same. */
export function BlockedNotice({ id }: { id: string }) {
  const t = useT();
  const { lang } = useTranslator();
  const blocked = useLead((l) => l.blocked);
  const language = useLead((l) => l.language);
  if (blocked === null) return null;
  return (
    <p className={styles.blocked} role="alert">
      {t("present.blocked")}{" "}
      <a
        href={addressOf(id, blocked, blocked === "audience" ? (language ?? lang) : lang)}
        target="_blank"
        rel="noreferrer"
        onClick={() => useLead.setState({ blocked: null })}
      >
        {t(blocked === "audience" ? "present.audience" : "lesson.notes")}
      </a>
    </p>
  );
}
