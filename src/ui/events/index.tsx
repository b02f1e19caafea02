import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { useT } from "../i18n.tsx";
import { EmptyState } from "../parts/EmptyState.tsx";
import styles from "../parts/panels.module.css";
import { eventsOf } from "../store/select/events.ts";
import { useWorld } from "../store/world.ts";
import { EventLine } from "./EventLine.tsx";

/** Height of a line, by the style sheet; on little width it has two. */
const rowHeight = (): number => (innerWidth < 560 ? 53 : 27);

/** Events as kubectl prints them, newest first. */
export default function Events() {
  const t = useT();
  const events = useWorld((w) => eventsOf(w.tables));
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: events.length,
    getScrollElement: () => box.current,
    estimateSize: rowHeight,
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
