/** Keeps what a watch on the API of a world would see. */
import type { CoreEvent, Pod } from "../../api/types.ts";
import type { Ms } from "../../sim/types.ts";
import type { World } from "../world.ts";
import { IN_USE, START_MS } from "./adapt.ts";
import { normalizeMessage, type SeenEvent } from "./compare-events.ts";
import { type ReducedState, reduceStatus } from "./reduce.ts";

const seconds = (ms: Ms): number => (ms - START_MS) / 1000;

export interface Watched {
  readonly states: Map<string, ReducedState[]>;
  readonly events: ReadonlyMap<string, WatchedEvent>;
  /** Lets the world run on to that moment. */
  readonly runTo: (until: Ms) => void;
}

/** One Event object: each version's time and count. */
interface WatchedEvent extends Omit<SeenEvent, "count" | "times"> {
  readonly pod: string;
  readonly versions: readonly (readonly [at: number, count: number])[];
}

/** Watches a world from where it stands: every version of every pod and event. */
export function watch(world: World): Watched {
  const states = new Map<string, ReducedState[]>();
  const events = new Map<string, WatchedEvent>();
  const podTable = world.sim.table<Pod>("api/Pod");
  const eventTable = world.sim.table<CoreEvent>("api/Event");
  const seenPods = new Map<string, Pod>();
  let podRows = podTable.share();
  let eventRows = eventTable.share();
  const look = (): boolean => {
    const nextPods = podTable.share();
    if (nextPods !== podRows) {
      podRows = nextPods;
      const at = seconds(world.sim.now);
      for (const [key, pod] of podTable) {
        if (seenPods.get(key) === pod || pod.metadata?.name === IN_USE) continue;
        seenPods.set(key, pod);
        const name = pod.metadata?.name ?? "";
        const list = states.get(name) ?? [];
        list.push({
          at,
          pod: name,
          deleted: false,
          facts: reduceStatus(pod.status as never, pod.metadata?.deletionTimestamp !== undefined),
        });
        states.set(name, list);
      }
      for (const [key, pod] of seenPods) {
        if (podTable.has(key)) continue;
        seenPods.delete(key);
        states
          .get(pod.metadata?.name ?? "")
          ?.push({ at, pod: pod.metadata?.name ?? "", deleted: true, facts: [] });
      }
    }
    const nextEvents = eventTable.share();
    if (nextEvents !== eventRows) {
      eventRows = nextEvents;
      for (const [key, event] of eventTable) {
        const before = events.get(key);
        const count = event.count ?? 1;
        if (before && before.versions.at(-1)?.[1] === count) continue;
        const at = seconds(world.sim.now);
        events.set(key, {
          pod: event.involvedObject?.kind === "Pod" ? (event.involvedObject.name ?? "") : "",
          at: before?.at ?? at,
          type: event.type ?? "",
          reason: event.reason ?? "",
          message: normalizeMessage(event.message ?? ""),
          versions: [...(before?.versions ?? []), [at, count]],
        });
      }
    }
    return false;
  };
  look();
  return { states, events, runTo: (until) => void world.sim.run({ until, stopWhen: look }) };
}

/** A pod's events as they stood at that moment. */
export function eventsUntil(watched: Watched, pod: string, horizon: number): SeenEvent[] {
  const out: SeenEvent[] = [];
  for (const { versions, ...event } of watched.events.values()) {
    if (event.pod !== pod) continue;
    const seen = versions.filter(([at]) => at <= horizon);
    const count = seen.at(-1)?.[1];
    if (count !== undefined) out.push({ ...event, count, times: seen.map(([at]) => at) });
  }
  return out;
}

/** Events of the same text of one pod counted together, by first occurrence. */
export function merge(list: readonly SeenEvent[]): SeenEvent[] {
  const out = new Map<string, SeenEvent>();
  for (const e of [...list].sort((a, b) => a.at - b.at)) {
    const key = `${e.type} ${e.reason} ${e.message}`;
    const before = out.get(key);
    out.set(
      key,
      before ? { ...before, count: before.count + e.count, times: [...before.times, ...e.times] } : e,
    );
  }
  return [...out.values()];
}
