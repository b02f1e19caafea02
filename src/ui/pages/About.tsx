import { href } from "../app/routes.ts";
import { useT } from "../i18n.tsx";
import { PlainPage } from "./PlainPage.tsx";

/** What this is and what it is made of. */
export default function AboutPage() {
  const t = useT();
  return (
    <PlainPage title={t("ui.nav.about")}>
      <p>{t("ui.about.what")}</p>
      <p>{t("ui.about.how")}</p>
      <p>{t("ui.about.private")}</p>
      <p>
        <a href={href({ page: "fidelity" })}>{t("ui.nav.fidelity")}</a>
      </p>
      <h2>{t("ui.about.licences")}</h2>
      <p>{t("ui.about.licences.text")}</p>
    </PlainPage>
  );
}
