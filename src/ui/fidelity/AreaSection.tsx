import { Play } from "lucide-react";
import { href } from "../app/routes.ts";
import { type Key, useT } from "../i18n.tsx";
import { LinkButton } from "../parts/Button.tsx";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import type { State } from "../parts/states.ts";
import { Ticked } from "../parts/Ticked.tsx";
import { CountsLine } from "./CountsLine.tsx";
import type { Area, Feature } from "./features.ts";
import styles from "./fidelity.module.css";
import { FeatureMark } from "./marks.tsx";
import { countOutcomes, type RecordingReport, type SuiteReport } from "./reports.ts";

interface AreaSectionProps {
  area: Area;
  features: readonly Feature[];
  suites: readonly SuiteReport[];
  recordings: readonly RecordingReport[];
  /** Recordings are in view from the start. */
  open: boolean;
  /** The recording the reader came for. */
  chosen: string | null;
}

/** One area: what is modelled of it, the tables that check it, the recordings of it. */
export function AreaSection({ area, features, suites, recordings, open, chosen }: AreaSectionProps) {
  const t = useT();
  const title = `fidelity-${area}`;
  return (
    <section className={styles.area} aria-labelledby={title}>
      <h2 id={title}>{t(`fidelity.area.${area}`)}</h2>
      <ul className={styles.features}>
        {features.map((feature) => (
          <FeatureLine key={feature.id} feature={feature} />
        ))}
      </ul>
      {suites.length > 0 && (
        <>
          <h3>{t("fidelity.vectors")}</h3>
          <ul className={styles.suites}>
            {suites.map((s) => (
              <li key={s.suite}>
                <code>{s.suite}</code>
                <CountsLine counts={s} />
              </li>
            ))}
          </ul>
        </>
      )}
      {recordings.length > 0 && (
        <details open={open}>
          <summary>
            <h3>{t("fidelity.recordings")}</h3>
            <CountsLine counts={countOutcomes(recordings)} total={recordings.length} />
          </summary>
          <ul className={styles.recordings}>
            {recordings.map((r) => (
              <RecordingLine key={r.id} recording={r} chosen={r.id === chosen} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function FeatureLine({ feature }: { feature: Feature }) {
  const t = useT();
  return (
    <li data-state={feature.state}>
      <FeatureMark state={feature.state} />
      <div>
        <p className={styles.featureName}>
          {t(`fidelity.feature.${feature.id}.name` as Key)}
          <span className={styles.featureState}>{t(`fidelity.state.${feature.state}`)}</span>
        </p>
        {feature.state !== "modelled" && (
          <p>
            <Ticked text={t(`fidelity.feature.${feature.id}.note` as Key)} />
          </p>
        )}
        {feature.source && <code className={styles.source}>{feature.source}</code>}
      </div>
    </li>
  );
}

const GLYPHS: Readonly<Record<string, State>> = {
  passed: "ready",
  failed: "failed",
  skipped: "unknown",
  unknown: "unknown",
};

function RecordingLine({ recording, chosen }: { recording: RecordingReport; chosen: boolean }) {
  const t = useT();
  const outcome = recording.outcome ?? "unknown";
  return (
    <li data-chosen={chosen || undefined}>
      <StateGlyph state={GLYPHS[outcome]!} label={t(`fidelity.outcome.${outcome}`)} />
      <div>
        <code>{recording.id}</code>
        <p lang="en">{recording.describes}</p>
      </div>
      {recording.playable ? (
        <LinkButton
          size="s"
          icon={Play}
          aria-label={t("fidelity.play.label", { name: recording.id })}
          href={`${href({ page: "sandbox" })}?recording=${recording.id}`}
        >
          <span className={styles.playWord}>{t("fidelity.play")}</span>
        </LinkButton>
      ) : (
        <small>{t("fidelity.playable.not")}</small>
      )}
    </li>
  );
}
