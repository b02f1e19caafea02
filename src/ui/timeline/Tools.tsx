import { ChevronDown, ChevronUp, LocateFixed, Maximize, Rows3, ZoomIn, ZoomOut } from "lucide-react";
import type { RefObject } from "react";
import { useTranslator } from "../i18n.tsx";
import { IconButton } from "../parts/Button.tsx";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import { useView } from "../store/view.ts";
import { fitAll, zoomBy } from "./keys.ts";
import type { PodTrack } from "./model.ts";
import type { Plot } from "./plot.ts";
import { followRun } from "./span.ts";
import styles from "./timeline.module.css";

/** On a phone: which pod is shown, and the way to the next. */
export function PhonePod({
  pods,
  only,
  onStep,
}: {
  pods: readonly PodTrack[];
  only: string | undefined;
  onStep: (by: 1 | -1) => void;
}) {
  const { t } = useTranslator();
  const at = pods.findIndex((p) => p.id === only);
  const pod = pods[at];
  return (
    <header className={styles.phonePod}>
      {pod && <StateGlyph state={pod.state} />}
      <b>{pod?.name}</b>
      <span>{t("timeline.podOf", { at: at + 1, count: pods.length })}</span>
      <IconButton
        icon={ChevronUp}
        label={t("timeline.previousPod")}
        isDisabled={pods.length < 2}
        onPress={() => onStep(-1)}
      />
      <IconButton
        icon={ChevronDown}
        label={t("timeline.nextPod")}
        isDisabled={pods.length < 2}
        onPress={() => onStep(1)}
      />
    </header>
  );
}

/** Zoom, the whole run, following, low lanes. */
export function Tools({
  plot,
  dense,
  onDense,
  phone,
}: {
  plot: RefObject<Plot | null>;
  dense: boolean;
  onDense: () => void;
  phone: boolean;
}) {
  const { t } = useTranslator();
  const held = useView((v) => v.span !== null);
  const zoom = (factor: number): void => {
    if (plot.current) zoomBy(plot.current, factor);
  };
  return (
    <div role="toolbar" aria-label={t("timeline.tools")} className={styles.tools}>
      {!phone && (
        <>
          <IconButton
            icon={ZoomOut}
            iconSize={14}
            label={t("timeline.zoomOut")}
            hotkey="-"
            onPress={() => zoom(1 / 0.6)}
          />
          <IconButton
            icon={ZoomIn}
            iconSize={14}
            label={t("timeline.zoomIn")}
            hotkey="+"
            onPress={() => zoom(0.6)}
          />
        </>
      )}
      <IconButton icon={Maximize} iconSize={14} label={t("timeline.fitAll")} hotkey="0" onPress={fitAll} />
      <IconButton
        icon={LocateFixed}
        iconSize={14}
        label={t("timeline.follow")}
        isDisabled={!held}
        onPress={followRun}
      />
      {!phone && (
        <IconButton
          icon={Rows3}
          iconSize={14}
          label={t("timeline.dense")}
          pressed={dense}
          onPress={onDense}
        />
      )}
    </div>
  );
}
