import styles from "./marks.module.css";

export interface ProbeCell {
  readonly kind: "success" | "failure" | "empty" | "delay";
}

/**
 * One cell per step to the threshold, for use inside an SVG: a success is filled with a tick, a failure has a
 * notch, cells of the initial delay are dashed. The verdict turns only when the row is full.
 */
export function ProbeCellsMark({
  cells,
  x = 0,
  y = 0,
}: {
  cells: readonly ProbeCell[];
  x?: number;
  y?: number;
}) {
  const width = Math.max(8, Math.min(20, 60 / Math.max(1, cells.length)));
  return (
    <g transform={`translate(${x} ${y})`}>
      {cells.map((cell, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place in the row
        <g key={i} transform={`translate(${i * (width + 2)} 0)`}>
          {cell.kind === "success" && (
            <>
              <rect width={width} height={10} rx={2.5} fill="var(--ready)" />
              <path
                d={`M${width / 2 - 3} 5l2 2 3.6-4`}
                fill="none"
                stroke="var(--s1)"
                strokeWidth="1.5"
                strokeLinecap="round"
              />
            </>
          )}
          {cell.kind === "failure" && (
            <path
              d={`M2.5 0H${width - 2.5}a2.5 2.5 0 0 1 2.5 2.5V7.5a2.5 2.5 0 0 1-2.5 2.5H${width / 2 + 3}l-3-4.5-3 4.5H2.5A2.5 2.5 0 0 1 0 7.5V2.5A2.5 2.5 0 0 1 2.5 0Z`}
              fill="var(--failed)"
            />
          )}
          {cell.kind === "empty" && (
            <rect x=".5" y=".5" width={width - 1} height={9} rx={2.5} fill="none" stroke="var(--edge)" />
          )}
          {cell.kind === "delay" && (
            <rect
              x=".5"
              y=".5"
              width={width - 1}
              height={9}
              rx={2.5}
              fill="none"
              stroke="var(--edge)"
              strokeDasharray="2.5 2"
            />
          )}
        </g>
      ))}
    </g>
  );
}

/** The row of cells in the page; `label` tells how far it is. */
export function ProbeCells({ cells, label }: { cells: readonly ProbeCell[]; label: string }) {
  const width = cells.length * (Math.max(8, Math.min(20, 60 / Math.max(1, cells.length))) + 2);
  return (
    <svg width={width} height={10} role="img" aria-label={label} className={styles.glyph}>
      <ProbeCellsMark cells={cells} />
    </svg>
  );
}
