import styles from "../parts/panels.module.css";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import type { EventView } from "../store/select/events.ts";
import { age, msOf } from "../store/time.ts";
import { select, useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import { shortName } from "../words/records.ts";

/** LAST SEEN, TYPE, REASON, OBJECT, MESSAGE; a click selects the record behind it. */
export function EventLine({ event }: { event: EventView }) {
  const start = useWorld((w) => w.start);
  const second = useWorld((w) => Math.floor(w.now / 1000));
  const seq = useWorld(
    (w) =>
      w.trace.records.findLast((r) => r.type === `event.${event.reason}` && r.object.startsWith(event.object))
        ?.seq,
  );
  const chosen = useView((v) => v.selection?.kind === "record" && v.selection.seq === seq);
  const last = msOf(start, event.last);
  return (
    <button
      type="button"
      className={styles.event}
      data-warning={event.warning || undefined}
      aria-pressed={chosen}
      onClick={() =>
        select(seq === undefined ? { kind: "object", id: event.object } : { kind: "record", seq })
      }
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
