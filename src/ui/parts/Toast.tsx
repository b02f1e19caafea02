import { X } from "lucide-react";
import { useEffect } from "react";
import { create } from "zustand";
import { useT } from "../i18n.tsx";
import { IconButton } from "./Button.tsx";
import styles from "./controls.module.css";

export interface ToastMessage {
  readonly id: number;
  readonly text: string;
}

const useToasts = create<{ list: readonly ToastMessage[] }>(() => ({ list: [] }));
let nextId = 1;

/** Says one short line at the foot of the page for a few seconds: copied, saved, applied. */
export function toast(text: string): void {
  const id = nextId++;
  // The same said again takes the place of the first.
  useToasts.setState(({ list }) => ({
    list: [...list.filter((m) => m.text !== text).slice(-2), { id, text }],
  }));
}

const drop = (id: number): void =>
  useToasts.setState(({ list }) => ({ list: list.filter((m) => m.id !== id) }));

/** Where toasts appear; mounted once. */
export function ToastRegion() {
  const list = useToasts((s) => s.list);
  return (
    <div className={styles.toasts} role="status" aria-live="polite">
      {list.map((m) => (
        <ToastLine key={m.id} message={m} />
      ))}
    </div>
  );
}

function ToastLine({ message }: { message: ToastMessage }) {
  const t = useT();
  useEffect(() => {
    const timer = setTimeout(() => drop(message.id), 5000);
    return () => clearTimeout(timer);
  }, [message.id]);
  return (
    <div className={styles.toast}>
      <span>{message.text}</span>
      <IconButton icon={X} label={t("ui.close")} iconSize={14} onPress={() => drop(message.id)} />
    </div>
  );
}
