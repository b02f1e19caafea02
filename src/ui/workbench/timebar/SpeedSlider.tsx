import { useT } from "../../i18n.tsx";
import { SPEEDS, setSpeed } from "../../store/playback.ts";
import { useView } from "../../store/view.ts";
import styles from "./timebar.module.css";

/** 0.1 to 1000 on a scale of logarithms, 100 steps a power of ten. */
const toStep = (speed: number): number => Math.round((Math.log10(speed) + 1) * 100);

/** The speed at a step: near a round number it is that number, else two digits. */
export function speedAt(step: number): number {
  const raw = 10 ** (step / 100 - 1);
  const near = SPEEDS.find((s) => Math.abs(Math.log10(s / raw)) < 0.045);
  return near ?? Number(raw.toPrecision(2));
}

export const printSpeed = (speed: number): string => `${speed}×`;

export function SpeedSlider() {
  const t = useT();
  const speed = useView((v) => v.speed);
  const slowed = useView((v) => v.slowed);
  return (
    <div className={styles.speed}>
      <input
        type="range"
        min={0}
        max={400}
        step={1}
        value={toStep(speed)}
        aria-label={t("ui.time.speed")}
        aria-valuetext={printSpeed(speed)}
        list="speed-marks"
        onChange={(e) => setSpeed(speedAt(Number(e.target.value)))}
        onDoubleClick={() => setSpeed(1)}
      />
      <datalist id="speed-marks">
        {[0, 100, 200, 300, 400].map((s) => (
          <option key={s} value={s} />
        ))}
      </datalist>
      <b>{printSpeed(speed)}</b>
      {slowed >= 2 && (
        <span className="visually-hidden">{t("ui.diagram.slowed", { factor: Math.round(slowed) })}</span>
      )}
    </div>
  );
}
