import { useRef } from "react";
import styles from "./workbench.module.css";

/** The edge between two panels: dragged, or moved with the arrow keys; a double click puts it back. */
export function Splitter({
  edge,
  size,
  label,
  onSize,
  onReset,
}: {
  /** Side of its panel on which it lies; the panel grows when it moves away. */
  edge: "left" | "right" | "top";
  size: number;
  label: string;
  onSize: (px: number) => void;
  onReset: () => void;
}) {
  const start = useRef<{ at: number; size: number } | null>(null);
  const along = edge === "top" ? "clientY" : "clientX";
  const sign = edge === "right" ? 1 : -1;
  return (
    <div
      className={styles.splitter}
      data-edge={edge}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={edge === "top" ? "horizontal" : "vertical"}
      aria-valuenow={Math.round(size)}
      onPointerDown={(e) => {
        e.preventDefault();
        e.currentTarget.setPointerCapture(e.pointerId);
        start.current = { at: e[along], size };
      }}
      onPointerMove={(e) => {
        if (start.current) onSize(start.current.size + sign * (e[along] - start.current.at));
      }}
      onPointerUp={() => {
        start.current = null;
      }}
      onPointerCancel={() => {
        start.current = null;
      }}
      onDoubleClick={onReset}
      onKeyDown={(e) => {
        const step = e.shiftKey ? 48 : 16;
        const grow = edge === "top" ? "ArrowUp" : edge === "right" ? "ArrowRight" : "ArrowLeft";
        const shrink = edge === "top" ? "ArrowDown" : edge === "right" ? "ArrowLeft" : "ArrowRight";
        if (e.key === grow) onSize(size + step);
        else if (e.key === shrink) onSize(size - step);
        else if (e.key === "Home") onReset();
        else return;
        e.preventDefault();
      }}
    />
  );
}
