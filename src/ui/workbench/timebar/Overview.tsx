import { type PointerEvent, useRef } from "react";
import { useT } from "../../i18n.tsx";
import { useClockPaint } from "../../parts/clock.tsx";
import { seek } from "../../store/playback.ts";
import { lanesOf } from "../../store/select/lanes.ts";
import { runTime } from "../../store/time.ts";
import { setView, useView } from "../../store/view.ts";
import { useWorld, world } from "../../store/world.ts";
import styles from "./timebar.module.css";

const WIDTH = 280;
const PAD = 6;

/** Length of the whole picture: what has been reached and a little more, in steps so that it seldom changes. */
function horizon(reached: number): number {
  const want = Math.max(60_000, reached * 1.15);
  const step = want > 600_000 ? 300_000 : want > 180_000 ? 60_000 : 30_000;
  return Math.ceil(want / step) * step;
}

/** The whole run in a strip: drag the window to pan, its handles to zoom, anywhere else to go to a time. */
export function Overview() {
  const t = useT();
  const whole = useWorld((w) => horizon(w.reached));
  const lanes = useWorld((w) => lanesOf(w));
  const span = useView((v) => v.span);
  const drag = useRef<{
    kind: "seek" | "pan" | "from" | "to";
    at: number;
    span: readonly [number, number];
  } | null>(null);
  const x = (time: number): number => PAD + (Math.min(whole, Math.max(0, time)) / whole) * (WIDTH - 2 * PAD);
  const nowLine = useClockPaint<SVGPathElement>((line, now) =>
    line.setAttribute("transform", `translate(${x(now)} 0)`),
  );
  const reachedLine = useWorld((w) => Math.round(w.reached / 500) * 500);

  const timeAt = (e: PointerEvent<SVGSVGElement>): number => {
    const box = e.currentTarget.getBoundingClientRect();
    return (((e.clientX - box.left) / box.width) * WIDTH - PAD) * (whole / (WIDTH - 2 * PAD));
  };
  const begin = (e: PointerEvent<SVGSVGElement>): void => {
    const time = timeAt(e);
    const near = (edge: number): boolean => Math.abs(x(edge) - x(time)) < 6;
    const kind = !span
      ? "seek"
      : near(span[0])
        ? "from"
        : near(span[1])
          ? "to"
          : time > span[0] && time < span[1]
            ? "pan"
            : "seek";
    drag.current = { kind, at: time, span: span ?? [0, whole] };
    e.currentTarget.setPointerCapture(e.pointerId);
    if (kind === "seek") void seek(time);
  };
  const move = (e: PointerEvent<SVGSVGElement>): void => {
    const d = drag.current;
    if (!d) return;
    const time = timeAt(e);
    const [from, to] = d.span;
    const by = time - d.at;
    if (d.kind === "seek") void seek(time);
    else if (d.kind === "pan") setView({ span: [from + by, to + by] });
    else if (d.kind === "from") setView({ span: [Math.min(time, to - 2000), to] });
    else setView({ span: [from, Math.max(time, from + 2000)] });
  };
  return (
    <svg
      className={styles.overview}
      viewBox={`0 0 ${WIDTH} 32`}
      role="slider"
      tabIndex={0}
      aria-label={t("ui.time.overview")}
      aria-valuemin={0}
      aria-valuemax={Math.round(whole / 1000)}
      aria-valuenow={Math.round(reachedLine / 1000)}
      aria-valuetext={runTime(world.getState().now, 0)}
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={() => {
        drag.current = null;
      }}
      onKeyDown={(e) => {
        const by = { ArrowLeft: -1000, ArrowRight: 1000, PageDown: -10_000, PageUp: 10_000 }[e.key];
        if (e.key === "Home") void seek(0);
        else if (by !== undefined) void seek(world.getState().now + by);
        else return;
        e.preventDefault();
        e.stopPropagation();
      }}
    >
      <rect x="0" y="5" width={WIDTH} height="22" rx="6" fill="var(--sunk)" />
      {lanes.flatMap((lane, i) =>
        lane.bars.map((bar) => (
          <rect
            key={`${lane.id}${bar.from}${bar.state}`}
            x={x(bar.from)}
            y={9 + (i % 3) * 5.5}
            width={Math.max(0.6, x(bar.to) - x(bar.from))}
            height={4}
            rx={1}
            fill={`var(--${bar.state === "ready" ? "running" : bar.state})`}
          />
        )),
      )}
      {span && (
        <>
          <rect
            x={x(span[0])}
            y="3.5"
            width={Math.max(2, x(span[1]) - x(span[0]))}
            height="25"
            rx="5"
            fill="var(--accent)"
            fillOpacity=".1"
            stroke="var(--accent)"
          />
          <path
            d={`M${x(span[0])} 11v10M${x(span[1])} 11v10`}
            stroke="var(--accent)"
            strokeWidth="3"
            strokeLinecap="round"
          />
        </>
      )}
      <path ref={nowLine} d="M0 2v28" stroke="var(--accent)" strokeWidth="1.8" />
    </svg>
  );
}
