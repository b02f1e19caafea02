/** Lanes of the timeline from top to bottom: which there are, how high, where. Pure. */
import type { ContainerTrack, GhostLane, NodeTrack, PodTrack, ProbeTrack, TimelineModel } from "./model.ts";

interface Place {
  readonly id: string;
  readonly y: number;
  readonly h: number;
}

export type Row =
  | (Place & { readonly kind: "node"; readonly node: NodeTrack })
  | (Place & { readonly kind: "pod"; readonly pod: PodTrack })
  | (Place & {
      readonly kind: "container";
      readonly pod: PodTrack;
      readonly container: ContainerTrack /** It bears the pod's name too. */;
      readonly first: boolean;
    })
  | (Place & {
      readonly kind: "probe";
      readonly pod: PodTrack;
      readonly container: ContainerTrack;
      readonly probe: ProbeTrack;
    })
  | (Place & { readonly kind: "ghost"; readonly pod: PodTrack; readonly ghost: GhostLane });

export interface RowOptions {
  readonly dense: boolean;
  /** Pod whose probes are shown in any case: the selected one. */
  readonly selected: string;
  /** Only this pod, and its node. */
  readonly only?: string | undefined;
  readonly ghosts?: readonly GhostLane[];
}

const NODE = 24;
const LANE = 42;
const DENSE = 24;
/** A recorded life, under the simulated one. */
const GHOST = 34;
const THIN = 22;
/** With more pods than this, probes are shown of the selected one only. */
const PODS_WITH_PROBES = 6;

export interface Layout {
  readonly rows: readonly Row[];
  readonly height: number;
}

export function layoutRows(model: TimelineModel, { dense, selected, only, ghosts = [] }: RowOptions): Layout {
  const rows: Row[] = [];
  let y = 0;
  const place = (id: string, h: number): Place => {
    const at = { id, y, h };
    y += h;
    return at;
  };
  const pods = only ? model.pods.filter((p) => p.id === only) : model.pods;
  const lane = dense ? DENSE : LANE;
  const nodes = only ? model.nodes.filter((n) => pods.some((p) => p.node === n.name)) : model.nodes;
  const homeless = pods.filter((p) => !nodes.some((n) => n.name === p.node));
  for (const node of nodes) {
    rows.push({ ...place(node.id, NODE), kind: "node", node });
    for (const pod of pods) if (pod.node === node.name) addPod(pod);
  }
  for (const pod of homeless) addPod(pod);
  return { rows, height: y };

  function addPod(pod: PodTrack): void {
    const many = pod.containers.length !== 1;
    const probes = pod.id === selected || (!dense && pods.length <= PODS_WITH_PROBES);
    if (many) rows.push({ ...place(pod.id, dense ? DENSE : 30), kind: "pod", pod });
    for (const container of pod.containers) {
      rows.push({
        ...place(container.id, many && dense ? 20 : many ? 34 : lane),
        kind: "container",
        pod,
        container,
        first: !many,
      });
      if (probes)
        for (const probe of container.probes)
          rows.push({
            ...place(`${container.id} ${probe.type}`, THIN),
            kind: "probe",
            pod,
            container,
            probe,
          });
      addGhosts(pod, (ghost) => ghost.container === container.name);
    }
    addGhosts(pod, (ghost) => !pod.containers.some((c) => c.name === ghost.container));
  }

  function addGhosts(pod: PodTrack, fits: (ghost: GhostLane) => boolean): void {
    for (const ghost of ghosts)
      if (ghost.pod === pod.id && fits(ghost))
        rows.push({ ...place(`${pod.id} ${ghost.name}`, dense ? DENSE : GHOST), kind: "ghost", pod, ghost });
  }
}

/** Whether lanes are drawn low: when they would not fit otherwise. */
export const denseFor = (model: TimelineModel, height: number): boolean => {
  const lanes = model.pods.reduce(
    (sum, p) => sum + (p.containers.length > 1 ? p.containers.length + 1 : 1),
    0,
  );
  return lanes > 10 && lanes * LANE > height * 1.5;
};

/** First row whose foot is below `y`. */
export function rowAt(rows: readonly Row[], y: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    const row = rows[mid]!;
    if (row.y + row.h <= y) low = mid + 1;
    else high = mid;
  }
  return low;
}
