import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import styles from "./controls.module.css";

/** One choice of a few, all in view. */
export function Segmented<K extends string>({
  items,
  selected,
  onSelect,
  label,
}: {
  items: readonly { readonly id: K; readonly label: string }[];
  selected: K;
  onSelect: (id: K) => void;
  label: string;
}) {
  return (
    <ToggleButtonGroup
      className={styles.segmented ?? ""}
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[selected]}
      onSelectionChange={(keys) => {
        const [key] = keys;
        if (key !== undefined) onSelect(key as K);
      }}
    >
      {items.map((item) => (
        <ToggleButton key={item.id} id={item.id} className={styles.segment ?? ""}>
          {item.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
