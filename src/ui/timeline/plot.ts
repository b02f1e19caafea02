/**
 * The canvas of the timeline: it draws itself again, at most once a frame, when the run, the view or the page's look
 * has changed. React is told only when the lanes themselves change.
 */
import type { Ms, TraceRecord } from "../../sim/types.ts";
import { useSettings } from "../store/settings.ts";
import { useView, type View } from "../store/view.ts";
import { type World, world } from "../store/world.ts";
import { createLanes } from "./lanes.ts";
import type { GhostLane, TimelineModel } from "./model.ts";
import { EMPTY_MODEL } from "./model.ts";
import { type Hit, type PaintWords, paint } from "./paint.ts";
import { type Palette, readPalette } from "./palette.ts";
import { seenBeyond } from "./past.ts";
import { denseFor, type Layout, layoutRows, type Row } from "./rows.ts";
import { modelOf } from "./shared.ts";
import { type Span, spanNow, useFollow } from "./span.ts";
import type { Target } from "./targets.ts";

export interface PlotOptions {
  readonly words: PaintWords;
  /** Chosen by the reader; undefined: as it fits. */
  readonly dense: boolean | undefined;
  readonly only: string | undefined;
  readonly ghosts: readonly GhostLane[];
}

export interface PlotEvents {
  /** The lanes changed: their order, places, names or states. */
  onLayout(layout: Layout, dense: boolean, model: TimelineModel): void;
  onError(error: Error): void;
}

const pastLanes = createLanes();

export class Plot {
  layout: Layout = { rows: [], height: 0 };
  model: TimelineModel = EMPTY_MODEL;
  hits: Hit[] = [];
  span: Span = [0, 1];
  width = 0;
  height = 0;
  dense = false;
  /** The lane the keyboard is on, and what on it. */
  focusedRow: string | null = null;
  lit: Target | null = null;
  readonly #canvas: HTMLCanvasElement;
  readonly #scroller: HTMLElement;
  readonly #events: PlotEvents;
  #options: PlotOptions;
  #palette: Palette | null = null;
  #ratio = 1;
  #frame = 0;
  #signature = "";
  #failed = false;
  readonly #stops: (() => void)[] = [];

  constructor(canvas: HTMLCanvasElement, scroller: HTMLElement, options: PlotOptions, events: PlotEvents) {
    this.#canvas = canvas;
    this.#scroller = scroller;
    this.#options = options;
    this.#events = events;
    const draw = (): void => this.draw();
    const restyle = (): void => {
      this.#palette = null;
      // The root's attributes change after the store does.
      requestAnimationFrame(draw);
    };
    this.#stops.push(
      world.subscribe(draw),
      useView.subscribe(draw),
      useFollow.subscribe(draw),
      useSettings.subscribe(restyle),
    );
    scroller.addEventListener("scroll", draw, { passive: true });
    const colours = matchMedia("(forced-colors: active)");
    const dark = matchMedia("(prefers-color-scheme: dark)");
    for (const query of [colours, dark]) query.addEventListener("change", restyle);
    const resize = new ResizeObserver(() => this.#measure());
    resize.observe(scroller);
    resize.observe(canvas);
    document.fonts?.ready.then(draw);
    this.#stops.push(
      () => scroller.removeEventListener("scroll", draw),
      () => {
        for (const query of [colours, dark]) query.removeEventListener("change", restyle);
      },
      () => resize.disconnect(),
      () => cancelAnimationFrame(this.#frame),
    );
    this.#measure();
  }

  set(options: PlotOptions): void {
    this.#options = options;
    this.draw();
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
  }

  draw(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#try());
  }

  /** Time at a place on the canvas. */
  timeAt(x: number): Ms {
    return this.span[0] + (x / Math.max(1, this.width)) * (this.span[1] - this.span[0]);
  }

  row(id: string | null): Row | undefined {
    return id === null ? undefined : this.layout.rows.find((r) => r.id === id);
  }

