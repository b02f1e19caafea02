import { useT } from "../i18n.tsx";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import styles from "./fidelity.module.css";
import type { Counts } from "./reports.ts";

/** How many agree, differ, were not played; `total` alone where nothing was compared yet. */
export function CountsLine({ counts, total }: { counts: Counts; total?: number }) {
  const t = useT();
  const none = counts.passed + counts.failed + counts.skipped === 0;
  return (
    <span className={styles.counts}>
      {none && total !== undefined && <span>{total}</span>}
      {counts.passed > 0 && (
        <span>
          <StateGlyph state="ready" size={12} />
          {t("fidelity.count.passed", { count: counts.passed })}
        </span>
      )}
      {counts.failed > 0 && (
        <span data-bad>
          <StateGlyph state="failed" size={12} />
          {t("fidelity.count.failed", { count: counts.failed })}
        </span>
      )}
      {counts.skipped > 0 && (
        <span>
          <StateGlyph state="unknown" size={12} />
          {t("fidelity.count.skipped", { count: counts.skipped })}
        </span>
      )}
    </span>
  );
}
