import { type PointerEvent, useEffect, useRef } from "react";
import { useT } from "../i18n.tsx";
import { useSettings } from "../store/settings.ts";
import { runTime } from "../store/time.ts";
import { useView } from "../store/view.ts";
import { useWorld, world } from "../store/world.ts";
import { seekSmoothly } from "./gestures.ts";
import type { PodTrack } from "./model.ts";
import { stateOf } from "./paint-bar.ts";
import { type Palette, readPalette } from "./palette.ts";
import { modelOf } from "./shared.ts";
import { clampSpan, horizon, type Span, showSpan, spanNow, useFollow } from "./span.ts";
import styles from "./timeline.module.css";

const HEIGHT = 32;
const PAD = 6;
/** Lives share this many lines; with more pods several lie on one. */
const LINES = 6;
/** The lives are drawn again this often at most; the now-line moves every frame. */
const LIVES_EVERY = 250;

const visibleSpan = (): Span => spanNow(useView.getState().span, world.getState().now, useFollow.getState());

/** The whole run in a strip: drag the window to pan, its edges to zoom, anywhere else to go to that time. */
export function Overview() {
  const t = useT();
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<{ kind: "seek" | "pan" | "from" | "to"; at: number; span: Span } | null>(null);
  const second = useWorld((w) => Math.floor(w.now / 1000));
  const whole = useWorld((w) => horizon(w.reached));

  useEffect(() => (canvas.current ? attachPainter(canvas.current) : undefined), []);

  const timeAt = (e: PointerEvent<HTMLCanvasElement>): number => {
    const box = e.currentTarget.getBoundingClientRect();
    return ((e.clientX - box.left - PAD) / Math.max(1, box.width - 2 * PAD)) * whole;
  };
  const begin = (e: PointerEvent<HTMLCanvasElement>): void => {
    const time = timeAt(e);
    const span = visibleSpan();
    const near = (edge: number): boolean =>
      (Math.abs(edge - time) / whole) * (e.currentTarget.clientWidth - 2 * PAD) < 5;
    const kind = near(span[0])
      ? "from"
      : near(span[1])
        ? "to"
        : time > span[0] && time < span[1]
          ? "pan"
          : "seek";
    drag.current = { kind, at: time, span };
    e.currentTarget.setPointerCapture(e.pointerId);
    if (kind === "seek") seekSmoothly(time);
  };
  const move = (e: PointerEvent<HTMLCanvasElement>): void => {
    const d = drag.current;
    if (!d) return;
    const time = timeAt(e);
    const by = time - d.at;
    if (d.kind === "seek") seekSmoothly(time);
    else if (d.kind === "pan") showSpan([d.span[0] + by, d.span[1] + by]);
    else if (d.kind === "from")
      useView.setState({ span: clampSpan([Math.min(time, d.span[1] - 1000), d.span[1]]) });
    else useView.setState({ span: clampSpan([d.span[0], Math.max(time, d.span[0] + 1000)]) });
  };
  const end = (e: PointerEvent<HTMLCanvasElement>): void => {
    const d = drag.current;
    drag.current = null;
    // A press without a drag inside the window goes there too.
    if (d?.kind === "pan" && Math.abs(timeAt(e) - d.at) < whole / 200) seekSmoothly(d.at);
  };
  return (
    <canvas
      ref={canvas}
      className={styles.overview}
      role="slider"
      tabIndex={0}
      aria-label={t("timeline.overview")}
      aria-valuemin={0}
      aria-valuemax={Math.round(whole / 1000)}
      aria-valuenow={second}
      aria-valuetext={runTime(second * 1000, 0)}
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={() => {
        drag.current = null;
      }}
      onKeyDown={(e) => {
        const by = { ArrowLeft: -1000, ArrowRight: 1000, PageDown: -10_000, PageUp: 10_000 }[e.key];
        if (e.key === "Home") seekSmoothly(0);
        else if (by !== undefined) seekSmoothly(world.getState().now + by);
        else return;
        e.preventDefault();
        e.stopPropagation();
      }}
    />
  );
}

