import type { ReactNode } from "react";
import {
  Menu as AriaMenu,
  Header,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Text,
} from "react-aria-components";
import styles from "./controls.module.css";
import { Kbd } from "./Kbd.tsx";

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  readonly hotkey?: string | undefined;
  readonly lang?: string;
  readonly disabled?: boolean;
  /** A mark before the label. */
  readonly mark?: ReactNode;
}

export interface MenuGroup {
  readonly id: string;
  readonly title?: string;
  readonly entries: readonly MenuEntry[];
}

/** A menu under a button. `chosen` marks the entry in force, where the menu is a choice. */
export function Menu({
  trigger,
  label,
  groups,
  onChoose,
  chosen,
  open,
  onOpen,
}: {
  trigger: ReactNode;
  label: string;
  groups: readonly MenuGroup[];
  onChoose: (id: string) => void;
  chosen?: string;
  /** Where something else opens it too (a hotkey). */
  open?: boolean;
  onOpen?: (open: boolean) => void;
}) {
  return (
    <MenuTrigger
      {...(open === undefined ? {} : { isOpen: open })}
      {...(onOpen ? { onOpenChange: onOpen } : {})}
    >
      {trigger}
      <Popover className={styles.popover ?? ""} offset={6}>
        <AriaMenu
          aria-label={label}
          autoFocus="first"
          className={styles.menu ?? ""}
          onAction={(key) => onChoose(String(key))}
          {...(chosen === undefined ? {} : { selectionMode: "single" as const, selectedKeys: [chosen] })}
          disabledKeys={groups.flatMap((g) => g.entries.filter((e) => e.disabled).map((e) => e.id))}
        >
          {groups.map((group) => (
            <MenuSection key={group.id} aria-label={group.title ?? label}>
              {group.title && <Header className={`head ${styles.menuHead}`}>{group.title}</Header>}
              {group.entries.map((entry) => (
                <MenuItem
                  key={entry.id}
                  id={entry.id}
                  textValue={entry.label}
                  className={styles.menuItem ?? ""}
                >
                  {entry.mark}
                  <span className={styles.menuText}>
                    <Text slot="label" {...(entry.lang ? { lang: entry.lang } : {})}>
                      {entry.label}
                    </Text>
                    {entry.detail && <Text slot="description">{entry.detail}</Text>}
                  </span>
                  {entry.hotkey && <Kbd keys={entry.hotkey} />}
                </MenuItem>
              ))}
            </MenuSection>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
