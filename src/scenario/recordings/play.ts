/** Plays a recording in virtual time and compares what the API showed, state by state and event by event. */
import { durationMs } from "../../api/duration.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import { createWorld } from "../world.ts";
import { adaptRecording, kubeletSettings, START_MS } from "./adapt.ts";
import { compareEvents, type EventDifference, normalizeMessage, type SeenEvent } from "./compare-events.ts";
import { type CompareOptions, compareStates, type StateDifference } from "./compare-states.ts";
import { createDraws, type RecordedWaits, recordedWaits } from "./draws.ts";
import { listOf, type Recording } from "./recording.ts";
import { dropRepeats, type ReducedState, reduceStatus } from "./reduce.ts";
import { eventsUntil, merge, watchRun } from "./watch.ts";

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

/** A pod's states in the recording. */
function recordedStates(recording: Recording, pod: string | undefined): ReducedState[] {
  return dropRepeats(
    recording.statuses
      .filter((s) => s.pod === pod)
      .map(({ at, status, deleted }) => ({
        at,
        pod: pod ?? "",
        deleted: deleted === true,
        facts: status ? reduceStatus(status, (status.deletionTimestamp ?? null) !== null) : [],
      })),
  );
}

/** Whether a recorded name stands for a generated one: `job-RAND1`. */
const isGenerated = (recorded: string, name: string): boolean => {
  const prefix = /^(.*)RAND\d+$/.exec(recorded)?.[1];
  return prefix !== undefined && name.startsWith(prefix);
};

/** What of a recording decides which times are right. */
function settingsOf(
  recording: Recording,
  pod: string | undefined,
): Pick<CompareOptions, "maxRestartPeriod" | "hasEmptyDir"> {
  const kubelet = kubeletSettings(recording) as { crashLoopBackOff?: { maxContainerRestartPeriod?: string } };
  const period = durationMs(kubelet.crashLoopBackOff?.maxContainerRestartPeriod ?? "");
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

/**
 * Plays one recording. Phases of the kubelet's loops are not recorded; a difference that is gone when they are moved by
 * half a period is theirs (what one relist sees at once, another sees in two turns).
 */
export function playRecording(recording: Recording, seed = 1): Played {
  const first = playOnce(recording, seed, 0);
  if (first.outcome !== "failed") return first;
  const moved = playOnce(recording, seed, 0.5);
  return moved.outcome === "passed" ? moved : first;
}

function playOnce(recording: Recording, seed: number, phaseShift: number): Played {
  const adapted = adaptRecording(recording, seed);
  if (!adapted.ok) return { outcome: "skipped", missing: adapted.missing };
  const several = recording.statuses.some((s) => s.pod !== undefined);
  const podNames: (string | undefined)[] = several
    ? [...new Set(recording.statuses.map((s) => s.pod))]
    : [undefined];
  const waits = podNames.map((pod) => recordedWaits(recordedStates(recording, pod), recording.until));
  const waitsOf = (name: string): RecordedWaits | undefined =>
    waits[podNames.findIndex((pod) => pod === undefined || pod === name || isGenerated(pod, name))];
  const evicted = recording.events.find((e) => e.reason === "Evicted");
  let cluster: Cluster | undefined;
  const drawn = createDraws({
    cluster: () => cluster,
    waitsOf,
    maxRestartPeriod: settingsOf(recording, undefined).maxRestartPeriod,
    evictedAt: evicted && START_MS + evicted.at * 1000,
    seed,
    phaseShift,
  });
  const world = createWorld(adapted.scenario, { seed, drawn });
  cluster = world.cluster;
  const end = recording.until * 1.5;
  const watched = watchRun(world, START_MS + Math.ceil(end * 1000));
  if (world.sim.failure !== null) {
    const { failure } = world.sim;
    const error = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
    return { outcome: "failed", pods: [], events: [], error };
  }
  const names = several ? namesOf(recording)([...watched.states.keys()]) : new Map<string, string>();
  const single = [...watched.states.keys()][0] ?? NONE;
  const pods: PodDifference[] = [];
  const differences: EventDifference[] = [];
  for (const pod of podNames) {
    const simulatedName = pod === undefined ? single : (names.get(pod) ?? pod);
    const recorded = recordedStates(recording, pod);
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
