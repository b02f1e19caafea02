/** Shape of the workbench: what fits in a window, and how large each panel begins. Pure. */
import type { Mode, Sizes } from "../store/view.ts";

/** `wide`: all panels; `narrow`: the right column is a drawer; `slim`: also the left; `phone`: four tabs. */
export type Form = "wide" | "narrow" | "slim" | "phone";

export function formOf(width: number): Form {
  if (width < 560) return "phone";
  if (width < 900) return "slim";
  return width < 1200 ? "narrow" : "wide";
}

export function defaultSizes(width: number, height: number, mode: Mode): Sizes {
  const big = width >= 1680;
  const low = height < 760;
  return {
    left: mode === "lesson" ? (big ? 480 : 430) : big ? 400 : 316,
    right: big ? 416 : 328,
    dock: mode === "lesson" ? 170 : low ? 160 : big ? 214 : 196,
    narrator: low ? 120 : 172,
    // A little more than half of what top bar, time bar and dock leave; in a low window less.
    why: Math.round(((height - 96 - (low ? 160 : big ? 214 : 196)) * (low ? 10 : 13)) / 24),
  };
}

const LIMITS: Record<keyof Sizes, readonly [min: number, max: number]> = {
  left: [220, 720],
  right: [240, 720],
  dock: [90, 640],
  narrator: [60, 560],
  why: [90, 900],
};

/** A size within its limits, and never so large that the stage has no room. */
export function clampSize(panel: keyof Sizes, px: number, width: number, height: number): number {
  const [min, max] = LIMITS[panel];
  const room = panel === "left" || panel === "right" ? width - 420 : height - 300;
  return Math.max(min, Math.min(max, room, px));
}
