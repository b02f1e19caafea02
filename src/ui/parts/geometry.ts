/** Plane geometry of dials: angles in degrees, 0 at twelve o'clock, clockwise. */

export type Point = readonly [x: number, y: number];

/** The point at an angle and radius around a centre. */
export function polar(angle: number, radius: number, cx = 0, cy = 0): Point {
  const a = (angle * Math.PI) / 180;
  return [cx + radius * Math.sin(a), cy - radius * Math.cos(a)];
}

const n = (v: number): string => String(Math.round(v * 100) / 100);

/** Path of an arc from one angle to another, clockwise; a full turn is drawn just short of closing. */
export function arcPath(cx: number, cy: number, r: number, from: number, to: number): string {
  const end = Math.min(to, from + 359.99);
  const [x0, y0] = polar(from, r, cx, cy);
  const [x1, y1] = polar(end, r, cx, cy);
  return `M${n(x0)} ${n(y0)}A${n(r)} ${n(r)} 0 ${end - from > 180 ? 1 : 0} 1 ${n(x1)} ${n(y1)}`;
}

/** Path of a polyline with rounded corners: how edges run. */
export function roundedPath(points: readonly Point[], radius = 8): string {
  const first = points[0];
  if (!first) return "";
  let d = `M${n(first[0])} ${n(first[1])}`;
  for (let i = 1; i < points.length; i++) {
    const [x, y] = points[i]!;
    const next = points[i + 1];
    if (!next) {
      d += `L${n(x)} ${n(y)}`;
      break;
    }
    const [px, py] = points[i - 1]!;
    const before = Math.hypot(x - px, y - py);
    const after = Math.hypot(next[0] - x, next[1] - y);
    const r = Math.min(radius, before / 2, after / 2);
    if (r < 0.5) {
      d += `L${n(x)} ${n(y)}`;
      continue;
    }
    const ax = x + ((px - x) / before) * r;
    const ay = y + ((py - y) / before) * r;
    const bx = x + ((next[0] - x) / after) * r;
    const by = y + ((next[1] - y) / after) * r;
    d += `L${n(ax)} ${n(ay)}Q${n(x)} ${n(y)} ${n(bx)} ${n(by)}`;
  }
  return d;
}

/** Path of a plate with cut corners: a component from another workshop. */
export function octagonPath(x: number, y: number, w: number, h: number, cut = 10): string {
  return `M${x + cut} ${y}H${x + w - cut}L${x + w} ${y + cut}V${y + h - cut}L${x + w - cut} ${y + h}H${x + cut}L${x} ${y + h - cut}V${y + cut}Z`;
}

/** Ticks of a round face: one path of `count` marks between two radii. */
export function marksPath(
  cx: number,
  cy: number,
  count: number,
  outer: number,
  inner: number,
  skipEvery = 0,
): string {
  let d = "";
  for (let i = 0; i < count; i++) {
    if (skipEvery && i % skipEvery === 0) continue;
    const [x0, y0] = polar((i * 360) / count, outer, cx, cy);
    const [x1, y1] = polar((i * 360) / count, inner, cx, cy);
    d += `M${n(x0)} ${n(y0)}L${n(x1)} ${n(y1)}`;
  }
  return d;
}
