/** What hands do on the plot: drag to pan, drag the now-line or the axis to go in time, wheel and pinch to zoom. */
import type { Ms } from "../../sim/types.ts";
import { actions, hasEngine } from "../store/engine.ts";
import { pause } from "../store/playback.ts";
import { useView } from "../store/view.ts";
import { AXIS, type Hit, hitAt } from "./paint.ts";
import type { Plot } from "./plot.ts";
import { followRun, showSpan, zoomed } from "./span.ts";

/** A touch that moves less than this is a tap. */
const SLOP = 4;

export interface GestureEvents {
  /** What the pointer is over, and where. */
  onHover(hit: Hit | null, x: number, y: number): void;
  onPress(hit: Hit): void;
  /** A swipe across the lanes on a phone: to the next pod or the one before. */
  onSwipe?: ((by: 1 | -1) => void) | undefined;
}

/** Seeks one at a time; of those asked for meanwhile only the last is done. Resolves when all are. */
function createSeeker(): (time: Ms) => Promise<void> {
  let running: Promise<void> | null = null;
  let wanted: Ms | null = null;
  const run = async (): Promise<void> => {
    while (wanted !== null && hasEngine()) {
      const time = wanted;
      wanted = null;
      await actions.seek(time).catch((error: unknown) => console.error(error));
    }
    running = null;
  };
  return (time) => {
    wanted = Math.max(0, Math.round(time));
    running ??= run();
    return running;
  };
}

const seekTo = createSeeker();
/** Goes to a time; while one is under way only the last wish counts. */
export const seekSmoothly = (time: Ms): void => void seekTo(time);

type Drag =
  | { readonly kind: "none" }
  | {
      readonly kind: "pan";
      readonly x: number;
      readonly y: number;
      readonly span: readonly [Ms, Ms];
      moved: boolean;
      readonly hit: Hit | undefined;
    }
  | { readonly kind: "scrub"; readonly followed: boolean };

