import { useEffect, useRef } from "react";
import styles from "./editor.module.css";
import type { TextViewProps } from "./MonacoView.tsx";

/** The manifest as plain text: on a phone, where Monaco does not serve, and where it could not be fetched. */
export default function PlainView({
  file,
  label,
  problems,
  onChange,
  onSchemaProblems,
  onReady,
}: TextViewProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once; there is no schema here
  useEffect(() => {
    onSchemaProblems([]);
    onReady({
      format: () => {},
      goTo: (line, column) => {
        const text = area.current?.value ?? "";
        const at =
          text
            .split("\n")
            .slice(0, line - 1)
            .join("\n").length +
          (line > 1 ? 1 : 0) +
          column -
          1;
        area.current?.focus();
        area.current?.setSelectionRange(at, at);
      },
      focus: () => area.current?.focus(),
    });
    return () => onReady(null);
  }, []);
  return (
    <textarea
      ref={area}
      className={styles.plain}
      aria-label={label}
      aria-invalid={problems.some((p) => p.severity === "error")}
      spellCheck={false}
      autoCapitalize="off"
      autoCorrect="off"
      value={file.text}
      onChange={(e) => onChange(e.target.value)}
    />
  );
}
