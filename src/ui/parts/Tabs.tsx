import type { ReactNode } from "react";
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from "react-aria-components";
import styles from "./controls.module.css";

export interface TabItem<K extends string> {
  readonly id: K;
  readonly label: string;
  readonly content: ReactNode;
}

/** Tabs at the head of a panel. Only the panel in view is mounted. `tail` stands at the right end of the strip. */
export function Tabs<K extends string>({
  items,
  selected,
  onSelect,
  label,
  tail,
}: {
  items: readonly TabItem<K>[];
  selected: K;
  onSelect: (id: K) => void;
  label: string;
  tail?: ReactNode;
}) {
  return (
    <AriaTabs
      className={styles.tabs ?? ""}
      selectedKey={selected}
      onSelectionChange={(key) => onSelect(key as K)}
    >
      <div className={styles.tabStrip}>
        <TabList aria-label={label} className={styles.tabList ?? ""}>
          {items.map((item) => (
            <Tab key={item.id} id={item.id} className={styles.tab ?? ""}>
              {item.label}
            </Tab>
          ))}
        </TabList>
        {tail && <div className={styles.tabTail}>{tail}</div>}
      </div>
      {items.map((item) => (
        <TabPanel key={item.id} id={item.id} className={styles.tabPanel ?? ""}>
          {item.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
