import type { TraceRecord } from "../../sim/index.ts";
import { useT, useTranslator } from "../i18n.tsx";
import { Button } from "../parts/Button.tsx";
import { MessageGlyph } from "../parts/MessageGlyph.tsx";
import styles from "../parts/panels.module.css";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import { seek } from "../store/playback.ts";
import { runTime } from "../store/time.ts";
import { select } from "../store/view.ts";
import { markOf, tell, trafficOf } from "../words/records.ts";
import { Facts, Section } from "./Facts.tsx";

const print = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** One record of the trace, whole. */
export function RecordFacts({ record }: { record: TraceRecord }) {
  const t = useT();
  const translator = useTranslator();
  const state = markOf(record);
  return (
    <div>
      <div className={styles.who}>
        {state ? (
          <StateGlyph state={state} size={18} />
        ) : (
          <MessageGlyph traffic={trafficOf(record)} size={20} />
        )}
        <div className={styles.whoText}>
          <h2>{record.type}</h2>
          <p>{tell(record, translator)}</p>
        </div>
      </div>
      <Facts
        items={[
          [t("ui.record.time"), <code key="t">{runTime(record.time, 3)}</code>],
          [t("ui.record.from"), record.from],
          [t("ui.record.to"), record.to],
          [
            t("ui.record.object"),
            record.object && (
              <Button
                key="o"
                size="s"
                kind="quiet"
                onPress={() => select({ kind: "object", id: record.object })}
              >
                {record.object}
              </Button>
            ),
          ],
          [t("ui.record.number"), `${record.seq}`],
          [
            t("ui.record.cause"),
            record.cause !== null && (
              <Button
                key="c"
                size="s"
                kind="quiet"
                onPress={() => select({ kind: "record", seq: record.cause! })}
              >
                {`#${record.cause}`}
              </Button>
            ),
          ],
        ]}
      />
      <Section title={t("ui.record.data")}>
        <Facts
          items={Object.entries(record.data).map(([k, v]) => [k, <code key={k}>{print(v)}</code>] as const)}
        />
        <Button size="s" onPress={() => void seek(record.time)}>
          {t("ui.record.go")}
        </Button>
      </Section>
    </div>
  );
}
