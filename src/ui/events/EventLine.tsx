import type { TraceRecord } from "../../sim/index.ts";
import styles from "../parts/panels.module.css";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import type { EventView } from "../store/select/events.ts";
import { age, msOf } from "../store/time.ts";
import { select, useView } from "../store/view.ts";
import { useWorld, world } from "../store/world.ts";
import { shortName } from "../words/records.ts";

/** The record of an event, or of the one that it repeats. */
const tellsOf = (record: TraceRecord, event: EventView): boolean =>
  record.type === `event.${event.reason}` &&
  record.object.startsWith(event.object) &&
  (record.data["message"] === undefined || record.data["message"] === event.message);

/** LAST SEEN, TYPE, REASON, OBJECT, MESSAGE; a click selects the record behind it. */
export function EventLine({ event }: { event: EventView }) {
  const start = useWorld((w) => w.start);
  const second = useWorld((w) => Math.floor(w.now / 1000));
  const selected = useView((v) => (v.selection?.kind === "record" ? v.selection.seq : null));
  const chosen = useWorld((w) => {
    const record = selected === null ? undefined : w.trace.get(selected);
    return record !== undefined && tellsOf(record, event);
  });
  const last = msOf(start, event.last);
  return (
    <button
      type="button"
      className={styles.event}
      data-warning={event.warning || undefined}
      aria-pressed={chosen}
      onClick={() => {
        const record = world.getState().trace.records.findLast((r) => tellsOf(r, event));
        select(record ? { kind: "record", seq: record.seq } : { kind: "object", id: event.object });
      }}
    >
      {event.warning ? <StateGlyph state="failed" label={"Warning"} size={12} /> : <span />}
      <time>{last === undefined ? "" : age(second * 1000 - last)}</time>
      <b>{event.reason}</b>
      <span className={styles.object}>{shortName(event.object)}</span>
      <span className={styles.message} title={event.message}>
        {event.message}
      </span>
      <span className={styles.times}>{event.count > 1 ? `×${event.count}` : ""}</span>
    </button>
  );
}
