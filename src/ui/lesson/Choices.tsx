import { useId } from "react";
import type { HastRoot } from "../../lessons/text.ts";
import styles from "./lesson.module.css";
import { Prose } from "./Prose.tsx";

export interface Choice {
  readonly id: string;
  readonly text: HastRoot | string;
  readonly why?: HastRoot;
}

/** One of several, or several. After an answer those chosen say why; once it is right, all of them do. */
export function Choices({
  label,
  describedBy,
  options,
  chosen,
  many = false,
  explain,
  onChange,
}: {
  label: string;
  /** Id of the question's words. */
  describedBy: string;
  options: readonly Choice[];
  chosen: readonly string[];
  many?: boolean;
  explain: "chosen" | "all" | null;
  onChange: (chosen: readonly string[]) => void;
}) {
  const name = useId();
  return (
    <fieldset className={styles.choices} aria-describedby={describedBy}>
      <legend className="visually-hidden">{label}</legend>
      {options.map(({ id, text, why }) => {
        const on = chosen.includes(id);
        const told = why !== undefined && why.children.length > 0 && (explain === "all" || (explain && on));
        return (
          <div key={id}>
            <label data-on={on || undefined}>
              <input
                type={many ? "checkbox" : "radio"}
                name={name}
                value={id}
                checked={on}
                onChange={() =>
                  onChange(!many ? [id] : on ? chosen.filter((c) => c !== id) : [...chosen, id])
                }
              />
              {typeof text === "string" ? <code>{text}</code> : <Prose of={text} inline />}
            </label>
            {told && (
              <div className={styles.why}>
                <Prose of={why} />
              </div>
            )}
          </div>
        );
      })}
    </fieldset>
  );
}
