/**
 * How far the simulated life is from the recorded one, moment by moment. The tolerances are those by which recordings
 * are judged (src/scenario/recordings/compare-states.ts). Pure.
 */

import type { GhostMoment } from "../../scenario/recordings/types.ts";
import type { Ms } from "../../sim/types.ts";
import type { ContainerTrack, DriftMark, PodTrack } from "../timeline/model.ts";

/** Least tolerance; a quarter of the time since the pod was created, where that is more. */
const LEAST_MS: Ms = 2500;
const SHARE = 0.25;
/** Nearer than this, two moments are the same to the eye. */
const SAME_MS: Ms = 300;
/** A wait after an exit is right between the back-off and half again (and up to a look of 60 s × 1.5 for long ones). */
const BACKOFFS_S = [10, 20, 40, 80, 160, 300];

const inBackoff = (wait: number, backoff: number): boolean =>
  wait >= backoff - 1 && wait <= (backoff >= 80 ? backoff + 90 : 1.5 * backoff + 2);

const bothInBackoff = (a: Ms, b: Ms): boolean =>
  BACKOFFS_S.some((x) => inBackoff(a / 1000, x) && inBackoff(b / 1000, x));

const near = (simulated: Ms, recorded: Ms): boolean =>
  Math.abs(simulated - recorded) <= Math.max(LEAST_MS, SHARE * recorded);

/** When the run came to the same moment; undefined: not yet, or never. */
function simulatedAt(
  moment: GhostMoment,
  pod: PodTrack,
  container: ContainerTrack | undefined,
): Ms | undefined {
  const { kind, nth } = moment;
  if (kind === "gone") return pod.ended ?? undefined;
  const start = container?.starts[nth];
  if (kind === "started") return start;
  if (kind === "exited") return container?.exits[nth]?.at;
  const next = container?.starts[nth + 1] ?? Number.POSITIVE_INFINITY;
  if (start === undefined) return undefined;
  return container?.segments.find((s) => s.kind === "ready" && s.from >= start && s.from < next)?.from;
}

export interface RecordedMoments {
  readonly container: string;
  readonly moments: readonly GhostMoment[];
}

/** @param begin instant at which the recording begins in the run */
export function driftsOf(lane: RecordedMoments, pod: PodTrack, begin: Ms): DriftMark[] {
  const container = pod.containers.find((c) => c.name === lane.container);
  const out: DriftMark[] = [];
  const order = [...lane.moments].sort((a, b) => a.at - b.at);
  let before: { recorded: Ms; simulated: Ms } | undefined;
  for (const moment of order) {
    const simulated = simulatedAt(moment, pod, container);
    if (simulated === undefined) continue;
    const recorded = moment.at;
    const waited =
      before !== undefined && bothInBackoff(recorded - before.recorded, simulated - before.simulated);
    const inTime = near(simulated - begin, recorded - begin);
    const inTurn = before !== undefined && near(simulated - before.simulated, recorded - before.recorded);
    const gap = inTurn && !inTime && before ? recorded - before.recorded : recorded - begin;
    if (Math.abs(simulated - recorded) > SAME_MS)
      out.push({
        moment: moment.kind,
        nth: moment.nth,
        recorded,
        simulated,
        fits: inTime || inTurn || waited,
        tolerance:
          waited && !inTime && !inTurn
            ? { kind: "backoff" }
            : { kind: inTurn && !inTime ? "since" : "time", within: Math.max(LEAST_MS, SHARE * gap) },
      });
    before = { recorded, simulated };
  }
  return out;
}
