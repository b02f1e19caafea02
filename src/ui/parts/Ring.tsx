import { memo } from "react";
import { arcPath, marksPath } from "./geometry.ts";
import styles from "./marks.module.css";

interface RingProps {
  cx?: number;
  cy?: number;
  r: number;
  /** Passes of the loop so far: one pass turns the rotor by one of sixty marks. */
  passes: number;
  /** Angle of the port being served; absent: no hand. */
  hand?: number;
  /** The loop is idle or refuses to sync: the rotor lies grey. */
  grey?: boolean;
}

const TAIL = 150;
const STEPS = 25;

/** The SyncLoop: sixty marks, a rotor with a fading tail, a hand. For use inside an SVG; its centre is left free. */
export function RingMark({ cx = 0, cy = 0, r, passes, hand, grey = false }: RingProps) {
  const width = r * 0.145;
  return (
    <g transform={`translate(${cx} ${cy})`}>
      <RingFace r={r} width={width} />
      <g className={styles.rotor} style={{ transform: `rotate(${passes * 6}deg)` }}>
        <Rotor r={r - width / 2} width={width} grey={grey} />
      </g>
      <path d={marksPath(0, 0, 120, r - 2.5, r - width * 0.42)} stroke="var(--edge)" strokeWidth=".5" />
      <path d={marksPath(0, 0, 60, r - 2.5, r - width * 0.62)} stroke="var(--edge)" strokeWidth=".7" />
      <path
        d={marksPath(0, 0, 12, r - 2.5, r - width + 2)}
        stroke="var(--edge)"
        strokeWidth={r > 120 ? 2.6 : 1.4}
      />
      {hand !== undefined && (
        <path
          className={styles.loopHand}
          style={{ transform: `rotate(${hand}deg)` }}
          d={`M0 ${-(r - width - 1)}l${-r * 0.042} ${r * 0.105}h${r * 0.084}z`}
          fill={grey ? "var(--edge)" : "var(--accent)"}
        />
      )}
    </g>
  );
}

const RingFace = memo(function RingFace({ r, width }: { r: number; width: number }) {
  return (
    <>
      <circle r={r} fill="var(--dial)" stroke="var(--line2)" strokeWidth="1.25" />
      <circle r={r - width} fill="var(--s1)" stroke="var(--line)" strokeWidth="1" />
    </>
  );
});

/** The rotor ends at twelve o'clock; its tail fades counter-clockwise. */
const Rotor = memo(function Rotor({ r, width, grey }: { r: number; width: number; grey: boolean }) {
  const colour = grey ? "var(--edge)" : "var(--accent)";
  return (
    <>
      {Array.from({ length: STEPS }, (_, i) => {
        const from = -TAIL + (i * TAIL) / STEPS;
        return (
          <path
            key={from}
            d={arcPath(0, 0, r, from, from + TAIL / STEPS + 0.3)}
            fill="none"
            stroke={colour}
            strokeOpacity={((i + 1) / STEPS) ** 1.4 * (grey ? 0.35 : 0.62)}
            strokeWidth={width - 2}
          />
        );
      })}
    </>
  );
});
