/** One picture of the timeline on a canvas, and where in it each thing stands. */
import type { Ms, TraceRecord } from "../../sim/types.ts";
import { runTime } from "../store/time.ts";
import { paintLane } from "./paint-lane.ts";
import type { Palette } from "./palette.ts";
import { type Layout, type Row, rowAt } from "./rows.ts";
import { type Span, ticksFor } from "./span.ts";
import { sameTarget, seqOf, type Target } from "./targets.ts";

export const AXIS = 28;

export interface Hit {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
  readonly target: Target;
}

/** Words the picture itself bears, in the language of the moment. */
export interface PaintWords {
  /** "back-off ends 2:02.1" */
  backoffEnds(time: string): string;
  killedAt(time: string): string;
  duration(ms: Ms): string;
  readonly ready: string;
  readonly running: string;
}

export interface Picture {
  readonly g: CanvasRenderingContext2D;
  readonly palette: Palette;
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  readonly span: Span;
  readonly now: Ms;
  readonly layout: Layout;
  /** How far the lanes are scrolled up. */
  readonly top: number;
  readonly dense: boolean;
  readonly words: PaintWords;
  /** What was seen beyond now before a rewind: rows by id, and how far it went. */
  readonly ghost: { readonly rows: ReadonlyMap<string, Row>; readonly reached: Ms } | null;
  /** What the keyboard is on. */
  readonly lit: Target | null;
  /** Records that are pointed at or selected, in whatever panel. */
  readonly marked: readonly TraceRecord[];
  readonly selectedRow: (row: Row) => boolean;
  readonly focusedRow: string | null;
}

/** What the painters of lanes work with. */
export interface Pen extends Picture {
  /** It paints what was seen before a rewind. */
  readonly past: boolean;
  x(time: Ms): number;
  hit(x0: number, y0: number, x1: number, y1: number, target: Target): void;
}

export function paint(picture: Picture): Hit[] {
  const { g, palette, width, height, ratio, span, now, layout, top } = picture;
  const { c } = palette;
  const hits: Hit[] = [];
  const scale = width / (span[1] - span[0]);
  const pen: Pen = {
    ...picture,
    past: false,
    // Far outside, a canvas loses precision: nothing needs to be exact there.
    x: (time) => Math.max(-1e5, Math.min(1e5, (time - span[0]) * scale)),
    hit: (x0, y0, x1, y1, target) => hits.push({ x0, y0, x1, y1, target }),
  };
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, width, height);
  g.textBaseline = "middle";
  const nowX = pen.x(now);
  const zeroX = pen.x(0);

  if (nowX < width) {
    g.fillStyle = c.sunk;
    g.globalAlpha = 0.55;
    g.fillRect(Math.max(0, nowX), AXIS, width, height);
    g.globalAlpha = 1;
  }
  const ticks = ticksFor(span, width);
  gridLines(pen, ticks.major, zeroX);

  g.save();
  g.beginPath();
  g.rect(0, AXIS, width, height - AXIS);
  g.clip();
  for (let i = rowAt(layout.rows, top); i < layout.rows.length; i++) {
    const row = layout.rows[i]!;
    const y = AXIS + row.y - top;
    if (y > height) break;
    if (picture.selectedRow(row) || picture.focusedRow === row.id) {
      g.fillStyle = c["accent-bg"];
      g.globalAlpha = 0.5;
      g.fillRect(0, y, width, row.h);
      g.globalAlpha = 1;
    }
    g.fillStyle = c.line;
    g.fillRect(0, y + row.h - 1, width, 1);
    paintLane(pen, row, y);
  }
  paintGhost(pen, nowX);
  rings(pen, hits);
  g.restore();

  axis(pen, ticks.major, ticks.minor, zeroX);
  nowLine(pen, nowX);
  return hits;
}

/** Rings around what the keyboard is on and around marked records; a record without a mark gets a tick on its lane. */
function rings({ g, palette, lit, marked, layout, top, x, now }: Pen, hits: readonly Hit[]): void {
  const ring = (h: Hit): void => {
    g.strokeStyle = palette.c.accent;
    g.lineWidth = 2;
    g.beginPath();
    g.roundRect(h.x0 - 2, h.y0 - 1, Math.max(6, h.x1 - h.x0 + 4), h.y1 - h.y0 + 2, 5);
    g.stroke();
  };
  const same = lit && hits.find((h) => sameTarget(h.target, lit));
  if (same) ring(same);
  for (const record of marked) {
    const hit = hits.findLast(
      (h) =>
        seqOf(h.target) === record.seq ||
        (h.target.kind === "events" && h.target.events.some((e) => e.seq === record.seq)),
    );
    if (hit) {
      ring(hit);
      continue;
    }
    const object = record.object.split("/").slice(0, 4).join("/");
    const row =
      layout.rows.find((r) => r.id === object) ??
      layout.rows.find((r) => object !== "" && r.id.startsWith(`${object}/`));
    if (!row || record.time > now) continue;
    g.fillStyle = palette.c.accent;
    g.fillRect(x(record.time) - 1, AXIS + row.y - top + 2, 2, row.h - 4);
  }
}

