import type { Ms } from "../../sim/types.ts";

/** Text by which a worker tells that only the network is missing. */
export const NETWORK_NOT_READY = "network is not ready";
/** Wait after an error that tells nothing better. */
export const BACK_OFF_PERIOD_MS: Ms = 10_000;
const TRANSIENT_PERIOD_MS: Ms = 1_000;
/** Up to so much of the delay is added by chance. */
const JITTER = 0.5;

/** One of the errors a sync ended with. */
export interface SyncError {
  readonly text: string;
  /** Set for a back-off: when it ends. */
  readonly backoffUntilMs?: Ms;
}

/** The sync was cut short because a newer update ends the pod, or leaves it less time. */
export const CANCELED: SyncError = { text: "context canceled" };

export interface CompletedWork {
  /** The worker moved on to its next phase: its own replay is queued already. */
  readonly phaseTransition: boolean;
  readonly errors: readonly SyncError[];
  readonly now: Ms;
  readonly resyncMs: Ms;
  readonly backOffMs: Ms;
}

/** Delay until the pod is synced again; `chance` is in [0, 1) (pkg/kubelet/pod_workers.go: completeWork). */
export function requeueDelay(work: CompletedWork, chance: number): Ms {
  if (work.phaseTransition) return 0;
  return jitter(delayOf(work), chance);
}

function delayOf({ errors, now, resyncMs, backOffMs }: CompletedWork): Ms {
  if (errors.length === 0) return resyncMs;
  if (errors.some((e) => e.text.includes(NETWORK_NOT_READY))) return TRANSIENT_PERIOD_MS;
  const ends = errors.flatMap((e) => (e.backoffUntilMs === undefined ? [] : [e.backoffUntilMs]));
  if (ends.length === 0) return Math.min(backOffMs, resyncMs);
  return Math.min(Math.max(0, Math.min(...ends) - now), resyncMs);
}

/** `wait.Jitter` with the factor of the workers. */
export function jitter(delayMs: Ms, chance: number): Ms {
  return delayMs + chance * JITTER * delayMs;
}
