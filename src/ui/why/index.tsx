import { CircleHelp, Copy } from "lucide-react";
import { useT, useTranslator } from "../i18n.tsx";
import { IconButton } from "../parts/Button.tsx";
import { EmptyState } from "../parts/EmptyState.tsx";
import { Icon } from "../parts/Icon.tsx";
import { MessageGlyph } from "../parts/MessageGlyph.tsx";
import styles from "../parts/panels.module.css";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import { toast } from "../parts/Toast.tsx";
import { seek } from "../store/playback.ts";
import { runTime } from "../store/time.ts";
import { select, setView, useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import { markOf, seen, tell, trafficOf } from "../words/records.ts";
import { commandsFor, whyOf } from "./chain.ts";

/** The chain of causes of what is selected, from it back to the first input. */
export default function Why() {
  const t = useT();
  const translator = useTranslator();
  const selection = useView((v) => v.selection);
  const trace = useWorld((w) => w.trace);
  const tables = useWorld((w) => w.tables);
  const links = whyOf(selection, trace);
  const commands = commandsFor(selection, tables);
  if (!selection) return <EmptyState>{t("ui.why.empty")}</EmptyState>;
  return (
    <>
      <h2 className={styles.question}>
        <Icon of={CircleHelp} />
        {t("ui.why.title")}
      </h2>
      <div className={styles.scroll}>
        {links.length === 0 && <EmptyState>{t("ui.why.nothing")}</EmptyState>}
        <ol className={styles.why}>
          {links.map((record, i) => {
            const state = markOf(record);
            const others = record.also?.length ?? 0;
            return (
              <li key={record.seq} className={styles.link}>
                <span className={styles.mark}>
                  {state ? <StateGlyph state={state} /> : <MessageGlyph traffic={trafficOf(record)} />}
                </span>
                <button
                  type="button"
                  className={styles.step}
                  onClick={() => select({ kind: "record", seq: record.seq })}
                  onDoubleClick={() => void seek(record.time)}
                  onKeyDown={(e) => {
                    if (e.key === "Enter") void seek(record.time);
                  }}
                  onPointerEnter={() => setView({ hover: record.seq })}
                  onPointerLeave={() => setView({ hover: null })}
                >
                  <b>{tell(record, translator)}</b>
                  <time>{runTime(record.time)}</time>
                  <code>{seen(record)}</code>
                  {others > 0 && <small>{t("ui.why.also", { count: others })}</small>}
                  {i === links.length - 1 && record.cause === null && (
                    <small>{t(record.type.startsWith("input.") ? "ui.why.input" : "ui.why.start")}</small>
                  )}
                </button>
              </li>
            );
          })}
        </ol>
        {commands.length > 0 && (
          <div className={styles.real}>
            <p>{t("ui.why.real")}</p>
            {commands.map((line) => (
              <div key={line} className={styles.command}>
                <code>{line}</code>
                <IconButton
                  icon={Copy}
                  iconSize={13}
                  label={t("ui.copy")}
                  onPress={() => {
                    void navigator.clipboard?.writeText(line);
                    toast(t("ui.copied"));
                  }}
                />
              </div>
            ))}
          </div>
        )}
      </div>
    </>
  );
}
