/** Plays a recording in virtual time and compares what the API showed, state by state and event by event. */
import type { CoreEvent, Pod } from "../../api/types.ts";
import type { Ms } from "../../sim/types.ts";
import { createWorld, type World } from "../world.ts";
import { adaptRecording, START_MS } from "./adapt.ts";
import { compareEvents, type EventDifference, normalizeMessage, type SeenEvent } from "./compare-events.ts";
import { compareStates, type StateDifference } from "./compare-states.ts";
import type { Recording } from "./recording.ts";
import { dropRepeats, type ReducedState, reduceStatus } from "./reduce.ts";

export interface PodDifference {
  readonly pod: string;
  readonly recorded: readonly ReducedState[];
  readonly simulated: readonly ReducedState[];
  readonly states: StateDifference | null;
}

export type Played =
  | { readonly outcome: "skipped"; readonly missing: string }
  | { readonly outcome: "passed"; readonly pods: readonly PodDifference[] }
  | { readonly outcome: "failed"; readonly pods: readonly PodDifference[]; readonly events: readonly EventDifference[]; readonly error?: string };

const seconds = (ms: Ms): number => (ms - START_MS) / 1000;

/** Names of generated pods stand for themselves by order of creation: `job-RAND1`. */
function namesOf(recording: Recording): (pods: readonly string[]) => Map<string, string> {
  const wanted = [...new Set([...recording.statuses.map((s) => s.pod), ...recording.events.map((e) => e.pod)].filter((p): p is string => p !== undefined))];
  return (pods) => {
    const map = new Map<string, string>();
    for (const name of wanted) {
      const generated = /^(.*)RAND\d+$/.exec(name);
      if (!generated) map.set(name, name);
      else {
        const match = pods.find((p) => p.startsWith(generated[1] as string) && ![...map.values()].includes(p));
        if (match) map.set(name, match);
      }
    }
    return map;
  };
}

interface Watched {
  readonly states: Map<string, ReducedState[]>;
  readonly events: Map<string, SeenEvent & { readonly key: string; readonly pod: string }>;
  readonly pulls: Map<string, number>;
}

/** Runs a world to its end and keeps every version of every pod and event, as a watch would see them. */
function watchRun(world: World, until: Ms): Watched {
  const states = new Map<string, ReducedState[]>();
  const events: Watched["events"] = new Map();
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
        if (seenPods.get(key) === pod || pod.metadata?.namespace !== "default") continue;
        seenPods.set(key, pod);
        const name = pod.metadata?.name ?? "";
        const list = states.get(name) ?? [];
        list.push({ at, pod: name, deleted: false, facts: reduceStatus(pod.status as never, pod.metadata?.deletionTimestamp !== undefined) });
        states.set(name, list);
      }
      for (const [key, pod] of seenPods) {
        if (podTable.has(key)) continue;
        seenPods.delete(key);
        states.get(pod.metadata?.name ?? "")?.push({ at, pod: pod.metadata?.name ?? "", deleted: true, facts: [] });
      }
    }
    const nextEvents = eventTable.share();
    if (nextEvents !== eventRows) {
      eventRows = nextEvents;
      for (const [key, event] of eventTable) {
        const before = events.get(key);
        if (before && before.count === (event.count ?? 1)) continue;
        events.set(key, {
          key,
          pod: event.involvedObject?.kind === "Pod" ? (event.involvedObject.name ?? "") : "",
          at: before?.at ?? seconds(world.sim.now),
          type: event.type ?? "",
          reason: event.reason ?? "",
          message: normalizeMessage(event.message ?? ""),
          count: event.count ?? 1,
        });
      }
    }
    return false;
  };
  look();
  world.sim.run({ until, stopWhen: look });
  return { states, events, pulls: new Map() };
}

/** Events of the same text of one pod counted together, by first occurrence. */
function merge(list: readonly SeenEvent[]): SeenEvent[] {
  const out = new Map<string, SeenEvent>();
  for (const e of [...list].sort((a, b) => a.at - b.at)) {
    const key = `${e.type} ${e.reason} ${e.message}`;
    const before = out.get(key);
    out.set(key, before ? { ...before, count: before.count + e.count } : e);
  }
  return [...out.values()];
}

/** The newest version of each recorded event: recordings keep every version, counts growing. */
function recordedEvents(recording: Recording, pod: string | undefined): SeenEvent[] {
  const series = new Map<string, SeenEvent>();
  for (const e of recording.events) {
    if (e.reason === "CgroupV1" || e.reason === "Starting" || e.pod !== pod) continue;
    const message = normalizeMessage(e.message);
    const key = `${e.type} ${e.reason} ${message} ${e.fieldPath ?? ""} ${e.first ?? ""}`;
    const before = series.get(key);
    series.set(key, { at: before?.at ?? e.at, type: e.type, reason: e.reason, message, count: Math.max(before?.count ?? 0, e.count ?? 1) });
  }
  return merge([...series.values()]);
}

/** Plays one recording. */
export function playRecording(recording: Recording, seed = 1): Played {
  const adapted = adaptRecording(recording, seed);
  if (!adapted.ok) return { outcome: "skipped", missing: adapted.missing };
  const world = createWorld(adapted.scenario, { seed });
  const end = recording.until * 1.5;
  const watched = watchRun(world, START_MS + Math.ceil(end * 1000));
  if (world.sim.failure !== null) {
    const error = world.sim.failure instanceof Error ? (world.sim.failure.stack ?? world.sim.failure.message) : String(world.sim.failure);
    return { outcome: "failed", pods: [], events: [], error };
  }
  const several = recording.statuses.some((s) => s.pod !== undefined);
  const names = several ? namesOf(recording)([...watched.states.keys()]) : new Map<string, string>();
  const single = [...watched.states.keys()].find((n) => n !== "in-use") ?? "";
  const podNames: (string | undefined)[] = several ? [...new Set(recording.statuses.map((s) => s.pod))] : [undefined];
  const pods: PodDifference[] = [];
  const differences: EventDifference[] = [];
  for (const pod of podNames) {
    const simulatedName = pod === undefined ? single : (names.get(pod) ?? pod);
    const recorded = dropRepeats(
      recording.statuses
        .filter((s) => s.pod === pod)
        .map((s) => ({ at: s.at, pod: pod ?? "", deleted: s.deleted === true, facts: s.status ? reduceStatus(s.status, s.status.deletionTimestamp !== undefined && s.status.deletionTimestamp !== null) : [] })),
    );
    const simulated = dropRepeats((watched.states.get(simulatedName) ?? []).map((s) => ({ ...s, pod: pod ?? "", facts: s.facts.map((f) => f.replaceAll(simulatedName, pod ?? simulatedName)) })));
    const compared = compareStates(recorded, simulated, recording.until, end);
    pods.push({ pod: pod ?? simulatedName, recorded, simulated, states: compared.difference });
    const last = compared.pairs.at(-1);
    const horizon = last ? Math.min(end, (simulated[last[1]]?.at ?? 0) + Math.max(0, recording.until - (recorded[last[0]]?.at ?? 0))) : recording.until;
    const real = recordedEvents(recording, pod).filter((e) => e.at >= -0.5);
    const sim = merge([...watched.events.values()].filter((e) => e.pod === simulatedName && e.at <= horizon).map((e) => ({ ...e, message: e.message.replaceAll(simulatedName, pod ?? simulatedName) })));
    const difference = compareEvents(real, sim, recording.until, horizon);
    if (difference) differences.push(difference);
  }
  const failed = pods.some((p) => p.states) || differences.length > 0;
  return failed ? { outcome: "failed", pods, events: differences } : { outcome: "passed", pods };
}
