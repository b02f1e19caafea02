/** Plays a recording in virtual time and compares what the API showed, state by state and event by event. */
import { durationMs } from "../../api/duration.ts";
import type { CoreEvent, Pod } from "../../api/types.ts";
import type { Ms } from "../../sim/types.ts";
import { createWorld, type World } from "../world.ts";
import { adaptRecording, IN_USE, START_MS } from "./adapt.ts";
import { compareEvents, type EventDifference, normalizeMessage, type SeenEvent } from "./compare-events.ts";
import { type CompareOptions, compareStates, type StateDifference } from "./compare-states.ts";
import { listOf, type Recording } from "./recording.ts";
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
  | {
      readonly outcome: "failed";
      readonly pods: readonly PodDifference[];
      readonly events: readonly EventDifference[];
      readonly error?: string;
    };

/** Stands for the pod of a recording in a run that has none; no pod has this name. */
const NONE = "-";

const seconds = (ms: Ms): number => (ms - START_MS) / 1000;

/** Names of generated pods stand for themselves by order of creation: `job-RAND1`. */
function namesOf(recording: Recording): (pods: readonly string[]) => Map<string, string> {
  const wanted = [
    ...new Set(
      [...recording.statuses.map((s) => s.pod), ...recording.events.map((e) => e.pod)].filter(
        (p): p is string => p !== undefined,
      ),
    ),
  ];
  return (pods) => {
    const map = new Map<string, string>();
    for (const name of wanted) {
      const generated = /^(.*)RAND\d+$/.exec(name);
      if (!generated) map.set(name, name);
      else {
        const match = pods.find(
          (p) => p.startsWith(generated[1] as string) && ![...map.values()].includes(p),
        );
        if (match) map.set(name, match);
      }
    }
    return map;
  };
}

interface Watched {
  readonly states: Map<string, ReducedState[]>;
  readonly events: ReadonlyMap<string, WatchedEvent>;
}

/** One Event object: each version's time and count. */
interface WatchedEvent extends Omit<SeenEvent, "count" | "times"> {
  readonly pod: string;
  readonly versions: readonly (readonly [at: number, count: number])[];
}

/** Runs a world to its end and keeps every version of every pod and event, as a watch would see them. */
function watchRun(world: World, until: Ms): Watched {
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
  world.sim.run({ until, stopWhen: look });
  return { states, events };
}

/** A pod's events as they stood at that moment. */
function eventsUntil(watched: Watched, pod: string, horizon: number): SeenEvent[] {
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
function merge(list: readonly SeenEvent[]): SeenEvent[] {
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

/** The newest version of each recorded event: recordings keep every version, counts growing. */
function recordedEvents(recording: Recording, pod: string | undefined): SeenEvent[] {
  const series = new Map<string, SeenEvent>();
  for (const e of recording.events) {
    if (e.reason === "CgroupV1" || e.reason === "Starting" || e.pod !== pod) continue;
    const message = normalizeMessage(e.message);
    const key = `${e.type} ${e.reason} ${message} ${e.fieldPath ?? ""} ${e.first ?? ""}`;
    const before = series.get(key);
    series.set(key, {
      at: before?.at ?? e.at,
      type: e.type,
      reason: e.reason,
      message,
      count: Math.max(before?.count ?? 0, e.count ?? 1),
      times: [...(before?.times ?? []), e.at],
    });
  }
  return merge([...series.values()]);
}

/** What of a recording decides which times are right. */
function settingsOf(
  recording: Recording,
  pod: string | undefined,
): Pick<CompareOptions, "maxRestartPeriod" | "hasEmptyDir"> {
  const kubelet = recording.world?.["kubelet"] as
    | { crashLoopBackOff?: { maxContainerRestartPeriod?: string } }
    | undefined;
  const period = durationMs(kubelet?.crashLoopBackOff?.maxContainerRestartPeriod ?? "");
  const pods = listOf(recording.manifest) as readonly {
    metadata?: { name?: string };
    spec?: { volumes?: readonly { emptyDir?: unknown }[] };
  }[];
  const volumes = (pods.find((p) => p.metadata?.name === pod) ?? pods[0])?.spec?.volumes ?? [];
  return {
    ...(period !== undefined ? { maxRestartPeriod: period / 1000 } : {}),
    hasEmptyDir: volumes.some((v) => v.emptyDir !== undefined),
  };
}

/** Plays one recording. */
export function playRecording(recording: Recording, seed = 1): Played {
  const adapted = adaptRecording(recording, seed);
  if (!adapted.ok) return { outcome: "skipped", missing: adapted.missing };
  const world = createWorld(adapted.scenario, { seed });
  const end = recording.until * 1.5;
  const watched = watchRun(world, START_MS + Math.ceil(end * 1000));
  if (world.sim.failure !== null) {
    const error =
      world.sim.failure instanceof Error
        ? (world.sim.failure.stack ?? world.sim.failure.message)
        : String(world.sim.failure);
    return { outcome: "failed", pods: [], events: [], error };
  }
  const several = recording.statuses.some((s) => s.pod !== undefined);
  const names = several ? namesOf(recording)([...watched.states.keys()]) : new Map<string, string>();
  const single = [...watched.states.keys()][0] ?? NONE;
  const podNames: (string | undefined)[] = several
    ? [...new Set(recording.statuses.map((s) => s.pod))]
    : [undefined];
  const pods: PodDifference[] = [];
  const differences: EventDifference[] = [];
  for (const pod of podNames) {
    const simulatedName = pod === undefined ? single : (names.get(pod) ?? pod);
    const recorded = dropRepeats(
      recording.statuses
        .filter((s) => s.pod === pod)
        .map((s) => ({
          at: s.at,
          pod: pod ?? "",
          deleted: s.deleted === true,
          facts: s.status
            ? reduceStatus(
                s.status,
                s.status.deletionTimestamp !== undefined && s.status.deletionTimestamp !== null,
              )
            : [],
        })),
    );
    const simulated = dropRepeats(
      (watched.states.get(simulatedName) ?? []).map((s) => ({
        ...s,
        pod: pod ?? "",
        facts: s.facts.map((f) => f.replaceAll(simulatedName, pod ?? simulatedName)),
      })),
    );
    const compared = compareStates(recorded, simulated, {
      until: recording.until,
      end,
      ...settingsOf(recording, pod),
    });
    pods.push({ pod: pod ?? simulatedName, recorded, simulated, states: compared.difference });
    const last = compared.pairs.at(-1);
    const horizon = last
      ? Math.min(
          end,
          (simulated[last[1]]?.at ?? 0) + Math.max(0, recording.until - (recorded[last[0]]?.at ?? 0)),
        )
      : recording.until;
    const real = recordedEvents(recording, pod).filter((e) => e.at >= -0.5);
    const sim = merge(
      eventsUntil(watched, simulatedName, horizon).map((e) => ({
        ...e,
        message: e.message.replaceAll(simulatedName, pod ?? simulatedName),
      })),
    );
    const difference = compareEvents(real, sim, recording.until, horizon);
    if (difference) differences.push(difference);
  }
  const failed = pods.some((p) => p.states) || differences.length > 0;
  return failed ? { outcome: "failed", pods, events: differences } : { outcome: "passed", pods };
}
