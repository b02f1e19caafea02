import { ShieldCheck } from "lucide-react";
import { href } from "../app/routes.ts";
import { useT } from "../i18n.tsx";
import { Icon } from "../parts/Icon.tsx";
import type { Area } from "./features.ts";
import styles from "./fidelity.module.css";

/** The way from a part of the machine to what its behaviour is checked by. */
export function AreaLink({ area }: { area: Area }) {
  const t = useT();
  return (
    <a className={styles.areaLink} href={`${href({ page: "fidelity" })}?area=${area}`}>
      <Icon of={ShieldCheck} size={13} />
      {t("fidelity.checkedBy", { area: t(`fidelity.area.${area}`) })}
    </a>
  );
}