let faint: HTMLCanvasElement | null = null;

/** What was seen to the right of now stays faint until the run takes another way. */
function paintGhost(pen: Pen, nowX: number): void {
  const { g, ghost, layout, top, width, height, ratio } = pen;
  if (!ghost || nowX >= width) return;
  faint ??= document.createElement("canvas");
  faint.width = g.canvas.width;
  faint.height = g.canvas.height;
  const under = faint.getContext("2d");
  if (!under) return;
  under.setTransform(ratio, 0, 0, ratio, 0, 0);
  under.textBaseline = "middle";
  under.beginPath();
  under.rect(Math.max(0, nowX), AXIS, width, height);
  under.clip();
  const past: Pen = { ...pen, g: under, now: ghost.reached, ghost: null, past: true, hit: () => {} };
  for (let i = rowAt(layout.rows, top); i < layout.rows.length; i++) {
    const row = layout.rows[i]!;
    const y = AXIS + row.y - top;
    if (y > height) break;
    const seen = ghost.rows.get(row.id);
    if (seen) paintLane(past, { ...seen, y: row.y, h: row.h }, y);
  }
  g.save();
  g.setTransform(1, 0, 0, 1, 0, 0);
  g.globalAlpha = 0.38;
  g.drawImage(faint, 0, 0);
  g.restore();
}

function gridLines({ g, palette, width, height, span, x }: Pen, major: Ms, zeroX: number): void {
  g.fillStyle = palette.c.line;
  for (let t = Math.max(0, Math.ceil(span[0] / major) * major); t <= span[1]; t += major)
    g.fillRect(Math.round(x(t)), AXIS, 1, height);
  if (zeroX > 0) {
    g.fillStyle = palette.c.line2;
    g.fillRect(Math.round(Math.min(zeroX, width)), AXIS, 1, height);
  }
}

function axis({ g, palette, width, span, now, x }: Pen, major: Ms, minor: Ms, zeroX: number): void {
  const { c, mono } = palette;
  g.fillStyle = c.s1;
  g.fillRect(0, 0, width, AXIS);
  g.fillStyle = c.line2;
  for (let t = Math.max(0, Math.ceil(span[0] / minor) * minor); t <= span[1]; t += minor)
    g.fillRect(Math.round(x(t)), AXIS - 4, 1, 4);
  g.font = `400 11px ${mono}`;
  g.textAlign = "left";
  const flag = x(now);
  for (let t = Math.max(0, Math.ceil(span[0] / major) * major); t <= span[1]; t += major) {
    const at = Math.round(x(t));
    g.fillStyle = c.edge;
    g.fillRect(at, AXIS - 8, 1, 8);
    const label = runTime(t, major < 10 ? 3 : major < 100 ? 2 : major < 1000 ? 1 : 0);
    // Labels give way to the flag.
    if (Math.abs(at + 20 - flag) < 58) continue;
    g.fillStyle = c.t3;
    g.fillText(label, at + 4, 13);
  }
  g.fillStyle = c.line;
  g.fillRect(Math.max(0, zeroX), AXIS - 1, width, 1);
}

function nowLine({ g, palette, width, height, now, span, hit }: Pen, at: number): void {
  const { c, font } = palette;
  if (at < -40 || at > width + 40) return;
  g.fillStyle = c.accent;
  g.fillRect(at - 0.75, AXIS - 6, 1.5, height);
  const text = runTime(now, span[1] - span[0] < 20_000 ? 2 : 1);
  g.font = `600 11.5px ${font}`;
  const w = g.measureText(text).width + 16;
  const left = Math.max(1, Math.min(width - w - 1, at - w / 2));
  g.beginPath();
  g.roundRect(left, 3, w, 19, 5);
  g.fill();
  g.fillStyle = c["on-accent"];
  g.textAlign = "center";
  g.fillText(text, left + w / 2, 13);
  g.textAlign = "left";
  hit(left, 0, left + w, AXIS, { kind: "now" });
  hit(at - 4, AXIS, at + 4, height, { kind: "now" });
}

/** What is at a point: the last painted is on top. */
export function hitAt(hits: readonly Hit[], x: number, y: number, slack = 0): Hit | undefined {
  for (let i = hits.length - 1; i >= 0; i--) {
    const h = hits[i]!;
    if (x >= h.x0 - slack && x <= h.x1 + slack && y >= h.y0 && y <= h.y1) return h;
  }
  return undefined;
}
