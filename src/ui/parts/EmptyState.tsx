import type { ReactNode } from "react";
import styles from "./controls.module.css";

/** What stands in a panel that has nothing to show yet: one line, at most one action. */
export function EmptyState({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p>{children}</p>
      {action}
    </div>
  );
}
