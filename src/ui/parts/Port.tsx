import styles from "./marks.module.css";

/** A port (jewel): where a component is told things. It fills for a moment when a message arrives. */
export function Port({
  x,
  y,
  traffic = "api",
  live = false,
  filled = false,
}: {
  x: number;
  y: number;
  traffic?: string;
  live?: boolean;
  filled?: boolean;
}) {
  const colour = `var(--${traffic})`;
  return (
    <g className={styles.port}>
      <circle
        cx={x}
        cy={y}
        r={5.5}
        fill={filled ? colour : "var(--s1)"}
        stroke={live ? colour : "var(--line2)"}
        strokeWidth={1.5}
      />
      <circle cx={x} cy={y} r={2.6} fill={filled ? "var(--s1)" : colour} fillOpacity={live ? 1 : 0.45} />
    </g>
  );
}
