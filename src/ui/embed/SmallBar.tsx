import { Pause, Play, StepForward } from "lucide-react";
import { useT } from "../i18n.tsx";
import { IconButton } from "../parts/Button.tsx";
import { SPEEDS, setSpeed, stepForward, togglePlay } from "../store/playback.ts";
import { useView } from "../store/view.ts";
import { Overview } from "../timeline/Overview.tsx";
import { Clock } from "../workbench/timebar/Clock.tsx";
import { printSpeed } from "../workbench/timebar/SpeedSlider.tsx";
import styles from "./embed.module.css";

const STEPS = SPEEDS.filter((s) => [0.1, 1, 10, 100].includes(s));

/** The time bar where there is no room for the whole one. */
export function SmallBar() {
  const t = useT();
  const playing = useView((v) => v.playing);
  const speed = useView((v) => v.speed);
  return (
    <div className={styles.bar} role="toolbar" aria-label={t("ui.time.bar")}>
      <IconButton
        icon={playing ? Pause : Play}
        iconSize={20}
        kind="primary"
        round
        label={t(playing ? "ui.time.pause" : "ui.time.play")}
        onPress={togglePlay}
      />
      <IconButton icon={StepForward} label={t("ui.key.forward")} onPress={() => void stepForward("record")} />
      <Overview />
      <Clock short />
      <button
        type="button"
        aria-label={`${t("ui.time.speed")}: ${printSpeed(speed)}`}
        onClick={() => setSpeed(STEPS.find((s) => s > speed) ?? STEPS[0] ?? 1)}
      >
        {printSpeed(speed)}
      </button>
    </div>
  );
}