/** Attaches the gestures to a canvas; returns the way to let go. */
export function attachGestures(
  canvas: HTMLCanvasElement,
  plot: Plot,
  events: () => GestureEvents,
): () => void {
  let drag: Drag = { kind: "none" };
  const touches = new Map<number, { x: number; y: number }>();
  let pinch: { readonly distance: number; readonly middle: Ms; readonly span: readonly [Ms, Ms] } | null =
    null;

  const place = (e: MouseEvent): { x: number; y: number } => {
    const box = canvas.getBoundingClientRect();
    return { x: e.clientX - box.left, y: e.clientY - box.top };
  };
  const spread = (): { distance: number; middle: number } => {
    const [a, b] = [...touches.values()];
    return {
      distance: Math.max(10, Math.abs((a?.x ?? 0) - (b?.x ?? 0))),
      middle: ((a?.x ?? 0) + (b?.x ?? 0)) / 2,
    };
  };

  const down = (e: PointerEvent): void => {
    if (e.button !== 0) return;
    const { x, y } = place(e);
    canvas.setPointerCapture(e.pointerId);
    touches.set(e.pointerId, { x, y });
    if (touches.size === 2) {
      const { distance, middle } = spread();
      pinch = { distance, middle: plot.timeAt(middle), span: plot.span };
      drag = { kind: "none" };
      return;
    }
    const hit = hitAt(plot.hits, x, y, e.pointerType === "touch" ? 6 : 1);
    if (y < AXIS || hit?.target.kind === "now") {
      pause();
      const followed = useView.getState().span === null;
      // The picture stands still under the hand, also where it would follow the run.
      useView.setState({ span: plot.span });
      drag = { kind: "scrub", followed };
      // Taken by the flag, the line moves only with the hand.
      if (hit?.target.kind !== "now") seekSmoothly(plot.timeAt(x));
      events().onHover(null, x, y);
      return;
    }
    drag = { kind: "pan", x, y, span: plot.span, moved: false, hit };
  };

  const move = (e: PointerEvent): void => {
    const { x, y } = place(e);
    if (touches.has(e.pointerId)) touches.set(e.pointerId, { x, y });
    if (pinch && touches.size === 2) {
      const { distance, middle } = spread();
      const length = (pinch.span[1] - pinch.span[0]) * (pinch.distance / distance);
      const from = pinch.middle - (middle / plot.width) * length;
      showSpan([from, from + length]);
      return;
    }
    if (drag.kind === "scrub") {
      seekSmoothly(plot.timeAt(x));
      return;
    }
    if (drag.kind === "pan") {
      if (!drag.moved && Math.hypot(x - drag.x, y - drag.y) < SLOP) return;
      drag.moved = true;
      if (e.pointerType === "touch" && events().onSwipe && Math.abs(y - drag.y) > Math.abs(x - drag.x))
        return;
      const by = ((x - drag.x) / plot.width) * (drag.span[1] - drag.span[0]);
      showSpan([drag.span[0] - by, drag.span[1] - by]);
      events().onHover(null, x, y);
      canvas.style.cursor = "grabbing";
      return;
    }
    if (e.pointerType === "touch") return;
    const hit = hitAt(plot.hits, x, y, 2);
    canvas.style.cursor = y < AXIS || hit?.target.kind === "now" ? "ew-resize" : hit ? "pointer" : "grab";
    events().onHover(hit ?? null, x, y);
  };

  const up = (e: PointerEvent): void => {
    const { x, y } = place(e);
    touches.delete(e.pointerId);
    if (touches.size < 2) pinch = null;
    const done = drag;
    drag = { kind: "none" };
    canvas.style.cursor = "grab";
    if (done.kind === "scrub") {
      const last = seekTo(plot.timeAt(x));
      if (done.followed) void last.then(() => holdFollowing(plot));
    }
    if (done.kind !== "pan" || e.type === "pointercancel") return;
    const swipe = events().onSwipe;
    if (
      done.moved &&
      swipe &&
      e.pointerType === "touch" &&
      Math.abs(y - done.y) > 40 &&
      Math.abs(y - done.y) > Math.abs(x - done.x)
    )
      swipe(y < done.y ? 1 : -1);
    if (done.moved || !done.hit) return;
    if (e.pointerType === "touch") events().onHover(done.hit, x, y);
    events().onPress(done.hit);
  };

  const leave = (): void => events().onHover(null, 0, 0);

  const wheel = (e: WheelEvent): void => {
    const { x } = place(e);
    const unit = e.deltaMode === 1 ? 16 : 1;
    if (e.ctrlKey || e.metaKey) {
      e.preventDefault();
      showSpan(
        zoomed(plot.span, Math.exp(Math.max(-60, Math.min(60, e.deltaY * unit)) * 0.006), plot.timeAt(x)),
      );
    } else if (Math.abs(e.deltaX) > Math.abs(e.deltaY) || e.shiftKey) {
      e.preventDefault();
      const px = (Math.abs(e.deltaX) > Math.abs(e.deltaY) ? e.deltaX : e.deltaY) * unit;
      const by = (px / plot.width) * (plot.span[1] - plot.span[0]);
      showSpan([plot.span[0] + by, plot.span[1] + by]);
    }
  };

  const double = (e: MouseEvent): void => {
    const { x, y } = place(e);
    const hit = hitAt(plot.hits, x, y, 1);
    if (hit?.target.kind === "segment") fitSegment(plot, hit.target.segment.from, hit.target.segment.to);
    else if (useView.getState().span) followRun();
  };

  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  canvas.addEventListener("pointerleave", leave);
  canvas.addEventListener("wheel", wheel, { passive: false });
  canvas.addEventListener("dblclick", double);
  return () => {
    canvas.removeEventListener("pointerdown", down);
    canvas.removeEventListener("pointermove", move);
    canvas.removeEventListener("pointerup", up);
    canvas.removeEventListener("pointercancel", up);
    canvas.removeEventListener("pointerleave", leave);
    canvas.removeEventListener("wheel", wheel);
    canvas.removeEventListener("dblclick", double);
  };
}

/** After a scrub the run is followed again, from the picture as it stands. */
function holdFollowing(plot: Plot): void {
  const { span } = plot;
  useView.setState({ span: null });
  showSpan(span);
}

/** A span of the run, with a little before and after it. */
function fitSegment(plot: Plot, from: Ms, to: Ms): void {
  const end = Number.isFinite(to) ? to : Math.max(from + 1_000, plot.span[1]);
  const margin = Math.max(100, (end - from) * 0.08);
  useView.setState({ span: [from - margin, end + margin] });
}
