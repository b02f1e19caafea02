import { memo } from "react";
import { OWN_END } from "../diagram/clip.ts";
import { type Translator, useTranslator } from "../i18n.tsx";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import { select, useView } from "../store/view.ts";
import { isAbout } from "./plot.ts";
import type { Layout, Row } from "./rows.ts";
import styles from "./timeline.module.css";
import { nameOf } from "./words.ts";

/** Names of the lanes; a press selects the thing everywhere. */
export const Labels = memo(function Labels({ layout, dense }: { layout: Layout; dense: boolean }) {
  const translator = useTranslator();
  const selection = useView((v) => v.selection);
  const selected = selection?.kind === "object" ? selection.id : "";
  return (
    <ul
      className={styles.labels}
      aria-label={translator.t("timeline.lanes")}
      style={{ height: layout.height }}
      data-dense={dense || undefined}
    >
      {layout.rows.map((row) => (
        <li key={row.id} style={{ top: row.y, height: row.h }} data-kind={row.kind}>
          <button
            type="button"
            aria-label={nameOf(row, translator)}
            aria-pressed={selected !== "" && row.id === selected}
            data-lit={(selected !== "" && isAbout(row, selected)) || undefined}
            data-gone={(row.kind !== "node" && row.pod.gone) || undefined}
            onClick={() => select({ kind: "object", id: objectOf(row) })}
          >
            <LabelText row={row} dense={dense} translator={translator} />
          </button>
        </li>
      ))}
    </ul>
  );
});

/** The thing a lane is about, as the trace names it. */
export const objectOf = (row: Row): string =>
  row.kind === "probe"
    ? row.container.id
    : row.kind === "ghost"
      ? row.pod.id
      : row.kind === "container" && row.first
        ? row.pod.id
        : row.id;

/** A name whose end stays when there is no room for all of it: pods of one owner differ only there. */
function PodName({ name }: { name: string }) {
  const end = OWN_END.exec(name)?.[0] ?? "";
  if (end === "") return <span className={styles.name}>{name}</span>;
  return (
    <span className={`${styles.name} ${styles.parted}`} title={name}>
      <span>{name.slice(0, -end.length)}</span>
      {end}
    </span>
  );
}

function LabelText({ row, dense, translator }: { row: Row; dense: boolean; translator: Translator }) {
  const { t } = translator;
  switch (row.kind) {
    case "node":
      return (
        <>
          <StateGlyph state={row.node.state} />
          <span className={styles.name}>{row.node.name}</span>
        </>
      );
    case "pod":
      return (
        <>
          <StateGlyph state={row.pod.state} />
          <PodName name={row.pod.name} />
        </>
      );
    case "container":
      return row.first ? (
        <>
          <StateGlyph state={row.pod.state} />
          <span className={styles.two}>
            <PodName name={row.pod.name} />
            {!dense && <span className={styles.sub}>{row.container.name}</span>}
          </span>
        </>
      ) : (
        <span className={styles.sub} data-indent>
          {row.container.name}
          {row.container.kind !== "regular" && <i>{row.container.kind}</i>}
        </span>
      );
    case "probe":
      return (
        <span className={styles.sub} data-indent>
          {t(`timeline.probe.${row.probe.type}`)}
        </span>
      );
    case "ghost":
      return (
        <span className={styles.sub} data-indent>
          {t("timeline.recorded", { name: row.ghost.name })}
        </span>
      );
  }
}
