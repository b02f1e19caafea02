import styles from "./controls.module.css";

/** Names of keys as printed on them. */
export const printKeys = (keys: string): string =>
  keys.replace("ArrowRight", "→").replace("ArrowLeft", "←").replace("Escape", "Esc");

/** Keys of a shortcut as printed on them: `Ctrl+K`. */
export function Kbd({ keys }: { keys: string }) {
  return <kbd className={styles.kbd}>{printKeys(keys).replace(/\+(?=.)/g, " ")}</kbd>;
}
