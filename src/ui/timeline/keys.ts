/** The timeline by keyboard: up and down change the lane, left and right walk along it, Enter opens the record. */
import { select, setView, useView } from "../store/view.ts";
import { world } from "../store/world.ts";
import { seekSmoothly } from "./gestures.ts";
import { objectOf } from "./Labels.tsx";
import type { Plot } from "./plot.ts";
import { clampSpan, followRun, horizon, showSpan, zoomed } from "./span.ts";
import { sameTarget, seqOf, type Target, targetsOf, timeOf } from "./targets.ts";

/** What a key did: the thing in hand now, or nothing. `null`: the key is not ours. */
export function pressKey(plot: Plot, key: string, shift: boolean): { readonly target: Target | null } | null {
  const { rows } = plot.layout;
  const at = rows.findIndex((r) => r.id === plot.focusedRow);
  const row = rows[at];
  const focus = (index: number): { target: Target | null } => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, index))];
    plot.focusedRow = next?.id ?? null;
    plot.lit = null;
    plot.draw();
    return { target: null };
  };
  const walk = (step: number, end?: "first" | "last"): { target: Target | null } => {
    if (!row) return focus(0);
    const targets = targetsOf(row);
    const here = targets.findIndex((t) => sameTarget(t, plot.lit));
    let index = end === "first" ? 0 : end === "last" ? targets.length - 1 : here + step;
    // From nowhere on the lane: to what is nearest to now on that side.
    if (end === undefined && here < 0) {
      const { now } = world.getState();
      const later = targets.findIndex((t) => timeOf(t) > now);
      index = step > 0 ? (later < 0 ? targets.length - 1 : later) : (later < 0 ? targets.length : later) - 1;
    }
    const target = targets[Math.max(0, Math.min(targets.length - 1, index))] ?? null;
    plot.lit = target;
    if (target) {
      reveal(plot, timeOf(target));
      setView({ hover: seqOf(target) || null });
    }
    plot.draw();
    return { target };
  };
  switch (key) {
    case "ArrowDown":
      return focus(at + 1);
    case "ArrowUp":
      return focus(at - 1);
    case "ArrowRight":
      return walk(1);
    case "ArrowLeft":
      return walk(-1);
    case "Home":
      return walk(0, "first");
    case "End":
      return walk(0, "last");
    case "Enter": {
      const seq = plot.lit ? seqOf(plot.lit) : 0;
      if (shift && plot.lit) seekSmoothly(timeOf(plot.lit));
      else if (seq > 0) select({ kind: "record", seq });
      else if (row) select({ kind: "object", id: objectOf(row) });
      return { target: plot.lit };
    }
    case "+":
    case "=":
      zoomBy(plot, 0.6);
      return { target: plot.lit };
    case "-":
      zoomBy(plot, 1 / 0.6);
      return { target: plot.lit };
    case "0":
      fitAll();
      return { target: plot.lit };
    case "Escape":
      if (!useView.getState().span) return null;
      followRun();
      return { target: plot.lit };
    default:
      return null;
  }
}

/** Zooms around the thing in hand, else around now if it is in view, else around the middle. */
export function zoomBy(plot: Plot, factor: number): void {
  const [from, to] = plot.span;
  const { now } = world.getState();
  const wanted = plot.lit && plot.lit.kind !== "now" ? timeOf(plot.lit) : now;
  showSpan(zoomed(plot.span, factor, wanted > from && wanted < to ? wanted : (from + to) / 2));
}

export function fitAll(): void {
  setView({ span: clampSpan([0, horizon(world.getState().reached)]) });
}

/** Moves the view so that a time is in it, with room around. */
function reveal(plot: Plot, time: number): void {
  const [from, to] = plot.span;
  const margin = (to - from) * 0.06;
  if (time >= from + margin && time <= to - margin) return;
  const length = to - from;
  const start = time < from + margin ? time - length * 0.25 : time - length * 0.75;
  setView({ span: clampSpan([Math.max(0, start), Math.max(0, start) + length]) });
}
