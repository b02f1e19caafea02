/** The loop of the eviction manager (pkg/kubelet/eviction/eviction_manager.go: Start, synchronize, waitForPodsCleanup). */
import { setup } from "xstate";
import { effect } from "../../sim/index.ts";
import type { Ms } from "../../sim/types.ts";
import type { NodeReclaim } from "./ranking.ts";
import type { StarvedResource, Threshold } from "./types.ts";

/** Time between passes that evict nobody. */
export const MONITORING_INTERVAL_MS: Ms = 10_000;
/** How often, and for how long, it is looked whether evicted pods have been cleaned up. */
const CLEANUP_POLL_MS: Ms = 1000;
const CLEANUP_TIMEOUT_MS: Ms = 30_000;

/** A pod that is to be killed, with what its status will say. */
export interface Victim {
  readonly uid: string;
  readonly message: string;
  readonly gracePeriodSeconds: number;
  readonly disruption: boolean;
}

export interface EvictionContext {
  /** To the first pass of a kubelet that has been up. */
  readonly phaseMs: Ms;
  readonly reclaims: readonly NodeReclaim[];
  /** What the reclaims are for, and what was met when it was decided. */
  readonly wanted: { readonly threshold: Threshold; readonly resource: StarvedResource } | null;
  readonly thresholds: readonly Threshold[];
  /** The first is being killed. */
  readonly victims: readonly Victim[];
  readonly evicted: readonly string[];
  readonly killTimeoutMs: Ms;
}

export type EvictionEvent =
  /** A look out of turn. */
  | { readonly type: "LOOK" }
  | { readonly type: "CALM" }
  | { readonly type: "RECLAIM" }
  | { readonly type: "EVICT" }
  | { readonly type: "NEXT" }
  | { readonly type: "DONE" }
  | { readonly type: "RECLAIMED"; readonly error?: string | null }
  | { readonly type: "KILLED"; readonly uid: string }
  | { readonly type: "CLEAN" };

export const evictionMachine = setup({
  types: {} as { context: EvictionContext; events: EvictionEvent; input: { readonly phaseMs: Ms } },
  actions: {
    synchronize: effect,
    reclaimNext: effect,
    judge: effect,
    killFirst: effect,
    noteKilled: effect,
    lookForRemains: effect,
  },
  delays: { phase: ({ context }) => context.phaseMs, killTimeout: ({ context }) => context.killTimeoutMs },
}).createMachine({
  id: "eviction",
  context: ({ input }) => ({
    phaseMs: input.phaseMs,
    reclaims: [],
    wanted: null,
    thresholds: [],
    victims: [],
    evicted: [],
    killTimeoutMs: 0,
  }),
  initial: "starting",
  states: {
    starting: { after: { phase: "synchronizing" }, on: { LOOK: "synchronizing" } },
    sleeping: { after: { [MONITORING_INTERVAL_MS]: "synchronizing" }, on: { LOOK: "synchronizing" } },
    synchronizing: {
      entry: "synchronize",
      on: { CALM: "sleeping", RECLAIM: "reclaiming", EVICT: "killing" },
    },
    reclaiming: {
      entry: "reclaimNext",
      on: { RECLAIMED: { target: "reclaiming", reenter: true }, DONE: "judging" },
    },
    judging: { entry: "judge", on: { CALM: "sleeping", EVICT: "killing" } },
    killing: {
      entry: "killFirst",
      on: {
        KILLED: { actions: "noteKilled" },
        NEXT: { target: "killing", reenter: true },
        DONE: "cleaningUp",
      },
      after: { killTimeout: { target: "killing", reenter: true } },
    },
    cleaningUp: {
      initial: "waiting",
      states: {
        waiting: { after: { [CLEANUP_POLL_MS]: "looking" } },
        looking: { entry: "lookForRemains", on: { NEXT: "waiting" } },
      },
      on: { CLEAN: "synchronizing", LOOK: "synchronizing" },
      after: { [CLEANUP_TIMEOUT_MS]: "synchronizing" },
    },
  },
});
