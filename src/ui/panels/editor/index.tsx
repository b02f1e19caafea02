import { useState } from "react";
import type { TextProblem } from "../../../worker/protocol.ts";
import { useHotkey } from "../../app/hotkeys.ts";
import { useT } from "../../i18n.tsx";
import { Button } from "../../parts/Button.tsx";
import { StateGlyph } from "../../parts/StateGlyph.tsx";
import { actions } from "../../store/engine.ts";
import { runTime } from "../../store/time.ts";
import { world } from "../../store/world.ts";
import styles from "../panels.module.css";
import { STARTER } from "./templates.ts";

/** Manifests to apply, as plain text: works everywhere, also before the full editor has arrived. */
export default function Editor() {
  const t = useT();
  const [text, setText] = useState(STARTER);
  const [problems, setProblems] = useState<readonly TextProblem[]>([]);
  const [appliedAt, setAppliedAt] = useState<number | null>(null);
  const apply = async (): Promise<void> => {
    const found = await actions.check(text);
    setProblems(found);
    if (found.some((p) => p.severity === "error")) return;
    await actions.apply(text);
    setAppliedAt(world.getState().now);
  };
  useHotkey("apply", () => void apply());
  return (
    <>
      <textarea
        className={styles.source}
        aria-label={t("ui.panel.editor")}
        spellCheck={false}
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
      {problems.length > 0 && (
        <ul className={styles.problems}>
          {problems.map((p) => (
            <li key={`${p.line}:${p.column}:${p.code}`}>
              <code>{`${p.line}:${p.column}`}</code> {p.printed ?? p.code}
            </li>
          ))}
        </ul>
      )}
      <div className={styles.foot}>
        {appliedAt !== null && <StateGlyph state="succeeded" />}
        <span>
          {appliedAt === null ? t("ui.editor.hint") : t("ui.editor.applied", { time: runTime(appliedAt) })}
        </span>
        <Button size="s" kind="primary" onPress={() => void apply()}>
          {t("ui.editor.apply")}
        </Button>
      </div>
    </>
  );
}
