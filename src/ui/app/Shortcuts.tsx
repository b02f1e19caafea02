import { useT } from "../i18n.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Kbd } from "../parts/Kbd.tsx";
import { setView } from "../store/view.ts";
import { HOTKEYS, type HotkeyGroup, type HotkeyId } from "./hotkeys.ts";
import styles from "./palette.module.css";

const GROUPS: readonly HotkeyGroup[] = ["time", "work", "view"];

/** The sheet under `?`. */
export default function Shortcuts() {
  const t = useT();
  return (
    <Dialog open onClose={() => setView({ dialog: null })} title={t("ui.shortcuts")} width={640}>
      <div className={styles.groups}>
        {GROUPS.map((group) => (
          <section key={group}>
            <h3 className="head">{t(`ui.keys.${group}`)}</h3>
            <div className={styles.rows}>
              {(Object.keys(HOTKEYS) as HotkeyId[])
                .filter((id) => HOTKEYS[id].group === group)
                .map((id) => (
                  <div key={id} className={styles.row}>
                    <span>{t(`ui.key.${id}`)}</span>
                    <Kbd keys={HOTKEYS[id].keys} />
                  </div>
                ))}
            </div>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
