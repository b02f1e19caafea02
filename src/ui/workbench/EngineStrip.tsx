import { useT } from "../i18n.tsx";
import { PanelError } from "../parts/ErrorBoundary.tsx";
import { setView, useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import styles from "./workbench.module.css";

/** The simulation itself has stopped: what happened, and the way to begin anew. */
export function EngineStrip() {
  const t = useT();
  const failure = useWorld((w) => (w.phase === "failed" ? (w.failure ?? "") : null));
  if (failure === null) return null;
  return (
    <div className={styles.engine}>
      <PanelError
        title={t("ui.engine.stopped")}
        message={failure}
        report={failure}
        onReload={() => setView({ run: useView.getState().run + 1 })}
      />
    </div>
  );
}
