/** PodResizePending and PodResizeInProgress, kept apart from the statuses (pkg/kubelet/status/status_manager.go). */
import type { PodCondition } from "../../api/types.ts";
import type { Table } from "../../sim/index.ts";

export interface ResizeConditions {
  readonly pending?: PodCondition;
  readonly inProgress?: PodCondition;
}

/** A condition set anew: its time moves when its reason does. */
export function updatedPodResizeCondition(
  type: "PodResizePending" | "PodResizeInProgress",
  old: PodCondition | undefined,
  fields: {
    readonly reason: string;
    readonly message: string;
    readonly observedGeneration: number;
    readonly now: string;
  },
): PodCondition {
  const { reason, message, observedGeneration, now } = fields;
  const lastTransitionTime = old && (old.reason ?? "") === reason ? old.lastTransitionTime : now;
  return {
    type,
    status: "True",
    lastProbeTime: now,
    ...(lastTransitionTime ? { lastTransitionTime } : {}),
    ...(observedGeneration ? { observedGeneration } : {}),
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
  };
}

const NONE: readonly PodCondition[] = [];

export class PodResizeConditions {
  readonly #rows: Table<ResizeConditions>;
  readonly #stamp: () => string;

  constructor(rows: Table<ResizeConditions>, stamp: () => string) {
    this.#rows = rows;
    this.#stamp = stamp;
  }

  /** Pending first, as they stand in the status. */
  list(uid: string): readonly PodCondition[] {
    const { pending, inProgress } = this.#rows.get(uid) ?? {};
    if (!pending && !inProgress) return NONE;
    return [...(pending ? [pending] : []), ...(inProgress ? [inProgress] : [])];
  }

  /** Reasons other than Infeasible become Deferred. True when reason or generation changed. */
  setPending(uid: string, given: string, message: string, observedGeneration: number): boolean {
    const reason = given === "Infeasible" ? given : "Deferred";
    const old = this.#rows.get(uid)?.pending;
    const fields = { reason, message, observedGeneration, now: this.#stamp() };
    this.#rows.update(uid, (row) => ({
      ...row,
      pending: updatedPodResizeCondition("PodResizePending", old, fields),
    }));
    return !old || old.reason !== reason || (old.observedGeneration ?? 0) !== observedGeneration;
  }

  /** Keeps reason, message and generation of one that is there unless new ones are given. True when it changed. */
  setInProgress(uid: string, reason: string, message: string, observedGeneration: number): boolean {
    const old = this.#rows.get(uid)?.inProgress;
    const kept = old && reason === "" && message === "";
    const fields = {
      reason: kept ? (old.reason ?? "") : reason,
      message: kept ? (old.message ?? "") : message,
      observedGeneration: old ? (old.observedGeneration ?? 0) : observedGeneration,
      now: this.#stamp(),
    };
    const next = updatedPodResizeCondition("PodResizeInProgress", old, fields);
    this.#rows.update(uid, (row) => ({ ...row, inProgress: next }));
    return !old || old.reason !== next.reason || old.message !== next.message;
  }

  /** Takes over what the API knows (BackfillPodResizeConditions). */
  backfill(uid: string, conditions: readonly PodCondition[]): void {
    const of = (type: string) => conditions.find((c) => c.type === type && c.status === "True");
    const pending = of("PodResizePending");
    const inProgress = of("PodResizeInProgress");
    if (pending || inProgress)
      this.#rows.set(uid, { ...(pending ? { pending } : {}), ...(inProgress ? { inProgress } : {}) });
  }

  clearPending(uid: string): void {
    this.#clear(uid, "pending");
  }

  /** Generation of the condition that was there. */
  clearInProgress(uid: string): number | undefined {
    const { inProgress } = this.#rows.get(uid) ?? {};
    this.#clear(uid, "inProgress");
    return inProgress && (inProgress.observedGeneration ?? 0);
  }

  forget(uid: string): void {
    this.#rows.delete(uid);
  }

  clear(): void {
    for (const uid of [...this.#rows.keys()]) this.#rows.delete(uid);
  }

  #clear(uid: string, which: keyof ResizeConditions): void {
    const row = this.#rows.get(uid);
    if (!row?.[which]) return;
    const { [which]: _, ...rest } = row;
    if (Object.keys(rest).length === 0) this.#rows.delete(uid);
    else this.#rows.set(uid, rest);
  }
}
