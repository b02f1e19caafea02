import type { Ms } from "../../sim/types.ts";

/** State of a token bucket that fills at `qps` tokens a second up to `burst` (client-go util/flowcontrol: TokenBucketRateLimiter). */
export interface TokenBucket {
  readonly tokens: number;
  readonly atMs: Ms;
}

/** Takes a token if there is one. `qps` 0 means no limit. */
export function tryAccept(
  bucket: TokenBucket | undefined,
  limit: { readonly qps: number; readonly burst: number },
  nowMs: Ms,
): { ok: boolean; bucket: TokenBucket | undefined } {
  if (limit.qps <= 0) return { ok: true, bucket };
  const before = bucket ?? { tokens: limit.burst, atMs: nowMs };
  const tokens = Math.min(limit.burst, before.tokens + ((nowMs - before.atMs) / 1000) * limit.qps);
  return tokens >= 1
    ? { ok: true, bucket: { tokens: tokens - 1, atMs: nowMs } }
    : { ok: false, bucket: { tokens, atMs: nowMs } };
}
