import { useMemo } from "react";
import { formatKlog } from "../../kubelet/logs/klog.ts";
import type { Moment } from "../../lessons/format.ts";
import { lineRecord } from "../../lessons/moment.ts";
import type { TraceRecord } from "../../sim/index.ts";
import { useT } from "../i18n.tsx";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import { runTime } from "../store/time.ts";
import { useWorld } from "../store/world.ts";
import { trafficOf } from "../words/records.ts";
import styles from "./present.module.css";

/** The record that decides the moment, as the kubelet printed it: a line of its log, or an event. */
export function LogLine({ moment }: { moment: Moment }) {
  const t = useT();
  // It stays the same record while time goes on, so nothing renders again for it.
  const record = useWorld((w) => (w.now >= moment.at ? lineRecord(w.trace.records, moment) : undefined));
  const start = useWorld((w) => w.start);
  const printed = useMemo(() => record && print(record, Date.parse(start)), [record, start]);
  if (!record || !printed) return null;
  return (
    <figure className={styles.line} style={{ borderColor: `var(--${trafficOf(record)})` }}>
      <figcaption>
        {printed.warning && <StateGlyph state="failed" label="Warning" size={20} />}
        {t(printed.event ? "present.line.event" : "present.line.log", { time: runTime(record.time) })}
      </figcaption>
      <code title={printed.whole}>{printed.text}</code>
    </figure>
  );
}

interface Printed {
  readonly event: boolean;
  readonly warning: boolean;
  readonly text: string;
  /** With the ids that the slide leaves out. */
  readonly whole: string;
}

function print(record: TraceRecord, epochMs: number): Printed | null {
  const { type, object, data } = record;
  if (type.startsWith("event.")) {
    const [, , pod] = object.split("/");
    const whole = `${data["type"]}  ${data["reason"]}  pod/${pod}  ${data["message"]}`;
    return { event: true, warning: data["type"] === "Warning", whole, text: withoutIds(whole) };
  }
  const whole = formatKlog(record, { epochMs, verbosity: 4 })[0];
  if (whole === undefined) return null;
  // The head has time, process and source: the caption tells the time.
  const text = withoutIds(whole.slice(whole.indexOf("] ") + 2));
  return { event: false, warning: whole.startsWith("E"), whole, text };
}

/** Uids and container ids say nothing to a hall. */
const withoutIds = (text: string): string =>
  text.replace(/ (podUID|containerID)="[^"]*"/g, "").replace(/\([0-9a-f]{8}-[0-9a-f-]{27}\)/g, "(…)");
