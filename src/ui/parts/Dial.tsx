import { memo } from "react";
import { useClockPaint } from "./clock.tsx";
import { arcPath, marksPath, polar } from "./geometry.ts";
import styles from "./marks.module.css";

interface DialProps {
  /** Part of the period gone, 0 to 1, as a function of virtual time; or fixed. */
  phase: number | ((now: number) => number);
  /** A colour token: `accent`, `probe`, `waiting` … */
  colour?: string;
  x?: number;
  y?: number;
  r?: number;
  /** Draws a tick instead of the hand: the goal is reached. */
  done?: boolean;
}

/** A dial, for use inside an SVG: one turn of its hand is one period, the arc is the part gone. */
export function DialMark({ phase, colour = "accent", x = 0, y = 0, r = 12, done = false }: DialProps) {
  const at = (now: number): number =>
    Math.min(1, Math.max(0, typeof phase === "function" ? phase(now) : phase));
  const ref = useClockPaint<SVGGElement>((group, now) => {
    const p = at(now);
    const [arc, hand] = group.children;
    arc?.setAttribute("d", p > 0.004 ? arcPath(0, 0, r, 0, p * 360) : "");
    hand?.setAttribute("transform", `rotate(${p * 360})`);
  });
  const stroke = `var(--${colour})`;
  return (
    <g transform={`translate(${x} ${y})`} className={styles.dial}>
      <Face r={r} />
      {done ? (
        <>
          <circle r={r} fill="none" stroke={stroke} strokeWidth="2" />
          <path
            d={`M${-r * 0.4} ${r * 0.05}l${r * 0.28} ${r * 0.28}l${r * 0.52}${-r * 0.58}`}
            fill="none"
            stroke={stroke}
            strokeWidth="2.2"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </>
      ) : (
        <>
          <g ref={ref}>
            <path fill="none" stroke={stroke} strokeWidth="2" strokeLinecap="round" />
            <path
              d={`M0 ${r * 0.22}V${-(r - 4)}`}
              stroke={stroke}
              strokeWidth="1.5"
              strokeLinecap="round"
              className={styles.hand}
            />
          </g>
          <circle r="1.8" fill={stroke} />
        </>
      )}
    </g>
  );
}

const Face = memo(function Face({ r }: { r: number }) {
  const quarters = [0, 90, 180, 270].map((a) => {
    const [x0, y0] = polar(a, r - 1.5);
    const [x1, y1] = polar(a, r - 4.6);
    return `M${x0.toFixed(2)} ${y0.toFixed(2)}L${x1.toFixed(2)} ${y1.toFixed(2)}`;
  });
  return (
    <>
      <circle r={r} fill="var(--dial)" stroke="var(--line2)" />
      <path d={marksPath(0, 0, 12, r - 1.5, r - 3.2, 3)} stroke="var(--edge)" strokeWidth=".7" />
      <path d={quarters.join("")} stroke="var(--edge)" strokeWidth="1.2" />
    </>
  );
});

/** A dial in the page. `label` says what it counts. */
export function Dial({
  size = 32,
  label,
  ...dial
}: Omit<DialProps, "x" | "y" | "r"> & { size?: number; label?: string }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox={`${-size / 2} ${-size / 2} ${size} ${size}`}
      style={{ flex: "none" }}
      {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": true })}
    >
      <DialMark {...dial} r={size / 2 - 2} />
    </svg>
  );
}
