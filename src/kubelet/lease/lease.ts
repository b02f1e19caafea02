/** The node's lease and how it is renewed (component-helpers/apimachinery/lease/controller.go). */
import type { Lease } from "../../api/types.ts";

export const LEASE_NAMESPACE = "kube-node-lease";
/** The lease is renewed every quarter of its duration. */
export const RENEW_FRACTION = 0.25;
export const RENEW_JITTER = 0.04;
export const MAX_UPDATE_RETRIES = 5;
export const MAX_BACKOFF_MS = 7000;
export const FIRST_BACKOFF_MS = 100;

export interface LeaseSettings {
  readonly nodeName: string;
  readonly leaseDurationSeconds: number;
  /** Owner of the lease; absent: the Node could not be read. */
  readonly nodeUid?: string;
}

export interface NewLease {
  readonly lease: Lease;
  /** The owner could not be set: a lease is not created then, but an existing one is still renewed. */
  readonly error: boolean;
}

/** A time with microseconds, as leases carry it. */
export const microTime = (iso: string): string =>
  `${new Date(Date.parse(iso)).toISOString().slice(0, -1)}000Z`;

/** A new lease, or a known one renewed. `now` is RFC 3339. */
export function newLease(base: Lease | undefined, settings: LeaseSettings, now: string): NewLease {
  const { nodeName, leaseDurationSeconds, nodeUid } = settings;
  const started: Lease = base ?? {
    metadata: { name: nodeName, namespace: LEASE_NAMESPACE },
    spec: { holderIdentity: nodeName },
  };
  const lease: Lease = {
    ...started,
    spec: { ...started.spec, leaseDurationSeconds, renewTime: microTime(now) },
  };
  if ((lease.metadata?.ownerReferences ?? []).length > 0) return { lease, error: false };
  if (nodeUid === undefined) return { lease, error: true };
  const owner = { apiVersion: "v1", kind: "Node", name: nodeName, uid: nodeUid };
  return { lease: { ...lease, metadata: { ...lease.metadata, ownerReferences: [owner] } }, error: false };
}

export type LeaseVerb = "get" | "create" | "update";
/** `unprepared`: the owner of a lease without one could not be read, so nothing was sent. */
export type LeaseAnswer = "ok" | "timeout" | "conflict" | "notFound" | "internal" | "unprepared";

/**
 * Where a renewal pass stands: `update` with the lease at hand, `ensure` (get, else create), then `renew` what
 * was got. `tries` counts updates of this round; `backoffMs` is the last pause of ensure.
 */
export type RenewStep =
  | { readonly step: "update"; readonly tries: number; readonly afterEnsure: boolean }
  | { readonly step: "get" | "create"; readonly backoffMs: number; readonly next: Next }
  | { readonly step: "done"; readonly ok: boolean };

/** What follows an ensure: a first round of updates, or the next try of the round that met a conflict. */
type Next =
  | { readonly kind: "renew" }
  | { readonly kind: "retry"; readonly tries: number; readonly afterEnsure: boolean };

export interface RenewState {
  readonly step: RenewStep;
  readonly latestLeaseKnown: boolean;
  /** Pause before the step. */
  readonly delayMs: number;
  /** Connections are to be closed: a second or later failure in a row. */
  readonly repeatedFailure: boolean;
}

const at = (step: RenewStep, latestLeaseKnown: boolean, more: Partial<RenewState> = {}): RenewState => ({
  step,
  latestLeaseKnown,
  delayMs: 0,
  repeatedFailure: false,
  ...more,
});
const DONE: RenewStep = { step: "done", ok: true };

/** A pass begins with the lease that is known, else by looking for one. */
export function startRenewal(latestLeaseKnown: boolean): RenewState {
  return latestLeaseKnown
    ? at({ step: "update", tries: 0, afterEnsure: false }, true)
    : at({ step: "get", backoffMs: FIRST_BACKOFF_MS, next: { kind: "renew" } }, false);
}

/** The next step after an answer. `canCreate`: the lease's owner is known. */
export function nextRenewalStep(state: RenewState, answer: LeaseAnswer, canCreate: boolean): RenewState {
  const { step, latestLeaseKnown } = state;
  switch (step.step) {
    case "update":
      return afterUpdate(step, answer, latestLeaseKnown);
    case "get":
      if (answer === "ok") return ensured(step.next, false);
      if (answer !== "notFound") return pause(step, latestLeaseKnown);
      return canCreate
        ? at({ ...step, step: "create" }, latestLeaseKnown)
        : notEnsured(step.next, latestLeaseKnown);
    case "create":
      return answer === "ok" ? ensured(step.next, true) : pause(step, latestLeaseKnown);
    case "done":
      return state;
  }
}

function afterUpdate(
  step: Extract<RenewStep, { step: "update" }>,
  answer: LeaseAnswer,
  known: boolean,
): RenewState {
  if (answer === "ok") return at(DONE, true);
  const tries = step.tries + 1;
  if (answer === "conflict") {
    // The lease was changed by another: it has to be read again before the next try.
    return at(
      {
        step: "get",
        backoffMs: FIRST_BACKOFF_MS,
        next: { kind: "retry", tries, afterEnsure: step.afterEnsure },
      },
      known,
    );
  }
  return { ...nextTry(tries, step.afterEnsure, known), repeatedFailure: step.tries > 0 };
}

function nextTry(tries: number, afterEnsure: boolean, known: boolean): RenewState {
  if (tries < MAX_UPDATE_RETRIES) return at({ step: "update", tries, afterEnsure }, known);
  if (afterEnsure) return at({ step: "done", ok: false }, known);
  return at({ step: "get", backoffMs: FIRST_BACKOFF_MS, next: { kind: "renew" } }, known);
}

function ensured(next: Next, created: boolean): RenewState {
  if (next.kind === "retry") return nextTry(next.tries, next.afterEnsure, true);
  return created ? at(DONE, true) : at({ step: "update", tries: 0, afterEnsure: true }, true);
}

/** No lease and none could be made: this pass ends, the next one tries again. */
function notEnsured(next: Next, known: boolean): RenewState {
  if (next.kind === "retry") return nextTry(next.tries, next.afterEnsure, known);
  return at({ step: "done", ok: false }, false);
}

function pause(step: Extract<RenewStep, { step: "get" | "create" }>, known: boolean): RenewState {
  const backoffMs = Math.min(2 * step.backoffMs, MAX_BACKOFF_MS);
  return at({ step: "get", backoffMs, next: step.next }, known, { delayMs: backoffMs });
}
