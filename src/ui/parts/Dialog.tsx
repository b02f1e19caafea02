import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useT } from "../i18n.tsx";
import { IconButton } from "./Button.tsx";
import styles from "./controls.module.css";

/** A sheet over the page; Esc and a click beside it close it. */
export function Dialog({
  open,
  onClose,
  title,
  children,
  width = 560,
  bare = false,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  width?: number;
  /** Without head: the title is only for screen readers. */
  bare?: boolean;
}) {
  const t = useT();
  return (
    <ModalOverlay
      className={styles.veil ?? ""}
      isOpen={open}
      onOpenChange={(o) => !o && onClose()}
      isDismissable
    >
      <Modal className={styles.modal ?? ""} style={{ width }}>
        <AriaDialog className={styles.dialog ?? ""} {...(bare ? { "aria-label": title } : {})}>
          {!bare && (
            <header className={styles.dialogHead}>
              <Heading slot="title" className={styles.dialogTitle ?? ""}>
                {title}
              </Heading>
              <IconButton icon={X} label={t("ui.close")} onPress={onClose} />
            </header>
          )}
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
