import type { ReactNode } from "react";
import styles from "./controls.module.css";

/** A small word in a pill: a term, a filter, a count. */
export function Chip({
  children,
  tone = "line",
}: {
  children: ReactNode;
  tone?: "line" | "accent" | "sunk";
}) {
  return (
    <span className={styles.chip} data-tone={tone}>
      {children}
    </span>
  );
}
