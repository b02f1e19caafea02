/** Plays a recording in virtual time and compares what the API showed, state by state and event by event. */
import type { Cluster } from "../../cluster/cluster.ts";
import { createWorld, type World } from "../world.ts";
import { adaptRecording, START_MS } from "./adapt.ts";
import { compareEvents, type EventDifference } from "./compare-events.ts";
import { compareStates, type StateDifference } from "./compare-states.ts";
import { createDraws, longWaits, type Phases, type RecordedWaits, recordedWaits } from "./draws.ts";
import { isGenerated, namesOf, recordedEvents, recordedStates, seenLoops, settingsOf } from "./recorded.ts";
import type { Recording } from "./recording.ts";
import { dropRepeats, type ReducedState } from "./reduce.ts";
import { eventsUntil, merge, type Watched, watch } from "./watch.ts";

export interface PodDifference {
  readonly pod: string;
  readonly recorded: readonly ReducedState[];
  readonly simulated: readonly ReducedState[];
  readonly states: StateDifference | null;
}

export type Played =
  | { readonly outcome: "skipped"; readonly missing: string }
  | { readonly outcome: "passed"; readonly pods: readonly PodDifference[]; readonly phases: Phases }
  | {
      readonly outcome: "failed";
      readonly pods: readonly PodDifference[];
      readonly events: readonly EventDifference[];
      readonly error?: string;
    };

/** Stands for the pod of a recording in a run that has none; no pod has this name. */
const NONE = "-";

/** The run is as long as the recording and half as long again: what repeats may come late. */
const LONGER = 1.5;
/** Most runs keep the recording's pace; they can be judged this much after its end. Seconds. */
const AT_PACE_S = 3;

/** Pods that a recording tells of; undefined: its only one, without a name. */
const podsOf = (recording: Recording): (string | undefined)[] =>
  recording.statuses.some((s) => s.pod !== undefined)
    ? [...new Set(recording.statuses.map((s) => s.pod))]
    : [undefined];

/** The world that plays a recording, at its beginning. A string names what the model lacks. */
export function worldOf(recording: Recording, seed: number, phases: Phases = "seed"): World | string {
  const adapted = adaptRecording(recording, seed);
  if (!adapted.ok) return adapted.missing;
  const pods = podsOf(recording);
  const waits = pods.map((pod) => recordedWaits(recordedStates(recording, pod), recording.until));
  const waitsOf = (name: string): RecordedWaits | undefined =>
    waits[pods.findIndex((pod) => pod === undefined || pod === name || isGenerated(pod, name))];
  let cluster: Cluster | undefined;
  const drawn = createDraws({
    cluster: () => cluster,
    waitsOf,
    maxRestartPeriod: settingsOf(recording, undefined).maxRestartPeriod,
    ...seenLoops(recording),
    seed,
    phases,
  });
  const world = createWorld(adapted.scenario, { seed, drawn });
  cluster = world.cluster;
  return world;
}

/** Where the loops stand, by turns: where the seed has them, where the recording shows them, anywhere else. */
const TURNS: readonly Phases[] = ["seed", "recorded", 1, 2];

/**
 * Plays one recording. Where the kubelet's loops stood is not recorded, and it decides races that a real node has too:
 * whether one relist or two find two exits, whether housekeeping or the pod's worker comes first. A difference that is
 * gone when the loops stand elsewhere is theirs.
 */
export function playRecording(recording: Recording, seed = 1): Played {
  let first: Played | undefined;
  for (const phases of TURNS) {
    const played = playOnce(recording, seed, phases);
    if (played.outcome !== "failed") return played;
    first ??= played;
  }
  return first as Played;
}

/** One play. */
export function playOnce(recording: Recording, seed: number, phases: Phases = "seed"): Played {
  const world = worldOf(recording, seed, phases);
  if (typeof world === "string") return { outcome: "skipped", missing: world };
  const watched = watch(world);
  const whole = recording.until * LONGER;
  for (const end of [Math.min(whole, recording.until + AT_PACE_S), whole]) {
    watched.runTo(START_MS + Math.ceil(end * 1000));
    if (world.sim.failure !== null) {
      const { failure } = world.sim;
      const error = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
      return { outcome: "failed", pods: [], events: [], error };
    }
    const { played, horizon } = compareRun(recording, watched, end, phases);
    if ((played.outcome === "passed" && horizon < end) || end === whole) return played;
  }
  throw new Error("unreachable");
}

/**
 * What a recording says against what was watched of a run.
 * @param end seconds of the recording's time to which the run has gone
 */
export function compareRun(
  recording: Recording,
  watched: Watched,
  end: number,
  phases: Phases,
): { played: Played; horizon: number } {
  const podNames = podsOf(recording);
  const names =
    podNames[0] === undefined ? new Map<string, string>() : namesOf(recording)([...watched.states.keys()]);
  const single = [...watched.states.keys()][0] ?? NONE;
  const pods: PodDifference[] = [];
  const differences: EventDifference[] = [];
  let furthest = 0;
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
      ? (simulated[last[1]]?.at ?? 0) + Math.max(0, recording.until - (recorded[last[0]]?.at ?? 0))
      : recording.until;
    furthest = Math.max(furthest, horizon);
    const real = recordedEvents(recording, pod).filter((e) => e.at >= -0.5);
    const sim = merge(
      eventsUntil(watched, simulatedName, Math.min(end, horizon)).map((e) => ({
        ...e,
        message: e.message.replaceAll(simulatedName, pod ?? simulatedName),
      })),
    );
    const looks = longWaits(recordedWaits(recorded, recording.until));
    const difference = compareEvents(real, sim, recording.until, Math.min(end, horizon), looks);
    if (difference) differences.push(difference);
  }
  const failed = pods.some((p) => p.states) || differences.length > 0;
  return {
    played: failed ? { outcome: "failed", pods, events: differences } : { outcome: "passed", pods, phases },
    horizon: furthest,
  };
}
