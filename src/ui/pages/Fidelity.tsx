import { useT } from "../i18n.tsx";
import { PlainPage } from "./PlainPage.tsx";

/** Where the model is exact, where it is simpler. */
export default function FidelityPage() {
  const t = useT();
  return (
    <PlainPage title={t("ui.nav.fidelity")}>
      <p>{t("ui.fidelity.version")}</p>
      <h2>{t("ui.fidelity.exact")}</h2>
      <p>{t("ui.fidelity.exact.text")}</p>
      <h2>{t("ui.fidelity.simpler")}</h2>
      <p>{t("ui.fidelity.simpler.text")}</p>
    </PlainPage>
  );
}
