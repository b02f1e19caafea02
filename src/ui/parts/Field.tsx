import { cloneElement, type ReactElement, useId } from "react";
import styles from "./controls.module.css";

/** A control with its name before it and, if need be, a note under it. */
export function Field({
  label,
  note,
  children,
}: {
  label: string;
  note?: string;
  children: ReactElement<{ id?: string; describedBy?: string }>;
}) {
  const id = useId();
  return (
    <div className={styles.formField}>
      <label htmlFor={id}>{label}</label>
      {cloneElement(children, { id, ...(note ? { describedBy: `${id}-note` } : {}) })}
      {note && <small id={`${id}-note`}>{note}</small>}
    </div>
  );
}

export function Select({
  id,
  describedBy,
  value,
  options,
  print = (o) => o,
  onChange,
}: {
  id?: string;
  describedBy?: string;
  value: string;
  options: readonly string[];
  print?: (option: string) => string;
  onChange: (value: string) => void;
}) {
  return (
    <select
      id={id}
      aria-describedby={describedBy}
      className={styles.input}
      value={value}
      onChange={(e) => onChange(e.target.value)}
    >
      {options.map((o) => (
        <option key={o} value={o}>
          {print(o)}
        </option>
      ))}
    </select>
  );
}

export function TextInput({
  id,
  describedBy,
  value,
  suggestions,
  onChange,
}: {
  id?: string;
  describedBy?: string;
  value: string;
  suggestions?: readonly string[];
  onChange: (value: string) => void;
}) {
  return (
    <>
      <input
        id={id}
        aria-describedby={describedBy}
        className={styles.input}
        value={value}
        list={suggestions && `${id}-list`}
        autoComplete="off"
        spellCheck={false}
        onChange={(e) => onChange(e.target.value)}
      />
      {suggestions && (
        <datalist id={`${id}-list`}>
          {suggestions.filter(Boolean).map((s) => (
            <option key={s} value={s} />
          ))}
        </datalist>
      )}
    </>
  );
}
