import { useEffect, useMemo, useRef } from "react";
import type { Moment } from "../../lessons/format.ts";
import { useT } from "../i18n.tsx";
import { Prose } from "../lesson/Prose.tsx";
import { startPlayback } from "../store/playback.ts";
import { select, useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import { shortName } from "../words/records.ts";
import { EngineStrip } from "../workbench/EngineStrip.tsx";
import { PanelBody } from "../workbench/Panel.tsx";
import { DiagramPanel } from "../workbench/panels.ts";
import { startSession } from "../workbench/session.ts";
import { Bar } from "./Bar.tsx";
import { BlockedNotice } from "./BlockedNotice.tsx";
import { LogLine } from "./LogLine.tsx";
import { command, goToMoment, isApart, startLead, tellState, useLead } from "./lead.ts";
import { NoDemo } from "./NoDemo.tsx";
import styles from "./present.module.css";
import { spotlightOf } from "./spotlight.ts";
import { useDrive } from "./useDrive.ts";
import { useKeys } from "./useKeys.ts";
import { useMoments, useTalkWords } from "./useMoments.ts";

/** The presenter's window. */
export function Presenter({ id }: { id: string }) {
  const t = useT();
  const run = useView((v) => v.run);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run begins anew
  useEffect(() => startSession({ page: "present", id }, new URLSearchParams()), [id, run]);
  useEffect(startPlayback, []);
  const moments = useMoments(id);
  const failed = useWorld((w) => w.phase === "failed");
  if (moments?.length === 0) return <NoDemo id={id} />;
  if (moments === null)
    return (
      <main id="main" tabIndex={-1} className={styles.nothing} aria-busy={!failed}>
        {failed && <EngineStrip />}
        <span className="visually-hidden">{t("present.loading")}</span>
      </main>
    );
  return <Talk id={id} moments={moments} />;
}

const indexOf = (moments: readonly Moment[], id: string | null): number =>
  Math.max(
    0,
    moments.findIndex((m) => m.id === id),
  );

/** `moment=ID` of the address. */
const asked = (): string | null => new URLSearchParams(location.hash.split("?")[1] ?? "").get("moment");

function Talk({ id, moments }: { id: string; moments: readonly Moment[] }) {
  const t = useT();
  const talk = useLead((l) => l.talk);
  const apart = useLead(isApart);
  useEffect(() => startLead(id, moments.length, indexOf(moments, asked())), [id, moments]);
  useAddress(moments);
  const { toggle } = useDrive(moments);
  const words = useTalkWords(id);
  const moment = moments[talk.at];
  const next = moments[talk.at + 1];
  const spot = useSpot(moment);
  useTelling(id, spot);
  useKeys((c) => {
    if (c === "escape") select(null);
    command(c);
  });
  const spotlight = useMemo(() => spotlightOf(spot), [spot]);
  const text = words.of(moment?.id);
  const nextTitle = next && (words.of(next.id)?.title ?? next.id);
  return (
    <div className={styles.present} data-moment={moment?.id} data-apart={apart || undefined}>
      {spotlight && <style>{spotlight}</style>}
      <main id="main" tabIndex={-1} className={styles.stage} aria-label={t("lesson.present")}>
        <EngineStrip />
        <PanelBody label={t("ui.panel.diagram")}>
          <DiagramPanel bare least={13} />
        </PanelBody>
      </main>
      <aside className={styles.slide} aria-label={t("present.slide")}>
        <BlockedNotice id={id} />
        <div aria-live="polite">
          <p className={styles.number}>
            {t("lesson.moment", { moment: talk.at + 1, moments: moments.length })} · {words.title}
          </p>
          <h1>{text?.title}</h1>
          {text && <Prose of={text.body} />}
        </div>
        {moment && <LogLine moment={moment} />}
        {apart && text?.notes && (
          <section className={styles.aside} aria-label={t("lesson.notes")}>
            <h2>{t("lesson.notes")}</h2>
            <Prose of={text.notes} />
          </section>
        )}
      </aside>
      <Bar id={id} moments={moments} next={nextTitle} onToggle={toggle} />
      {talk.black && !apart && (
        <div className={styles.black} role="status" aria-label={t("lesson.present.black")} />
      )}
    </div>
  );
}

const NOTHING: readonly string[] = [];

/** What stands in the light: what the presenter chose on the stage, or what the moment is about. */
function useSpot(moment: Moment | undefined): readonly string[] {
  const lit = useLead((l) => l.talk.lit);
  const chosen = useView((v) =>
    v.selection?.kind === "component"
      ? shortName(v.selection.id)
      : v.selection?.kind === "object" && v.selection.id.startsWith("pod/")
        ? `pod/${shortName(v.selection.id)}`
        : null,
  );
  return useMemo(
    () => (!lit ? NOTHING : chosen !== null ? [chosen] : (moment?.focus ?? NOTHING)),
    [lit, chosen, moment],
  );
}

/** Tells the other windows of every change; while the picture is frozen they keep the light they had. */
function useTelling(id: string, spot: readonly string[]): void {
  const talk = useLead((l) => l.talk);
  const language = useLead((l) => l.language);
  const begun = useLead((l) => l.begun);
  const playing = useView((v) => v.playing);
  const speed = useView((v) => v.speed);
  const { at, shown, frozen, black, lit } = talk;
  const seen = useRef(spot);
  if (!frozen) seen.current = spot;
  const light = seen.current;
  useEffect(() => {
    tellState(id, { at, shown, frozen, black, lit, spot: light, playing, speed, language, begun });
  }, [id, at, shown, frozen, black, lit, light, playing, speed, language, begun]);
}

/** The moment stands in the address, so that a reload or a link comes back to it. */
function useAddress(moments: readonly Moment[]): void {
  const at = useLead((l) => l.talk.at);
  const count = useLead((l) => l.count);
  useEffect(() => {
    const moment = moments[at];
    if (!moment || count === 0) return;
    const [path] = location.hash.split("?");
    history.replaceState(history.state, "", `${path}?moment=${moment.id}`);
  }, [moments, at, count]);
  useEffect(() => {
    const onHash = (): void => {
      const moment = asked();
      if (moment !== null) goToMoment(indexOf(moments, moment));
    };
    addEventListener("hashchange", onHash);
    return () => removeEventListener("hashchange", onHash);
  }, [moments]);
}
