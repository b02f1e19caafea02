/** Memory over time: loads that grow linearly, and when their sum passes a limit. */
import type { Ms } from "../sim/types.ts";

/** Grows from `from` to `to` bytes between two times. */
export interface Growth {
  readonly from: number;
  readonly to: number;
  readonly startMs: Ms;
  readonly endMs: Ms;
}

export function growthAt(g: Growth, now: Ms): number {
  if (now >= g.endMs) return g.to;
  if (now <= g.startMs) return g.from;
  return g.from + ((g.to - g.from) * (now - g.startMs)) / (g.endMs - g.startMs);
}

/** First time from `now` on at which the sum is above the limit (whole ms, rounded up); null when it never is. */
export function crossing(loads: readonly Growth[], limit: number, now: Ms): Ms | null {
  const sum = (at: Ms): number => loads.reduce((s, g) => s + growthAt(g, at), 0);
  if (sum(now) > limit) return now;
  const bends = new Set<Ms>();
  for (const g of loads) {
    if (g.startMs > now) bends.add(g.startMs);
    if (g.endMs > now) bends.add(g.endMs);
  }
  let from = now;
  let low = sum(now);
  for (const at of [...bends].sort((a, b) => a - b)) {
    const high = sum(at);
    if (high > limit) return Math.ceil(from + ((limit - low) * (at - from)) / (high - low));
    from = at;
    low = high;
  }
  return null;
}
