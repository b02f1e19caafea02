/** One lane: its bars, what is due, and the marks on it. */
import { bolt, diamond, dot, octagon, signalFlag, tickedSquare, triangle } from "./glyphs.ts";
import type { EventMark, InputMark, Segment } from "./model.ts";
import type { Pen } from "./paint.ts";
import { bandOf, paintBar, paintFuture } from "./paint-bar.ts";
import type { Row } from "./rows.ts";
import { cluster } from "./span.ts";

export function paintLane(pen: Pen, row: Row, y: number): void {
  switch (row.kind) {
    case "node":
      paintNode(pen, row, y);
      break;
    case "pod":
      bars(pen, row, row.pod.segments, y);
      inputs(pen, row, row.pod.inputs, y);
      events(pen, row, row.pod.events, y, row.pod.inputs);
      break;
    case "container":
      bars(pen, row, row.container.segments, y);
      for (const signal of row.container.signals) {
        const x = pen.x(signal.at);
        if (x < -9 || x > pen.width) continue;
        const [top, h] = bandOf(row, y);
        signalFlag(pen.g, pen.palette, x, top, h, signal.signal === "SIGKILL");
        pen.hit(x - 3, top, x + 8, top + 8, { kind: "signal", row: row.id, signal });
      }
      exits(pen, row, y);
      if (row.first) {
        inputs(pen, row, row.pod.inputs, y);
        events(pen, row, row.pod.events, y, row.pod.inputs);
      }
      break;
    case "probe":
      paintProbe(pen, row, y + row.h / 2);
      break;
    case "ghost":
      pen.g.globalAlpha = 0.75;
      bars(pen, row, row.ghost.segments, y);
      events(pen, row, row.ghost.events, y);
      pen.g.globalAlpha = 1;
      drifts(pen, row, y);
  }
}

/** From where a moment is recorded to where it came in the run: quiet within the tolerance, a warning beyond it. */
function drifts(pen: Pen, row: Extract<Row, { kind: "ghost" }>, y: number): void {
  const { g, palette } = pen;
  const at = bandOf(row, y)[0] - 4;
  for (const drift of row.ghost.drifts?.(row.pod) ?? []) {
    const [x0, x1] = [pen.x(drift.recorded), pen.x(drift.simulated)];
    const [from, to] = [Math.min(x0, x1), Math.max(x0, x1)];
    if (to < -6 || from > pen.width + 6) continue;
    const colour = drift.fits ? palette.c.edge : palette.c["waiting-ink"];
    if (to - from > 3) dashes(g, x0, x1, at, colour);
    dot(g, x0, at, 2.4, colour, colour);
    dot(g, x1, at, 2.4, palette.c.s1, colour);
    pen.hit(from - 5, at - 5, to + 5, at + 5, { kind: "drift", row: row.id, drift });
  }
}

/** Index of the first span that reaches into view: they are in order and do not overlap. */
function firstVisible(segments: readonly Segment[], from: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (segments[mid]!.to <= from) low = mid + 1;
    else high = mid;
  }
  return low;
}

function bars(pen: Pen, row: Row, segments: readonly Segment[], y: number): void {
  const { span, now } = pen;
  for (let i = firstVisible(segments, span[0]); i < segments.length && segments[i]!.from < span[1]; i++) {
    paintBar(pen, row, segments[i]!, y);
  }
  const last = segments.at(-1);
  if (row.kind !== "ghost" && !foreseen(pen, row) && last?.to === Number.POSITIVE_INFINITY && now < span[1])
    paintFuture(pen, row, last, y);
}

/** What comes is known here from before a rewind, or nothing is told of it: no guess is drawn over it. */
const foreseen = (pen: Pen, row: Row): boolean => pen.past || (pen.ghost?.rows.has(row.id) ?? false);

