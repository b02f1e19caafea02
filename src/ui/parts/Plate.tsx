import type { ReactNode } from "react";
import { octagonPath } from "./geometry.ts";
import styles from "./marks.module.css";
import { StateMark } from "./StateGlyph.tsx";

export type PlateShape = "plate" | "octagon" | "drum" | "frame";

interface PlateProps {
  x: number;
  y: number;
  w: number;
  h: number;
  shape?: PlateShape;
  /** Share of the last ten virtual seconds spent busy: darkens the outline and fills the level at the foot. */
  load?: number;
  /** Colour token of the traffic it is dealing with, or of the selection. */
  hot?: string | undefined;
  selected?: boolean;
  errors?: number;
  /** Not running: dashed outline, quiet text. */
  off?: boolean;
  children?: ReactNode;
}

/** A component of the machine, for use inside an SVG: line and paper at rest, colour only in use. */
export function Plate({
  x,
  y,
  w,
  h,
  shape = "plate",
  load = 0,
  hot,
  selected,
  errors = 0,
  off,
  children,
}: PlateProps) {
  const outline = selected
    ? "var(--accent)"
    : errors > 0
      ? "var(--failed)"
      : hot
        ? `var(--${hot})`
        : load > 0.5
          ? "var(--t3)"
          : "var(--line2)";
  const line = {
    stroke: outline,
    strokeWidth: selected ? 2 : hot || errors > 0 ? 1.75 : 1,
    strokeDasharray: off ? "4 3" : undefined,
    vectorEffect: "non-scaling-stroke" as const,
  };
  return (
    <g className={styles.plate} data-off={off || undefined}>
      {shape === "plate" && <rect x={x} y={y} width={w} height={h} rx={7} fill="var(--s1)" {...line} />}
      {shape === "frame" && <rect x={x} y={y} width={w} height={h} rx={10} fill="var(--s1)" {...line} />}
      {shape === "octagon" && <path d={octagonPath(x, y, w, h)} fill="var(--s1)" {...line} />}
      {shape === "drum" && (
        <>
          <path d={`M${x} ${y + 5}v${h - 11}c0 8 ${w} 8 ${w} 0v${-(h - 11)}`} fill="var(--s1)" {...line} />
          <ellipse cx={x + w / 2} cy={y + 5} rx={w / 2} ry={5} fill="var(--s1)" {...line} />
        </>
      )}
      {load > 0.01 && (
        <rect
          x={x + 7}
          y={y + h - 4}
          width={(w - 14) * Math.min(1, load)}
          height={3}
          rx={1.5}
          fill="var(--line2)"
        />
      )}
      {children}
      {errors > 0 && (
        <g>
          <StateMark state="failed" x={x + w - 8} y={y - 7} size={15} />
          {errors > 1 && (
            <text
              x={x + w + 9}
              y={y + 4}
              fontSize="10.5"
              fontWeight="600"
              style={{ fill: "var(--failed-ink)" }}
            >
              {errors}
            </text>
          )}
        </g>
      )}
    </g>
  );
}

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
