/** The loop's channels: what waits for it, each item with the record that led to it. */
import type { Cell } from "../../sim/index.ts";
import type { Seq } from "../../sim/types.ts";
import type { PodUpdate, ProbeUpdate } from "../contract.ts";
import { EVENT_CHANNEL } from "../pleg/reconcile.ts";
import type { PlegEvent } from "../types.ts";

export interface Item<T> {
  readonly item: T;
  readonly cause: Seq | null;
}

export interface Channels {
  readonly config: readonly Item<PodUpdate>[];
  readonly pleg: readonly Item<PlegEvent>[];
  readonly liveness: readonly Item<ProbeUpdate>[];
  readonly readiness: readonly Item<ProbeUpdate>[];
  readonly startup: readonly Item<ProbeUpdate>[];
  /** A ticker holds one tick at most. */
  readonly sync: boolean;
  readonly housekeeping: boolean;
}

export const EMPTY_CHANNELS: Channels = {
  config: [],
  pleg: [],
  liveness: [],
  readiness: [],
  startup: [],
  sync: false,
  housekeeping: false,
};

export type Received =
  | { readonly from: "config"; readonly item: PodUpdate; readonly cause: Seq | null }
  | { readonly from: "pleg"; readonly item: PlegEvent; readonly cause: Seq | null }
  | { readonly from: "probe"; readonly item: ProbeUpdate; readonly cause: Seq | null }
  | { readonly from: "sync" | "housekeeping" };

/** Capacity of the PLEG's channel: an event that finds it full is lost. */
export function putPleg(channels: Cell<Channels>, item: PlegEvent, cause: Seq | null): boolean {
  const now = channels.get();
  if (now.pleg.length >= EVENT_CHANNEL) return false;
  channels.set({ ...now, pleg: [...now.pleg, { item, cause }] });
  return true;
}

/**
 * One receive from one channel. The real loop's select takes any ready channel at random; here the order is fixed:
 * config, PLEG, liveness, readiness, startup, sync tick, housekeeping.
 */
export function receive(channels: Cell<Channels>): Received | undefined {
  const now = channels.get();
  const [config, ...configs] = now.config;
  if (config) {
    channels.set({ ...now, config: configs });
    return { from: "config", ...config };
  }
  const [pleg, ...plegs] = now.pleg;
  if (pleg) {
    channels.set({ ...now, pleg: plegs });
    return { from: "pleg", ...pleg };
  }
  for (const probe of ["liveness", "readiness", "startup"] as const) {
    const [result, ...results] = now[probe];
    if (!result) continue;
    channels.set({ ...now, [probe]: results });
    return { from: "probe", ...result };
  }
  for (const tick of ["sync", "housekeeping"] as const) {
    if (!now[tick]) continue;
    channels.set({ ...now, [tick]: false });
    return { from: tick };
  }
  return undefined;
}

export function anythingWaits(c: Channels): boolean {
  return (
    c.sync ||
    c.housekeeping ||
    c.config.length > 0 ||
    c.pleg.length > 0 ||
    c.liveness.length > 0 ||
    c.readiness.length > 0 ||
    c.startup.length > 0
  );
}
