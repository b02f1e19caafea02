/** A pod as one thing over time: the state of its containers taken together. */
import type { Ms, Seq } from "../../sim/types.ts";
import type { ContainerTrack, Segment, SegmentKind } from "./model.ts";

interface Edge {
  readonly at: Ms;
  readonly container: number;
  readonly segment: Segment | null;
}

/** Sweeps over every change of every container. Init containers count until they are done. */
export function podSegments(
  containers: readonly ContainerTrack[],
  deleting: { readonly at: Ms; readonly seq: Seq } | null,
): Segment[] {
  const edges: Edge[] = containers.flatMap((c, container) =>
    c.segments.flatMap((segment): Edge[] => [
      { at: segment.from, container, segment },
      ...(segment.to === Number.POSITIVE_INFINITY ? [] : [{ at: segment.to, container, segment: null }]),
    ]),
  );
  // An end before the beginning that follows it at the same instant.
  edges.sort((a, b) => a.at - b.at || Number(a.segment !== null) - Number(b.segment !== null));
  const now: (Segment | null)[] = containers.map(() => null);
  const out: { -readonly [K in keyof Segment]: Segment[K] }[] = [];
  for (let i = 0; i < edges.length; ) {
    const at = edges[i]!.at;
    let seq = 0;
    for (; i < edges.length && edges[i]!.at === at; i++) {
      const edge = edges[i]!;
      now[edge.container] = edge.segment;
      if (edge.segment) seq = edge.segment.seq;
    }
    const kind = together(containers, now, deleting !== null && at >= deleting.at);
    const last = out.at(-1);
    if (last && last.to === Number.POSITIVE_INFINITY) {
      if (last.kind === kind) continue;
      last.to = at;
    }
    if (kind) out.push({ kind, from: at, to: Number.POSITIVE_INFINITY, label: "", seq });
  }
  return out;
}

function together(
  containers: readonly ContainerTrack[],
  now: readonly (Segment | null)[],
  deleting: boolean,
): SegmentKind | null {
  const alive = now.filter((s): s is Segment => s !== null);
  if (alive.length === 0) return null;
  if (deleting) return "terminating";
  const kinds = containers.flatMap((c, i) => {
    const s = now[i];
    if (!s || (c.kind === "init" && s.kind === "succeeded") || c.kind === "ephemeral") return [];
    return [s.kind === "pulling" ? "creating" : s.kind];
  });
  const has = (k: SegmentKind): boolean => kinds.includes(k as (typeof kinds)[number]);
  const regular = containers.flatMap((c, i) => (c.kind === "regular" && now[i] ? [now[i]!.kind] : []));
  if (regular.length > 0 && regular.every((k) => k === "succeeded")) return "succeeded";
  if (has("waiting")) return "waiting";
  if (has("creating")) return "creating";
  if (has("terminating")) return "terminating";
  if (kinds.length > 0 && kinds.every((k) => k === "ready")) return "ready";
  if (has("running") || has("ready")) return "running";
  return has("failed") ? "failed" : (kinds[0] ?? "creating");
}