  #measure(): void {
    const box = this.#canvas.getBoundingClientRect();
    this.width = box.width;
    this.height = this.#scroller.clientHeight;
    this.#ratio = devicePixelRatio || 1;
    this.draw();
  }

  /** A picture that cannot be drawn is told once, and not tried again: the panel shows why. */
  #try(): void {
    this.#frame = 0;
    if (this.#failed) return;
    try {
      this.#paint();
    } catch (error) {
      this.#failed = true;
      this.#events.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #paint(): void {
    const { width, height } = this;
    if (width < 2 || height < 2) return;
    const state = world.getState();
    const view = useView.getState();
    const past = seenBeyond(state);
    const seen = past ? pastLanes({ ...past, now: past.reached }) : null;
    this.model = withFuture(modelOf(state), seen);
    this.span = spanNow(view.span, state.now, useFollow.getState());
    this.#arrange(view.selection);

    const ratio = this.#ratio;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.#canvas.width !== w || this.#canvas.height !== h) {
      this.#canvas.width = w;
      this.#canvas.height = h;
      this.#canvas.style.height = `${height}px`;
      this.#palette = null;
    }
    const g = this.#canvas.getContext("2d");
    if (!g) return;
    this.#palette ??= readPalette(g, ratio);
    const selected = view.selection?.kind === "object" ? view.selection.id : "";
    this.hits = paint({
      g,
      palette: this.#palette,
      width,
      height,
      ratio,
      span: this.span,
      now: state.now,
      layout: this.layout,
      top: this.#scroller.scrollTop,
      dense: this.dense,
      words: this.#options.words,
      ghost: past && seen ? this.#ghost(seen, past.reached) : null,
      lit: this.lit,
      marked: markedRecords(state, view),
      selectedRow: (row) => selected !== "" && isAbout(row, selected),
      focusedRow: this.focusedRow,
    });
  }

  #arrange(selection: ReturnType<typeof useView.getState>["selection"]): void {
    const { dense, only, ghosts } = this.#options;
    this.dense = dense ?? (only === undefined && denseFor(this.model, this.height));
    const about =
      selection?.kind === "object"
        ? selection.id
        : selection?.kind === "record"
          ? (world.getState().trace.get(selection.seq)?.object ?? "")
          : "";
    this.layout = layoutRows(this.model, { dense: this.dense, selected: podIn(about), only, ghosts });
    const signature = `${this.dense}|${this.model.pods.length}|${this.layout.rows.map((r) => `${r.id} ${r.h} ${r.kind === "node" ? r.node.state : r.pod.state}${r.kind !== "node" && r.pod.gone}`).join("|")}`;
    if (signature === this.#signature) return;
    this.#signature = signature;
    this.#events.onLayout(this.layout, this.dense, this.model);
  }

  #ghost(model: TimelineModel, reached: Ms): { rows: Map<string, Row>; reached: Ms } {
    const selected = podIn(this.layout.rows.find((r) => r.kind === "probe")?.id ?? "");
    const { rows } = layoutRows(model, { dense: this.dense, selected, only: this.#options.only });
    return { rows: new Map(rows.map((r) => [r.id, r])), reached };
  }
}

/** Pods that a rewind went back before keep their lanes while they are still known. */
function withFuture(model: TimelineModel, seen: TimelineModel | null): TimelineModel {
  if (!seen) return model;
  const known = new Set(model.pods.map((p) => p.id));
  const later = seen.pods
    .filter((p) => !known.has(p.id))
    .map((p) => ({
      ...p,
      segments: [],
      events: [],
      inputs: [],
      containers: p.containers.map((c) => ({
        ...c,
        segments: [],
        starts: [],
        exits: [],
        signals: [],
        probes: c.probes.map((x) => ({ ...x, runs: [], delays: [] })),
      })),
      state: "unknown" as const,
      gone: true,
    }));
  return later.length === 0 ? model : { ...model, pods: [...model.pods, ...later] };
}

/** The record under the pointer in any panel, and the selected one. */
function markedRecords({ trace }: World, { hover, selection }: View): TraceRecord[] {
  const seqs = [hover, selection?.kind === "record" ? selection.seq : null];
  return seqs.flatMap((seq) => {
    const record = seq === null ? undefined : trace.get(seq);
    return record ? [record] : [];
  });
}

/** `pod/NS/NAME` of an id that begins so; else nothing. */
const podIn = (id: string): string =>
  id.startsWith("pod/") ? (id.split(" ")[0] ?? "").split("/").slice(0, 3).join("/") : "";

/** Whether a lane is of the selected thing: the thing itself or a part of it. */
export function isAbout(row: Row, selected: string): boolean {
  return row.id === selected || row.id.startsWith(`${selected}/`) || row.id.startsWith(`${selected} `);
}
