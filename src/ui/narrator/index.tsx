import { Fragment, useEffect, useRef } from "react";
import { useT, useTranslator } from "../i18n.tsx";
import { Button } from "../parts/Button.tsx";
import { EmptyState } from "../parts/EmptyState.tsx";
import { Menu } from "../parts/Menu.tsx";
import styles from "../parts/panels.module.css";
import { useLatest } from "../store/latest.ts";
import { runTime } from "../store/time.ts";
import { type Detail, select, setView, useView } from "../store/view.ts";
import { tell, toldAt } from "../words/records.ts";

const LINES = 60;

const DETAILS: readonly Detail[] = ["short", "normal", "full"];

/** What happens now, a line a step, in the learner's language. */
export default function Narrator() {
  const t = useT();
  const translator = useTranslator();
  const detail = useView((v) => v.detail);
  const chosen = useView((v) => (v.selection?.kind === "record" ? v.selection.seq : null));
  const lines = useLatest(detail, (r) => toldAt(r, detail), LINES);
  const box = useRef<HTMLDivElement>(null);
  const stick = useRef(true);
  const lastSeq = lines.at(-1)?.seq;
  useEffect(() => {
    // Its own box alone: `scrollIntoView` would move what stands around it too.
    if (stick.current && lastSeq && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lastSeq]);
  return (
    <>
      <div className={styles.headRow}>
        <h2 className="head">{t("ui.narrator.title")}</h2>
        <Menu
          label={t("ui.narrator.detail")}
          chosen={detail}
          onChoose={(id) => setView({ detail: id as Detail })}
          groups={[{ id: "detail", entries: DETAILS.map((id) => ({ id, label: t(`ui.detail.${id}`) })) }]}
          trigger={
            <Button kind="quiet" size="s">
              {t(`ui.detail.${detail}`)}
            </Button>
          }
        />
      </div>
      {lines.length === 0 ? (
        <EmptyState>{t("ui.narrator.empty")}</EmptyState>
      ) : (
        <div
          ref={box}
          className={styles.scroll}
          onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
            stick.current = scrollHeight - scrollTop - clientHeight < 24;
          }}
        >
          <div className={styles.tale}>
            {lines.map((record) => (
              <Fragment key={record.seq}>
                <button
                  type="button"
                  className={styles.line}
                  aria-pressed={record.seq === chosen}
                  onClick={() => select({ kind: "record", seq: record.seq })}
                  onPointerEnter={() => setView({ hover: record.seq })}
                  onPointerLeave={() => setView({ hover: null })}
                >
                  <time>{runTime(record.time, 2)}</time>
                  <span>{tell(record, translator)}</span>
                </button>
              </Fragment>
            ))}
          </div>
        </div>
      )}
    </>
  );
}
