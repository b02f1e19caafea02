import type { ReactNode } from "react";
import { TopBar } from "../app/TopBar.tsx";
import styles from "./home.module.css";

/** A page of prose under the bar; `wide` where there are tables in it. */
export function PlainPage({
  title,
  wide = false,
  children,
}: {
  title: string;
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={styles.page}>
      <TopBar />
      <main id="main" tabIndex={-1} className={styles.main}>
        <article className={styles.prose} data-wide={wide || undefined}>
          <h1>{title}</h1>
          {children}
        </article>
      </main>
    </div>
  );
}
