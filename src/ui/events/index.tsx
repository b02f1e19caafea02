import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { useT } from "../i18n.tsx";
import { EmptyState } from "../parts/EmptyState.tsx";
import styles from "../parts/panels.module.css";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import { type EventView, eventsOf } from "../store/select/events.ts";
import { age, msOf } from "../store/time.ts";
import { select, useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import { shortName } from "../words/records.ts";

const ROW = 27;

/** Events as kubectl prints them, newest first. */
export default function Events() {
  const t = useT();
  const events = useWorld((w) => eventsOf(w.tables));
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: events.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  if (events.length === 0) return <EmptyState>{t("ui.events.empty")}</EmptyState>;
  return (
    <div ref={box} className={styles.events} role="list" aria-label={t("ui.panel.events")}>
      <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((item) => (
          <div
            key={events[item.index]!.key}
            role="listitem"
            style={{ position: "absolute", inset: "0 0 auto", transform: `translateY(${item.start}px)` }}
          >
            <EventLine event={events[item.index]!} />
          </div>
        ))}
      </div>
    </div>
  );
}

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
