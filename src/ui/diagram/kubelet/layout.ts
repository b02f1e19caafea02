/** Places of the kubelet's parts, in the scene's units: always the same, so that one learns them. */
import { polar } from "../../parts/geometry.ts";
import type { SceneBox } from "../camera.ts";
import type { Edge } from "../edges.ts";

export const BOX: SceneBox = { x: -6, y: -3, width: 802, height: 556, anchor: [468, 275] };
/** The kubelet alone, for a narrow stage. */
export const INNER_BOX: SceneBox = { x: 138, y: 22, width: 654, height: 384, anchor: [468, 215] };

export const RING = { cx: 412, cy: 176, r: 92 } as const;

/** Where each port sits on the ring. */
export const RING_PORTS = {
  config: 270,
  pleg: 180,
  probe: 60,
  dispatch: 120,
  verdict: 222,
  sync: 330,
  housekeeping: 30,
} as const;
const ring = (port: keyof typeof RING_PORTS) => polar(RING_PORTS[port], RING.r, RING.cx, RING.cy);

const path = (d: string, a: readonly [number, number], b: readonly [number, number]) => ({
  path: d,
  points: [a, b] as const,
});
const curve = (
  a: readonly [number, number],
  c1: readonly [number, number],
  c2: readonly [number, number],
  b: readonly [number, number],
) => path(`M${a.join(" ")}C${c1.join(" ")} ${c2.join(" ")} ${b.join(" ")}`, a, b);

const [cfgX, cfgY] = ring("config");
const [plegX, plegY] = ring("pleg");
const probe = ring("probe");
const dispatch = ring("dispatch");
const verdict = ring("verdict");

export const EDGES: readonly Edge[] = [
  {
    id: "apply",
    a: "kubectl",
    b: "apiserver",
    points: [
      [-4, 84],
      [8, 84],
    ],
  },
  {
    id: "scheduler",
    a: "scheduler",
    b: "apiserver",
    points: [
      [62, 48],
      [62, 58],
    ],
  },
  {
    id: "etcd",
    a: "apiserver",
    b: "etcd",
    points: [
      [62, 364],
      [62, 375],
    ],
  },
  {
    id: "lease",
    a: "lease",
    b: "apiserver",
    network: true,
    points: [
      [168, 103],
      [116, 103],
    ],
  },
  {
    id: "node-status",
    a: "node-status",
    b: "apiserver",
    network: true,
    points: [
      [168, 137],
      [116, 137],
    ],
  },
  {
    id: "watch",
    a: "apiserver",
    b: "pod-config",
    network: true,
    points: [
      [116, 179],
      [168, 179],
    ],
  },
  {
    id: "status",
    a: "status-manager",
    b: "apiserver",
    network: true,
    points: [
      [168, 317],
      [116, 317],
    ],
  },
  {
    id: "events",
    a: "events",
    b: "apiserver",
    network: true,
    points: [
      [156, 345],
      [116, 345],
    ],
  },
  {
    id: "config",
    a: "pod-config",
    b: "syncloop",
    points: [
      [300, 179],
      [cfgX, cfgY],
    ],
  },
  {
    id: "pleg",
    a: "pleg",
    b: "syncloop",
    points: [
      [plegX, 300],
      [plegX, plegY],
    ],
  },
  { id: "probe", a: "prober", b: "syncloop", ...curve([532, 113], [514, 113], [508, 122], probe) },
  { id: "dispatch", a: "syncloop", b: "pod-workers", ...curve(dispatch, [506, 222], [514, 211], [532, 211]) },
  {
    id: "verdict",
    a: "syncloop",
    b: "status-manager",
    ...curve(verdict, [338, 262], [328, 277], [300, 277]),
  },
  {
    id: "worker-status",
    a: "pod-workers",
    b: "status-manager",
    ...path(
      "M532 228H522Q514 228 514 236V282Q514 290 506 290H418A6 6 0 0 0 406 290H300",
      [532, 228],
      [300, 290],
    ),
  },
  {
    id: "worker-volumes",
    a: "pod-workers",
    b: "volume-manager",
    points: [
      [587, 236],
      [587, 246],
    ],
  },
  {
    id: "worker-images",
    a: "pod-workers",
    b: "image-manager",
    points: [
      [705, 236],
      [705, 246],
    ],
  },
  {
    id: "worker-runtime",
    a: "pod-workers",
    b: "kuberuntime",
    points: [
      [646, 236],
      [646, 304],
    ],
  },
  {
    id: "runtime-images",
    a: "kuberuntime",
    b: "image-manager",
    points: [
      [668, 304],
      [668, 293],
    ],
  },
  {
    id: "runtime-cri",
    a: "kuberuntime",
    b: "containerd",
    points: [
      [606, 365],
      [606, 404],
    ],
  },
  {
    id: "images-cri",
    a: "image-manager",
    b: "containerd",
    points: [
      [686, 293],
      [686, 404],
    ],
  },
  {
    id: "pleg-cri",
    a: "pleg",
    b: "containerd",
    points: [
      [412, 364],
      [412, 404],
    ],
  },
  {
    id: "probe-http",
    a: "prober",
    b: "container",
    network: true,
    points: [
      [760, 99],
      [771, 99],
      [771, 476],
      [756, 476],
    ],
  },
  {
    id: "registry",
    a: "containerd",
    b: "registry",
    network: true,
    points: [
      [156, 440],
      [116, 440],
    ],
  },
];
