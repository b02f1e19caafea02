import { useClockPaint } from "./clock.tsx";
import { arcPath } from "./geometry.ts";
import styles from "./marks.module.css";

interface BackoffProps {
  /** Virtual ms at which the wait began and at which it expires. */
  from: number;
  to: number;
  x?: number;
  y?: number;
  r?: number;
  kind?: "waiting" | "terminating";
  /** Short word for seconds under the number; empty hides it. */
  unit?: string;
}

/** Countdown ring, for use inside an SVG: full at the start, notched, emptying clockwise; seconds left in the centre. */
export function BackoffMark({ from, to, x = 0, y = 0, r = 19, kind = "waiting", unit = "" }: BackoffProps) {
  const ref = useClockPaint<SVGGElement>((group, now) => {
    const left = Math.min(1, Math.max(0, (to - now) / Math.max(1, to - from)));
    const [arc, text] = group.children;
    arc?.setAttribute("d", left > 0.002 ? arcPath(0, 0, r, 360 - left * 360, 359.99) : "");
    if (text) text.textContent = String(Math.max(0, Math.ceil((to - now) / 1000)));
  });
  const ink = `var(--${kind}-ink)`;
  return (
    <g transform={`translate(${x} ${y})`} className={styles.backoff}>
      <circle
        r={r}
        fill={`var(--${kind}-bg)`}
        stroke={`var(--${kind})`}
        strokeOpacity=".28"
        strokeWidth="4"
      />
      <g ref={ref}>
        <path fill="none" stroke={`var(--${kind})`} strokeWidth="4" strokeDasharray="3.2 1.3" />
        <text
          y={unit ? r * 0.14 : r * 0.22}
          textAnchor="middle"
          fontSize={r * 0.62}
          fontWeight={650}
          style={{ fill: ink }}
        />
      </g>
      {unit && (
        <text y={r * 0.56} textAnchor="middle" fontSize={Math.max(8.5, r * 0.34)} style={{ fill: ink }}>
          {unit}
        </text>
      )}
    </g>
  );
}

/** The countdown in the page. */
export function BackoffRing({
  size = 66,
  label,
  ...ring
}: Omit<BackoffProps, "x" | "y" | "r"> & { size?: number; label: string }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox={`${-size / 2} ${-size / 2} ${size} ${size}`}
      role="img"
      aria-label={label}
      style={{ flex: "none" }}
    >
      <BackoffMark {...ring} r={size / 2 - 5} />
    </svg>
  );
}
