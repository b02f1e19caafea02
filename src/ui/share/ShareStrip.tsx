import { Share2, X } from "lucide-react";
import { type Key, useT, useTranslator } from "../i18n.tsx";
import { IconButton } from "../parts/Button.tsx";
import { Icon } from "../parts/Icon.tsx";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import styles from "./share.module.css";
import { useShare } from "./state.ts";

/** Above the diagram: what was wrong with a link or a file and what to do, or what its sender wrote. */
export function ShareStrip() {
  const t = useT();
  const { format } = useTranslator();
  const { problem, file, notice } = useShare();
  const close = (): void => useShare.setState({ problem: null, notice: null });
  if (problem) {
    const { limit } = problem.args;
    const args = { ...problem.args, ...(limit !== undefined ? { limit: format.bytes(Number(limit)) } : {}) };
    const todo = problem.code === "version" ? "version" : file === null ? "link" : "file";
    return (
      <div className={styles.strips}>
        <div className={styles.bad} role="alert">
          <StateGlyph state="failed" />
          <div className={styles.text}>
            <p>
              <b>{file === null ? t("share.bad.link") : t("share.bad.file", { file })}</b>
            </p>
            <p>{t(`share.problem.${problem.code}` as Key, args)}</p>
            <p className={styles.note}>{t(`share.todo.${todo}`)}</p>
          </div>
          <IconButton icon={X} iconSize={14} label={t("ui.close")} onPress={close} />
        </div>
      </div>
    );
  }
  if (!notice) return null;
  return (
    <div className={styles.strips}>
      <div className={styles.notice} role="status">
        <Icon of={Share2} size={14} />
        <div className={styles.text}>
          {notice.notes && <p>{notice.notes}</p>}
          {notice.revised && <p className={styles.note}>{t("share.revised")}</p>}
        </div>
        <IconButton icon={X} iconSize={14} label={t("ui.close")} onPress={close} />
      </div>
    </div>
  );
}
