import { lazy, Suspense } from "react";
import { useT } from "../i18n.tsx";
import { useClockPaint } from "../parts/clock.tsx";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import { wallClock } from "../store/time.ts";
import { useWorld } from "../store/world.ts";
import styles from "./home.module.css";

const Timeline = lazy(() => import("../timeline/index.tsx"));

/** The same run as the ring's, as a small timeline. */
export function HomeRun() {
  const t = useT();
  const ready = useWorld((w) => w.phase === "ready");
  const start = useWorld((w) => w.start);
  const clock = useClockPaint<HTMLElement>((element, now) => {
    element.textContent = wallClock(start, now).clock;
  });
  return (
    <div className={styles.run}>
      <div className={styles.runHead}>
        <StateGlyph state={ready ? "ready" : "creating"} size={12} />
        <b>{t("ui.home.running")}</b>
        <code ref={clock} />
      </div>
      <div className={styles.runBody} inert>
        <Suspense fallback={null}>{ready && <Timeline />}</Suspense>
      </div>
    </div>
  );
}
