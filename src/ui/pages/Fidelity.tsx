import { useEffect, useState } from "react";
import { href } from "../app/routes.ts";
import { AreaSection } from "../fidelity/AreaSection.tsx";
import { areaOfRecording, isArea } from "../fidelity/areas.ts";
import { CountsLine } from "../fidelity/CountsLine.tsx";
import { AREAS, FEATURES, type FeatureState } from "../fidelity/features.ts";
import styles from "../fidelity/fidelity.module.css";
import { FeatureMark } from "../fidelity/marks.tsx";
import {
  countOutcomes,
  fetchReports,
  type Reports,
  recordingsOf,
  suitesOf,
  sum,
} from "../fidelity/reports.ts";
import { useT } from "../i18n.tsx";
import { Select } from "../parts/Field.tsx";
import { Segmented } from "../parts/Segmented.tsx";
import { Ticked } from "../parts/Ticked.tsx";
import { PlainPage } from "./PlainPage.tsx";

const STATES: readonly FeatureState[] = ["modelled", "simplified", "absent"];
type Shown = FeatureState | "all";

const EMPTY: Reports = { suites: [], recordings: [], compared: false };

const isState = (text: string | null): text is FeatureState => STATES.some((s) => s === text);

/** Where the model is exact, where it is simpler, and what it is checked by. */
export default function FidelityPage({ params }: { params: URLSearchParams }) {
  const t = useT();
  const chosen = params.get("recording");
  const asked = params.get("area");
  const area = isArea(asked) ? asked : chosen ? areaOfRecording(chosen) : "all";
  const state: Shown = isState(params.get("state")) ? (params.get("state") as FeatureState) : "all";
  const [loaded, setLoaded] = useState<Reports | null>(null);
  useEffect(() => {
    let gone = false;
    fetchReports().then(
      (got) => !gone && setLoaded(got),
      () => !gone && setLoaded({ suites: null, recordings: [], compared: false }),
    );
    return () => {
      gone = true;
    };
  }, []);
  const reports = loaded ?? EMPTY;
  const show = (next: { area?: string; state?: string }): void => {
    const wanted = { area, state, ...next };
    const query = new URLSearchParams();
    if (wanted.area !== "all") query.set("area", wanted.area);
    if (wanted.state !== "all") query.set("state", wanted.state);
    const rest = query.size > 0 ? `?${query}` : "";
    location.replace(`${location.pathname}${location.search}${href({ page: "fidelity" })}${rest}`);
  };
  const sections = AREAS.filter((a) => area === "all" || a === area)
    .map((a) => ({
      area: a,
      features: FEATURES.filter((f) => f.area === a && (state === "all" || f.state === state)),
    }))
    .filter((s) => s.features.length > 0);
  const shown = sections.reduce((n, s) => n + s.features.length, 0);
  return (
    <PlainPage title={t("ui.nav.fidelity")} wide>
      <p>{t("ui.fidelity.version")}</p>
      <p>{t("fidelity.intro")}</p>
      <Summary reports={loaded} />
      <div className={styles.filters}>
        <span className={styles.filter}>
          <label htmlFor="fidelity-area">{t("fidelity.area")}</label>
          <Select
            id="fidelity-area"
            value={area}
            options={["all", ...AREAS]}
            print={(id) => t(isArea(id) ? `fidelity.area.${id}` : "fidelity.area.all")}
            onChange={(id) => show({ area: id })}
          />
        </span>
        <Segmented
          label={t("fidelity.state")}
          selected={state}
          onSelect={(id) => show({ state: id })}
          items={(["all", ...STATES] as const).map((id) => ({ id, label: t(`fidelity.state.${id}`) }))}
        />
        <span role="status" className={styles.shown}>
          {t("fidelity.shown", { count: shown })}
        </span>
      </div>
      {sections.length === 0 && <p>{t("fidelity.none")}</p>}
      {sections.map((s) => (
        <AreaSection
          key={s.area}
          area={s.area}
          features={s.features}
          suites={suitesOf(reports, s.area)}
          recordings={recordingsOf(reports, s.area)}
          open={area !== "all"}
          chosen={chosen}
        />
      ))}
    </PlainPage>
  );
}

/** The three kinds of evidence, counted. */
function Summary({ reports }: { reports: Reports | null }) {
  const t = useT();
  return (
    <div className={styles.summary}>
      <section aria-labelledby="fidelity-vectors">
        <h2 id="fidelity-vectors">{t("fidelity.vectors")}</h2>
        <p>{t("fidelity.vectors.about")}</p>
        {reports === null ? (
          <p>{t("fidelity.loading")}</p>
        ) : reports.suites === null ? (
          <p>
            <Ticked text={t("fidelity.vectors.missing")} />
          </p>
        ) : (
          <CountsLine counts={sum(reports.suites)} />
        )}
      </section>
      <section aria-labelledby="fidelity-recordings">
        <h2 id="fidelity-recordings">{t("fidelity.recordings")}</h2>
        <p>{t("fidelity.recordings.about")}</p>
        {reports === null ? (
          <p>{t("fidelity.loading")}</p>
        ) : reports.recordings.length === 0 ? (
          <p>{t("fidelity.recordings.missing")}</p>
        ) : reports.compared ? (
          <CountsLine counts={countOutcomes(reports.recordings)} />
        ) : (
          <p>
            <Ticked text={t("fidelity.recordings.uncompared")} />
          </p>
        )}
      </section>
      <section aria-labelledby="fidelity-features">
        <h2 id="fidelity-features">{t("fidelity.features")}</h2>
        <ul className={styles.legend}>
          {STATES.map((state) => (
            <li key={state}>
              <FeatureMark state={state} />
              {t(`fidelity.state.${state}`)}
              <b>{FEATURES.filter((f) => f.state === state).length}</b>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
