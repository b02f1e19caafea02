import { type ReactNode, Suspense, useEffect, useState } from "react";
import { ErrorBoundary } from "../parts/ErrorBoundary.tsx";
import styles from "./workbench.module.css";

/** A region of the workbench with a name; what fails in it stays in it. */
export function Panel({ area, label, children }: { area: string; label: string; children: ReactNode }) {
  return (
    <section className={styles.panel} data-area={area} aria-label={label}>
      <PanelBody label={label}>{children}</PanelBody>
    </section>
  );
}

/** The same without a frame, for what stands inside a tab. */
export function PanelBody({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ErrorBoundary panel={label}>
      <Suspense fallback={<Loading />}>{children}</Suspense>
    </ErrorBoundary>
  );
}

/** Nothing under 200 ms; then outlines without text. */
function Loading() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return late ? (
    <div className={styles.loading} aria-busy="true">
      <span />
      <span />
      <span />
    </div>
  ) : null;
}
