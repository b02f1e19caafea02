import { EventLine } from "../events/EventLine.tsx";
import { useT } from "../i18n.tsx";
import { BackoffRing } from "../parts/BackoffRing.tsx";
import styles from "../parts/panels.module.css";
import { StateBadge } from "../parts/StateGlyph.tsx";
import { eventsAbout } from "../store/select/events.ts";
import { backoffOf } from "../store/select/kubelet.ts";
import type { ContainerView, PodView } from "../store/select/pods.ts";
import { age, msOf, runTime } from "../store/time.ts";
import { select } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import { Conditions } from "./Conditions.tsx";
import { Facts, Section } from "./Facts.tsx";

export function PodFacts({ pod, container }: { pod: PodView; container: string | undefined }) {
  const t = useT();
  const events = useWorld((w) => eventsAbout(w.tables, pod.id));
  const start = useWorld((w) => w.start);
  const second = useWorld((w) => Math.floor(w.now / 1000));
  const backoff = useWorld((w) => backoffOf(w, pod, container));
  const created = msOf(start, pod.pod.metadata?.creationTimestamp);
  const { spec, status } = pod.pod;
  return (
    <div>
      <div className={styles.who}>
        {backoff && (
          <BackoffRing
            from={backoff.from}
            to={backoff.to}
            unit={t("ui.unit.s")}
            label={t("ui.backoff.label", { time: runTime(backoff.to) })}
          />
        )}
        <div className={styles.whoText}>
          <h2>{pod.name}</h2>
          <p>{["Pod", pod.namespace, pod.node].filter(Boolean).join(" · ")}</p>
          <StateBadge state={pod.state}>{pod.status}</StateBadge>
        </div>
      </div>
      <Facts
        items={[
          [t("ui.pod.ready"), pod.ready],
          [t("ui.pod.restarts"), pod.restarts],
          [t("ui.pod.age"), created === undefined ? "" : age(second * 1000 - created)],
          [
            t("ui.pod.backoff"),
            backoff &&
              t("ui.pod.backoff.value", {
                delay: Math.round((backoff.to - backoff.from) / 1000),
                end: runTime(backoff.to),
              }),
          ],
          ["IP", pod.ip],
          [t("ui.pod.qos"), status?.qosClass],
          ["restartPolicy", spec?.restartPolicy],
          [t("ui.pod.message"), status?.message],
        ]}
      />
      <Section title={t("ui.pod.containers")}>
        <div className={styles.containers}>
          {pod.containers.map((c) => (
            <Slab key={c.id} container={c} chosen={c.name === container} />
          ))}
        </div>
      </Section>
      {status?.conditions?.length ? (
        <Section title={t("ui.pod.conditions")}>
          <Conditions conditions={status.conditions} />
        </Section>
      ) : null}
      {spec?.volumes?.length ? (
        <Section title={t("ui.pod.volumes")}>
          <Facts
            items={spec.volumes.map(
              (v) =>
                [
                  v.name,
                  Object.keys(v)
                    .filter((k) => k !== "name")
                    .join(", "),
                ] as const,
            )}
          />
        </Section>
      ) : null}
      {events.length > 0 && (
        <Section title={t("ui.panel.events")}>
          {events.slice(0, 12).map((e) => (
            <EventLine key={e.key} event={e} />
          ))}
        </Section>
      )}
    </div>
  );
}

function Slab({ container, chosen }: { container: ContainerView; chosen: boolean }) {
  const t = useT();
  const last = container.status?.lastState?.terminated ?? container.status?.state?.terminated;
  const detail = [
    container.kind === "regular" ? "" : t(`ui.container.${container.kind}`),
    container.reason || t("ui.container.none"),
    last ? t("ui.container.exit", { code: last.exitCode }) : "",
    container.restarts ? t("ui.container.restarts", { count: container.restarts }) : "",
  ];
  return (
    <button
      type="button"
      className={styles.slab}
      aria-pressed={chosen}
      onClick={() => select({ kind: "object", id: container.id })}
    >
      <span className={`${styles.band} fill-${container.state}`} />
      <span className={styles.slabText}>
        <b>{container.name}</b>
        <span title={container.image}>{detail.filter(Boolean).join(" · ")}</span>
      </span>
      <span className="mono">{container.image.split("/").at(-1)}</span>
    </button>
  );
}
