import { useId } from "react";
import type { HastRoot } from "../../lessons/text.ts";
import styles from "./lesson.module.css";
import { Prose } from "./Prose.tsx";

export interface Choice {
  readonly id: string;
  readonly text: HastRoot | string;
  readonly why?: HastRoot;
}

/** One of several, or several; after the answer each says why. `right` marks those that are. */
export function Choices({
  label,
  options,
  chosen,
  many = false,
  explain,
  right,
  onChange,
}: {
  label: string;
  options: readonly Choice[];
  chosen: readonly string[];
  many?: boolean;
  explain: boolean;
  right?: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}) {
  const name = useId();
  return (
    <fieldset className={styles.choices}>
      <legend className="visually-hidden">{label}</legend>
      {options.map(({ id, text, why }) => {
        const on = chosen.includes(id);
        const told = explain && why !== undefined && why.children.length > 0 && (on || right?.includes(id));
        return (
          <div key={id}>
            <label data-on={on || undefined} data-right={(explain && right?.includes(id)) || undefined}>
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
