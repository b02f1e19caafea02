/** Lanes of a recording: which pod of the run each stands under. Pure. */
import type { Ghost, GhostPod, GhostSegment } from "../../scenario/recordings/types.ts";
import type { GhostLane, Segment } from "../timeline/model.ts";
import { driftsOf } from "./drift.ts";

/** Pods that the scenario puts there to fill the node are no part of the recording. */
const FILLER = "pod/kube-system/in-use";

/** `job-RAND2` is the second pod of the run whose name begins so. */
function podIdOf(pod: GhostPod, ids: readonly string[]): string | undefined {
  const own = ids.filter((id) => id !== FILLER && id.startsWith("pod/default/"));
  if (pod.name === null) return own[0] ?? ids.find((id) => id !== FILLER);
  const generated = /^(.*)RAND(\d+)$/.exec(pod.name);
  if (!generated) return own.find((id) => id === `pod/default/${pod.name}`);
  const [, stem = "", nth = "1"] = generated;
  return own.filter((id) => id.startsWith(`pod/default/${stem}`))[Number(nth) - 1];
}

const segmentOf = (s: GhostSegment, end: number): Segment => ({
  kind: s.kind,
  from: s.from,
  to: s.to ?? end,
  label: s.label,
  seq: 0,
});

export function lanesOf(recording: Ghost, ids: readonly string[]): GhostLane[] {
  return recording.pods.flatMap((pod): GhostLane[] => {
    const id = podIdOf(pod, ids);
    if (!id) return [];
    const events = pod.events.map((e) => ({ ...e, seq: 0 }));
    if (pod.containers.length === 0)
      return [
        {
          pod: id,
          name: recording.id,
          segments: pod.segments.map((s) => segmentOf(s, recording.to)),
          events,
          drifts: (track) => driftsOf({ container: "", moments: pod.moments }, track, recording.from),
        },
      ];
    return pod.containers.map((c, i) => ({
      pod: id,
      container: c.name,
      name: pod.containers.length > 1 ? `${recording.id} · ${c.name}` : recording.id,
      segments: c.segments.map((s) => segmentOf(s, recording.to)),
      events: i === 0 ? events : [],
      drifts: (track) =>
        driftsOf(
          { container: c.name, moments: i === 0 ? [...c.moments, ...pod.moments] : c.moments },
          track,
          recording.from,
        ),
    }));
  });
}
