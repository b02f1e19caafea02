import { History } from "lucide-react";
import { href } from "../app/routes.ts";
import { useTranslator } from "../i18n.tsx";
import { Icon } from "../parts/Icon.tsx";
import type { GhostLane, PodTrack } from "../timeline/model.ts";
import styles from "./fidelity.module.css";
import { useRecording } from "./recording.ts";

/** Over the timeline: which recording the run plays, and how the run compares with it so far. */
export function RecordingStrip({ lanes, pods }: { lanes: readonly GhostLane[]; pods: readonly PodTrack[] }) {
  const { t } = useTranslator();
  const recording = useRecording((s) => s.recording);
  if (!recording) return null;
  const drifts = lanes.flatMap((lane) => {
    const pod = pods.find((p) => p.id === lane.pod);
    return pod ? (lane.drifts?.(pod) ?? []) : [];
  });
  const off = drifts.filter((d) => !d.fits).length;
  return (
    <p className={styles.strip}>
      <Icon of={History} size={14} />
      <a href={`${href({ page: "fidelity" })}?recording=${recording.id}`}>{recording.id}</a>
      <span lang="en" className={styles.stripWhat}>
        {recording.describes}
      </span>
      <span className={styles.stripDrift} data-off={off > 0 || undefined}>
        {off > 0 ? t("fidelity.strip.off", { count: off }) : t("fidelity.strip.fits")}
      </span>
    </p>
  );
}
