import { useMemo } from "react";
import { splitComponent } from "../../api/component-ids.ts";
import { AreaLink } from "../fidelity/AreaLink.tsx";
import { areaOfPart } from "../fidelity/areas.ts";
import { type Key, useT, useTranslator } from "../i18n.tsx";
import { EmptyState } from "../parts/EmptyState.tsx";
import styles from "../parts/panels.module.css";
import { useLatest } from "../store/latest.ts";
import { runTime } from "../store/time.ts";
import { select } from "../store/view.ts";
import { tell } from "../words/records.ts";
import { Section } from "./Facts.tsx";

/** A part of the machine: what it is, and what went through it last. */
export function ComponentFacts({ id }: { id: string }) {
  const t = useT();
  const translator = useTranslator();
  const { node, part } = splitComponent(id);
  const about = `ui.part.${part}.about`;
  const area = areaOfPart(part);
  const list = useLatest(id, (r) => (r.from === id || r.to === id) && r.type !== "reply", 30);
  const latest = useMemo(() => [...list].reverse(), [list]);
  return (
    <div>
      <div className={styles.who}>
        <div className={styles.whoText}>
          <h2>{part}</h2>
          {node && <p>{node}</p>}
          {translator.has(about) && <p>{t(about as Key)}</p>}
          {area && <AreaLink area={area} />}
        </div>
      </div>
      <Section title={t("ui.part.latest")}>
        {latest.length === 0 ? (
          <EmptyState>{t("ui.part.idle")}</EmptyState>
        ) : (
          <div className={styles.tale}>
            {latest.map((record) => (
              <button
                key={record.seq}
                type="button"
                className={styles.line}
                onClick={() => select({ kind: "record", seq: record.seq })}
              >
                <time>{runTime(record.time, 2)}</time>
                <span>{tell(record, translator)}</span>
              </button>
            ))}
          </div>
        )}
      </Section>
    </div>
  );
}
