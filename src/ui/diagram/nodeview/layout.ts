/** Places of a node's parts, in the scene's units. */
import type { SceneBox } from "../camera.ts";
import type { Edge } from "../edges.ts";

export const BOX: SceneBox = { x: 4, y: 0, width: 800, height: 558, anchor: [478, 279] };

/** Where pods stand. */
export const PODS = { x: 180, y: 344, w: 606 } as const;

export const EDGES: readonly Edge[] = [
  {
    id: "n-api",
    a: "apiserver",
    b: "kubelet",
    network: true,
    points: [
      [132, 122],
      [180, 122],
    ],
  },
  {
    id: "n-kubectl",
    a: "kubectl",
    b: "apiserver",
    points: [
      [72, 60],
      [72, 96],
    ],
  },
  {
    id: "n-cri",
    a: "kubelet",
    b: "containerd",
    points: [
      [326, 216],
      [326, 262],
    ],
  },
  {
    id: "n-registry",
    a: "registry",
    b: "containerd",
    network: true,
    points: [
      [132, 262],
      [152, 262],
      [152, 288],
      [180, 288],
    ],
  },
  {
    id: "n-cni",
    a: "containerd",
    b: "cni",
    points: [
      [470, 288],
      [500, 288],
    ],
  },
  {
    id: "n-pods",
    a: "containerd",
    b: "container",
    points: [
      [250, 314],
      [250, 344],
    ],
  },
  {
    id: "n-probe",
    a: "kubelet",
    b: "container",
    network: true,
    points: [
      [470, 196],
      [485, 196],
      [485, 330],
      [420, 330],
      [420, 344],
    ],
  },
  {
    id: "n-kernel",
    a: "kubelet",
    b: "kernel",
    points: [
      [470, 96],
      [500, 96],
    ],
  },
  {
    id: "n-disk",
    a: "kubelet",
    b: "disk",
    points: [
      [470, 180],
      [500, 180],
    ],
  },
];
