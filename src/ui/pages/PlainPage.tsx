import type { ReactNode } from "react";
import { TopBar } from "../app/TopBar.tsx";
import styles from "./home.module.css";

/** A page of prose under the bar. */
export function PlainPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.page}>
      <TopBar />
      <main id="main" tabIndex={-1} className={styles.main}>
        <article className={styles.prose}>
          <h1>{title}</h1>
          {children}
        </article>
      </main>
    </div>
  );
}
