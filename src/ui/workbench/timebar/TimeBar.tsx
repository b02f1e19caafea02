import { FastForward, Pause, Play, RotateCw, SkipBack, StepForward } from "lucide-react";
import { HOTKEYS } from "../../app/hotkeys.ts";
import { useT } from "../../i18n.tsx";
import { Button, IconButton } from "../../parts/Button.tsx";
import { printKeys } from "../../parts/Kbd.tsx";
import { stepBack, stepForward, togglePlay } from "../../store/playback.ts";
import { setView, useView } from "../../store/view.ts";
import { Overview } from "../../timeline/Overview.tsx";
import { Clock } from "./Clock.tsx";
import { Marks } from "./Marks.tsx";
import { SpeedSlider } from "./SpeedSlider.tsx";
import styles from "./timebar.module.css";

/** The lid of the dock: it stays when the dock is folded. */
export function TimeBar() {
  const t = useT();
  const playing = useView((v) => v.playing);
  return (
    <div className={styles.bar} role="toolbar" aria-label={t("ui.time.bar")}>
      <IconButton
        icon={SkipBack}
        label={t("ui.key.back")}
        hotkey={printKeys(HOTKEYS.back.keys)}
        onPress={() => void stepBack()}
      />
      <IconButton
        icon={playing ? Pause : Play}
        iconSize={18}
        kind="primary"
        round
        label={t(playing ? "ui.time.pause" : "ui.time.play")}
        hotkey={HOTKEYS.play.keys}
        onPress={togglePlay}
      />
      <IconButton
        icon={StepForward}
        label={t("ui.key.forward")}
        hotkey={printKeys(HOTKEYS.forward.keys)}
        onPress={() => void stepForward("record")}
      />
      <IconButton
        icon={RotateCw}
        label={t("ui.key.iteration")}
        hotkey={printKeys(HOTKEYS.iteration.keys)}
        onPress={() => void stepForward("iteration")}
      />
      <span className={styles.wide}>
        <IconButton
          icon={FastForward}
          label={t("ui.key.event")}
          hotkey={HOTKEYS.event.keys}
          onPress={() => void stepForward("event")}
        />
      </span>
      <Clock />
      <span className={styles.rule} />
      <SpeedSlider />
      <span className={`${styles.rule} ${styles.wide}`} />
      <span className={styles.wide}>
        <Button kind="quiet" onPress={() => setView({ dialog: "until" })}>
          {t("ui.time.until")}
        </Button>
        <Marks />
      </span>
      <span className={styles.grow} />
      <Overview />
    </div>
  );
}
