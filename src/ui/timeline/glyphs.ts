/** Marks on a canvas: the shapes that tell states, signals, inputs and verdicts without colour. */
import type { Palette } from "./palette.ts";

type G = CanvasRenderingContext2D;

export function octagon(g: G, { c }: Palette, x: number, y: number, r: number): void {
  const k = r * 0.41;
  g.beginPath();
  for (const [i, [dx, dy]] of [
    [-k, -r],
    [k, -r],
    [r, -k],
    [r, k],
    [k, r],
    [-k, r],
    [-r, k],
    [-r, -k],
  ].entries()) {
    if (i === 0) g.moveTo(x + dx!, y + dy!);
    else g.lineTo(x + dx!, y + dy!);
  }
  g.closePath();
  g.fillStyle = c.failed;
  g.fill();
  if (r < 4) return;
  g.strokeStyle = c.s1;
  g.lineWidth = 1.3;
  const a = r * 0.4;
  g.beginPath();
  g.moveTo(x - a, y - a);
  g.lineTo(x + a, y + a);
  g.moveTo(x + a, y - a);
  g.lineTo(x - a, y + a);
  g.stroke();
}

/** Square with a tick: it ended with 0. */
export function tickedSquare(g: G, { c }: Palette, x: number, y: number, r: number): void {
  g.beginPath();
  g.roundRect(x - r, y - r, 2 * r, 2 * r, 2);
  g.fillStyle = c.s1;
  g.fill();
  g.strokeStyle = c.succeeded;
  g.lineWidth = 1.4;
  g.stroke();
  g.beginPath();
  g.moveTo(x - r * 0.5, y);
  g.lineTo(x - r * 0.1, y + r * 0.45);
  g.lineTo(x + r * 0.55, y - r * 0.45);
  g.stroke();
}

/** A probe: filled for success, filled with a notch for failure, dashed while it is due. */
export function diamond(
  g: G,
  { c }: Palette,
  x: number,
  y: number,
  r: number,
  form: "success" | "failure" | "unknown" | "due",
): void {
  g.beginPath();
  g.moveTo(x, y - r);
  g.lineTo(x + r, y);
  g.lineTo(x, y + r);
  g.lineTo(x - r, y);
  g.closePath();
  if (form === "due" || form === "unknown") {
    g.setLineDash(form === "due" ? [2, 1.6] : []);
    g.strokeStyle = c.probe;
    g.lineWidth = 1.1;
    g.stroke();
    g.setLineDash([]);
    return;
  }
  g.fillStyle = c.probe;
  g.fill();
  if (form === "success") return;
  // The notch: a bite of paper from above, and a stroke of the failed colour under it.
  g.beginPath();
  g.moveTo(x - r * 0.62, y - r);
  g.lineTo(x, y + r * 0.15);
  g.lineTo(x + r * 0.62, y - r);
  g.closePath();
  g.fillStyle = c.s1;
  g.fill();
  g.strokeStyle = c.failed;
  g.lineWidth = 1.2;
  g.beginPath();
  g.moveTo(x - r * 0.5, y - r * 0.75);
  g.lineTo(x, y + r * 0.15);
  g.lineTo(x + r * 0.5, y - r * 0.75);
  g.stroke();
}

/** An input: a triangle that points up at what it was done to. */
export function triangle(g: G, { c }: Palette, x: number, y: number, r: number): void {
  g.beginPath();
  g.moveTo(x, y - r);
  g.lineTo(x + r, y + r * 0.8);
  g.lineTo(x - r, y + r * 0.8);
  g.closePath();
  g.fillStyle = c.api;
  g.fill();
}

/** A fault: a bolt. */
export function bolt(g: G, { c }: Palette, x: number, y: number, r: number): void {
  g.beginPath();
  for (const [i, [dx, dy]] of [
    [0.25, -1.2],
    [-0.75, 0.15],
    [-0.05, 0.15],
    [-0.25, 1.2],
    [0.75, -0.2],
    [0.05, -0.2],
  ].entries()) {
    if (i === 0) g.moveTo(x + dx! * r, y + dy! * r);
    else g.lineTo(x + dx! * r, y + dy! * r);
  }
  g.closePath();
  g.fillStyle = c.failed;
  g.fill();
}

/** A signal to a process: a short flag on the bar. */
export function signalFlag(g: G, { c }: Palette, x: number, top: number, h: number, kill: boolean): void {
  const colour = kill ? c.failed : c.terminating;
  g.fillStyle = colour;
  g.fillRect(x - 1, top, 2, h);
  g.beginPath();
  g.moveTo(x, top);
  g.lineTo(x + 7, top + 3);
  g.lineTo(x, top + 6);
  g.closePath();
  g.fill();
}

/** A dot of the traffic colour with paper around it. */
export function dot(g: G, x: number, y: number, r: number, fill: string, stroke: string, width = 1.3): void {
  g.beginPath();
  g.arc(x, y, r, 0, 7);
  g.fillStyle = fill;
  g.fill();
  g.strokeStyle = stroke;
  g.lineWidth = width;
  g.stroke();
}
