import { useT } from "../../i18n.tsx";
import { useClockPaint } from "../../parts/clock.tsx";
import { runTime, wallClock } from "../../store/time.ts";
import { useWorld } from "../../store/world.ts";
import styles from "./timebar.module.css";

/** The virtual clock of the node. Painted outside React: it changes every frame. */
export function Clock({ short = false }: { short?: boolean }) {
  const t = useT();
  const start = useWorld((w) => w.start);
  const ref = useClockPaint<HTMLTimeElement>((element, now) => {
    const [main, rest] = element.children;
    if (short) {
      if (main) main.textContent = runTime(now);
      return;
    }
    const { clock, millis } = wallClock(start, now);
    if (main) main.textContent = clock;
    if (rest) rest.textContent = `.${millis}`;
    element.title = t("ui.time.since", { time: runTime(now, 3) });
  });
  return (
    <time
      ref={ref}
      className={styles.clock}
      data-short={short || undefined}
      aria-label={t("ui.time.clock")}
      role="timer"
      aria-live="off"
    >
      <span />
      {!short && <small />}
    </time>
  );
}