function exits(pen: Pen, row: Extract<Row, { kind: "container" }>, y: number): void {
  const [top, h] = bandOf(row, y);
  for (const exit of row.container.exits) {
    const x = pen.x(exit.at);
    if (x < -8 || x > pen.width + 8) continue;
    const good = exit.code === 0;
    pen.g.fillStyle = good ? pen.palette.c.succeeded : pen.palette.c.failed;
    pen.g.fillRect(x - 1, top - 1, 2, h + 2);
    const r = h > 18 ? 5.5 : 4.2;
    if (good) tickedSquare(pen.g, pen.palette, x, top - 2, r - 0.6);
    else octagon(pen.g, pen.palette, x, top - 2, r);
    pen.hit(x - 6, top - 8, x + 6, top + h, { kind: "exit", row: row.id, exit });
  }
}

/** Foot of the lane, where events and inputs stand. */
const foot = (row: Row, y: number): number => y + row.h - (row.h > 30 ? 5 : 3.5);

function inputs(pen: Pen, row: Row, list: readonly InputMark[], y: number): void {
  const { g, palette } = pen;
  const at = foot(row, y) - 1;
  for (const input of list) {
    const x = pen.x(input.at);
    const end = input.to === undefined ? x : pen.x(Math.min(input.to, pen.span[1]));
    if (end < -10 || x > pen.width + 10) continue;
    if (input.kind === "fault") {
      if (end > x) {
        g.fillStyle = palette.c.failed;
        g.globalAlpha = 0.75;
        const live = Math.min(end, Math.max(x, pen.x(pen.now)));
        g.fillRect(x, at - 1, live - x, 2);
        g.globalAlpha = 1;
        if (end > live && Number.isFinite(input.to ?? 0)) dashes(g, live, end, at, palette.c.failed);
      }
      bolt(g, palette, x, at - 1, 6);
    } else triangle(g, palette, x, at, 4.4);
    pen.hit(x - 6, at - 7, Math.max(x + 6, end), at + 6, { kind: "input", row: row.id, input });
  }
}

function dashes(g: CanvasRenderingContext2D, x0: number, x1: number, y: number, colour: string): void {
  g.strokeStyle = colour;
  g.lineWidth = 1.4;
  g.setLineDash([3, 3]);
  g.beginPath();
  g.moveTo(x0, y);
  g.lineTo(x1, y);
  g.stroke();
  g.setLineDash([]);
}

function events(
  pen: Pen,
  row: Row,
  list: readonly EventMark[],
  y: number,
  beside: readonly InputMark[] = [],
): void {
  const { g, palette, span } = pen;
  const seen = list.filter((e) => e.at >= span[0] && e.at <= span[1]);
  const at = foot(row, y);
  const taken = beside.map((i) => pen.x(i.at));
  for (const { x: place, items } of spaced(cluster(seen, (e) => pen.x(e.at)))) {
    // An input's triangle at the same place stays to be seen.
    const x = taken.some((t) => Math.abs(t - place) < 8) ? place + 9 : place;
    const warning = items.some((e) => e.warning);
    if (warning) octagon(g, palette, x, at, 3.6);
    else dot(g, x, at, 2.2, palette.c.s1, palette.c.status, 1.6);
    let right = x + 4;
    if (items.length > 1) {
      g.font = `600 9.5px ${palette.font}`;
      g.textAlign = "left";
      g.fillStyle = warning ? palette.c["failed-ink"] : palette.c.t2;
      const count = String(items.length);
      g.fillText(count, x + 5.5, at + 0.5);
      right = x + 6 + g.measureText(count).width;
    }
    pen.hit(x - 5, at - 5, right, at + 5, { kind: "events", row: row.id, events: items });
  }
}

type Cluster = ReturnType<typeof cluster<EventMark>>[number];

/** A count needs room behind its mark: what would stand in it joins the count. */
function spaced(clusters: readonly Cluster[]): Cluster[] {
  const out: Cluster[] = [];
  for (const next of clusters) {
    const last = out.at(-1);
    if (last && next.x - last.x < (last.items.length > 9 ? 24 : last.items.length > 1 ? 19 : 0)) {
      out[out.length - 1] = { x: last.x, items: [...last.items, ...next.items] };
    } else out.push(next);
  }
  return out;
}

