import styles from "./controls.module.css";

/** Keys of a shortcut as printed on them: `Ctrl+K`. */
export function Kbd({ keys }: { keys: string }) {
  return <kbd className={styles.kbd}>{keys.replace(/\+(?=.)/g, " ")}</kbd>;
}
