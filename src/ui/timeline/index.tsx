import {
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { RecordingStrip } from "../fidelity/RecordingStrip.tsx";
import { useRecordedLanes } from "../fidelity/recording.ts";
import { type Translator, useTranslator } from "../i18n.tsx";
import { select, setView, useView } from "../store/view.ts";
import { useWorld, world } from "../store/world.ts";
import { attachGestures, type GestureEvents } from "./gestures.ts";
import { pressKey } from "./keys.ts";
import { Labels, objectOf } from "./Labels.tsx";
import type { GhostLane, PodTrack } from "./model.ts";
import { AXIS, type Hit, type PaintWords } from "./paint.ts";
import { Plot } from "./plot.ts";
import type { Layout } from "./rows.ts";
import { Tip } from "./Tip.tsx";
import { PhonePod, Tools } from "./Tools.tsx";
import { seqOf, type Target } from "./targets.ts";
import styles from "./timeline.module.css";
import { announce, tell } from "./words.ts";

const onResize = (listener: () => void): (() => void) => {
  addEventListener("resize", listener);
  return () => removeEventListener("resize", listener);
};

function paintWords({ t, format }: Translator): PaintWords {
  return {
    backoffEnds: (at) => t("timeline.backoffEnds", { at }),
    killedAt: (at) => t("timeline.killedAt", { at }),
    duration: (ms) =>
      ms < 60_000
        ? t("timeline.seconds", {
            n: format.number(ms / 1000, { maximumFractionDigits: ms < 10_000 ? 1 : 0 }),
          })
        : format.duration(ms),
    ready: t("timeline.bar.ready"),
    running: t("timeline.bar.running"),
  };
}

interface Shown {
  readonly layout: Layout;
  readonly dense: boolean;
  readonly pods: readonly PodTrack[];
}

/**
 * Everything that happened, on lanes: nodes, pods, containers, probes. `ghosts` are recorded lives to compare with;
 * without them those of the recording that the run plays.
 */
export default function Timeline({ ghosts: given }: { ghosts?: readonly GhostLane[] }) {
  const translator = useTranslator();
  const { t } = translator;
  const phone = useSyncExternalStore(onResize, () => innerWidth < 560);
  const [shown, setShown] = useState<Shown>({ layout: { rows: [], height: 0 }, dense: false, pods: [] });
  const [dense, setDense] = useState<boolean | undefined>(undefined);
  const [hover, setHover] = useState<{ target: Target; x: number; y: number } | null>(null);
  const [failure, setFailure] = useState<Error | null>(null);
  const [heard, setHeard] = useState("");
  const canvas = useRef<HTMLCanvasElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const bare = useWorld((w) => w.phase === "ready" && (w.tables.get("api/Pod")?.size ?? 0) === 0);

  const recorded = useRecordedLanes(shown.pods);
  const ghosts = given ?? recorded;
  const [only, showOnly] = usePhonePod(phone, shown.pods);
  const words = useMemo(() => paintWords(translator), [translator]);
  const options = useMemo(() => ({ words, dense, only, ghosts }), [words, dense, only, ghosts]);
  const latest = useRef(options);
  latest.current = options;

  const swipe = useCallback(
    (by: 1 | -1): void => {
      const at = shown.pods.findIndex((p) => p.id === only);
      const next = shown.pods[(at + by + shown.pods.length) % Math.max(1, shown.pods.length)];
      if (next) showOnly(next.id);
    },
    [shown.pods, only, showOnly],
  );

  const gestures = useRef<GestureEvents>({ onHover: () => {}, onPress: () => {} });
  gestures.current = {
    onHover: (hit, x, y) => showHover(hit, x, y, canvas, setHover),
    onPress: (hit) => {
      const seq = seqOf(hit.target);
      const row = hit.target.kind === "now" ? undefined : plot.current?.row(hit.target.row);
      if (seq > 0 && row?.kind !== "ghost") select({ kind: "record", seq });
      else if (row) select({ kind: "object", id: objectOf(row) });
    },
    onSwipe: phone ? swipe : undefined,
  };

  useEffect(() => {
    if (!canvas.current || !scroller.current) return;
    const made = new Plot(canvas.current, scroller.current, latest.current, {
      onLayout: (layout, isDense, model) => setShown({ layout, dense: isDense, pods: model.pods }),
      onError: setFailure,
    });
    plot.current = made;
    const detach = attachGestures(canvas.current, made, () => gestures.current);
    return () => {
      detach();
      made.dispose();
      plot.current = null;
    };
  }, []);
  useEffect(() => plot.current?.set(options), [options]);

  // Thrown here, it is caught by the panel's own boundary.
  if (failure) throw failure;

  const onKeyDown = (e: KeyboardEvent): void => {
    const here = plot.current;
    if (!here || e.ctrlKey || e.metaKey || e.altKey) return;
    const done = pressKey(here, e.key, e.shiftKey);
    if (!done) return;
    e.preventDefault();
    e.stopPropagation();
    const row = here.row(here.focusedRow);
    if (!row) return;
    setHeard(announce(row, done.target, world.getState().now, translator));
    const top = row.y - 4;
    const box = scroller.current;
    if (box && (top < box.scrollTop || row.y + row.h > box.scrollTop + box.clientHeight - AXIS))
      box.scrollTop = top;
    const target = done.target;
    const hit =
      target &&
      here.hits.find(
        (h) =>
          "row" in h.target &&
          "row" in target &&
          h.target.row === target.row &&
          seqOf(h.target) === seqOf(target) &&
          h.target.kind === target.kind,
      );
    if (hit)
      showHover(hit, (Math.max(0, hit.x0) + Math.min(here.width, hit.x1)) / 2, hit.y0, canvas, setHover);
    else setHover(null);
  };

  return (
    <div className={styles.timeline} data-phone={phone || undefined}>
      {recorded.length > 0 && <RecordingStrip lanes={recorded} pods={shown.pods} />}
      {phone && shown.pods.length > 0 && <PhonePod pods={shown.pods} only={only} onStep={swipe} />}
      <div className={styles.frame}>
        <div ref={scroller} className={styles.scroller}>
          <div className={styles.corner}>
            <Tools plot={plot} dense={shown.dense} onDense={() => setDense(!shown.dense)} phone={phone} />
          </div>
          <div className={styles.side}>
            <Labels layout={shown.layout} dense={shown.dense} />
          </div>
          <div
            className={styles.plot}
            role="application"
            aria-label={t("timeline.label")}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it is walked with the arrow keys
            tabIndex={0}
            onKeyDown={onKeyDown}
            onBlur={() => {
              if (plot.current) plot.current.focusedRow = plot.current.lit = null;
              plot.current?.draw();
              setHover(null);
            }}
            style={{ minHeight: shown.layout.height + AXIS }}
          >
            <canvas ref={canvas} className={styles.canvas} />
          </div>
        </div>
        {bare && shown.pods.length === 0 && <p className={styles.empty}>{t("timeline.empty")}</p>}
      </div>
      <p className="visually-hidden" role="status">
        {heard}
      </p>
      {hover && <Tip told={tell(hover.target, world.getState().now, translator)} x={hover.x} y={hover.y} />}
    </div>
  );
}

function showHover(
  hit: Hit | null,
  x: number,
  y: number,
  canvas: RefObject<HTMLCanvasElement | null>,
  set: (hover: { target: Target; x: number; y: number } | null) => void,
): void {
  const seq = hit ? seqOf(hit.target) : 0;
  if ((useView.getState().hover ?? 0) !== seq) setView({ hover: seq || null });
  if (!hit) {
    set(null);
    return;
  }
  const box = canvas.current?.getBoundingClientRect();
  set({
    target: hit.target,
    x: (box?.left ?? 0) + x,
    y: (box?.top ?? 0) + Math.min(y, Math.max(hit.y0, 0) + 4),
  });
}

/** The pod a phone shows: the selected one, else the one last chosen. */
function usePhonePod(phone: boolean, pods: readonly PodTrack[]): [string | undefined, (id: string) => void] {
  const selection = useView((v) => v.selection);
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const picked =
    selection?.kind === "object" && selection.id.startsWith("pod/")
      ? selection.id.split("/").slice(0, 3).join("/")
      : undefined;
  const show = useCallback((id: string): void => {
    setChosen(id);
    select({ kind: "object", id });
  }, []);
  if (!phone) return [undefined, show];
  const known = [picked, chosen].find((id) => id !== undefined && pods.some((p) => p.id === id));
  return [known ?? pods[0]?.id, show];
}