function paintNode(pen: Pen, row: Extract<Row, { kind: "node" }>, y: number): void {
  const { g, palette, now, span, width } = pen;
  const { node } = row;
  const middle = y + row.h / 2 - 1;
  for (const segment of node.bands) {
    const from = pen.x(segment.from);
    const to = pen.x(Math.min(segment.to, now));
    if (to < 0 || from > width || segment.from > now) continue;
    const state = segment.kind === "pulling" ? "creating" : segment.kind;
    g.fillStyle = state === "ready" ? palette.c.ready : palette.pattern(state, from, middle - 3);
    g.fillRect(from, middle - 3, to - from, 6);
    if (state !== "ready") {
      g.strokeStyle = palette.c[state];
      g.lineWidth = 1;
      g.strokeRect(from + 0.5, middle - 2.5, Math.max(0, to - from - 1), 5);
    }
    pen.hit(from, middle - 6, to, middle + 6, { kind: "segment", row: row.id, segment });
  }
  const { leases, leasePeriod } = node;
  const step = (pen.x(leasePeriod) - pen.x(0)) * 1;
  if (step > 5) {
    for (const { at, seq } of leases) {
      if (at < span[0] || at > span[1]) continue;
      const x = pen.x(at);
      dot(g, x, middle, 3, palette.c.s1, palette.c.ready);
      pen.hit(x - 5, middle - 6, x + 5, middle + 6, { kind: "lease", row: row.id, at, seq, due: false });
    }
    const last = leases.at(-1)?.at;
    for (
      let at = (foreseen(pen, row) ? span[1] : (last ?? span[1])) + leasePeriod;
      at < span[1];
      at += leasePeriod
    ) {
      if (at <= now) continue;
      const x = pen.x(at);
      dot(g, x, middle, 3, palette.c.s1, palette.c.line2);
      pen.hit(x - 5, middle - 6, x + 5, middle + 6, { kind: "lease", row: row.id, at, seq: 0, due: true });
    }
  }
  inputs(pen, row, node.inputs, y);
  events(pen, row, node.events, y + 1, node.inputs);
}

function paintProbe(pen: Pen, row: Extract<Row, { kind: "probe" }>, y: number): void {
  const { g, palette, span, now } = pen;
  const { id, probe } = row;
  const last = row.container.segments.at(-1);
  for (const [from, to] of probe.delays) {
    const [x0, x1] = [pen.x(from), pen.x(to)];
    if (x1 < 0 || x0 > pen.width || from > now) continue;
    g.strokeStyle = palette.c.probe;
    g.lineWidth = 1.2;
    g.setLineDash([1.5, 2.5]);
    g.beginPath();
    g.moveTo(x0, y);
    g.lineTo(x1, y);
    g.stroke();
    g.setLineDash([]);
    g.fillStyle = palette.c.probe;
    g.fillRect(x0 - 0.6, y - 4, 1.2, 8);
    g.fillRect(x1 - 0.6, y - 4, 1.2, 8);
    g.font = `400 11px ${palette.mono}`;
    g.fillStyle = palette.c.t3;
    g.textAlign = "right";
    const text = `initialDelaySeconds: ${Math.round((to - from) / 1000)}`;
    if (g.measureText(text).width < x0 - 8) g.fillText(text, x0 - 6, y + 0.5);
    g.textAlign = "left";
    pen.hit(x0, y - 7, x1, y + 7, { kind: "delay", row: id, type: probe.type, from, to });
  }
  const runs = probe.runs.filter((r) => r.at >= span[0] && r.at <= span[1]);
  const close = pen.x(probe.period) - pen.x(0) < 8;
  const r = close ? 3 : 5;
  for (const run of runs) {
    const x = pen.x(run.at);
    diamond(g, palette, x, y, r, run.result);
    pen.hit(x - 6, y - 8, x + 6, y + 8, { kind: "probe", row: id, type: probe.type, run });
  }
  const alive =
    last && last.to === Number.POSITIVE_INFINITY && (last.kind === "running" || last.kind === "ready");
  const latest = probe.runs.at(-1)?.at;
  if (!alive || foreseen(pen, row) || latest === undefined || close || latest < last.from - 60_000) return;
  for (let at = latest + probe.period; at < span[1]; at += probe.period) {
    if (at <= now) continue;
    const x = pen.x(at);
    diamond(g, palette, x, y, r, "due");
    pen.hit(x - 6, y - 8, x + 6, y + 8, { kind: "probe-due", row: id, type: probe.type, at });
  }
}
