import styles from "./marks.module.css";

/** What has a queue: up to four bars, then only the number tells. For use inside an SVG; 20 wide. */
export function QueueMark({
  count,
  x = 0,
  y = 0,
  traffic = "api",
}: {
  count: number;
  x?: number;
  y?: number;
  traffic?: string;
}) {
  return (
    <g transform={`translate(${x} ${y})`}>
      {[0, 1, 2, 3].map((i) => (
        <rect
          key={i}
          x={i * 5.5}
          width={3.5}
          height={9}
          rx={1}
          fill={i < count ? `var(--${traffic})` : "var(--line)"}
        />
      ))}
    </g>
  );
}

/** A level between nothing and a capacity, with the lines that matter drawn in (requests, limit, threshold). */
export function Level({
  value,
  max,
  marks = [],
  label,
  state,
}: {
  value: number;
  max: number;
  marks?: readonly {
    readonly at: number;
    readonly label: string;
    readonly kind?: "limit" | "request" | "threshold";
  }[];
  label: string;
  state?: "failed" | "waiting";
}) {
  const part = (v: number): string => `${Math.min(100, Math.max(0, (v / Math.max(1e-9, max)) * 100))}%`;
  return (
    <div
      className={styles.level}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={value}
    >
      <span
        className={styles.levelFill}
        style={{ width: part(value), background: state ? `var(--${state})` : undefined }}
      />
      {marks.map((m) => (
        <span
          key={m.label}
          className={styles.levelMark}
          data-kind={m.kind ?? "limit"}
          style={{ left: part(m.at) }}
          title={m.label}
        />
      ))}
    </div>
  );
}
