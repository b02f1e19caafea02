/** What a recording says, in the terms of the comparison: states and events a pod, names, settings. */
import { durationMs } from "../../api/duration.ts";
import { kubeletSettings, START_MS } from "./adapt.ts";
import { normalizeMessage, type SeenEvent } from "./compare-events.ts";
import type { CompareOptions } from "./compare-states.ts";
import type { SeenLoops } from "./draws.ts";
import { listOf, type Recording } from "./recording.ts";
import { dropRepeats, type ReducedState, reduceStatus } from "./reduce.ts";
import { merge } from "./watch.ts";

/** Names of generated pods stand for themselves by order of creation: `job-RAND1`. */
export function namesOf(recording: Recording): (pods: readonly string[]) => Map<string, string> {
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
export function recordedEvents(recording: Recording, pod: string | undefined): SeenEvent[] {
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
export function recordedStates(recording: Recording, pod: string | undefined): ReducedState[] {
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
export const isGenerated = (recorded: string, name: string): boolean => {
  const prefix = /^(.*)RAND\d+$/.exec(recorded)?.[1];
  return prefix !== undefined && name.startsWith(prefix);
};

/** What of a recording decides which times are right. */
export function settingsOf(
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

/** Exits that PLEG found, not the worker that stopped the container: the pod goes on, nothing was asked of it. */
const foundByPleg = (now: ReducedState, before: ReducedState | undefined): boolean =>
  before !== undefined &&
  !now.facts.some((f) => f === "deletion requested" || f.startsWith("phase Failed")) &&
  now.facts.some((f) => / terminated /.test(f) && !before.facts.includes(f)) &&
  before.facts.some((f) => /: running/.test(f));

const HALF_RELIST_S = 0.5;

/** What a recording shows of loops that turn by themselves. */
export function seenLoops(recording: Recording): SeenLoops {
  const ms = (seconds: number | undefined): number | undefined =>
    seconds === undefined ? undefined : START_MS + seconds * 1000;
  const names = [...new Set(recording.statuses.map((s) => s.pod))];
  const exits = names.flatMap((pod) => {
    const states = recordedStates(recording, pod);
    return states.filter((s, i) => foundByPleg(s, states[i - 1])).map((s) => s.at);
  });
  const files = (recording.actions ?? []).filter((a) => a.do === "file").map((a) => a.at);
  const gone = recording.statuses.filter((s) => s.deleted && files.some((at) => at <= s.at)).at(-1);
  // An evicted pod's last status names the container's end: no relist had it removed before it was read.
  const evictions = recording.statuses.filter(
    (s) => s.status?.reason === "Evicted" && s.status.containerStatuses?.some((c) => c.state?.terminated),
  );
  const found = [...exits, ...evictions.map((s) => s.at + HALF_RELIST_S)];
  return {
    evictedAt: ms(recording.events.find((e) => e.reason === "Evicted")?.at),
    exitShownAt: found.length > 0 ? ms(Math.min(...found)) : undefined,
    mirrorGoneAt: ms(gone?.at),
  };
}
