/** Ways that messages can go. An edge joins two parts of a scene; a record finds its edge by where it goes. */
import { splitComponent } from "../../api/component-ids.ts";
import type { TraceRecord } from "../../sim/index.ts";
import type { Point } from "../parts/geometry.ts";
import type { Depth } from "../store/view.ts";

export interface Edge {
  readonly id: string;
  /** Parts at its ends; the path runs from `a` to `b`. */
  readonly a: string;
  readonly b: string;
  readonly points: readonly Point[];
  /** Drawn as it is, where it is no polyline. */
  readonly path?: string;
  /** Beyond the node: dashed. */
  readonly network?: boolean;
  /** Only records whose type starts so; an edge without it takes the rest. */
  readonly types?: readonly string[];
}

export interface Passage {
  readonly edge: Edge;
  /** From `b` to `a`. */
  readonly back: boolean;
}

/** Parts that have no shape of their own in a depth stand behind another. */
const STAND_IN: Record<Depth, Readonly<Record<string, string>>> = {
  kubelet: {
    user: "kubectl",
    cluster: "kubectl",
    kubelet: "syncloop",
    "container-manager": "kuberuntime",
    "event-recorder": "events",
    "controller-manager": "kubectl",
    cni: "containerd",
    kernel: "containerd",
    disk: "containerd",
  },
  node: {
    user: "kubectl",
    cluster: "kubectl",
    "controller-manager": "kubectl",
    scheduler: "kubectl",
    etcd: "apiserver",
  },
  cluster: { user: "apiserver", cluster: "apiserver", kubectl: "apiserver", registry: "apiserver" },
};

const NODE_SHAPES = new Set(["containerd", "container", "cni", "disk", "kernel"]);

/** The shape at which a record's end lies in a depth; null when it is on another node. */
export function shapeOf(id: string, depth: Depth, node: string): string | null {
  const { node: where, part } = splitComponent(id);
  if (depth === "cluster") return where ?? STAND_IN.cluster[part] ?? part;
  if (where !== null && where !== node) return null;
  if (depth === "node")
    return where === null ? (STAND_IN.node[part] ?? part) : NODE_SHAPES.has(part) ? part : "kubelet";
  return STAND_IN.kubelet[part] ?? part;
}

/** The edge a record travels in a scene. */
export function passageOf(
  record: TraceRecord,
  edges: readonly Edge[],
  depth: Depth,
  node: string,
): Passage | null {
  const from = shapeOf(record.from, depth, node);
  const aim = shapeOf(record.to, depth, node);
  // An exec probe runs through the runtime, but what it asks is the container.
  const to = from === "prober" && aim === "containerd" ? "container" : aim;
  if (from === null || to === null || from === to) return null;
  const fits = (e: Edge): boolean => (e.a === from && e.b === to) || (e.a === to && e.b === from);
  const edge =
    edges.find((e) => fits(e) && e.types?.some((t) => record.type.startsWith(t))) ??
    edges.find((e) => fits(e) && !e.types);
  return edge ? { edge, back: edge.a !== from } : null;
}
