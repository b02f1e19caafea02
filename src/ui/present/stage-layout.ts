/**
 * The stage for a hall: the kubelet in its simplest form over the pods, in half pixels of a window of 1280×720, so
 * that the type of the diagram stands there at 24 px and more.
 */
import type { Edge } from "../diagram/edges.ts";
import { polar } from "../parts/geometry.ts";
import type { Depth } from "../store/view.ts";

export const STAGE = { width: 404, height: 290 } as const;
/** Factor of the diagram's type in these units. */
export const TYPE = 1.21;
/** Pods in view. */
export const MOST_PODS = 5;

export interface Plate {
  readonly part: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface HallStage {
  readonly ring: { readonly cx: number; readonly cy: number; readonly r: number };
  /** Where the ring's two lines of words stand. */
  readonly words: { readonly x: number; readonly y: number; readonly anchor: "start" | "middle" };
  readonly plates: readonly Plate[];
  readonly edges: readonly Edge[];
  /** Where the pods begin, and the height of each. */
  readonly top: number;
  readonly row: number;
}

const NAMES: Readonly<Record<string, string>> = {
  "pod-config": "PodConfig",
  "status-manager": "status manager",
  prober: "prober",
  "pod-workers": "pod workers",
  kuberuntime: "kuberuntime",
  pleg: "PLEG",
};

const plate = (part: string, x: number, y: number, w: number, h: number): Plate => ({
  part,
  name: NAMES[part] ?? part,
  x,
  y,
  w,
  h,
});

const RING = { cx: 198, cy: 60, r: 52 };
const on = (angle: number) => polar(angle, RING.r, RING.cx, RING.cy);

const curve = (
  a: readonly [number, number],
  c1: readonly [number, number],
  c2: readonly [number, number],
  b: readonly [number, number],
) => ({
  path: `M${a.join(" ")}C${c1.join(" ")} ${c2.join(" ")} ${b.join(" ")}`,
  points: [a, b] as const,
});

const TOP = 156;

/** The loop with its ports and the managers that a pod's life passes through. */
const KUBELET: HallStage = {
  ring: RING,
  words: { x: RING.cx, y: RING.cy + 1, anchor: "middle" },
  plates: [
    plate("pod-config", 4, 6, 126, 42),
    plate("status-manager", 4, 102, 126, 42),
    plate("prober", 266, 4, 126, 42),
    plate("pod-workers", 266, 53, 126, 42),
    plate("kuberuntime", 266, 102, 126, 42),
    plate("pleg", 156, 121, 84, 23),
  ],
  edges: [
    { id: "a-config", a: "pod-config", b: "syncloop", ...curve([130, 27], [142, 27], [138, 60], on(270)) },
    {
      id: "a-verdict",
      a: "syncloop",
      b: "status-manager",
      ...curve(on(228), [148, 108], [146, 123], [130, 123]),
    },
    { id: "a-probe", a: "prober", b: "syncloop", ...curve([266, 25], [252, 25], [254, 33], on(60)) },
    { id: "a-dispatch", a: "syncloop", b: "pod-workers", ...curve(on(112), [256, 80], [254, 74], [266, 74]) },
    { id: "a-pleg", a: "pleg", b: "syncloop", points: [[198, 121], on(180)] },
    {
      id: "a-worker-runtime",
      a: "pod-workers",
      b: "kuberuntime",
      points: [
        [329, 95],
        [329, 102],
      ],
    },
    {
      id: "a-runtime-cri",
      a: "kuberuntime",
      b: "containerd",
      points: [
        [329, 144],
        [329, TOP],
      ],
    },
    {
      id: "a-pleg-cri",
      a: "pleg",
      b: "containerd",
      points: [
        [198, 144],
        [198, TOP],
      ],
    },
    {
      id: "a-probe-http",
      a: "prober",
      b: "container",
      network: true,
      points: [
        [392, 25],
        [399, 25],
        [399, TOP + 13],
        [394, TOP + 13],
      ],
    },
  ],
  top: TOP,
  row: (STAGE.height - TOP) / MOST_PODS,
};

/** The pods with all their probes; of the kubelet the loop and the two managers that the moment is about. */
function nodeStage(focus: readonly string[]): HallStage {
  const parts = [...new Set([...focus, "prober", "status-manager"])].filter((p) => p in NAMES);
  return {
    ring: { cx: 25, cy: 33, r: 21 },
    words: { x: 50, y: 29, anchor: "start" },
    plates: parts.slice(0, 2).map((part, i) => plate(part, 134 + i * 132, 12, 126, 42)),
    edges: [],
    top: 72,
    row: (STAGE.height - 72) / MOST_PODS,
  };
}

export const stageOf = (depth: Depth, focus: readonly string[]): HallStage =>
  depth === "kubelet" ? KUBELET : nodeStage(focus);
