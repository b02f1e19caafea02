/** Places of the cluster: the control plane above, nodes as cards in rows under it. */
import type { Point } from "../../parts/geometry.ts";
import type { SceneBox } from "../camera.ts";
import type { Edge } from "../edges.ts";

export const CARD = { w: 240, h: 318 } as const;
const GAP = 20;
const COLUMNS = 3;
const TOP = 206;

export function cardAt(index: number, count: number): { readonly x: number; readonly y: number } {
  const row = Math.floor(index / COLUMNS);
  const inRow = Math.min(COLUMNS, count - row * COLUMNS);
  const width = inRow * CARD.w + (inRow - 1) * GAP;
  return { x: 400 - width / 2 + (index % COLUMNS) * (CARD.w + GAP), y: TOP + row * (CARD.h + GAP) };
}

/** The scene's box; its anchor is the card of the node in view. */
export function clusterBox(names: readonly string[], node: string): SceneBox {
  const index = Math.max(0, names.indexOf(node));
  const { x, y } = cardAt(index, Math.max(1, names.length));
  const rows = Math.max(1, Math.ceil(names.length / COLUMNS));
  return {
    x: 4,
    y: 4,
    width: 792,
    height: TOP + rows * (CARD.h + GAP) - 8,
    anchor: [x + CARD.w / 2, y + CARD.h / 2],
  };
}

export function clusterEdges(names: readonly string[]): Edge[] {
  const fixed: Edge[] = [
    {
      id: "c-scheduler",
      a: "scheduler",
      b: "apiserver",
      points: [
        [170, 55],
        [296, 55],
      ],
    },
    {
      id: "c-controllers",
      a: "apiserver",
      b: "controller-manager",
      points: [
        [496, 55],
        [622, 55],
      ],
    },
    {
      id: "c-etcd",
      a: "apiserver",
      b: "etcd",
      points: [
        [480, 90],
        [480, 128],
        [530, 128],
      ],
    },
  ];
  const nodes = names.map((name, i): Edge => {
    const { x, y } = cardAt(i, names.length);
    const middle = x + CARD.w / 2;
    const inRow = i % COLUMNS;
    const from = 340 + inRow * 52;
    const bend = 160 + inRow * 8;
    const points: Point[] =
      y === TOP
        ? [
            [from, 90],
            [from, bend],
            [middle, bend],
            [middle, y],
          ]
        : [
            [from, 90],
            [from, bend],
            [x - GAP / 2, bend],
            [x - GAP / 2, y - 8],
            [middle, y - 8],
            [middle, y],
          ];
    return { id: `c-${name}`, a: "apiserver", b: name, network: true, points };
  });
  return [...fixed, ...nodes];
}
