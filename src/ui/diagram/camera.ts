/**
 * One continuous zoom over three scenes. `k` is the scale of the camera: 0.3–0.8 cluster, 0.8–1.6 node, 1.6–4
 * kubelet. The node in view stays at the world's origin, so that it keeps its centre from one depth to the next.
 */
import type { Depth } from "../store/view.ts";

export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A scene's own space: its box, and the point in it where the node in view is. */
export interface SceneBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly anchor: readonly [x: number, y: number];
}

export const HOME_SCALE: Record<Depth, number> = { cluster: 0.5, node: 1.1, kubelet: 1.8 };
const BORDERS = { low: 0.8, high: 1.6 } as const;
export const SCALES = [0.3, 6] as const;
/** Share of the scale over which one form gives way to the next. */
const FADE = 0.15;

export const depthAt = (k: number): Depth =>
  k < BORDERS.low ? "cluster" : k < BORDERS.high ? "node" : "kubelet";

/** How visible a scene is at a scale, 0 to 1. */
export function opacityAt(depth: Depth, k: number): number {
  const rise = (border: number): number => Math.min(1, Math.max(0, (k / border - (1 - FADE / 2)) / FADE));
  if (depth === "cluster") return 1 - rise(BORDERS.low);
  if (depth === "node") return Math.min(rise(BORDERS.low), 1 - rise(BORDERS.high));
  return rise(BORDERS.high);
}

const PAD = 8;

/** Scale at which a scene fills the stage. */
export function fitOf(box: SceneBox, stage: Size): number {
  return Math.max(0.05, Math.min((stage.width - 2 * PAD) / box.width, (stage.height - 2 * PAD) / box.height));
}

/** The camera that shows a scene whole, in the middle of the stage. */
export function homeOf(depth: Depth, box: SceneBox, stage: Size): Camera {
  const fit = fitOf(box, stage);
  const [ax, ay] = box.anchor;
  return {
    k: HOME_SCALE[depth],
    x: stage.width / 2 - fit * (box.x + box.width / 2 - ax),
    y: stage.height / 2 - fit * (box.y + box.height / 2 - ay),
  };
}

/** Pixels of a scene's unit at a camera scale. */
export const sceneScale = (depth: Depth, box: SceneBox, stage: Size, k: number): number =>
  (fitOf(box, stage) * k) / HOME_SCALE[depth];

/**
 * Factor of the type in a scene, in its own units: text grows with a large stage but is never scaled by the zoom,
 * and never falls under its size in the type scale.
 */
export function textFactor(scale: number, fit: number): number {
  const onScreen = Math.max(1, Math.min(scale, Math.max(1, fit)));
  return onScreen / scale;
}
