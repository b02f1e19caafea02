/** A bar of a lane: solid while it ran, patterned otherwise, dashed where it is only due. */
import type { State } from "../parts/states.ts";
import { runTime } from "../store/time.ts";
import type { Segment, SegmentKind } from "./model.ts";
import type { Pen } from "./paint.ts";
import type { Row } from "./rows.ts";

export const stateOf = (kind: SegmentKind): State => (kind === "pulling" ? "creating" : kind);

/** Top and height of the bars of a lane. */
export function bandOf(row: Row, y: number): readonly [top: number, h: number] {
  if (row.h >= 42) return [y + 9, 24];
  if (row.h >= 30) return [y + 7, row.h - 15];
  return [y + 4, row.h - 10];
}

export function paintBar(pen: Pen, row: Row, segment: Segment, y: number): void {
  const { g, palette, now, width } = pen;
  const { c } = palette;
  const future = row.kind !== "ghost" && segment.from > now;
  if (future) return;
  const [top, h] = bandOf(row, y);
  const from = pen.x(segment.from);
  const to = pen.x(row.kind === "ghost" ? segment.to : Math.min(segment.to, now));
  const state = stateOf(segment.kind);
  const w = Math.max(1, to - from);
  if (state === "succeeded" && row.kind === "container" && row.container.kind === "init") {
    // It has done its part: the lane is quiet from here on.
    g.fillStyle = c.line2;
    g.fillRect(from, top + h / 2 - 0.5, w, 1);
    return;
  }
  const radius = Math.min(4, w / 2);
  g.beginPath();
  g.roundRect(from, top, w, h, radius);
  g.fillStyle = state === "succeeded" ? c.s1 : palette.pattern(state, from, top);
  g.fill();
  outline(pen, state, from, top, w, h, radius);
  pen.hit(from, top, from + w, top + h, { kind: "segment", row: row.id, segment });
  label(pen, segment, state, Math.max(0, from), Math.min(width, from + w), top, h);
}

function outline(
  { g, palette, past }: Pen,
  state: State,
  x: number,
  y: number,
  w: number,
  h: number,
  radius: number,
): void {
  if ((state === "running" && !past) || w < 3) return;
  const c = palette.c;
  const wide = state === "ready" ? 1.5 : 1;
  g.strokeStyle = c[state];
  g.lineWidth = wide;
  if (state === "waiting" || past) g.setLineDash([3, 2]);
  g.beginPath();
  g.roundRect(x + wide / 2, y + wide / 2, Math.max(0.5, w - wide), h - wide, Math.max(0, radius - 0.5));
  g.stroke();
  g.setLineDash([]);
}

/** Name of a span, where it is wider than its name: on the solid ones plain, on patterns in a chip. */
function label(
  pen: Pen,
  segment: Segment,
  state: State,
  from: number,
  to: number,
  top: number,
  h: number,
): void {
  const { g, palette, words } = pen;
  const { c } = palette;
  if (h < 13 || to - from < 26) return;
  const solid = state === "running" || state === "ready";
  g.font = `600 ${h > 20 ? 11.5 : 10.5}px ${palette.font}`;
  const texts = namesOf(segment, words);
  const room = to - from - (solid ? 14 : 18);
  const text = texts.find((t) => g.measureText(t).width <= room);
  if (!text) return;
  const w = g.measureText(text).width;
  const middle = top + h / 2 + 0.5;
  const x = from + (solid ? 8 : 6);
  if (!solid) {
    g.beginPath();
    g.roundRect(x - 1, middle - 8, w + 10, 16, 4);
    g.fillStyle = c.s1;
    g.fill();
    g.strokeStyle = c.line2;
    g.lineWidth = 1;
    g.stroke();
  }
  g.fillStyle = solid ? c.s1 : c[`${state}-ink`];
  g.fillText(text, x + (solid ? 0 : 4), middle);
}

/** Names from the fullest to the shortest; the longest that fits is written. */
function namesOf(segment: Segment, words: Pen["words"]): string[] {
  const { kind, label: said, delay } = segment;
  if (kind === "waiting") {
    const wait = delay ? words.duration(delay) : "";
    return [said && wait ? `${said} · ${wait}` : "", wait, said].filter(Boolean);
  }
  if (kind === "running") return [words.running];
  if (kind === "ready") return [words.ready, words.running];
  if (kind === "pulling") {
    const took = Number.isFinite(segment.to) ? words.duration(segment.to - segment.from) : "";
    return [took && said ? `${said} · ${took}` : said, took, "pull"].filter(Boolean);
  }
  return said ? [said] : [];
}

/** What the open span leads to: the end of a wait, the end of a grace period, or on as it is. */
export function paintFuture(pen: Pen, row: Row, segment: Segment, y: number): void {
  const { g, palette, now, span, words, width } = pen;
  const state = stateOf(segment.kind);
  const going = state === "ready" || state === "running";
  if (!going && (segment.until === undefined || segment.until <= now)) return;
  const [top, h] = bandOf(row, y);
  const from = Math.max(-4, pen.x(now));
  const to = going ? width + 4 : pen.x(Math.min(segment.until ?? 0, span[1] + (span[1] - span[0])));
  if (to - from < 1) return;
  g.strokeStyle = palette.c[state];
  g.lineWidth = 1.3;
  g.setLineDash([4, 3]);
  g.globalAlpha = going ? 0.75 : 1;
  g.beginPath();
  g.roundRect(from, top + 0.7, to - from, h - 1.4, 4);
  g.stroke();
  g.globalAlpha = 1;
  g.setLineDash([]);
  if (h < 13) return;
  const until = segment.until ?? 0;
  const text =
    state === "waiting"
      ? words.backoffEnds(runTime(until))
      : state === "terminating"
        ? words.killedAt(runTime(until))
        : state === "ready"
          ? words.ready
          : words.running;
  g.font = `400 11.5px ${palette.font}`;
  const w = g.measureText(text).width;
  const end = Math.min(to, width);
  g.fillStyle = palette.c[`${state}-ink`];
  if (w + 18 < end - from) g.fillText(text, from + 12, top + h / 2 + 0.5);
  // A short wait has its words behind it, if nothing stands there.
  else if (!going && end + w + 10 < width) g.fillText(text, end + 6, top + h / 2 + 0.5);
}
