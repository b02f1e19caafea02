/**
 * A probe worker: one of these runs for each probe of each container (pkg/kubelet/prober/worker.go: run). It turns at
 * once, then on every tick of its period and on every manual trigger, which starts the period anew. A slow probe
 * delays the next turn: of the ticks and triggers that come meanwhile one each is kept.
 */
import { assign, setup } from "xstate";
import type { Container, Pod } from "../../api/types.ts";
import { effect } from "../../sim/index.ts";
import type { Ms, Seq } from "../../sim/types.ts";
import type { ProbeType } from "../types.ts";
import { NEW_WORKER, type ProbeWorkerState } from "./do-probe.ts";
import type { HandlerOutcome } from "./handlers.ts";
import type { HttpProgress } from "./http-probe.ts";

export interface ProberContext {
  readonly pod: Pod;
  readonly container: Container;
  readonly probeType: ProbeType;
  readonly periodMs: Ms;
  /** Wait before the first turn, only of a kubelet that has just started. */
  readonly jitterMs: Ms;
  /** The record that made the worker: ticks lead back to it. */
  readonly cause: Seq | null;
  readonly worker: ProbeWorkerState;
  /** The run in progress: answers to older ones are dropped. */
  readonly run: number;
  /** Tries of the run in progress, the present one included. */
  readonly tries: number;
  readonly startedMs: Ms;
  /** Of an httpGet probe: where its redirects have led. */
  readonly http: HttpProgress | null;
  readonly pendingTick: boolean;
  readonly pendingTrigger: boolean;
  readonly pendingStop: boolean;
  /** prober_probe_total and prober_probe_duration_seconds of this worker. */
  readonly counts: ProbeCounts;
}

export interface ProbeCounts {
  readonly successful: number;
  readonly failed: number;
  readonly unknown: number;
  readonly durationsMs: number;
}

export interface ProberInput {
  readonly pod: Pod;
  readonly container: Container;
  readonly probeType: ProbeType;
  readonly periodMs: Ms;
  readonly jitterMs: Ms;
  readonly cause: Seq | null;
}

export type ProberEvent =
  | { readonly type: "tick" }
  | { readonly type: "trigger" }
  | { readonly type: "stop" }
  /** The turn needs no probe now. */
  | { readonly type: "skip" }
  /** The worker is not needed any more. */
  | { readonly type: "end" }
  /** The handler has come to an outcome, at the last try. */
  | { readonly type: "done"; readonly outcome: HandlerOutcome };

export const proberMachine = setup({
  types: { context: {} as ProberContext, events: {} as ProberEvent, input: {} as ProberInput },
  actions: {
    startTicker: effect,
    nextTick: effect,
    resetTicker: effect,
    doProbe: effect,
    probeDone: effect,
    cleanUp: effect,
    keepTick: assign({ pendingTick: true }),
    keepTrigger: assign({ pendingTrigger: true }),
    keepStop: assign({ pendingStop: true }),
    takeTick: assign({ pendingTick: false }),
    takeTrigger: assign({ pendingTrigger: false, pendingTick: false }),
  },
  guards: {
    stopped: ({ context }) => context.pendingStop,
    triggered: ({ context }) => context.pendingTrigger,
    ticked: ({ context }) => context.pendingTick,
    jitters: ({ context }) => context.jitterMs > 0,
  },
  delays: { jitter: ({ context }) => context.jitterMs },
}).createMachine({
  id: "prober",
  context: ({ input }) => ({
    pod: input.pod,
    container: input.container,
    probeType: input.probeType,
    periodMs: input.periodMs,
    jitterMs: input.jitterMs,
    cause: input.cause,
    worker: NEW_WORKER,
    run: 0,
    tries: 0,
    startedMs: 0,
    http: null,
    pendingTick: false,
    pendingTrigger: false,
    pendingStop: false,
    counts: { successful: 0, failed: 0, unknown: 0, durationsMs: 0 },
  }),
  initial: "starting",
  states: {
    starting: {
      always: [
        { guard: "jitters", target: "jitter" },
        { target: "probing", actions: "startTicker" },
      ],
    },
    jitter: {
      after: { jitter: { target: "probing", actions: "startTicker" } },
      on: { trigger: { actions: "keepTrigger" }, stop: { actions: "keepStop" } },
    },
    probing: {
      entry: "doProbe",
      on: {
        skip: "waiting",
        end: "ended",
        done: { target: "waiting", actions: "probeDone" },
        tick: { actions: ["keepTick", "nextTick"] },
        trigger: { actions: "keepTrigger" },
        stop: { actions: "keepStop" },
      },
    },
    waiting: {
      always: [
        { guard: "stopped", target: "ended" },
        { guard: "triggered", target: "probing", actions: ["takeTrigger", "resetTicker"] },
        { guard: "ticked", target: "probing", actions: "takeTick" },
      ],
      on: {
        tick: { target: "probing", actions: "nextTick" },
        trigger: { target: "probing", actions: "resetTicker" },
        stop: "ended",
      },
    },
    ended: { entry: "cleanUp", type: "final" },
  },
});
