import { useLayoutEffect, useRef } from "react";
import styles from "./timeline.module.css";
import type { Told } from "./words.ts";

/** What is told of the thing under the pointer; it keeps inside the window. */
export function Tip({ told, x, y }: { told: Told; x: number; y: number }) {
  const ref = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: placed again when what it says changes its size
  useLayoutEffect(() => {
    const tip = ref.current;
    if (!tip) return;
    const { width, height } = tip.getBoundingClientRect();
    const left = Math.max(6, Math.min(innerWidth - width - 6, x + 12));
    const top = y - height - 12 > 6 ? y - height - 12 : Math.min(innerHeight - height - 6, y + 18);
    tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }, [x, y, told]);
  return (
    <div ref={ref} className={styles.tip} aria-hidden="true">
      <b>{told.title}</b>
      {told.printed && (
        <code>{told.printed.length > 300 ? `${told.printed.slice(0, 299)}…` : told.printed}</code>
      )}
      {told.lines.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </div>
  );
}