/** Draws the strip whenever the run or the view moves; returns the way to stop. */
function attachPainter(canvas: HTMLCanvasElement): () => void {
  const g = canvas.getContext("2d");
  const lives = document.createElement("canvas");
  const under = lives.getContext("2d");
  if (!g || !under) return () => {};
  let palette: Palette | null = null;
  let frame = 0;
  let drawn = { at: Number.NEGATIVE_INFINITY, whole: 0, now: -1 };
  let ratio = 1;

  const paint = (): void => {
    frame = 0;
    const width = canvas.clientWidth;
    if (width < 2 * PAD + 2) return;
    ratio = devicePixelRatio || 1;
    const [w, h] = [Math.round(width * ratio), Math.round(HEIGHT * ratio)];
    if (canvas.width !== w || canvas.height !== h) {
      for (const c of [canvas, lives]) {
        c.width = w;
        c.height = h;
      }
      palette = null;
    }
    if (!palette) drawn = { at: Number.NEGATIVE_INFINITY, whole: 0, now: -1 };
    palette ??= readPalette(g, ratio);
    const state = world.getState();
    const whole = horizon(state.reached);
    const x = (time: number): number =>
      PAD + (Math.min(whole, Math.max(0, time)) / whole) * (width - 2 * PAD);
    const time = performance.now();
    const jumped = state.now < drawn.now || state.now - drawn.now > whole / 100;
    if (drawn.whole !== whole || jumped || time - drawn.at > LIVES_EVERY) {
      drawn = { at: time, whole, now: state.now };
      paintLives(under, palette, modelOf(state).pods, { width, ratio, x, now: state.now });
    }
    const { c } = palette;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, width, HEIGHT);
    g.fillStyle = c.sunk;
    g.beginPath();
    g.roundRect(0, 5, width, 22, 6);
    g.fill();
    g.drawImage(lives, 0, 0, width, HEIGHT);
    const [from, to] = visibleSpan();
    const [x0, x1] = [x(from), x(to)];
    g.fillStyle = c.accent;
    g.globalAlpha = 0.12;
    g.beginPath();
    g.roundRect(x0, 3.5, Math.max(3, x1 - x0), 25, 5);
    g.fill();
    g.globalAlpha = 1;
    g.strokeStyle = c.accent;
    g.lineWidth = 1;
    g.stroke();
    g.fillStyle = c.accent;
    for (const edge of [x0, x1]) g.fillRect(edge - 1.5, 11, 3, 10);
    g.fillRect(x(state.now) - 0.9, 2, 1.8, 28);
  };
  const draw = (): void => {
    if (frame === 0) frame = requestAnimationFrame(paint);
  };
  const restyle = (): void => {
    palette = null;
    requestAnimationFrame(draw);
  };
  const stops = [
    world.subscribe(draw),
    useView.subscribe(draw),
    useFollow.subscribe(draw),
    useSettings.subscribe(restyle),
  ];
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", restyle);
  const resize = new ResizeObserver(draw);
  resize.observe(canvas);
  draw();
  return () => {
    for (const stop of stops) stop();
    dark.removeEventListener("change", restyle);
    resize.disconnect();
    cancelAnimationFrame(frame);
  };
}

/** Trouble is drawn over what runs well: in a strip this small it must not be lost. */
const ORDER = [
  "ready",
  "running",
  "succeeded",
  "creating",
  "terminating",
  "unknown",
  "waiting",
  "failed",
] as const;

function paintLives(
  g: CanvasRenderingContext2D,
  { c }: Palette,
  pods: readonly PodTrack[],
  { width, ratio, x, now }: { width: number; ratio: number; x: (time: number) => number; now: number },
): void {
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, width, HEIGHT);
  const lines = Math.min(LINES, Math.max(3, pods.length));
  const step = 17 / lines;
  for (const state of ORDER) {
    g.fillStyle = state === "running" || state === "ready" ? c["running-bar"] : c[state];
    for (const [i, pod] of pods.entries()) {
      const y = 8 + (i % lines) * step;
      for (const segment of pod.segments) {
        if (stateOf(segment.kind) !== state) continue;
        const from = x(segment.from);
        g.fillRect(from, y, Math.max(0.6, x(Math.min(segment.to, now)) - from), Math.max(1.2, step - 1.4));
      }
    }
  }
}
